//! Templates of the project are tried in a process of their own first.
//!
//! The engine counts instructions and what they allocate, but not all that one instruction does, nor how deep it recurses. What goes
//! beyond that ends the process, so it has to be another one.

use std::env;
use std::io::{self, Write as _};
use std::panic::resume_unwind;
use std::process::{Child, Command, Output, Stdio};
use std::sync::{OnceLock, mpsc};
use std::thread;
use std::time::Duration;

use rustix::process::{Pid, Resource, Rlimit, Signal, getrlimit, kill_process, setrlimit};
use serde::{Deserialize, Serialize};

use super::own::Own;
use crate::allocation::Allocation;
use crate::diagnostic::{Diagnostic, Place, Source, codes, quoted};

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

    /// Limits what this process may use from now on.
    ///
    /// # Errors
    /// The system refuses.
    pub fn limit(&self) -> io::Result<()> {
        let lower = |resource, most: u64| {
            let most = getrlimit(resource).maximum.map_or(most, |maximum| maximum.min(most));
            setrlimit(resource, Rlimit { current: Some(most), maximum: Some(most) })
        };
        lower(Resource::Core, 0)?;
        lower(Resource::Cpu, self.seconds)?;
        Ok(lower(Resource::Data, self.memory)?)
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
    let output = start().and_then(|child| answered(child, &trial));
    let output = output.map_err(|error| {
        let message = format!("the templates of the project cannot be tried in a process of their own: {error}");
        Diagnostic::error(codes::TEMPLATE, message)
            .help("portgen starts itself for that, and finds itself by `/proc` on Linux")
    })?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stdout);
    let name = said.lines().last().unwrap_or_default();
    let message = format!("the template {} {}", quoted(name), reason(&trial, &output));
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

fn answered(mut child: Child, trial: &Trial) -> io::Result<Output> {
    if let Some(mut input) = child.stdin.take() {
        // It reads all of it before it does anything else.
        input.write_all(&serde_json::to_vec(trial)?)?;
    }
    let process = Pid::from_child(&child);
    let (ended, end) = mpsc::channel();
    thread::scope(|scope| {
        let output = scope.spawn(move || {
            let output = child.wait_with_output();
            let _ = ended.send(());
            output
        });
        if end.recv_timeout(Duration::from_secs(trial.seconds) * PATIENCE).is_err() {
            let _ = kill_process(process, Signal::KILL);
        }
        output.join().unwrap_or_else(|panic| resume_unwind(panic))
    })
}

/// Why it ended: the runtime's last words say what it ran out of; without such words a signal has ended it for its time.
fn reason(trial: &Trial, output: &Output) -> String {
    let said = String::from_utf8_lossy(&output.stderr);
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
            let status = ExitStatus::from_raw(signal);
            assert_eq!(reason(&trial, &Output { status, stdout: vec![], stderr: said.into() }), reason_given);
        }
    }
}
