//! What shells and `man` are given: bash itself asks for what could stand on the command line.

use clap::CommandFactory as _;
use portgen::cli::Cli;

use crate::sandbox::Sandbox;

const PORTS_TOML: &str = r#"
version = 1
[platform]
name = "Shop"
id = "shop"
[ranges]
backend = { ports = "4000-4099", purpose = "APIs" }
jobs = { ports = "4100-4199", purpose = "Jobs" }
[groups.backend]
title = "Backend"
ranges = ["backend"]
[services.api]
group = "backend"
port = 4000
[services.kafka]
group = "backend"
ports = { broker = 4001, controller = 4002 }
"#;

fn shop(ports_toml: &str) -> Sandbox {
    let shop = Sandbox::new();
    shop.put("ports.toml", ports_toml);
    shop
}

/// What bash offers in the place of the last word, without options.
fn offered(shop: &Sandbox, words: &[&str]) -> Vec<String> {
    let [.., before, last] = words else { panic!("{words:?} have no one before") };
    let script = r#"source <(portgen completions bash)
        COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
        _clap_complete_portgen portgen "${@: -1}" "${@: -2:1}" && printf '%s\n' "${COMPREPLY[@]}""#;
    let bash = shop.calling("bash").args(["-c", script, "bash"]).args(words).output().unwrap();
    assert!(bash.status.success(), "{before} {last}: {}", String::from_utf8_lossy(&bash.stderr));
    let lines = String::from_utf8(bash.stdout).unwrap();
    lines.lines().filter(|line| !line.starts_with('-') && !line.is_empty()).map(str::to_owned).collect()
}

#[test]
fn bash_offers_what_ports_toml_says() {
    let shop = shop(PORTS_TOML);
    shop.put("web/src/main.ts", "");
    assert_eq!(offered(&shop, &["portgen", "move", ""]), ["api", "kafka", "kafka.broker", "kafka.controller"]);
    assert_eq!(offered(&shop, &["portgen", "remove", "a"]), ["api"]);
    assert_eq!(offered(&shop, &["portgen", "next", ""]), ["backend", "jobs"]);
    assert_eq!(offered(&shop, &["portgen", "add", "new", "--range", ""]), ["backend", "jobs"]);
    assert_eq!(offered(&shop, &["portgen", "explain", "duplicate-p"]), ["duplicate-port"]);
    assert_eq!(offered(&shop, &["portgen", "unres"]), ["unreserve"]);
    // From a folder below, and from elsewhere.
    assert_eq!(offered(&shop, &["portgen", "-C", "web/src", "show", "k"]), ["kafka"]);
    assert!(offered(&shop, &["portgen", "-C", "/", "show", "k"]).is_empty());
}

#[test]
fn a_name_that_is_no_id_is_not_put_on_the_command_line() {
    let hostile = PORTS_TOML.replace("[services.api]", "[services.\"$(touch was-run)\"]");
    let shop = shop(&hostile);
    assert!(String::from_utf8(shop.portgen(["check"]).stderr).unwrap().contains("error[invalid-"));
    assert!(offered(&shop, &["portgen", "move", ""]).is_empty());
    assert!(!shop.file("was-run").exists());
}

#[test]
fn every_command_has_a_man_page() {
    let shop = Sandbox::new();
    let written = shop.portgen(["man", "."]);
    assert!(written.status.success());
    for command in Cli::command().get_subcommands().filter(|command| !command.is_hide_set()) {
        let page = shop.text(&format!("portgen-{}.1", command.get_name()));
        assert!(page.contains(".SH SYNOPSIS") && page.contains(".SH OPTIONS"), "{page}");
    }
    assert!(shop.text("portgen.1").contains("portgen\\-move(1)"));
}

#[test]
fn every_example_of_help_is_a_command_line() {
    for command in Cli::command().get_subcommands_mut().filter(|command| !command.is_hide_set()) {
        let name = command.get_name().to_owned();
        if name == "merge-driver" {
            continue; // git calls it
        }
        command.build();
        let help = command.get_after_help().unwrap_or_else(|| panic!("{name} has no examples")).to_string();
        let lines: Vec<_> = help.lines().filter_map(|line| line.strip_prefix("  portgen ")).collect();
        assert!(!lines.is_empty(), "{name} has no examples");
        for line in lines {
            let words = line.split("  ").next().unwrap().split(['|', '>']).next().unwrap().replace('"', "");
            // A reason of several words is one word of the command line.
            let words = words.split(" --reason ").next().unwrap().split_whitespace();
            let reason = if line.contains("--reason") { ["--reason", "why"].as_slice() } else { &[] };
            let words = ["portgen"].into_iter().chain(words).chain(reason.iter().copied());
            if let Err(error) = Cli::of(words.map(Into::into)) {
                panic!("portgen {line}: {error}");
            }
        }
    }
}
