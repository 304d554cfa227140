//! git, the only other program that portgen runs: asked for what it knows. Only `init --git` tells it to change its settings.

use std::io;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use crate::diagnostic::{Diagnostic, quoted};

/// git in `folder`, in plain English, without whatever the user's configuration could make it run or fetch.
pub fn command(folder: &Path, arguments: &[&str]) -> Command {
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

/// The commit that `revision` names, as 40 or 64 hexadecimal digits; none where git knows no such commit.
///
/// # Errors
/// git cannot be run, or `folder` is in no repository.
fn commit(folder: &Path, revision: &str) -> Result<Option<String>, Diagnostic> {
    let named = format!("{revision}^{{commit}}");
    asked(folder, &["rev-parse", "--verify", "--quiet", "--end-of-options", &named])
}

/// The branch that changes are made for: that of the remote `origin`, else the first that exists of its and our `main` and
/// `master`.
///
/// # Errors
/// There is none of them, git cannot be run, or `folder` is in no repository.
pub fn default_branch(folder: &Path) -> Result<String, Diagnostic> {
    if let Some(branch) = asked(folder, &["symbolic-ref", "--quiet", "--short", "refs/remotes/origin/HEAD"])? {
        return Ok(branch);
    }
    for branch in ["origin/main", "origin/master", "main", "master"] {
        if commit(folder, branch)?.is_some() {
            return Ok(branch.to_owned());
        }
    }
    Err(Diagnostic::error("unknown-revision", "there is no default branch to compare with")
        .help("name the branch, tag or commit to compare with"))
}

/// The commit that two revisions have in common.
///
/// # Errors
/// One of the two does not exist, or they have none.
pub fn merge_base(folder: &Path, one: &str, other: &str) -> Result<String, Diagnostic> {
    let base = asked(folder, &["merge-base", "--end-of-options", one, other]);
    base.map_err(|said| unless_unknown(folder, &[one, other], said))?.ok_or_else(|| {
        let message = format!("{} and {} have no commit in common here", quoted(one), quoted(other));
        Diagnostic::error("no-merge-base", message).help(
            "in a shallow clone, fetch the history: `git fetch --unshallow`, or `fetch-depth: 0` of actions/checkout",
        )
    })
}

/// The paths below `folder` in the commit that `revision` names, as `git ls-tree -r -z` prints them.
///
/// # Errors
/// There is no such commit.
pub fn files(folder: &Path, revision: &str) -> Result<Vec<u8>, Diagnostic> {
    let named = format!("{revision}^{{commit}}");
    let files = run(folder, &["ls-tree", "-r", "-z", "--end-of-options", &named]);
    files.map_err(|said| unless_unknown(folder, &[revision], said))
}

/// Why git has failed: because one of the revisions does not exist, or else as it has said itself. Nobody asks whether they
/// exist before: each question starts a git.
fn unless_unknown(folder: &Path, revisions: &[&str], said: Diagnostic) -> Diagnostic {
    let wrong = revisions.iter().find_map(|revision| match commit(folder, revision) {
        Ok(commit) => commit.is_none().then(|| unknown_revision(revision)),
        Err(error) => Some(error),
    });
    wrong.unwrap_or(said)
}

fn unknown_revision(revision: &str) -> Diagnostic {
    Diagnostic::error("unknown-revision", format!("git knows no revision {}", quoted(revision)))
        .help("name a branch, a tag or a commit that `git rev-parse` knows")
        .help("in a shallow clone, fetch it first: `git fetch --unshallow`")
}

/// The one line that git answers; none where it ends with 1 and says nothing.
fn asked(folder: &Path, arguments: &[&str]) -> Result<Option<String>, Diagnostic> {
    let output = command(folder, arguments).output().map_err(|error| absent(&error))?;
    match output.status.code() {
        Some(0) => Ok(Some(String::from_utf8_lossy(&output.stdout).trim_end().to_owned())),
        Some(1) => Ok(None),
        _ => Err(failed(&output.stderr)),
    }
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
