//! Asks another program, with an end to patience.

use std::io::Read as _;
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

/// How long a program may take that only has to ask a server of this machine.
const PATIENCE: Duration = Duration::from_secs(5);

/// What a program prints; `Err` says why there is nothing: it failed, or took too long. `Ok(None)` where there is no such program.
pub(super) fn ask(program: &str, arguments: &[&str]) -> Result<Option<String>, String> {
    let mut command = Command::new(program);
    command.args(arguments).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let Ok(mut child) = command.spawn() else { return Ok(None) };
    let (Some(mut stdout), Some(mut stderr)) = (child.stdout.take(), child.stderr.take()) else { return Ok(None) };
    let (said, saying) = mpsc::channel();
    thread::spawn(move || {
        let (mut printed, mut complaint) = (String::new(), String::new());
        let read = stdout.read_to_string(&mut printed).and_then(|_| stderr.read_to_string(&mut complaint));
        let _ = said.send(read.map(|_| (printed, complaint)));
    });
    let Ok(answer) = saying.recv_timeout(PATIENCE) else {
        let _ = child.kill();
        let _ = child.wait();
        return Err(format!("it has not answered for {} seconds", PATIENCE.as_secs()));
    };
    let (printed, complaint) = answer.map_err(|error| error.to_string())?;
    match child.wait() {
        Ok(status) if status.success() => Ok(Some(printed)),
        _ => Err(complaint.lines().next().unwrap_or("it failed").to_owned()),
    }
}
