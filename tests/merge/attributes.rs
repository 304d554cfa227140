//! `portgen init --git` tells git of the outputs, wherever ports.toml puts them.

use super::outputs::{PORTS_TOML, portgen, said};
use crate::sandbox::Sandbox;

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
