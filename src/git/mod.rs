//! git, the only program that portgen runs besides itself and what `machine` asks for `doctor`. Only `init --git` changes git's settings.

mod command;
pub mod conflict_markers;
pub mod hash;
pub mod merge_texts;
pub mod merges;
pub mod objects;
pub mod worktrees;

use std::path::Path;

pub use command::{command, line, run, start};

use crate::diagnostic::{Diagnostic, codes, quoted};
use command::asked;

/// The help for a file that git knows but whose bytes it does not have.
pub const FETCH: &str = "in a partial clone, `git fetch --refetch --no-filter` fetches what is missing";

/// A git setting, from any configuration; `None` if it is not set.
///
/// # Errors
/// git cannot be run, or its configuration cannot be read.
pub fn setting(folder: &Path, key: &str) -> Result<Option<String>, Diagnostic> {
    asked(folder, &["config", "--get", key])
}

/// A git setting from the configuration of this clone only.
///
/// # Errors
/// As [`setting`].
pub fn own_setting(folder: &Path, key: &str) -> Result<Option<String>, Diagnostic> {
    asked(folder, &["config", "--local", "--get", key])
}

/// Sets or unsets a git setting of this clone.
///
/// # Errors
/// git cannot be run, or its configuration cannot be written.
pub fn set(folder: &Path, key: &str, value: Option<&str>) -> Result<(), Diagnostic> {
    match value {
        Some(value) => run(folder, &["config", "--local", key, value]),
        None => run(folder, &["config", "--local", "--unset", key]),
    }
    .map(drop)
}

/// Whether a sparse checkout leaves out one of these paths from `folder` (git-sparse-checkout(1)).
pub fn is_left_out(folder: &Path, paths: &[&str]) -> bool {
    listed(folder, &["-t"], ":(literal)", paths)
        .is_ok_and(|listed| listed.split(|byte| *byte == 0).any(|row| row.starts_with(b"S ")))
}

/// A line of a `.gitignore`, or of another list of git's of what to ignore.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// The file and the number of the line: `.gitignore:2`.
    pub place: String,
    /// What it says.
    pub pattern: String,
}

/// Those of `paths` from `folder` that git ignores, each with the line that decides it; none where git cannot be asked. What git
/// knows already it does not ignore (git-check-ignore(1)).
pub fn ignored(folder: &Path, paths: &[&str]) -> Vec<(String, Rule)> {
    let answer = command::answer(folder, &["check-ignore", "--verbose", "-z", "--stdin"], &paths.join("\0"));
    let fields = names(&answer.unwrap_or_default());
    let mut ignored = Vec::new();
    for row in fields.chunks_exact(4) {
        let [source, line, pattern, path] = row else { continue };
        // A pattern with `!` takes a path back.
        if !pattern.starts_with('!') {
            let rule = Rule { place: format!("{source}:{line}"), pattern: pattern.clone() };
            ignored.push((path.clone(), rule));
        }
    }
    ignored
}

/// The `paths`, relative to the top of the work tree, that are in the index.
///
/// # Errors
/// git cannot be run, or `folder` is not in a repository.
pub fn staged(folder: &Path, paths: &[&str]) -> Result<Vec<String>, Diagnostic> {
    Ok(names(&listed(folder, &["--full-name"], ":(top,literal)", paths)?))
}

/// The output of `git ls-files -z` for `paths`, each with the prefix `magic` (gitglossary(7), "pathspec").
fn listed(folder: &Path, options: &[&str], magic: &str, paths: &[&str]) -> Result<Vec<u8>, Diagnostic> {
    let paths: Vec<String> = paths.iter().map(|path| format!("{magic}{path}")).collect();
    let mut arguments = [&["ls-files", "-z"], options, &["--"]].concat();
    arguments.extend(paths.iter().map(String::as_str));
    run(folder, &arguments)
}

/// The paths below `folder` in the commit that `revision` names, as `git ls-tree -r -z` prints them.
///
/// # Errors
/// There is no such commit.
pub fn files(folder: &Path, revision: &str) -> Result<Vec<u8>, Diagnostic> {
    let files = run(folder, &["ls-tree", "-r", "-z", "--end-of-options", &commit_of(revision)]);
    files.map_err(|error| unless_unknown(folder, &[revision], error))
}

/// The `paths`, relative to the top of the work tree, that are in the commit that `revision` names.
///
/// # Errors
/// There is no such commit.
pub fn committed(folder: &Path, revision: &str, paths: &[&str]) -> Result<Vec<String>, Diagnostic> {
    let commit = commit_of(revision);
    let options = ["ls-tree", "-z", "--name-only", "--full-tree", "--end-of-options", &commit, "--"];
    let listed = run(folder, &[&options, paths].concat());
    Ok(names(&listed.map_err(|error| unless_unknown(folder, &[revision], error))?))
}

/// The names in a NUL-terminated list. Skips names that are not UTF-8: nobody asked for them.
fn names(listed: &[u8]) -> Vec<String> {
    listed.split(|byte| *byte == 0).filter_map(|name| String::from_utf8(name.to_vec()).ok()).collect()
}

/// The names of the empty blob and the empty tree, in SHA-1 and in SHA-256.
const EMPTY: [[&str; 2]; 2] = [
    ["e69de29bb2d1d6434b8b29ae775ad8c2e48c5391", "4b825dc642cb6eb9a060e54bf8d69288fbee4904"],
    [
        "473a0f4c3be8a93681a267e3b1e9a7dcda1185436fe141f7749120a303721813",
        "6ef19b41225c5369f1c104d45d8d85efa9b057b53b14b4b9b939dd74decc5321",
    ],
];

/// Whether an object is the empty blob.
pub fn is_empty(object: &str) -> bool {
    EMPTY.iter().any(|[blob, _]| *blob == object)
}

/// Whether a commit of the index would have the empty file at `path` from `folder`; not so after `git add -N`.
pub fn is_staged(folder: &Path, path: &str, object: &str) -> bool {
    let nothing = EMPTY.iter().find(|[blob, _]| *blob == object).map_or("", |[_, tree]| tree);
    let path = format!(":(literal){path}");
    let compared = ["diff-index", "--cached", "--quiet", "--ita-invisible-in-index", nothing, "--", &path];
    // 1: the index differs from the empty tree.
    command(folder, &compared).status().is_ok_and(|status| status.code() == Some(1))
}

/// The branch to compare with: the default branch of the remote `origin`, else the first of `origin/main`, `origin/master`,
/// `main` and `master` that exists.
///
/// # Errors
/// None of them exists, git cannot be run, or `folder` is not in a repository.
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

/// The common ancestor of two revisions.
///
/// # Errors
/// One of the two does not exist, or they have no common ancestor.
pub fn merge_base(folder: &Path, one: &str, other: &str) -> Result<String, Diagnostic> {
    match asked(folder, &["merge-base", "--end-of-options", one, other]) {
        Ok(Some(base)) => Ok(base),
        Ok(None) => {
            let message = format!("{} and {} have no commit in common here", quoted(one), quoted(other));
            Err(Diagnostic::error(codes::NO_MERGE_BASE, message).help(
                "in a shallow clone, fetch the history: `git fetch --unshallow`, or `fetch-depth: 0` of actions/checkout",
            ))
        }
        Err(error) => Err(unless_unknown(folder, &[one, other], error)),
    }
}

/// `revision` as a name for a commit only.
fn commit_of(revision: &str) -> String {
    format!("{revision}^{{commit}}")
}

/// The commit that `revision` names, as 40 or 64 hexadecimal digits; `None` if git does not know it.
fn commit(folder: &Path, revision: &str) -> Result<Option<String>, Diagnostic> {
    asked(folder, &["rev-parse", "--verify", "--quiet", "--end-of-options", &commit_of(revision)])
        .map_err(|error| if error.code == codes::GIT { error.of_revision(revision) } else { error })
}

/// The error for an unknown revision if there is one, else git's own error. Looks only after a failure, because each look-up
/// starts a git.
fn unless_unknown(folder: &Path, revisions: &[&str], error: Diagnostic) -> Diagnostic {
    for revision in revisions {
        match commit(folder, revision) {
            Ok(Some(_)) => {}
            Ok(None) => return no_commit(folder, revision),
            Err(error) => return error,
        }
    }
    error
}

/// The error for a revision that names no commit.
fn no_commit(folder: &Path, revision: &str) -> Diagnostic {
    let refused = |message| Diagnostic::error(codes::UNKNOWN_REVISION, message);
    let help = "name a branch, a tag or a commit that `git rev-parse` knows";
    if let Ok(Some(_)) = asked(folder, &["rev-parse", "--verify", "--quiet", "--end-of-options", revision]) {
        return refused(format!("{} is not a commit", quoted(revision))).help(help);
    }
    let unknown = refused(format!("git does not know the revision {}", quoted(revision))).help(help);
    match asked(folder, &["rev-parse", "--is-shallow-repository"]) {
        Ok(Some(is_shallow)) if is_shallow == "true" => {
            unknown.help("in a shallow clone, fetch it first: `git fetch --unshallow`")
        }
        _ => unknown,
    }
}
