//! What the pages show is what happens. Every `console` block is run in a copy of this repository's platform, one for each
//! section; what a page does not show to get there stands in a comment above the block, `<!-- before: ... -->`, as shell. A `toml` block
//! below `<!-- added to ports.toml -->` is added there.
//!
//! A line `...` stands for any number of lines.

use std::fs;
use std::path::Path;
use std::process::Command;

use pulldown_cmark::{CodeBlockKind, Event, Parser, Tag, TagEnd};

use super::{ROOT, page, pages};
use crate::sandbox::Sandbox;

#[test]
fn every_session_is_what_happens() {
    let (mut count, mut wrong) = (0, Vec::new());
    for name in pages() {
        let mut sandbox = None;
        for step in steps(&page(&name)) {
            match step {
                Step::Section => sandbox = None,
                Step::Before(script) => drop(shell(sandbox.get_or_insert_with(platform), &script)),
                Step::Session(session) => {
                    run(&name, sandbox.get_or_insert_with(platform), &session, &mut wrong);
                    count += 1;
                }
            }
        }
    }
    assert!(count > 5, "only {count} sessions were found");
    assert!(wrong.is_empty(), "{}\nwrite what happens into the page", wrong.join("\n\n"));
}

enum Step {
    Section,
    Before(String),
    Session(String),
}

fn steps(markdown: &str) -> Vec<Step> {
    let mut steps = Vec::new();
    let mut block: Option<String> = None;
    let mut is_added = false;
    for event in Parser::new(markdown) {
        match event {
            Event::Start(Tag::Heading { .. }) => steps.push(Step::Section),
            Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(language))) if &*language == "console" => {
                block = Some(String::new());
            }
            Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(language))) if &*language == "toml" && is_added => {
                block = Some(String::new());
            }
            Event::Start(Tag::HtmlBlock) => block = Some(String::new()),
            Event::Text(text) | Event::Html(text) => block.iter_mut().for_each(|block| block.push_str(&text)),
            Event::End(TagEnd::CodeBlock) if std::mem::take(&mut is_added) => {
                let added = block.take().unwrap_or_default();
                steps.push(Step::Before(format!("cat >> ports.toml <<'END'\n{added}END")));
            }
            Event::End(TagEnd::CodeBlock) => steps.extend(block.take().map(Step::Session)),
            Event::End(TagEnd::HtmlBlock) => {
                for html in block.take().unwrap_or_default().trim().split_inclusive("-->").map(str::trim) {
                    let script = html.strip_prefix("<!-- before:").and_then(|rest| rest.strip_suffix("-->"));
                    steps.extend(script.map(|script| Step::Before(script.to_owned())));
                    is_added |= html == "<!-- added to ports.toml -->";
                }
            }
            _ => {}
        }
    }
    steps
}

/// This repository's ports.toml and what is made from it, committed on `main`.
fn platform() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.put("ports.toml", fs::read(Path::new(ROOT).join("ports.toml")).unwrap());
    sandbox.done("init -q -b main");
    assert!(sandbox.portgen(["write"]).status.success());
    sandbox.done("add -A");
    sandbox.done("commit -q -m platform");
    sandbox
}

fn run(page: &str, sandbox: &Sandbox, session: &str, wrong: &mut Vec<String>) {
    let blocks =
        session.strip_prefix("$ ").unwrap_or_else(|| panic!("{page}: a session begins with a command:\n{session}"));
    for block in blocks.split("\n$ ") {
        let (command, expected) = block.split_once('\n').unwrap_or((block, ""));
        let actual = shell(sandbox, command);
        let (expected, actual): (Vec<&str>, Vec<&str>) = (expected.lines().collect(), actual.lines().collect());
        if !matches(&expected, &actual) {
            let (shown, happens) = (expected.join("\n"), actual.join("\n"));
            wrong.push(format!("{page}: $ {command}\nshown:\n{shown}\nwhat happens:\n{happens}"));
        }
    }
}

/// Whether the lines are those that are shown, where `...` stands for any.
fn matches(shown: &[&str], lines: &[&str]) -> bool {
    match shown {
        [] => lines.is_empty(),
        ["...", rest @ ..] => (0..=lines.len()).any(|skipped| matches(rest, &lines[skipped..])),
        [first, rest @ ..] => lines.first() == Some(first) && matches(rest, &lines[1..]),
    }
}

/// What a script prints, stdout and stderr as on a terminal; it finds portgen on the path.
fn shell(sandbox: &Sandbox, script: &str) -> String {
    let portgen = Path::new(env!("CARGO_BIN_EXE_portgen")).parent().unwrap();
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = [portgen.to_path_buf()].into_iter().chain(std::env::split_paths(&path));
    let mut command: Command = sandbox.command("sh");
    command.env("PATH", std::env::join_paths(folders).unwrap()).arg("-c").arg(format!("exec 2>&1\n{script}"));
    for who in ["AUTHOR", "COMMITTER"] {
        command.env(format!("GIT_{who}_NAME"), "A").env(format!("GIT_{who}_EMAIL"), "a@example.com");
    }
    command.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_NOSYSTEM", "1");
    String::from_utf8(command.output().unwrap().stdout).unwrap()
}
