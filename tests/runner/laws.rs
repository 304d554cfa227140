//! What holds of every command in every case:
//!
//! - exit 2: nothing was written;
//! - `write`, or a command that edits, ends with 0: `diff` ends with 0, and a second `write` leaves every byte and every time of
//!   writing alone;
//! - `import` writes: `check` ends with 0;
//! - `diff`, `check`, `list`, `port`, `--dry-run`: nothing was written;
//! - `review` has no line: no file follows;
//! - `diff` ends with 1: `git apply` of the patch and `write` come to the same files;
//! - `merge-driver`: see `merges.rs`.

use std::borrow::Cow;
use std::io::Write as _;
use std::process::{Output, Stdio};

use super::listing::{Outputs, changed};
use super::{merges, steps};
use crate::sandbox::{Sandbox, State, contents};

/// A command that has been run.
pub(super) struct Command<'a> {
    pub(super) args: &'a [&'a str],
    pub(super) output: &'a Output,
    pub(super) before: &'a State,
    pub(super) after: &'a State,
}

impl Command<'_> {
    pub(super) fn code(&self) -> i32 {
        self.output.status.code().unwrap()
    }

    pub(super) fn stdout(&self) -> Cow<'_, str> {
        String::from_utf8_lossy(&self.output.stdout)
    }

    pub(super) fn stderr(&self) -> Cow<'_, str> {
        String::from_utf8_lossy(&self.output.stderr)
    }

    /// The folder in which it runs.
    pub(super) fn folder(&self) -> &str {
        if self.args.first() == Some(&"-C") { self.args[1] } else { "." }
    }

    pub(super) fn is(&self, name: &str) -> bool {
        self.args.contains(&name)
    }
}

pub(super) fn hold(command: &Command<'_>, sandbox: &Sandbox) {
    let stderr = command.stderr();
    assert!(!stderr.contains("panicked"), "{stderr}");
    if command.is("merge-driver") {
        return merges::hold(command, sandbox);
    }
    if !steps::writes(command.args) || command.code() == 2 {
        let changed = changed(command.before, command.after, &Outputs::Listed);
        let (args, code) = (command.args, command.code());
        assert!(
            command.before == command.after,
            "{args:?} ended with {code} and wrote; is it missing in `Command::writes` (src/cli.rs)?\n{changed}"
        );
    } else if command.is("scan") {
        fix_is_idempotent(sandbox);
    } else if command.is("import") {
        let check = sandbox.portgen(["-C", command.folder(), "check"]);
        assert_eq!(check.status.code(), Some(0), "`check` after `import`: {}", String::from_utf8_lossy(&check.stdout));
    } else if command.is("instance") {
        let changed = changed(command.before, command.after, &Outputs::Listed);
        let is_kept = |line: &str| line[2..].starts_with(".git/portgen-instance");
        assert!(changed.lines().all(is_kept), "a number is kept in the git directory alone:\n{changed}");
    } else if !command.is("init") {
        write_is_idempotent(sandbox, command.folder(), &stderr);
    }
    if stderr.contains("portgen: 0 changes ") && !stderr.contains("cannot be generated, so they are not compared") {
        assert!(stderr.contains("; 0 files follow"), "no line says why a file follows: {stderr}");
    }
    if command.args == ["diff"] && command.code() == 1 {
        patch_is_what_write_does(&command.output.stdout, sandbox);
    }
}

fn write_is_idempotent(sandbox: &Sandbox, folder: &str, said: &str) {
    let state = sandbox.state();
    let diff = sandbox.portgen(["-C", folder, "diff"]);
    // What only people can mend stays, and is said by both.
    let is_left = said.contains(" as before: `portgen scan`")
        || ["contradicting-port", "colliding-port", "stale-number"]
            .iter()
            .any(|code| said.contains(&format!("[{code}]")));
    let wanted = Some(i32::from(is_left));
    assert_eq!(diff.status.code(), wanted, "`diff` after `write`: {}", String::from_utf8_lossy(&diff.stderr));
    assert!(diff.stdout.is_empty());
    assert_eq!(sandbox.portgen(["-C", folder, "write"]).status.code(), Some(0));
    assert_eq!(state, sandbox.state(), "a second `write` touched something");
}

fn fix_is_idempotent(sandbox: &Sandbox) {
    let state = sandbox.state();
    sandbox.portgen(["scan", "--fix"]);
    assert_eq!(state, sandbox.state(), "a second `scan --fix` touched something");
}

fn patch_is_what_write_does(patch: &[u8], sandbox: &Sandbox) {
    let (patched, written) = (sandbox.copy(), sandbox.copy());
    let mut git = patched.command("git");
    let mut git = git.args(["apply", "--allow-empty"]).stdin(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    git.stdin.take().unwrap().write_all(patch).unwrap();
    let done = git.wait_with_output().unwrap();
    assert!(done.status.success(), "git apply: {}", String::from_utf8_lossy(&done.stderr));
    let write = written.portgen(["write", "--force", "--replace"]);
    assert_eq!(write.status.code(), Some(0), "{}", String::from_utf8_lossy(&write.stderr));
    let files = |sandbox: &Sandbox| {
        contents(sandbox.state())
            .into_iter()
            .filter(|(name, _)| !name.ends_with('/') && !name.starts_with(".portgen-staging"))
            .collect::<Vec<_>>()
    };
    assert_eq!(files(&patched), files(&written), "`git apply` of the patch is not what `write` does");
}
