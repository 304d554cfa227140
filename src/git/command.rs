//! Runs git in the right repository, with messages in English and errors that say what to do.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::{env, fs, io, thread};

use crate::diagnostic::{Diagnostic, codes, quoted};

/// git in `folder`, with messages in English. The user's configuration cannot make it run other programs or fetch.
pub fn command(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new("git");
    command.arg("--no-optional-locks").args(["-c", "core.fsmonitor=false"]).args(arguments).current_dir(folder);
    command.env("LC_ALL", "C").env("GIT_NO_LAZY_FETCH", "1").stdin(Stdio::null());
    free_from_hook(&mut command, folder);
    command
}

/// Lets git find its repository from any folder when a git hook runs portgen.
///
/// The hook's GIT_DIR may be relative to the top of the work tree, and without GIT_WORK_TREE git takes the current folder for the
/// top (git(1)). GIT_INDEX_FILE stays: it names the index of the commit, relative to the top that git finds.
fn free_from_hook(command: &mut Command, folder: &Path) {
    let Some(named) = env::var_os("GIT_DIR").map(PathBuf::from) else { return };
    let git_dir = dunce::canonicalize(&named).ok();
    let work_tree = env::var_os("GIT_WORK_TREE").and_then(|named| dunce::canonicalize(named).ok());
    if let Some(found) = Repository::around(folder) {
        let is_meant = match &git_dir {
            Some(git_dir) => *git_dir == found.git_dir && work_tree.as_ref().is_none_or(|named| *named == found.top),
            // The hook has changed to another folder.
            None => named.is_relative(),
        };
        if is_meant {
            command.env_remove("GIT_DIR").env_remove("GIT_WORK_TREE");
            return;
        }
    }
    // Another repository: git runs in `folder`, so paths relative to the current folder must become absolute.
    for (key, folder) in [("GIT_DIR", git_dir), ("GIT_WORK_TREE", work_tree)] {
        if let Some(folder) = folder {
            command.env(key, folder);
        }
    }
}

/// A repository on the disk.
pub(super) struct Repository {
    /// The top of its work tree.
    top: PathBuf,
    /// The folder `.git`, or the folder that a file `.git` names (gitrepository-layout(5)).
    pub(super) git_dir: PathBuf,
}

impl Repository {
    /// The nearest repository around `folder`, found without running git.
    pub(super) fn around(folder: &Path) -> Option<Self> {
        let folder = dunce::canonicalize(folder).ok()?;
        let top = folder.ancestors().find(|folder| fs::symlink_metadata(folder.join(".git")).is_ok())?;
        let git_dir = match fs::read_to_string(top.join(".git")) {
            Ok(file) => top.join(file.strip_prefix("gitdir: ")?.trim_end()),
            Err(_) => top.join(".git"),
        };
        Some(Self { top: top.to_path_buf(), git_dir: dunce::canonicalize(git_dir).ok()? })
    }
}

fn output(folder: &Path, arguments: &[&str]) -> Result<Output, Diagnostic> {
    command(folder, arguments).output().map_err(not_run)
}

/// Runs git and returns what it prints.
///
/// # Errors
/// git cannot be run, or fails.
pub fn run(folder: &Path, arguments: &[&str]) -> Result<Vec<u8>, Diagnostic> {
    let output = output(folder, arguments)?;
    if output.status.success() { Ok(output.stdout) } else { Err(failed(&output.stderr)) }
}

/// Runs git and returns the one line that it prints.
///
/// # Errors
/// As [`run`].
pub fn line(folder: &Path, arguments: &[&str]) -> Result<String, Diagnostic> {
    let printed = run(folder, arguments)?;
    Ok(String::from_utf8_lossy(&printed).trim_end_matches(['\r', '\n']).to_owned())
}

/// The one line that git answers; `None` if it has no answer.
pub(super) fn asked(folder: &Path, arguments: &[&str]) -> Result<Option<String>, Diagnostic> {
    let output = output(folder, arguments)?;
    match output.status.code() {
        Some(0) => Ok(Some(String::from_utf8_lossy(&output.stdout).trim_end().to_owned())),
        Some(1) => Ok(None),
        // With `--quiet`, git fails silently if it does not know the name.
        Some(_) if output.stderr.is_empty() => Ok(None),
        _ => Err(failed(&output.stderr)),
    }
}

/// Starts a git that answers requests until its input ends.
///
/// # Errors
/// git cannot be run.
pub fn start(folder: &Path, arguments: &[&str]) -> Result<Child, Diagnostic> {
    spawn(command(folder, arguments)).map_err(not_run)
}

/// What git prints when it is given `input`; it may answer before it has read all of it.
pub(super) fn answer(folder: &Path, arguments: &[&str], input: &str) -> io::Result<Vec<u8>> {
    let mut git = spawn(command(folder, arguments))?;
    let stdin = git.stdin.take();
    let output = thread::scope(|scope| {
        scope.spawn(move || stdin.map(|mut stdin| stdin.write_all(input.as_bytes())));
        git.wait_with_output()
    })?;
    Ok(output.stdout)
}

pub(super) fn spawn(mut git: Command) -> io::Result<Child> {
    git.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn()
}

#[expect(clippy::needless_pass_by_value, reason = "for `map_err`")]
fn not_run(error: io::Error) -> Diagnostic {
    Diagnostic::error(codes::GIT, format!("git cannot be run: {error}"))
        .help("install git, and make sure that it is on the PATH")
}

fn failed(stderr: &[u8]) -> Diagnostic {
    let reason = String::from_utf8_lossy(stderr);
    if reason.contains("not a git repository") {
        return Diagnostic::error(codes::NO_GIT_REPOSITORY, "this is not a git repository")
            .help("run portgen inside one, or leave out the options that read from git");
    }
    if reason.contains("dubious ownership") {
        return Diagnostic::error(codes::GIT, "git does not trust this repository, because it belongs to another user")
            .help("run `git status` here: it says which `safe.directory` to set");
    }
    let first = reason.lines().next().unwrap_or("it failed");
    Diagnostic::error(codes::GIT, format!("git says: {}", quoted(first.trim_start_matches("fatal: "))))
}
