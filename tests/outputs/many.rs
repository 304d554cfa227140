//! So many outputs that several threads make and compare them: what differs is found all the same.

use std::fmt::Write as _;
use std::fs;
use std::os::unix::fs::symlink;

use crate::sandbox::{Sandbox, contents};

const SERVICES: usize = 500;

/// A platform whose outputs are written.
fn written() -> Sandbox {
    let sandbox = Sandbox::new();
    let mut text = "version = 1\n[platform]\nname = \"Many\"\nid = \"many\"\n".to_owned();
    writeln!(text, "[ranges]\nall = {{ ports = \"10000-19999\", purpose = \"All\" }}").unwrap();
    for service in 0..SERVICES {
        writeln!(text, "[services.s{service}]\nport = {}", 12000 + service).unwrap();
    }
    sandbox.put("ports.toml", text.replace("12080", "11080"));
    run(&sandbox, "write", 0);
    let lock = sandbox.text("generated/portgen.lock");
    let outputs = lock.lines().filter(|line| line.contains("  ")).count();
    assert!(outputs > 2 * SERVICES, "{outputs}");
    assert_eq!(run(&sandbox, "diff", 0), ("".to_owned(), format!("portgen: no drift in {outputs} outputs\n")));
    sandbox
}

/// stdout and stderr.
fn run(sandbox: &Sandbox, command: &str, exit: i32) -> (String, String) {
    let output = sandbox.portgen(command.split(' '));
    let (out, err) = (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap());
    assert_eq!(output.status.code(), Some(exit), "{command}: {out}{err}");
    (out, err)
}

#[test]
fn every_kind_of_drift_is_found() {
    let sandbox = written();
    sandbox.put("generated/k8s/s7.yaml", sandbox.text("generated/k8s/s7.yaml") + "# mine\n");
    fs::remove_file(sandbox.file("generated/env/s499.env")).unwrap();
    sandbox.put("ports.toml", sandbox.text("ports.toml").replace("port = 12300\n", "port = 13300\n"));
    let (named, said) = run(&sandbox, "diff --name-only", 1);
    for name in ["env/s300.env", "env/s499.env", "k8s/s300.yaml", "k8s/s7.yaml", "portgen.lock"] {
        assert!(named.contains(&format!("generated/{name}\n")), "{name} is missing:\n{named}");
    }
    assert!(said.contains("edited by hand (the patch reverts the edit):\n  generated/k8s/s7.yaml\n"), "{said}");
    run(&sandbox, "write", 2);
    let before = contents(sandbox.state());
    run(&sandbox, "write --force", 0);
    let after = contents(sandbox.state());
    let changed = after.iter().filter(|(name, text)| before.get(*name) != Some(*text));
    assert_eq!(named, changed.map(|(name, _)| format!("{name}\n")).collect::<String>());
    run(&sandbox, "diff", 0);
}

#[test]
fn an_output_behind_a_symlink_is_refused_though_its_bytes_are_right() {
    let sandbox = written();
    fs::rename(sandbox.file("generated/env/s3.env"), sandbox.file("elsewhere")).unwrap();
    symlink("../../elsewhere", sandbox.file("generated/env/s3.env")).unwrap();
    let (_, said) = run(&sandbox, "diff", 2);
    assert!(said.contains("`generated/env/s3.env` cannot be read: it is a symlink"), "{said}");
}
