//! Runs every `tests/cases/*.case`: a project and what is done with it; the transcript is a snapshot.
//!
//! A case starts with steps, one a line, and goes on with the project's files, each behind `-- path --`:
//!
//! ```text
//! # a comment
//! $ portgen write                            runs portgen; output, exit code and changed files go into the transcript
//! replace ports.toml: 4001 => 4011           replaces a text that must be there
//! put env/.env: PORT=1\n                     writes a file; \n \r \t \\ and \xNN are escapes
//! git ARGUMENTS                              runs git, which has to succeed
//! fail git ARGUMENTS                         runs git, which has to fail
//! remove FILE    link FILE => TARGET    mkdir FOLDER    show FILE
//! -- ports.toml --
//! version = 1
//! ```
//!
//! What holds always is asserted at every step, whatever the snapshot says:
//! - exit 2: nothing was written;
//! - `write`, or a command that edits, ends with 0: `diff` ends with 0, and a second `write` leaves every byte and every time of writing alone;
//! - `diff`, `check`, `list`, `port`, `--dry-run`: nothing was written;
//! - `review` has no line: no file follows;
//! - `diff` ends with 1: `git apply` of the patch and `write` come to the same files.

use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::Stdio;

use crate::sandbox::{Sandbox, State, contents};

#[test]
fn cases() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let mut names: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    names.sort();
    assert!(names.len() > 20, "the cases are not where they should be");
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(concat!(env!("CARGO_MANIFEST_DIR"), "/snapshots"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    let failed: Vec<String> = names
        .iter()
        .filter_map(|path| {
            let name = path.file_stem().unwrap().to_string_lossy().into_owned();
            let run = || settings.bind(|| insta::assert_snapshot!(name.as_str(), transcript(path)));
            std::panic::catch_unwind(std::panic::AssertUnwindSafe(run)).is_err().then_some(name.clone())
        })
        .collect();
    assert!(failed.is_empty(), "failed cases: {failed:?}");
}

fn transcript(path: &Path) -> String {
    let bytes = fs::read(path).unwrap();
    let text = String::from_utf8(bytes).unwrap();
    let (steps, files) = text.split_at(text.find("\n-- ").map_or(text.len(), |at| at + 1));
    let sandbox = Sandbox::new();
    unpack(files, &sandbox);
    let mut out = String::new();
    for step in steps.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let _ = writeln!(out, "{step}");
        run(step, &sandbox, &mut out);
    }
    out
}

fn unpack(mut files: &str, sandbox: &Sandbox) {
    while let Some(rest) = files.strip_prefix("-- ") {
        let (name, rest) = rest.split_once(" --\n").unwrap();
        let end = if rest.starts_with("-- ") { 0 } else { rest.find("\n-- ").map_or(rest.len(), |at| at + 1) };
        sandbox.put(name, &rest[..end]);
        files = &rest[end..];
    }
}

fn run(step: &str, sandbox: &Sandbox, out: &mut String) {
    let (verb, rest) = step.split_once(' ').unwrap();
    match verb {
        "$" => portgen(rest, sandbox, out),
        "replace" => {
            let (name, rest) = rest.split_once(": ").unwrap();
            let (old, new) = rest.split_once(" => ").unwrap();
            let text = sandbox.text(name);
            assert!(text.contains(&unescaped_text(old)), "{step}: it is not there");
            sandbox.put(name, text.replace(&unescaped_text(old), &unescaped_text(new)));
        }
        "put" => {
            let (name, text) = rest.split_once(": ").unwrap();
            sandbox.put(name, unescaped(text));
        }
        "remove" => fs::remove_file(sandbox.file(rest)).unwrap(),
        "mkdir" => fs::create_dir_all(sandbox.file(rest)).unwrap(),
        "link" => {
            let (name, target) = rest.split_once(" => ").unwrap();
            fs::create_dir_all(sandbox.file(name).parent().unwrap()).unwrap();
            std::os::unix::fs::symlink(target, sandbox.file(name)).unwrap();
        }
        "show" => push_block(&sandbox.text(rest), out),
        "git" | "fail" => {
            let output = sandbox.git(rest.trim_start_matches("git "));
            let said = String::from_utf8_lossy(&output.stderr);
            assert!(output.status.success() == (verb == "git"), "{step}: {said}");
        }
        _ => panic!("no such step: {step}"),
    }
}

fn portgen(line: &str, sandbox: &Sandbox, out: &mut String) {
    let args: Vec<&str> = line.strip_prefix("portgen").unwrap().split_whitespace().collect();
    let before = state(sandbox);
    let output = sandbox.portgen(&args);
    let after = state(sandbox);
    let code = output.status.code().unwrap();
    let (stdout, stderr) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(!stderr.contains("panicked"), "{stderr}");
    let _ = writeln!(out, "exit {code}");
    for (name, text) in [("stdout", &stdout), ("stderr", &stderr)] {
        if !text.is_empty() {
            let _ = writeln!(out, "{name}:");
            push_block(text, out);
        }
    }
    if args.contains(&"init") && code != 2 {
        changed(&before, &after, out);
    } else if args.iter().any(|arg| WRITE.contains(arg)) && !args.contains(&"--dry-run") && code != 2 {
        changed(&before, &after, out);
        write_is_idempotent(sandbox);
    } else {
        assert_eq!(before, after, "`portgen {line}` ended with {code} and wrote");
    }
    if stderr.contains("portgen: 0 changes ") && !stderr.contains("makes no files to compare with") {
        assert!(stderr.contains("; 0 files follow"), "no line says why a file follows: {stderr}");
    }
    if args == ["diff"] && code == 1 {
        patch_is_what_write_does(&output.stdout, sandbox);
    }
}

/// The files; not when git has last been asked for one of its objects.
fn state(sandbox: &Sandbox) -> State {
    let mut state = sandbox.state();
    state.iter_mut().filter(|(name, _)| name.starts_with(".git/objects/")).for_each(|(_, (_, time))| *time = None);
    state
}

/// The commands that write the outputs.
const WRITE: [&str; 8] = ["write", "add", "move", "rename", "remove", "reserve", "unreserve", "except"];

fn changed(before: &State, after: &State, out: &mut String) {
    for (name, state) in after {
        match before.get(name) {
            None => writeln!(out, "+ {name}").unwrap(),
            Some(old) if old.0 != state.0 => writeln!(out, "~ {name}").unwrap(),
            Some(_) => {}
        }
    }
    before.keys().filter(|name| !after.contains_key(*name)).for_each(|name| writeln!(out, "- {name}").unwrap());
}

fn write_is_idempotent(sandbox: &Sandbox) {
    let state = sandbox.state();
    let diff = sandbox.portgen(["diff"]);
    assert_eq!(diff.status.code(), Some(0), "`diff` after `write`: {}", String::from_utf8_lossy(&diff.stderr));
    assert!(diff.stdout.is_empty());
    assert_eq!(sandbox.portgen(["write"]).status.code(), Some(0));
    assert_eq!(state, sandbox.state(), "a second `write` touched something");
}

fn patch_is_what_write_does(patch: &[u8], sandbox: &Sandbox) {
    let (patched, written) = (sandbox.copy(), sandbox.copy());
    let mut git = patched.command("git");
    let mut git = git.args(["apply", "--allow-empty"]).stdin(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    git.stdin.take().unwrap().write_all(patch).unwrap();
    let done = git.wait_with_output().unwrap();
    assert!(done.status.success(), "git apply: {}", String::from_utf8_lossy(&done.stderr));
    let write = written.portgen(["write", "--force", "--adopt"]);
    assert_eq!(write.status.code(), Some(0), "{}", String::from_utf8_lossy(&write.stderr));
    let files = |sandbox: &Sandbox| {
        contents(sandbox.state())
            .into_iter()
            .filter(|(name, _)| !name.ends_with('/') && !name.starts_with(".portgen-staging"))
            .collect::<Vec<_>>()
    };
    assert_eq!(files(&patched), files(&written), "`git apply` of the patch is not what `write` does");
}

fn push_block(text: &str, out: &mut String) {
    for line in text.split_inclusive('\n') {
        let _ = write!(out, "    {}", line.escape_debug_controls());
    }
    if !text.ends_with('\n') {
        out.push_str("<no line break>\n");
    }
}

trait EscapeControls {
    fn escape_debug_controls(&self) -> String;
}

impl EscapeControls for str {
    /// Control characters but the line break, and the byte order mark, as escapes: a snapshot is a text file.
    fn escape_debug_controls(&self) -> String {
        self.chars().fold(String::new(), |mut out, c| {
            if (c.is_control() && c != '\n') || c == '\u{feff}' {
                out.extend(c.escape_default());
            } else {
                out.push(c);
            }
            out
        })
    }
}

fn unescaped_text(text: &str) -> String {
    String::from_utf8(unescaped(text)).unwrap()
}

fn unescaped(text: &str) -> Vec<u8> {
    let mut out = Vec::new();
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        if byte != b'\\' {
            out.push(byte);
            continue;
        }
        match bytes.next().unwrap() {
            b'n' => out.push(b'\n'),
            b'r' => out.push(b'\r'),
            b't' => out.push(b'\t'),
            b'x' => {
                let hex: String = bytes.by_ref().take(2).map(char::from).collect();
                out.push(u8::from_str_radix(&hex, 16).unwrap());
            }
            other => out.push(other),
        }
    }
    out
}
