//! An edit of an output by hand is there after whatever git does, and `portgen write` refuses to overwrite it.

use super::outputs::{Knowledge, change_port, commit, repository, said};
use crate::sandbox::Sandbox;

/// An output that every edit of the platform changes.
const EDITED: &str = "generated/docker-compose.yml";

/// The edits by hand: each takes a text, which stands in the file once, for another.
const BY_HAND: [(&str, &str); 3] = [
    ("\nservices:\n", "\nx-by-hand: 1\nservices:\n"),
    ("PORT: \"3002\"\n", "PORT: \"3002\"\n      BY_HAND: \"1\"\n"),
    ("      PORT: \"3002\"\n", ""),
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
