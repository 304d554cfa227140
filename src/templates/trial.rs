//! Templates of the project are tried in a process of their own first.
//!
//! The engine counts instructions and what they allocate, but not all that one instruction does, nor how deep it recurses. What goes
//! beyond that ends the process, so it has to be another one.

use std::env;
use std::io::{self, Read, Write as _};
use std::panic::resume_unwind;
use std::process::{Child, Command, Output, Stdio};
use std::sync::OnceLock;
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::own::Own;
use crate::allocation::Allocation;
use crate::diagnostic::{Diagnostic, Place, Source, codes, quoted};
use crate::system::process;

/// The hidden command that tries templates.
pub const COMMAND: &str = "try-templates";

/// Processor time in seconds: a fixed part, and one second more for so many services.
const SECONDS: u64 = 1;
const SERVICES_PER_SECOND: usize = 1000;
/// How much longer it may take than its processor time, on a machine that is busy, until it is taken for stuck.
const PATIENCE: u32 = 30;
/// Memory in bytes: a fixed part, and a part for each service.
const MEMORY: u64 = 160 << 20;
const MEMORY_PER_SERVICE: u64 = 32 << 10;
/// The stack of its threads in bytes: half of what the threads have that run the templates afterwards.
const STACK: usize = 1 << 20;

/// Set where this program has [`COMMAND`].
static ENABLED: OnceLock<()> = OnceLock::new();

/// Has templates tried from now on. Only for a program that has [`COMMAND`]; others run templates untried.
pub fn enable() {
    ENABLED.get_or_init(|| ());
}

/// What is tried.
#[derive(Debug, Serialize, Deserialize)]
pub struct Trial {
    /// The text of ports.toml.
    pub ports_toml: String,
    /// The templates of the project, by name, with their texts.
    pub templates: Vec<(String, String)>,
    /// Processor time, in seconds.
    pub seconds: u64,
    /// Memory, in bytes.
    pub memory: u64,
}

impl Trial {
    fn new(own: &[Own], ports_toml: &Source, services: usize) -> Self {
        Self {
            ports_toml: ports_toml.text.clone(),
            templates: own.iter().map(|own| (own.name.clone(), own.source.text.clone())).collect(),
            seconds: SECONDS + (services / SERVICES_PER_SECOND) as u64,
            memory: MEMORY + MEMORY_PER_SERVICE * services as u64,
        }
    }

    /// How long it may take, however busy the machine is.
    fn patience(&self) -> Duration {
        Duration::from_secs(self.seconds) * PATIENCE
    }

    /// Limits what this process may use from now on, where the system can.
    ///
    /// # Errors
    /// The system refuses.
    pub fn limit(&self) -> io::Result<()> {
        process::limit(self.seconds, self.memory)
    }
}

/// Tries the templates of `own`, and the paths of `[outputs.paths]`, which are templates too.
///
/// # Errors
/// One of them takes too long, needs too much memory or nests too deep; or there is no process to try them in.
pub(super) fn run(own: &[Own], allocation: &Allocation) -> Result<(), Diagnostic> {
    let (outputs, ports_toml) = (&allocation.outputs, &allocation.source);
    let is_template = |(_, path, _): &(_, String, _)| path.contains('{');
    if ENABLED.get().is_none() || (own.is_empty() && !outputs.paths.iter().any(is_template)) {
        return Ok(());
    }
    let trial = Trial::new(own, ports_toml, allocation.services.len());
    let answer = start().and_then(|child| answered(child, &trial));
    let answer = answer.map_err(|error| {
        let message = format!("the templates of the project cannot be tried in a process of their own: {error}");
        Diagnostic::error(codes::TEMPLATE, message)
            .help("portgen starts itself for that, and finds itself by `/proc` on Linux")
    })?;
    if answer.output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&answer.output.stdout);
    let name = said.lines().last().unwrap_or_default();
    let message = format!("the template {} {}", quoted(name), reason(&trial, &answer));
    let error =
        Diagnostic::error(codes::TEMPLATE, message).help("look for an expression or a value that grows and grows");
    if let Some(own) = own.iter().find(|own| own.name == name) {
        return Err(error.at(Place::new(&own.source, 0..0), "in this template"));
    }
    match outputs.paths.iter().find(|(template, _, _)| template == name) {
        Some((_, _, span)) => Err(error.at(Place::new(ports_toml, span.clone()), "in this path")),
        None => Err(error),
    }
}

fn start() -> io::Result<Child> {
    let mut command = Command::new(env::current_exe()?);
    command.arg(COMMAND).env("RUST_MIN_STACK", STACK.to_string());
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()
}

fn answered(mut child: Child, trial: &Trial) -> io::Result<Answer> {
    if let Some(mut input) = child.stdin.take() {
        // It reads all of it before it does anything else.
        input.write_all(&serde_json::to_vec(trial)?)?;
    }
    let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
    let (open, closed) = mpsc::channel();
    thread::scope(|scope| {
        let said = [scope.spawn(read(stdout, open.clone())), scope.spawn(read(stderr, open))];
        // Both pipes end with the process.
        let is_stuck = closed.recv_timeout(trial.patience()) == Err(RecvTimeoutError::Timeout);
        if is_stuck {
            child.kill()?;
        }
        let [stdout, stderr] = said.map(|thread| thread.join().unwrap_or_else(|panic| resume_unwind(panic)));
        Ok(Answer { output: Output { status: child.wait()?, stdout: stdout?, stderr: stderr? }, is_stuck })
    })
}

/// Reads a pipe to its end, where `open` is dropped.
fn read<P: Read>(pipe: Option<P>, open: Sender<()>) -> impl FnOnce() -> io::Result<Vec<u8>> {
    move || {
        let mut bytes = Vec::new();
        let read = pipe.map_or(Ok(0), |mut pipe| pipe.read_to_end(&mut bytes));
        drop(open);
        read.map(|_| bytes)
    }
}

/// How a trial has ended.
struct Answer {
    output: Output,
    /// It took so long that portgen has ended it.
    is_stuck: bool,
}

/// Why it ended: the runtime's last words say what it ran out of; without such words a signal has ended it for its time.
fn reason(trial: &Trial, Answer { output, is_stuck }: &Answer) -> String {
    let said = String::from_utf8_lossy(&output.stderr);
    if *is_stuck {
        return format!("takes more than {} s", trial.patience().as_secs());
    }
    if said.contains("overflowed its stack") {
        return "nests expressions or values too deep".to_owned();
    }
    if said.contains("memory allocation") {
        return format!("needs more than {} MiB of memory", trial.memory >> 20);
    }
    if output.status.code().is_some() {
        return "cannot be tried within limits, which the system refuses".to_owned();
    }
    format!("takes more than {} s of processor time", trial.seconds)
}

#[cfg(test)]
mod tests {
    use std::os::unix::process::ExitStatusExt as _;
    use std::process::ExitStatus;

    use super::*;

    #[test]
    fn the_last_words_say_what_it_ran_out_of() {
        let trial = Trial::new(&[], &Source::new("ports.toml", ""), 2_000);
        let (aborted, out_of_time) = (6, 24);
        for (signal, said, reason_given) in [
            (aborted, "thread 'x' has overflowed its stack\n", "nests expressions or values too deep"),
            (aborted, "memory allocation of 9 bytes failed\n", "needs more than 222 MiB of memory"),
            (out_of_time, "", "takes more than 3 s of processor time"),
        ] {
            let output = Output { status: ExitStatus::from_raw(signal), stdout: vec![], stderr: said.into() };
            assert_eq!(reason(&trial, &Answer { output, is_stuck: false }), reason_given);
        }
        let output = Output { status: ExitStatus::from_raw(9), stdout: vec![], stderr: vec![] };
        assert_eq!(reason(&trial, &Answer { output, is_stuck: true }), "takes more than 90 s");
    }
}
