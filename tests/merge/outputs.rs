//! Real git merges branches with their outputs: `portgen write` makes them again, without a hand and without leave.
//!
//! `PROPTEST_CASES` sets how many pairs of branches are tried instead of [`PAIRS`].

use std::process::Output;

use super::random::Random;
use crate::sandbox::{Sandbox, contents};
use crate::tries::seeds;

/// What git knows of portgen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Knowledge {
    /// Nothing: it merges every file by lines.
    Nothing,
    /// What .gitattributes says, and not what it means: a clone in which nobody ran `portgen init --git`.
    Attributes,
    /// Everything.
    All,
}

pub(super) const PORTS_TOML: &str = "version = 1

[platform]
name = \"Shop\"
id = \"shop\"

[ranges]
frontend = { ports = \"3000-3099\", purpose = \"Pages\" }
backend = { ports = \"4000-4099\", purpose = \"Servers\" }

[groups.frontend]
title = \"Frontend\"
ranges = [\"frontend\"]

[groups.backend]
title = \"Backend\"
ranges = [\"backend\"]
";

/// A platform with a commit and its outputs, in a repository that knows so much.
pub(super) fn repository(knowledge: Knowledge) -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.done("init --quiet --initial-branch=main");
    sandbox.put("ports.toml", PORTS_TOML);
    if knowledge != Knowledge::Nothing {
        portgen(&sandbox, "init --git");
    }
    if knowledge == Knowledge::Attributes {
        sandbox.done("config --remove-section merge.portgen");
    }
    for (at, id) in ["web", "admin", "kiosk", "auth", "api", "mail", "files", "search"].into_iter().enumerate() {
        let group = if at < 3 { "frontend" } else { "backend" };
        portgen(&sandbox, &format!("add {id} --group {group} --dir services/{id}"));
    }
    portgen(&sandbox, "write");
    commit(&sandbox);
    sandbox
}

pub(super) fn portgen(sandbox: &Sandbox, arguments: &str) {
    let output = sandbox.portgen(arguments.split(' '));
    assert!(output.status.success(), "portgen {arguments}: {}", said(&output));
}

pub(super) fn said(output: &Output) -> String {
    [&output.stdout, &output.stderr].map(|bytes| String::from_utf8_lossy(bytes)).join("\n")
}

pub(super) fn commit(sandbox: &Sandbox) {
    sandbox.done("add --all");
    sandbox.done("commit --quiet --allow-empty --message change");
}

/// Two branches, each with its edits committed; the first one is checked out.
fn branches(sandbox: &Sandbox, ours: &[String], theirs: &[String]) {
    for (name, edits) in [("theirs", theirs), ("ours", ours)] {
        sandbox.done(&format!("switch --quiet --create {name} main"));
        for edit in edits {
            // What an edit before it has made impossible is left out.
            let _ = sandbox.portgen(edit.split(' '));
        }
        assert!(sandbox.portgen(["diff"]).status.success());
        commit(sandbox);
    }
}

/// Whatever git has merged, `write` brings every output of the ports.toml that there is, and leaves no other one.
fn written_anew(sandbox: &Sandbox, context: &str) {
    let output = sandbox.portgen(["write"]);
    assert!(output.status.success(), "{context}: {}", said(&output));
    let anew = Sandbox::new();
    anew.put("ports.toml", sandbox.text("ports.toml"));
    portgen(&anew, "write");
    let outputs = |sandbox: &Sandbox| {
        let mut files = contents(sandbox.state());
        files.retain(|name, _| name.starts_with("generated/"));
        files
    };
    assert!(outputs(sandbox) == outputs(&anew), "{context}: other outputs than those of its ports.toml");
    commit(sandbox);
    portgen(sandbox, "diff --staged");
}

/// One person's commands.
fn edits(random: &mut Random, side: &str) -> Vec<String> {
    const IDS: [&str; 8] = ["web", "admin", "kiosk", "auth", "api", "mail", "files", "search"];
    let many = 1 + random.below(3);
    let edit = |at: usize| {
        let id = *random.of(&IDS);
        match random.below(8) {
            0 | 1 => format!("add {side}-{at} --group {} --depends-on {id}", random.of(&["frontend", "backend"])),
            2 => format!("move {id} --next"),
            3 => format!("move {id} {}", 4050 + random.below(40)),
            4 => format!("remove {id} --force"),
            5 => format!("rename {id} {side}-{id}"),
            6 => format!("reserve {} --reason kept", 4050 + random.below(40)),
            _ => format!("except {id} --reason accepted"),
        }
    };
    (0..many).map(edit).collect()
}

/// How many pairs are tried: some seconds.
const PAIRS: u32 = 12;

#[test]
fn whatever_two_branches_have_changed_their_outputs_are_made_again() {
    let seeds = seeds(PAIRS);
    let pairs = seeds.end - seeds.start;
    let known = [Knowledge::Nothing, Knowledge::Attributes, Knowledge::All];
    let repositories = known.map(|knowledge| (knowledge, repository(knowledge)));
    let mut conflicts = 0;
    for seed in seeds {
        let mut random = Random::new(seed);
        let (ours, theirs) = (edits(&mut random, "ours"), edits(&mut random, "theirs"));
        for (knowledge, repository) in &repositories {
            let context = format!("seed {seed}, {knowledge:?}, ours {ours:?}, theirs {theirs:?}");
            let sandbox = repository.copy();
            branches(&sandbox, &ours, &theirs);
            let merged = sandbox.git("merge --quiet --no-edit theirs").status.success();
            conflicts += u64::from(!merged);
            // Somebody decides: for one side where the two do not go together.
            if !sandbox.portgen(["check"]).status.success() {
                let side = if seed % 2 == 0 { "ORIG_HEAD" } else { "theirs" };
                sandbox.done(&format!("checkout --quiet {side} -- ports.toml"));
            }
            written_anew(&sandbox, &context);
        }
    }
    assert!((pairs / 2..pairs * 3).contains(&conflicts), "{conflicts} of {} merges are conflicts", pairs * 3);
}

pub(super) fn change_port(sandbox: &Sandbox, from: u16, to: u16) {
    let text = sandbox.text("ports.toml");
    sandbox.put("ports.toml", text.replace(&format!("port = {from}\n"), &format!("port = {to}\n")));
    portgen(sandbox, "write");
    commit(sandbox);
}

/// Which git merges here with an older strategy, that writes one file after another.
#[test]
fn a_patch_that_is_applied_by_merging_leaves_outputs_to_be_made_again() {
    let sandbox = repository(Knowledge::All);
    sandbox.done("switch --quiet --create theirs");
    change_port(&sandbox, 3002, 3090);
    let patch = sandbox.git("format-patch -1 --stdout").stdout;
    sandbox.done("switch --quiet --create ours main");
    change_port(&sandbox, 3002, 3051);
    sandbox.put(".git/change.patch", patch);
    assert!(!sandbox.git("am -3 .git/change.patch").status.success(), "ports.toml has no conflict");
    sandbox.done("checkout --quiet --theirs -- ports.toml");
    written_anew(&sandbox, "git am");
}
