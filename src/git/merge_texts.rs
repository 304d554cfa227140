//! Merges texts with git, outside the user's repository.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::{env, fs};

use super::merges::anonymous;
use crate::diagnostic::{Diagnostic, codes, quoted};

/// Merges three versions of a file by lines, in a scratch repository without the user's settings. Returns `None` if git leaves a
/// conflict.
///
/// # Errors
/// git cannot be run, or the scratch repository cannot be made.
pub fn merged(base: &str, [ours, theirs]: [&str; 2]) -> Result<Option<String>, Diagnostic> {
    let scratch = tempfile::tempdir().map_err(impossible)?;
    let folder = scratch.path();
    let stream = stream(base, [ours, theirs]);
    let steps: [(&[&str], &str); 3] = [
        (&["init", "--quiet", "--template="], ""),
        (&["fast-import", "--quiet"], &stream),
        (&["checkout", "--quiet", "ours"], ""),
    ];
    for (arguments, input) in steps {
        if !succeeds(git(folder, arguments), input)? {
            return Err(impossible(format!("`git {}` failed", arguments[0])));
        }
    }
    if !succeeds(git(folder, &["merge", "--quiet", "--no-commit", "--no-ff", "theirs"]), "")? {
        return Ok(None);
    }
    fs::read_to_string(folder.join(FILE)).map(Some).map_err(impossible)
}

/// git in a scratch folder, without the user's repository and settings.
fn git(folder: &Path, arguments: &[&str]) -> Command {
    let mut git = Command::new("git");
    git.args(arguments).current_dir(folder);
    for (key, _) in env::vars_os() {
        if key.as_encoded_bytes().starts_with(b"GIT_") {
            git.env_remove(key);
        }
    }
    git.env("GIT_CONFIG_NOSYSTEM", "1").env("HOME", folder).env("XDG_CONFIG_HOME", folder).env("LC_ALL", "C");
    anonymous(git)
}

/// Whether git succeeds with this input. Exit code 1, as after a merge with conflicts, is `false`, not an error.
fn succeeds(mut git: Command, input: &str) -> Result<bool, Diagnostic> {
    let git = git.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::piped());
    let mut git = git.spawn().map_err(impossible)?;
    if let Some(mut stdin) = git.stdin.take() {
        // If git stops reading, its exit code and stderr say why.
        let _ = stdin.write_all(input.as_bytes());
    }
    let ended = git.wait_with_output().map_err(impossible)?;
    match ended.status.code() {
        Some(0) => Ok(true),
        Some(1) => Ok(false),
        _ => Err(impossible(String::from_utf8_lossy(&ended.stderr).lines().next().unwrap_or("it failed"))),
    }
}

#[expect(clippy::needless_pass_by_value, reason = "for `map_err`")]
fn impossible(why: impl ToString) -> Diagnostic {
    let folder = quoted(&env::temp_dir().to_string_lossy());
    let message = format!("git cannot merge in {folder}: {}", quoted(&why.to_string()));
    Diagnostic::error(codes::GIT, message).help("let git write there, or set TMPDIR to another folder")
}

/// The name of the merged file; any name would do.
const FILE: &str = "file";

/// The commit `base` and its children `ours` and `theirs`, as input of git-fast-import(1).
fn stream(base: &str, [ours, theirs]: [&str; 2]) -> String {
    let mut stream = String::new();
    for (name, text) in [("base", base), ("ours", ours), ("theirs", theirs)] {
        let _ = writeln!(stream, "commit refs/heads/{name}\ncommitter - <-> 0 +0000\ndata 0");
        if name != "base" {
            let _ = writeln!(stream, "from refs/heads/base");
        }
        let _ = writeln!(stream, "M 100644 inline {FILE}\ndata {}\n{text}", text.len());
    }
    stream
}
