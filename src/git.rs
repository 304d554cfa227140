//! git, the only other program that portgen runs: asked for what it knows, never told to change anything.

use std::io;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use crate::diagnostic::{Diagnostic, quoted};

/// git in `folder`, in plain English, without whatever the user's configuration could make it run or fetch.
fn command(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new("git");
    command.arg("--no-optional-locks").args(["-c", "core.fsmonitor=false"]).args(arguments).current_dir(folder);
    command.env("LC_ALL", "C").env("GIT_NO_LAZY_FETCH", "1").stdin(Stdio::null());
    command
}

/// What git prints.
///
/// # Errors
/// It cannot be run, or ends with an error.
pub fn run(folder: &Path, arguments: &[&str]) -> Result<Vec<u8>, Diagnostic> {
    let output = command(folder, arguments).output().map_err(|error| absent(&error))?;
    if output.status.success() { Ok(output.stdout) } else { Err(failed(&output.stderr)) }
}

/// Starts a git that is asked and answers for as long as it runs.
///
/// # Errors
/// It cannot be run.
pub fn start(folder: &Path, arguments: &[&str]) -> Result<Child, Diagnostic> {
    let mut command = command(folder, arguments);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
    command.spawn().map_err(|error| absent(&error))
}

fn absent(error: &io::Error) -> Diagnostic {
    Diagnostic::error("git", format!("git cannot be run: {error}")).help("install git, and have it on the PATH")
}

fn failed(stderr: &[u8]) -> Diagnostic {
    let said = String::from_utf8_lossy(stderr);
    if said.contains("not a git repository") {
        return Diagnostic::error("no-git-repository", "this is no git repository")
            .help("run portgen inside of one, or leave out what asks for git's view of the files");
    }
    if said.contains("dubious ownership") {
        return Diagnostic::error("git", "git does not trust this repository, because it belongs to another user")
            .help("run `git status` here: it says which `safe.directory` to set");
    }
    let first = said.lines().next().unwrap_or("it ended with an error");
    Diagnostic::error("git", format!("git says: {}", quoted(first.trim_start_matches("fatal: "))))
}
