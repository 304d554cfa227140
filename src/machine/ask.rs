//! Asks another program, with an end to patience.

use std::io::{self, Read};
use std::process::{Command, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::{Duration, Instant};

/// How long a program may take that only has to ask a server of this machine.
const PATIENCE: Duration = Duration::from_secs(5);

/// The most bytes that are read of what it prints.
const MOST: u64 = 16 << 20;

/// What a program prints; `Err` says why there is nothing: it failed, or took too long. `Ok(None)` where there is no such program.
pub(super) fn ask(program: &str, arguments: &[&str]) -> Result<Option<String>, String> {
    let mut command = Command::new(program);
    command.args(arguments).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let Ok(mut child) = command.spawn() else { return Ok(None) };
    let (Some(stdout), Some(stderr)) = (child.stdout.take(), child.stderr.take()) else { return Ok(None) };
    // Both at once: who writes much to one of them does not wait for the other.
    let (printed, complaint) = (reading(stdout), reading(stderr));
    let start = Instant::now();
    let status = loop {
        match child.try_wait() {
            Ok(Some(status)) => break status,
            Ok(None) if start.elapsed() < PATIENCE => thread::sleep(Duration::from_millis(1)),
            _ => {
                let _ = child.kill();
                let _ = child.wait();
                return Err(format!("it has not answered for {} seconds", PATIENCE.as_secs()));
            }
        }
    };
    // Something that it has left behind may keep an output open.
    let left = || PATIENCE.saturating_sub(start.elapsed());
    let printed = printed.recv_timeout(left()).map_err(|_| "it keeps its output open".to_owned())?;
    if status.success() {
        return printed.map(Some).map_err(|error| error.to_string());
    }
    let complaint = complaint.recv_timeout(left()).ok().and_then(Result::ok).unwrap_or_default();
    Err(complaint.lines().next().unwrap_or("it failed").to_owned())
}

/// Reads an output in a thread of its own.
fn reading(output: impl Read + Send + 'static) -> Receiver<io::Result<String>> {
    let (said, saying) = mpsc::channel();
    thread::spawn(move || {
        let mut output = output;
        let mut text = Vec::new();
        let read = output.by_ref().take(MOST).read_to_end(&mut text);
        let _ = said.send(read.map(|_| String::from_utf8_lossy(&text).into_owned()));
        // The rest is nobody's, but who writes it must not wait.
        let _ = io::copy(&mut output, &mut io::sink());
    });
    saying
}
