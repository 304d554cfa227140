//! What git makes of texts, apart from any repository of the user's.

use std::fmt::Write as _;
use std::io::Write as _;
use std::process::{Command, Stdio};
use std::{env, fs};

use super::merge::anonymous;

/// What git makes of three versions of a file that it merges by lines, in a repository of its own, where no setting of the user's
/// holds; none where it leaves a conflict or cannot be run.
pub fn merged(base: &str, [ours, theirs]: [&str; 2]) -> Option<String> {
    let scratch = tempfile::tempdir().ok()?;
    let git = |arguments: &[&str]| {
        let mut git = Command::new("git");
        git.args(["-c", "core.autocrlf=false"]).args(arguments).current_dir(scratch.path());
        for (key, _) in env::vars_os().filter(|(key, _)| key.to_str().is_some_and(|key| key.starts_with("GIT_"))) {
            git.env_remove(key);
        }
        for home in ["HOME", "XDG_CONFIG_HOME"] {
            git.env(home, scratch.path());
        }
        git.env("GIT_CONFIG_NOSYSTEM", "1").stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        anonymous(git)
    };
    let succeeds = |mut git: Command| git.status().is_ok_and(|status| status.success()).then_some(());
    succeeds(git(&["init", "--quiet"]))?;
    let mut import = git(&["fast-import", "--quiet"]).stdin(Stdio::piped()).spawn().ok()?;
    let written = import.stdin.take()?.write_all(stream(base, [ours, theirs]).as_bytes());
    import.wait().ok().filter(|ended| ended.success() && written.is_ok())?;
    succeeds(git(&["checkout", "--quiet", "ours"]))?;
    succeeds(git(&["merge", "--quiet", "--no-commit", "--no-ff", "theirs"]))?;
    fs::read_to_string(scratch.path().join(FILE)).ok()
}

/// The name of a file where the name does not matter.
const FILE: &str = "file";

/// The commits `base`, and `ours` and `theirs` that come from it, as git-fast-import(1) reads them.
fn stream(base: &str, [ours, theirs]: [&str; 2]) -> String {
    let commits = [("base", base, ""), ("ours", ours, "base"), ("theirs", theirs, "base")];
    let mut stream = String::new();
    for (name, text, parent) in commits {
        let _ = writeln!(stream, "commit refs/heads/{name}\ncommitter - <-> 0 +0000\ndata 0");
        if !parent.is_empty() {
            let _ = writeln!(stream, "from refs/heads/{parent}");
        }
        let _ = writeln!(stream, "M 100644 inline {FILE}\ndata {}\n{text}", text.len());
    }
    stream
}
