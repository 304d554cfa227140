//! Real git merges branches with their outputs: `portgen write` makes them again, without a hand and without leave.
//!
//! `PROPTEST_CASES` sets how many pairs of branches are tried instead of [`PAIRS`].

use std::process::Output;

use proptest::test_runner::Config;

use super::random::Random;
use crate::sandbox::{Sandbox, contents};

/// What git knows of portgen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Knowledge {
    /// Nothing: it merges every file by lines.
    Nothing,
    /// What .gitattributes says, and not what it means: a clone in which nobody ran `portgen init --git`.
    Attributes,
    /// Everything.
    All,
}

const PORTS_TOML: &str = "version = 1

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
fn repository(knowledge: Knowledge) -> Sandbox {
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

fn portgen(sandbox: &Sandbox, arguments: &str) {
    let output = sandbox.portgen(arguments.split(' '));
    assert!(output.status.success(), "portgen {arguments}: {}", said(&output));
}

fn said(output: &Output) -> String {
    [&output.stdout, &output.stderr].map(|bytes| String::from_utf8_lossy(bytes)).join("\n")
}

fn commit(sandbox: &Sandbox) {
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
const PAIRS: u64 = 12;

#[test]
fn whatever_two_branches_have_changed_their_outputs_are_made_again() {
    let pairs = std::env::var_os("PROPTEST_CASES").map_or(PAIRS, |_| u64::from(Config::default().cases));
    let known = [Knowledge::Nothing, Knowledge::Attributes, Knowledge::All];
    let repositories = known.map(|knowledge| (knowledge, repository(knowledge)));
    let mut conflicts = 0;
    for seed in 0..pairs {
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

/// An output that every edit of the platform changes.
const EDITED: &str = "generated/docker-compose.yml";

/// The edits by hand: each takes a text, which stands in the file once, for another.
const BY_HAND: [(&str, &str); 3] = [
    ("\nservices:\n", "\nx-by-hand: 1\nservices:\n"),
    ("\"PORT\": \"3002\"\n", "\"PORT\": \"3002\"\n      \"BY_HAND\": \"1\"\n"),
    ("      \"PORT\": \"3002\"\n", ""),
];

fn edit_by_hand(sandbox: &Sandbox, (from, to): (&str, &str)) {
    let text = sandbox.text(EDITED);
    assert_eq!(text.matches(from).count(), 1, "{from}");
    sandbox.put(EDITED, text.replacen(from, to, 1));
}

/// Where an edit by hand is made, and what git then does with it; the branch `other` has moved a service.
const WAYS: [(&str, &[&str]); 15] = [
    ("edited on our side", &["ours", "hand", "commit", "git merge --no-edit other"]),
    ("edited on their side", &["theirs", "hand", "commit", "ours", "git merge --no-edit theirs"]),
    ("rebased", &["ours", "hand", "commit", "git rebase other", "go on"]),
    ("picked", &["theirs", "hand", "commit", "ours", "git cherry-pick theirs"]),
    (
        "reverted away and back",
        &["ours", "hand", "commit", "git revert --no-edit HEAD", "move", "git revert --no-edit HEAD~1"],
    ),
    ("in a stash", &["ours", "hand", "git stash", "move", "git stash pop"]),
    ("in a stash of another branch", &["theirs", "hand", "git stash", "ours", "git stash pop"]),
    ("squashed", &["theirs", "hand", "commit", "ours", "git merge --squash theirs"]),
    ("after the merge", &["ours", "git merge --no-edit other", "solve", "hand"]),
    ("staged after the merge", &["ours", "git merge --no-edit other", "solve", "hand", "git add --all"]),
    ("committed after the merge", &["ours", "git merge --no-edit other", "solve", "hand", "commit"]),
    (
        "committed long before",
        &["ours", "git merge --no-edit other", "solve", "hand", "commit", "commit", "git merge theirs"],
    ),
    (
        "edited before both sides",
        &[
            "main",
            "hand",
            "commit",
            "theirs",
            "git merge --no-edit main",
            "ours",
            "git merge --no-edit main",
            "git merge --no-edit theirs",
        ],
    ),
    (
        "in a stash during a merge",
        &["ours", "hand", "git stash", "git merge --no-commit other", "solve", "git add --all", "git stash pop"],
    ),
    ("in a stash of a rebase", &["ours", "hand", "git rebase --autostash other", "go on"]),
];

#[test]
fn an_edit_by_hand_outlives_whatever_git_does() {
    for knowledge in [Knowledge::Nothing, Knowledge::Attributes, Knowledge::All] {
        let repository = repository(knowledge);
        for (branch, from, to) in [("theirs", 4002, 4060), ("other", 4004, 4070), ("ours", 4000, 4050)] {
            repository.done(&format!("switch --quiet --create {branch} main"));
            change_port(&repository, from, to);
        }
        for ((way, steps), by_hand) in WAYS.into_iter().flat_map(|way| BY_HAND.map(|edit| (way, edit))) {
            let context = format!("{way}, {knowledge:?}, {by_hand:?}");
            let sandbox = repository.copy();
            for step in steps {
                take(&sandbox, step, by_hand);
            }
            let output = sandbox.portgen(["write"]);
            let told = said(&output);
            assert!(output.status.code() == Some(2) && told.contains("hand-edited"), "{context}: {told}");
            assert!(told.contains(EDITED), "{context}: {told}");
            let is_there = match by_hand {
                (from, "") => !sandbox.text(EDITED).contains(from) || sandbox.text(EDITED).contains("<<<<<<<"),
                (_, to) => to.lines().all(|line| sandbox.text(EDITED).contains(line)),
            };
            assert!(is_there, "{context}: {}", sandbox.text(EDITED));
        }
    }
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

/// An output may be so small that an edit makes it equal to another one, or to what it once was.
#[test]
fn bytes_that_portgen_has_written_elsewhere_are_an_edit_too() {
    const SMALL: &str = "generated/env/admin.env";
    for knowledge in [Knowledge::Nothing, Knowledge::Attributes, Knowledge::All] {
        let sandbox = repository(knowledge);
        let edit = || sandbox.put(SMALL, sandbox.text("generated/env/web.env"));
        edit();
        sandbox.done("stash --quiet");
        change_port(&sandbox, 3001, 3060);
        assert!(!sandbox.git("stash pop").status.success(), "{knowledge:?}: what was stashed is dropped");
        sandbox.done("reset --quiet --hard");
        sandbox.done("switch --quiet --create theirs");
        change_port(&sandbox, 4000, 4050);
        sandbox.done("switch --quiet main");
        change_port(&sandbox, 4004, 4070);
        sandbox.git("merge --no-edit theirs");
        edit();
        let output = sandbox.portgen(["write"]);
        assert!(said(&output).contains(SMALL) && output.status.code() == Some(2), "{knowledge:?}: {}", said(&output));
    }
}

fn change_port(sandbox: &Sandbox, from: u16, to: u16) {
    let text = sandbox.text("ports.toml");
    sandbox.put("ports.toml", text.replace(&format!("port = {from}\n"), &format!("port = {to}\n")));
    portgen(sandbox, "write");
    commit(sandbox);
}

fn take(sandbox: &Sandbox, step: &str, by_hand: (&str, &str)) {
    match step {
        "hand" => edit_by_hand(sandbox, by_hand),
        "commit" => commit(sandbox),
        "move" => change_port(sandbox, 4001, 4080),
        // A rebase stops at each conflict, of portgen.lock as well.
        "go on" => {
            while sandbox.file(".git/rebase-merge").exists() {
                let _ = sandbox.portgen(["write"]);
                sandbox.done("add --all");
                sandbox.git("-c core.editor=true rebase --continue");
            }
        }
        // Where git has left a conflict in the file, their side is taken.
        "solve" => {
            let _ = sandbox.git(&format!("checkout --theirs -- {EDITED}"));
        }
        _ => match step.strip_prefix("git ") {
            // It may end with conflicts.
            Some(git) => drop(sandbox.git(git)),
            None => sandbox.done(&format!("switch --quiet {step}")),
        },
    }
}

/// What git says of how files are merged.
fn merged_how(sandbox: &Sandbox, paths: &[&str]) -> Vec<String> {
    let output = sandbox.command("git").args(["check-attr", "-z", "merge", "--"]).args(paths).output().unwrap();
    assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    let printed = String::from_utf8(output.stdout).unwrap();
    let fields: Vec<&str> = printed.split_terminator('\0').collect();
    fields.chunks(3).map(|three| three[2].to_owned()).collect()
}

#[test]
fn git_knows_the_outputs_whatever_their_folder_is_called() {
    for folder in ["out", "my out", "a[b]", "x*y", "what?", "#hash", "!gen", "! gen", "ünï/deep"] {
        let sandbox = Sandbox::new();
        sandbox.done("init --quiet");
        sandbox.put("ports.toml", format!("{PORTS_TOML}\n[outputs]\ndirectory = \"{folder}\"\n"));
        portgen(&sandbox, "init --git");
        let paths = ["env/.env", "portgen.lock"].map(|file| format!("{folder}/{file}"));
        assert_eq!(merged_how(&sandbox, &paths.each_ref().map(String::as_str)), ["portgen", "union"], "{folder}");
    }
}

#[test]
fn git_knows_the_outputs_however_ports_toml_says_where_they_are() {
    for outputs in [
        "[outputs]\ndirectory = 'out'",
        "[outputs] # here\n  directory=\"out\"",
        "[ outputs ]\n\"directory\" = \"o\\u0075t\"",
        "[outputs.paths]\n[outputs]\ndirectory = \"\"\"out\"\"\"",
    ] {
        let sandbox = Sandbox::new();
        sandbox.done("init --quiet");
        sandbox.put("ports.toml", format!("{PORTS_TOML}\n{outputs}\n"));
        portgen(&sandbox, "init --git");
        assert_eq!(merged_how(&sandbox, &["out/a", "out/portgen.lock"]), ["portgen", "union"], "{outputs}");
        assert_eq!(merged_how(&sandbox, &["generated/a"]), ["unspecified"], "{outputs}");
    }
}

#[test]
fn git_knows_the_outputs_that_lie_elsewhere() {
    let sandbox = Sandbox::new();
    sandbox.done("init --quiet");
    let paths = "[outputs.paths]\n\"docker-compose.yml\" = \"docker-compose.yml\"\n\"env/service.env\" = \"services/{{ service.id }}/ports.env\"\n";
    sandbox.put("ports.toml", format!("{PORTS_TOML}\n{paths}"));
    portgen(&sandbox, "init --git");
    portgen(&sandbox, "add web --group frontend --dir services/web");
    let moved = ["docker-compose.yml", "services/web/ports.env"];
    assert!(moved.iter().all(|path| sandbox.file(path).exists()));
    assert_eq!(merged_how(&sandbox, &moved), ["portgen", "portgen"]);
    assert_eq!(merged_how(&sandbox, &["services/docker-compose.yml", "services/web/.env"]), ["unspecified"; 2]);
}

#[test]
fn git_is_told_nothing_of_a_broken_ports_toml() {
    for outputs in
        ["[outputs]\ndirectory = 3", "[outputs]\ndirectory = \"../x\"", "[outputs", "[outputs.paths]\nno-such = \"x\""]
    {
        let sandbox = Sandbox::new();
        sandbox.done("init --quiet");
        sandbox.put("ports.toml", format!("{PORTS_TOML}\n{outputs}\n"));
        let before = sandbox.state();
        let output = sandbox.portgen(["init", "--git"]);
        assert_eq!(output.status.code(), Some(2), "{outputs}: {}", said(&output));
        assert_eq!(sandbox.state(), before);
    }
}
