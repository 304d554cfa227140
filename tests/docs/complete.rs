//! Nothing is forgotten: every command, option, key, lint, template, format and kind of drift has its place in `docs/`.

use std::collections::BTreeSet;
use std::path::Path;

use clap::CommandFactory as _;
use portgen::allocation::{Level, facts};
use portgen::cli::Cli;
use portgen::formats::{FORMATS, Format};
use portgen::lints::LINTS;
use portgen::{manifest, report};
use serde_json::Value;

use super::{ROOT, Section, page, section};
use crate::expect::assert_holds;

const COMMANDS: &str = "docs/commands.md";

#[test]
fn every_command_has_its_section_with_its_options() {
    let mut cli = Cli::command();
    cli.build();
    let shared = section(COMMANDS, "Editing commands");
    let rows: BTreeSet<String> = section("README.md", "Commands").code.into_iter().collect();
    for command in cli.get_subcommands().filter(|command| !command.is_hide_set()) {
        let name = command.get_name();
        let own = section(COMMANDS, name);
        assert!(rows.contains(name), "the section `Commands` of README.md does not name `{name}`: add its row");
        let of_every_command =
            |option: &&clap::Arg| option.is_global_set() || ["help", "version"].contains(&option.get_id().as_str());
        let own_options = command.get_arguments().filter(|option| !of_every_command(option));
        let options: BTreeSet<String> = own_options.filter_map(|option| option.get_long()).map(str::to_owned).collect();
        for option in &options {
            let is_there = options_in(&own).contains(option) || options_in(&shared).contains(option);
            assert!(is_there, "the section `{name}` does not name `--{option}`");
        }
        let unknown: Vec<_> = options_in(&own).difference(&options).cloned().collect();
        assert!(unknown.is_empty(), "`portgen {name}` has no {unknown:?}");
    }
}

#[test]
fn every_global_option_is_named() {
    let shared = section(COMMANDS, "Options of every command");
    for option in Cli::command().get_opts() {
        let name =
            option.get_long().map_or_else(|| format!("-{}", option.get_short().unwrap()), |long| format!("--{long}"));
        assert!(shared.text.contains(&name), "{COMMANDS} does not name the option `{name}` of every command");
    }
}

/// The long options that stand in backticks.
fn options_in(section: &Section) -> BTreeSet<String> {
    let words = section.code.iter().flat_map(|code| code.split_whitespace());
    words.filter_map(|word| word.strip_prefix("--")).map(str::to_owned).collect()
}

/// The tables of ports.toml as its schema names them, and the sections of docs/ports-toml.md.
const TABLES: &[(&str, &str)] = &[
    ("Platform", "platform"),
    ("Range", "ranges"),
    ("Group", "groups"),
    ("Service", "services"),
    ("PortTable", "Bindings"),
    ("Binding", "Bindings"),
    ("KubernetesTable", "kubernetes"),
    ("Reserved", "reserved and retired"),
    ("Retired", "reserved and retired"),
    ("Outputs", "outputs"),
    ("ComposeOutput", "outputs"),
    ("References", "references"),
    ("Accept", "references"),
    ("Located", "references"),
    ("Instances", "instances"),
];

#[test]
fn every_key_of_ports_toml_has_its_place() {
    let schema = parsed(&manifest::schema());
    has_keys("Top level", &schema);
    has_keys("compose", &schema["properties"]["compose"]);
    let tables = schema["definitions"].as_object().unwrap().iter().filter(|(_, table)| table["properties"].is_object());
    for (name, table) in tables {
        let place = TABLES.iter().find(|(table, _)| table == name);
        let (_, heading) = place.unwrap_or_else(|| panic!("{name} has no section in docs/ports-toml.md"));
        has_keys(heading, table);
    }
}

fn has_keys(heading: &str, table: &Value) {
    let section = section("docs/ports-toml.md", heading);
    for key in table["properties"].as_object().unwrap().keys() {
        assert!(
            section.code.contains(key),
            "the section `{heading}` of docs/ports-toml.md does not name `{key}`: add its row"
        );
    }
}

#[test]
fn every_fact_that_templates_see_is_named() {
    let code = section("docs/templates.md", "Names").code;
    let of_services = facts::SERVICE.iter().filter_map(|field| field.template);
    for name in of_services.chain(facts::BINDING.iter().filter_map(|field| field.template)) {
        assert!(
            code.iter().any(|code| code == name),
            "the section `Names` of docs/templates.md does not name `{name}`"
        );
    }
}

#[test]
fn the_lints_are_those_that_there_are() {
    let rows: BTreeSet<String> = section("docs/ports-toml.md", "lints").rows.into_iter().collect();
    let codes: BTreeSet<String> = LINTS.iter().map(|lint| lint.code.to_string()).collect();
    assert_holds("the table of lints of docs/ports-toml.md", &rows, &codes);
    let page = super::page("docs/ports-toml.md");
    for lint in LINTS {
        let level = match lint.default {
            Level::Allow => "allow",
            Level::Warn => "warn",
            Level::Deny => "deny",
        };
        let fixed = if lint.fixed { ", fixed" } else { "" };
        let row = format!("| `{}` | {level}{fixed} | {} |", lint.code, lint.code.summary());
        assert!(page.contains(&row), "docs/ports-toml.md does not have this row:\n{row}");
    }
}

#[test]
fn every_built_in_template_has_its_row() {
    let code = section("docs/outputs.md", "Outputs").code;
    let blocks: Vec<String> =
        section("docs/your-files.md", "Blocks").rows.join(", ").split(", ").map(str::to_owned).collect();
    let root = Path::new(ROOT).join("templates");
    for template in ignore::Walk::new(&root).map(Result::unwrap).filter(|entry| entry.path().is_file()) {
        let name = template.path().strip_prefix(&root).unwrap().with_extension("");
        let name = name.to_str().unwrap();
        if let Some(block) = name.strip_prefix("blocks/") {
            assert!(blocks.iter().any(|row| row == block), "docs/your-files.md does not name `{block}`: add its row");
            continue;
        }
        assert!(code.iter().any(|code| code == name), "docs/outputs.md does not name `{name}`: add its row");
    }
}

#[test]
fn every_format_of_a_template_says_what_is_read() {
    let rows = section("docs/templates.md", "Checks").rows.join(", ");
    let example = section("docs/templates.md", "Templates").text;
    let (_, names) = example.split_once("\nformat: text").unwrap();
    let names = names.lines().next().unwrap().trim_start_matches([' ', '#']);
    let checks = page("docs/templates.md");
    for Format { name, places, .. } in FORMATS {
        assert!(checks.contains(&format!("| `{name}` | {places} |")), "docs/templates.md: the row `{name}` is another");
        assert!(rows.split(", ").any(|row| row == *name), "docs/templates.md: `Checks` has no row `{name}`");
        assert!(names.split(", ").any(|one| one == *name), "docs/templates.md: `format:` does not list `{name}`");
    }
}

#[test]
fn every_kind_of_drift_is_explained() {
    let schema = parsed(&report::schema());
    let kinds = schema["$defs"]["Change"]["properties"]["kind"]["enum"].as_array().unwrap();
    let kinds: Vec<&str> = kinds.iter().map(|kind| kind.as_str().unwrap()).collect();
    let rows = section("docs/machine-formats.md", "json").rows;
    assert_eq!(rows, kinds, "the rows of docs/machine-formats.md are the kinds of drift in their order");
}

/// As the crate makes it: the file in the repository may be of before.
fn parsed(schema: &str) -> Value {
    serde_json::from_str(schema).unwrap()
}
