//! The UnifiedHealth Platform's own allocation: what this repository's `ports.toml` and `generated/` hold.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use crate::sandbox::Sandbox;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// This repository's ports.toml, templates and outputs, to be changed at will.
fn platform() -> Sandbox {
    let sandbox = Sandbox::new();
    for name in ["ports.toml", "templates", "generated"] {
        let done = sandbox.command("cp").arg("-r").arg(Path::new(ROOT).join(name)).arg(".").status().unwrap();
        assert!(done.success());
    }
    sandbox
}

fn ok(sandbox: &Sandbox, args: &[&str]) -> String {
    let output = sandbox.portgen(args);
    assert_eq!(output.status.code(), Some(0), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn what_is_committed_is_what_write_makes() {
    let sandbox = platform();
    let drift = sandbox.portgen(["diff"]);
    let said = String::from_utf8_lossy(&drift.stderr);
    assert!(drift.status.success(), "run `portgen write` in this repository, and commit what it makes:\n{said}");
    let before = sandbox.state();
    ok(&sandbox, &["write"]);
    assert_eq!(before, sandbox.state());
}

#[test]
fn the_document_has_the_tables_of_the_one_it_replaces() {
    let hand_kept = fs::read_to_string(Path::new(ROOT).join("tests/fixtures/hand-kept.md")).unwrap();
    let made = fs::read_to_string(Path::new(ROOT).join("generated/PORT_ALLOCATION.md")).unwrap();
    let sections: Vec<&str> = hand_kept.split("\n## ").skip(1).take(4).collect();
    assert_eq!(sections.iter().map(|section| section.matches("\n| ").count()).sum::<usize>(), 21 + 5 + 2 * 4);
    for section in sections {
        assert!(made.contains(&format!("\n## {}\n", section.trim_end())), "not byte for byte:\n{section}");
    }
}

#[test]
fn every_row_has_its_documented_port() {
    let listed: serde_json::Value = serde_json::from_str(&ok(&platform(), &["list", "--format", "json"])).unwrap();
    let ports: Vec<u64> =
        listed["services"].as_array().unwrap().iter().filter_map(|one| one["bindings"][0]["host"].as_u64()).collect();
    let documented = [
        3000, 3001, 3002, 3004, 4000, 4001, 4002, 4003, 4004, 4005, 3006, 4007, 4008, 4009, 5432, 6379, 9200, 9092,
        9090, 3100,
    ];
    assert_eq!(ports, documented);
    assert_eq!(listed["services"].as_array().unwrap().len(), 21);
}

#[test]
fn exactly_two_ports_are_outside_their_ranges_and_the_free_slot_is_offered() {
    let said = ok(&platform(), &["check"]);
    assert_eq!(said.matches("note[out-of-range]").count(), 2);
    assert_eq!(said.matches("\nwarning").count() + said.matches("\nerror").count(), 0);
    assert!(
        said.contains("3006") && said.contains("3100") && said.contains("`4006` is the first free port of `backend`"),
        "{said}"
    );
}

#[test]
fn a_new_service_gets_the_free_slot_and_is_one_table() {
    let sandbox = platform();
    let before = sandbox.text("ports.toml");
    let add = ["add", "billing-service", "--group", "backend", "--title", "Billing Service"];
    assert_eq!(ok(&sandbox, &add), "4006\n");
    let table = "[services.billing-service]\ntitle = \"Billing Service\"\ngroup = \"backend\"\nport = 4006\n\n";
    let after = sandbox.text("ports.toml");
    assert_eq!(after.replacen(table, "", 1), before);
    let at = after.find(table).unwrap();
    assert!(after[..at].contains("[services.imaging-service]") && after[at..].contains("[groups.infrastructure]"));
    ok(&sandbox, &["diff"]);
}

#[test]
fn one_changed_port_changes_only_the_lines_about_it() {
    let sandbox = platform();
    let text = sandbox.text("ports.toml");
    assert_eq!(text.matches("port = 4001\n").count(), 1);
    sandbox.put("ports.toml", text.replace("port = 4001\n", "port = 4011\n"));
    let output = sandbox.portgen(["diff"]);
    assert_eq!(output.status.code(), Some(1));
    let patch = String::from_utf8(output.stdout).unwrap();
    let mut files = BTreeSet::new();
    let mut file = String::new();
    for line in patch.lines() {
        if let Some(name) = line.strip_prefix("+++ b/") {
            file = name.to_owned();
            files.insert(file.clone());
        } else if (line.starts_with('+') || line.starts_with('-'))
            && !line.starts_with("---")
            && file != "generated/portgen.lock"
        {
            assert!(line.contains("4001") || line.contains("4011"), "{file}: {line}");
        }
    }
    let carriers: BTreeSet<String> =
        carriers("4001").into_iter().chain(["generated/portgen.lock".to_owned()]).collect();
    assert_eq!(files, carriers);
    assert!(files.len() >= 9, "{files:?}");
    let hashes = patch.split("diff --git").find(|part| part.contains("portgen.lock")).unwrap();
    let added: Vec<&str> = hashes.lines().filter(|line| line.starts_with('+') && !line.starts_with("+++")).collect();
    let (remembered, added): (Vec<&str>, Vec<&str>) = added.into_iter().partition(|line| line.starts_with("+#"));
    assert_eq!(remembered, ["+# auth-service http 4011 4001"]);
    assert!(added.iter().map(|line| line.split("  ").nth(1).unwrap().to_owned()).all(|path| files.contains(&path)));
}

/// The generated files that hold `number`.
fn carriers(number: &str) -> BTreeSet<String> {
    let sandbox = platform();
    sandbox
        .state()
        .into_iter()
        .filter(|(name, (bytes, _))| {
            name.starts_with("generated/")
                && name != "generated/portgen.lock"
                && String::from_utf8_lossy(bytes).contains(number)
        })
        .map(|(name, _)| name)
        .collect()
}
