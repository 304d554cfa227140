//! git, the only other program that portgen runs: asked for what it knows. Only `init --git` tells it to change its settings.

pub mod conflict_markers;
pub mod hash;
pub mod merge_texts;
pub mod merges;
pub mod objects;

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::{env, fs, io};

use crate::diagnostic::{Diagnostic, codes, quoted};

/// What to do where git does not have the bytes of a file that it knows.
pub const FETCH: &str = "in a partial clone, `git fetch --refetch --no-filter` fetches what is missing";

/// git in `folder`, in plain English, without whatever the user's configuration could make it run or fetch.
pub fn command(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new("git");
    command.arg("--no-optional-locks").args(["-c", "core.fsmonitor=false"]).args(arguments).current_dir(folder);
    command.env("LC_ALL", "C").env("GIT_NO_LAZY_FETCH", "1").stdin(Stdio::null());
    free_from_hook(&mut command, folder);
    command
}

/// Lets git find the repository that a hook of its runs for from any folder in it.
///
/// The hook's GIT_DIR may count from the top, and without GIT_WORK_TREE git takes any folder in which it runs for the top
/// (git(1)). GIT_INDEX_FILE stays: it names what is about to be committed, and counts from the top that git finds.
fn free_from_hook(command: &mut Command, folder: &Path) {
    let Some(named) = env::var_os("GIT_DIR").map(PathBuf::from) else { return };
    let real = fs::canonicalize(&named).ok();
    let work_tree = env::var_os("GIT_WORK_TREE").and_then(|named| fs::canonicalize(named).ok());
    let is_it = discover(folder).is_some_and(|(top, found)| match &real {
        Some(real) => *real == found && work_tree.as_ref().is_none_or(|named| *named == top),
        // The hook has gone elsewhere since.
        None => named.is_relative(),
    });
    if is_it {
        command.env_remove("GIT_DIR").env_remove("GIT_WORK_TREE");
        return;
    }
    // A repository that lies elsewhere: what counts from here does not from the folder in which git runs.
    if let Some(real) = real {
        command.env("GIT_DIR", real);
    }
    if let Some(work_tree) = work_tree {
        command.env("GIT_WORK_TREE", work_tree);
    }
}

/// The top of the work tree around `folder`, and its repository: the folder `.git`, or the one that a file of this name tells
/// of (gitrepository-layout(5)).
fn discover(folder: &Path) -> Option<(PathBuf, PathBuf)> {
    let folder = fs::canonicalize(folder).ok()?;
    let top = folder.ancestors().find(|folder| fs::symlink_metadata(folder.join(".git")).is_ok())?;
    let repository = match fs::read_to_string(top.join(".git")) {
        Ok(file) => top.join(file.strip_prefix("gitdir: ")?.trim_end()),
        Err(_) => top.join(".git"),
    };
    Some((top.to_path_buf(), fs::canonicalize(repository).ok()?))
}

/// What git prints.
///
/// # Errors
/// It cannot be run, or ends with an error.
pub fn run(folder: &Path, arguments: &[&str]) -> Result<Vec<u8>, Diagnostic> {
    let output = command(folder, arguments).output().map_err(|error| absent(&error))?;
    if output.status.success() { Ok(output.stdout) } else { Err(failed(&output.stderr)) }
}

/// The one line that git prints.
///
/// # Errors
/// As [`run`].
pub fn line(folder: &Path, arguments: &[&str]) -> Result<String, Diagnostic> {
    let printed = run(folder, arguments)?;
    Ok(String::from_utf8_lossy(&printed).trim_end_matches(['\r', '\n']).to_owned())
}

/// A setting of git's here; none where nobody has set it.
///
/// # Errors
/// git cannot be run, or its configuration cannot be read.
pub fn setting(folder: &Path, key: &str) -> Result<Option<String>, Diagnostic> {
    asked(folder, &["config", "--get", key])
}

/// A setting that this clone has itself.
///
/// # Errors
/// As [`setting`].
pub fn own_setting(folder: &Path, key: &str) -> Result<Option<String>, Diagnostic> {
    asked(folder, &["config", "--local", "--get", key])
}

/// Gives this clone a setting, or takes it away.
///
/// # Errors
/// git cannot be run, or its configuration cannot be written.
pub fn set(folder: &Path, key: &str, value: Option<&str>) -> Result<(), Diagnostic> {
    let arguments = value.map_or(vec!["--unset", key], |value| vec![key, value]);
    run(folder, &[["config", "--local"].as_slice(), &arguments].concat()).map(drop)
}

/// The commit that `revision` names, as 40 or 64 hexadecimal digits; none where git knows no such commit.
///
/// # Errors
/// git cannot be run, or `folder` is in no repository.
fn commit(folder: &Path, revision: &str) -> Result<Option<String>, Diagnostic> {
    let named = format!("{revision}^{{commit}}");
    asked(folder, &["rev-parse", "--verify", "--quiet", "--end-of-options", &named])
        .map_err(|error| if error.code == codes::GIT { error.of_revision(revision) } else { error })
}

/// Whether one of these paths from `folder` is left out of the working tree, as git was told (git-sparse-checkout(1)).
pub fn is_left_out(folder: &Path, paths: &[&str]) -> bool {
    let literal: Vec<String> = paths.iter().map(|path| format!(":(literal){path}")).collect();
    let mut arguments = vec!["ls-files", "-t", "-z", "--"];
    arguments.extend(literal.iter().map(String::as_str));
    run(folder, &arguments).is_ok_and(|listed| listed.split(|byte| *byte == 0).any(|row| row.starts_with(b"S ")))
}

/// The blob and the tree without content, as SHA-1 and SHA-256 name them.
const EMPTY: [[&str; 2]; 2] = [
    ["e69de29bb2d1d6434b8b29ae775ad8c2e48c5391", "4b825dc642cb6eb9a060e54bf8d69288fbee4904"],
    [
        "473a0f4c3be8a93681a267e3b1e9a7dcda1185436fe141f7749120a303721813",
        "6ef19b41225c5369f1c104d45d8d85efa9b057b53b14b4b9b939dd74decc5321",
    ],
];

/// Whether an object is the blob without content.
pub fn is_empty(object: &str) -> bool {
    EMPTY.iter().any(|[blob, _]| *blob == object)
}

/// Whether the file without content at `path` from `folder` would be in a commit of the index: one of `git add -N` would not.
pub fn is_staged(folder: &Path, path: &str, object: &str) -> bool {
    let nothing = EMPTY.iter().find(|[blob, _]| *blob == object).map_or("", |[_, tree]| tree);
    let compared = ["diff-index", "--cached", "--quiet", "--ita-invisible-in-index", nothing, "--"];
    let path = format!(":(literal){path}");
    // 1: it differs from nothing.
    command(folder, &[compared.as_slice(), &[&path]].concat()).status().is_ok_and(|status| status.code() == Some(1))
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
    Err(Diagnostic::error(codes::UNKNOWN_REVISION, "there is no default branch to compare with")
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
        Diagnostic::error(codes::NO_MERGE_BASE, message).help(
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

/// Those of `paths`, which count from the top, that are in the index.
///
/// # Errors
/// git cannot be run, or `folder` is in no repository.
pub fn staged(folder: &Path, paths: &[&str]) -> Result<Vec<String>, Diagnostic> {
    let from_top: Vec<String> = paths.iter().map(|path| format!(":(top,literal){path}")).collect();
    let mut arguments = vec!["ls-files", "-z", "--full-name", "--"];
    arguments.extend(from_top.iter().map(String::as_str));
    run(folder, &arguments).map(|listed| names(&listed))
}

/// Those of `paths`, which count from the top, that are in the commit that `revision` names.
///
/// # Errors
/// There is no such commit.
pub fn committed(folder: &Path, revision: &str, paths: &[&str]) -> Result<Vec<String>, Diagnostic> {
    let named = format!("{revision}^{{commit}}");
    let arguments =
        [&["ls-tree", "-z", "--name-only", "--full-tree", "--end-of-options", &named, "--"], paths].concat();
    let listed = run(folder, &arguments).map_err(|said| unless_unknown(folder, &[revision], said))?;
    Ok(names(&listed))
}

/// The names of a list of git's that end in NUL; one that is not UTF-8 is none that is asked for.
fn names(listed: &[u8]) -> Vec<String> {
    listed.split(|byte| *byte == 0).filter_map(|name| String::from_utf8(name.to_vec()).ok()).collect()
}

/// Why git has failed: because one of the revisions does not exist, or else as it has said itself. Nobody asks whether they
/// exist before: each question starts a git.
fn unless_unknown(folder: &Path, revisions: &[&str], said: Diagnostic) -> Diagnostic {
    let wrong = revisions.iter().find_map(|revision| match commit(folder, revision) {
        Ok(commit) => commit.is_none().then(|| no_commit(folder, revision)),
        Err(error) => Some(error),
    });
    wrong.unwrap_or(said)
}

/// A revision that names no commit: it may name something else.
fn no_commit(folder: &Path, revision: &str) -> Diagnostic {
    let names = |arguments: &[&str]| asked(folder, &[&["rev-parse"], arguments].concat()).ok().flatten();
    let refuse = |message: String| {
        Diagnostic::error(codes::UNKNOWN_REVISION, message)
            .help("name a branch, a tag or a commit that `git rev-parse` knows")
    };
    if names(&["--verify", "--quiet", "--end-of-options", revision]).is_some() {
        return refuse(format!("{} is not a commit", quoted(revision)));
    }
    let unknown = refuse(format!("git does not know the revision {}", quoted(revision)));
    match names(&["--is-shallow-repository"]).as_deref() {
        Some("true") => unknown.help("in a shallow clone, fetch it first: `git fetch --unshallow`"),
        _ => unknown,
    }
}

/// The one line that git answers; none where it has none.
fn asked(folder: &Path, arguments: &[&str]) -> Result<Option<String>, Diagnostic> {
    let output = command(folder, arguments).output().map_err(|error| absent(&error))?;
    match output.status.code() {
        Some(0) => Ok(Some(String::from_utf8_lossy(&output.stdout).trim_end().to_owned())),
        Some(1) => Ok(None),
        // Told to be quiet, it says nothing of what it does not know.
        Some(_) if output.stderr.is_empty() => Ok(None),
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
    Diagnostic::error(codes::GIT, format!("git cannot be run: {error}"))
        .help("install git, and make sure that it is on the PATH")
}

fn failed(stderr: &[u8]) -> Diagnostic {
    let said = String::from_utf8_lossy(stderr);
    if said.contains("not a git repository") {
        return Diagnostic::error(codes::NO_GIT_REPOSITORY, "this is not a git repository")
            .help("run portgen inside one, or leave out the options that read from git");
    }
    if said.contains("dubious ownership") {
        return Diagnostic::error(codes::GIT, "git does not trust this repository, because it belongs to another user")
            .help("run `git status` here: it says which `safe.directory` to set");
    }
    let first = said.lines().next().unwrap_or("it failed");
    Diagnostic::error(codes::GIT, format!("git says: {}", quoted(first.trim_start_matches("fatal: "))))
}
