//! What `portgen check --against` says before a merge, `portgen check` says after it, where git merges without a conflict.
//!
//! `PROPTEST_CASES` sets how many pairs of branches are tried instead of [`PAIRS`].

use super::outputs::{PORTS_TOML, commit, said};
use super::random::Random;
use crate::sandbox::Sandbox;
use crate::tries::seeds;

/// How many pairs are tried: some seconds.
const PAIRS: u32 = 40;

const SERVICES: [&str; 6] = ["web", "admin", "auth", "api", "mail", "files"];

fn base() -> String {
    let services = SERVICES.iter().enumerate().map(|(at, id)| {
        let (group, port) = if at < 2 { ("frontend", 3000 + at) } else { ("backend", 4000 + at) };
        format!("\n[services.{id}]\ndescription = \"Does {id}\"\ngroup = \"{group}\"\nport = {port}\n")
    });
    PORTS_TOML.to_owned() + &services.collect::<String>()
}

/// A table that anybody may add, in front of any other one.
const TABLES: [&str; 12] = [
    "[lints]\nplatform-port = \"allow\"\n",
    "[outputs]\ndisable = [\"k8s\"]\n",
    "[compose.volumes]\ndata = {}\n",
    "[groups.tools]\ntitle = \"Tools\"\n",
    "[ranges.tools]\nports = \"4060-4160\"\npurpose = \"Tools\"\n",
    "[ranges.more]\nports = \"5000-5009\"\npurpose = \"More\"\n",
    "[services.stock]\ngroup = \"backend\"\nport = 4010\n",
    "[services.orders]\ngroup = \"backend\"\nport = 4010\n",
    "[services.orders]\ngroup = \"backend\"\nport = 4011\n",
    "[services.late]\ngroup = \"backend\"\nport = 4090\ndepends-on = [\"mail\"]\n",
    "[services.a]\ngroup = \"backend\"\n\n[services.a.ports]\nmain = 4020\nb-c = 4021\n",
    "[services.a-b]\ngroup = \"backend\"\n\n[services.a-b.ports]\nmain = 4022\nc = 4023\n",
];

/// One person's edit of the text.
fn edited(text: &str, random: &mut Random) -> String {
    let blocks: Vec<&str> = text.split_inclusive("\n\n").collect();
    let id = *random.of(&SERVICES);
    match random.below(12) {
        0..=6 => {
            let (at, table) = (1 + random.below(blocks.len() - 1), *random.of(&TABLES));
            [&blocks[..at].concat(), table, "\n", &blocks[at..].concat()].concat()
        }
        7 => text.replacen(&format!("[services.{id}]\n"), &format!("[services.{id}]\ntitle = \"{id}!\"\n"), 1),
        8 => {
            let end = format!("Does {id}\"\n");
            text.replacen(&end, &format!("{end}title = \"{id}!\"\n"), 1)
        }
        9 => text.replacen("4000-4099", "4000-4049", 1),
        10 => {
            let is_it = |block: &&&str| !block.starts_with(&format!("[services.{id}]"));
            blocks.iter().filter(is_it).copied().collect()
        }
        _ => {
            let at = text.find(&format!("[services.{id}]")).map_or(0, |at| text[at..].find("port = ").unwrap() + at);
            let port = format!("port = {}\n#", 4010 + random.below(6));
            [&text[..at], &port, &text[at..]].concat()
        }
    }
}

/// A branch of `main` with some edits that leave ports.toml without a mistake; they are left out where they do not.
fn branch(sandbox: &Sandbox, name: &str, random: &mut Random) {
    sandbox.done(&format!("switch --quiet --create {name} main"));
    for _ in 0..1 + random.below(3) {
        let before = sandbox.text("ports.toml");
        sandbox.put("ports.toml", edited(&before, random));
        if !sandbox.portgen(["check"]).status.success() {
            sandbox.put("ports.toml", before);
        }
    }
    commit(sandbox);
}

#[test]
fn what_is_wrong_after_a_merge_is_said_before_it() {
    let seeds = seeds(PAIRS);
    let pairs = seeds.end - seeds.start;
    let repository = Sandbox::new();
    repository.done("init --quiet --initial-branch=main");
    repository.put("ports.toml", base());
    commit(&repository);
    let (mut right, mut wrong) = (0, 0);
    for seed in seeds {
        let (mut random, sandbox) = (Random::new(seed), repository.copy());
        branch(&sandbox, "theirs", &mut random);
        branch(&sandbox, "ours", &mut random);
        let foretold = sandbox.portgen(["check", "--against", "theirs"]);
        let merged = sandbox.command("git").args(["merge", "--quiet", "--no-commit", "theirs"]).output().unwrap();
        if !merged.status.success() {
            continue;
        }
        let after = sandbox.portgen(["check"]);
        let is_right = after.status.success();
        *if is_right { &mut right } else { &mut wrong } += 1;
        let context = || format!("seed {seed}: {}\nafter the merge: {}", said(&foretold), said(&after));
        assert_eq!(foretold.status.code(), Some(i32::from(!is_right)), "{}", context());
    }
    // Enough of each, or nothing was tried.
    assert!(right * 8 >= pairs && wrong * 8 >= pairs, "of {pairs} merges, {right} were right and {wrong} wrong");
}
