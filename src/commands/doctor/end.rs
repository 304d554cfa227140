//! `--end`: ends who holds a port, after a question.

use std::io::{self, BufRead as _, IsTerminal as _, Write as _};
use std::thread;
use std::time::{Duration, Instant};

use super::judge::Judged;
use crate::diagnostic::{Diagnostic, Text, codes};
use crate::machine::holder::Who;
use crate::machine::process::{end, processes};
use crate::session::Session;

/// How long a process may take to end.
const PATIENCE: Duration = Duration::from_secs(5);

/// Asks about each process that holds one of these ports, and asks it to end where the answer is yes.
///
/// # Errors
/// There is no terminal to ask on, or a process does not end.
pub(super) fn ask(judged: &[Judged<'_>], session: &Session) -> Result<(), Diagnostic> {
    let held = || judged.iter().flat_map(|one| &one.held);
    for (held, shown, _) in held() {
        if let Who::Container(container) = &held.who {
            session.say(&format!("portgen: stop {shown} with `docker stop {}`", container.name));
        }
    }
    for (held, shown, _) in held() {
        let Who::Process(process) = &held.who else { continue };
        if !confirmed(shown)? {
            continue;
        }
        if !end(process) {
            let message = format!("{shown} cannot be ended");
            return Err(Diagnostic::error(codes::FAILED, message).help("it may belong to another user, or be gone"));
        }
        let start = Instant::now();
        while !processes(&[process.pid]).is_empty() && start.elapsed() < PATIENCE {
            thread::sleep(Duration::from_millis(20));
        }
        if !processes(&[process.pid]).is_empty() {
            let message = format!("{shown} was asked to end, and has not for {} seconds", PATIENCE.as_secs());
            return Err(Diagnostic::error(codes::FAILED, message));
        }
        session.say(&format!("portgen: {shown} has ended"));
    }
    Ok(())
}

fn confirmed(shown: &str) -> Result<bool, Diagnostic> {
    if !io::stdin().is_terminal() || !io::stderr().is_terminal() {
        let message = "`--end` asks on a terminal before it ends a process, and there is none";
        return Err(Diagnostic::error(codes::FAILED, message).help("run it by hand"));
    }
    let mut stderr = io::stderr().lock();
    let _ = write!(stderr, "End {}? [y/N] ", Text::from(shown));
    let _ = stderr.flush();
    let mut answer = String::new();
    let read = io::stdin().lock().read_line(&mut answer);
    Ok(read.is_ok() && matches!(answer.trim().to_ascii_lowercase().as_str(), "y" | "yes"))
}
