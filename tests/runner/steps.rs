//! The steps of a case, one after another.

use std::ffi::OsString;
use std::fmt::Write as _;
use std::fs;

use portgen::cli::Cli;

use super::case::Case;
use super::escapes::{escaped, unescaped, unescaped_text};
use super::listing::{Outputs, changed, without_lock};
use super::{counts, laws};
use crate::sandbox::{Sandbox, State};

/// Runs the case; its text with what the steps print today.
pub(super) fn run(case: &Case) -> String {
    let mut run = Run { sandbox: Sandbox::new(), outputs: Outputs::Hidden, out: case.head.clone() };
    case.files().for_each(|(name, text)| run.sandbox.put(name, text));
    for step in &case.steps {
        let _ = writeln!(run.out, "{step}");
        if !step.is_empty() && !step.starts_with('#') {
            run.step(step);
        }
    }
    run.out
}

struct Run {
    sandbox: Sandbox,
    outputs: Outputs,
    out: String,
}

impl Run {
    fn step(&mut self, step: &str) {
        let (verb, rest) = step.split_once(' ').unwrap_or((step, ""));
        match verb {
            "$" => self.portgen(rest),
            "show" => self.push_block(&self.sandbox.text(rest)),
            "git" => self.git(rest, true),
            "fail" => self.git(rest.strip_prefix("git ").unwrap(), false),
            "files" if rest.is_empty() => self.outputs = Outputs::Listed,
            "files" => self.outputs = Outputs::Below(rest.split(' ').map(str::to_owned).collect()),
            _ => self.file(verb, rest),
        }
    }

    /// What is done to one file.
    fn file(&self, verb: &str, rest: &str) {
        let sandbox = &self.sandbox;
        match verb {
            "replace" => replace(sandbox, rest),
            "put" => {
                let (name, text) = rest.split_once(": ").unwrap();
                sandbox.put(name, unescaped(text));
            }
            "crlf" => sandbox.put(rest, sandbox.text(rest).replace('\n', "\r\n")),
            "bom" => sandbox.put(rest, format!("\u{feff}{}", sandbox.text(rest))),
            "open" => sandbox.put(rest, sandbox.text(rest).trim_end_matches('\n')),
            "remove" if sandbox.file(rest).is_dir() => fs::remove_dir_all(sandbox.file(rest)).unwrap(),
            "remove" => fs::remove_file(sandbox.file(rest)).unwrap(),
            "mkdir" => fs::create_dir_all(sandbox.file(rest)).unwrap(),
            "link" => {
                let (name, target) = rest.split_once(" => ").unwrap();
                fs::create_dir_all(sandbox.file(name).parent().unwrap()).unwrap();
                std::os::unix::fs::symlink(target, sandbox.file(name)).unwrap();
            }
            _ => panic!("no such step: {verb} {rest}"),
        }
    }

    fn git(&self, arguments: &str, succeeds: bool) {
        let output = self.sandbox.git(arguments);
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success() == succeeds, "git {arguments}: {said}");
    }

    fn portgen(&mut self, line: &str) {
        let args: Vec<&str> = line.strip_prefix("portgen").unwrap().split_whitespace().collect();
        let before = state(&self.sandbox);
        let output = self.sandbox.portgen(&args);
        let after = state(&self.sandbox);
        let command = laws::Command { args: &args, output: &output, before: &before, after: &after };
        laws::hold(&command, &self.sandbox);
        let _ = writeln!(self.out, "exit {}", command.code());
        let (stdout, stderr) = match self.outputs {
            Outputs::Listed => (command.stdout().into_owned(), command.stderr().into_owned()),
            _ => (without_lock(&command.stdout()), counts::hidden(&command, &self.sandbox)),
        };
        for (name, text) in [("stdout", &stdout), ("stderr", &stderr)] {
            if !text.is_empty() {
                let _ = writeln!(self.out, "{name}:");
                self.push_block(text);
            }
        }
        self.out.push_str(&changed(&before, &after, &self.outputs));
    }

    fn push_block(&mut self, text: &str) {
        for line in text.split_inclusive('\n') {
            let _ = write!(self.out, "    {}", escaped(line));
        }
        if !text.ends_with('\n') {
            self.out.push_str("<no line break>\n");
        }
    }
}

fn replace(sandbox: &Sandbox, rest: &str) {
    let (name, rest) = rest.split_once(": ").unwrap();
    let (old, new) = rest.split_once(" => ").unwrap();
    let text = sandbox.text(name);
    assert!(text.contains(&unescaped_text(old)), "replace {rest}: it is not there");
    sandbox.put(name, text.replace(&unescaped_text(old), &unescaped_text(new)));
}

/// The files; not when git has last been asked for one of its objects.
fn state(sandbox: &Sandbox) -> State {
    let mut state = sandbox.state();
    state.iter_mut().filter(|(name, _)| name.starts_with(".git/objects/")).for_each(|(_, (_, time))| *time = None);
    state
}

/// Whether the command may write; none may that cannot be parsed.
pub(super) fn writes(args: &[&str]) -> bool {
    let words = ["portgen"].iter().chain(args).map(OsString::from);
    !args.contains(&"--dry-run") && Cli::of(words).is_ok_and(|cli| cli.command.writes())
}
