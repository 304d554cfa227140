//! `[lints]` and `[outputs]`.

use std::collections::BTreeMap;
use std::ops::Range as Span;

use super::fields::Fields;
use super::groups::entries;
use super::value::{Owner, Value};
use crate::allocation::{Environment, Level, Outputs, ProjectName};
use crate::diagnostic::{Code, Diagnostic, codes, quoted};
use crate::lints::{self, LINTS};
use crate::manifest::keys;
use crate::path::{OutputPath, collision_key};
use toml::de::DeValue;

/// What portgen reads besides the outputs.
const READ: [&str; 2] = ["templates", "ports.toml"];

const LEVELS: &[(&str, Level)] = &[("allow", Level::Allow), ("warn", Level::Warn), ("deny", Level::Deny)];

/// The level of every lint: as `[lints]` sets it, else its default.
pub(super) fn lints(section: Option<Value<'_>>) -> BTreeMap<Code, Level> {
    let mut levels: BTreeMap<_, _> = LINTS.iter().map(|lint| (lint.code, lint.default)).collect();
    for (code, entry) in entries(section, "[lints]", "{ platform-port = \"allow\" }") {
        let Some(lint) = lints::find(code) else {
            entry.report.add(unknown_lint(code, entry));
            continue;
        };
        let Some(level) = entry.choice(LEVELS) else { continue };
        if lint.fixed && level < lint.default {
            let rest = "cannot be lowered: the outputs rely on it";
            entry.refuse(codes::FIXED_LINT, rest, "lowered", "remove this line");
            continue;
        }
        levels.insert(lint.code, level);
    }
    levels
}

fn unknown_lint(code: &str, entry: Value<'_>) -> Diagnostic {
    Diagnostic::error(codes::UNKNOWN_LINT, format!("there is no lint {}", quoted(code)))
        .at(entry.report.place(entry.key.key_span()), "unknown lint")
        .did_you_mean(code, LINTS.iter().map(|lint| lint.code.as_str()), "`portgen explain` lists the lints")
}

/// Where outputs go.
pub(super) fn outputs(section: Option<Value<'_>>) -> Option<Outputs> {
    let fields = section.and_then(|section| {
        Fields::read(section, Owner::Table("[outputs]"), keys::OUTPUTS, "{ directory = \"generated\" }")
    });
    let mut outputs = Outputs {
        directory: OutputPath::parse(Outputs::DIRECTORY).ok()?,
        disable: Vec::new(),
        enable: Vec::new(),
        project_name: ProjectName::default(),
        has_variables: false,
        is_without_variables: false,
        environment: None,
        paths: Vec::new(),
    };
    if let Some(fields) = fields {
        outputs.directory = fields.get("directory").and_then(directory).unwrap_or(outputs.directory);
        outputs.disable = fields.get("disable").map(|value| names(value, "[\"k8s\"]")).unwrap_or_default();
        outputs.enable = fields.get("enable").map(|value| names(value, "[\"compose.ports.yml\"]")).unwrap_or_default();
        outputs.paths = fields.get("paths").map(paths).unwrap_or_default();
        if let Some(section) = fields.get("compose") {
            compose(section, &mut outputs);
        }
    }
    Some(outputs)
}

/// `[outputs.compose]`.
fn compose(section: Value<'_>, outputs: &mut Outputs) {
    let example = "{ environment = \"none\" }";
    let owner = Owner::Table("[outputs.compose]");
    let Some(fields) = Fields::read(section, owner, keys::OUTPUTS_COMPOSE, example) else { return };
    outputs.environment = fields.get("environment").and_then(environment);
    if let Some(variables) = fields.get("variables") {
        match variables.raw() {
            DeValue::Boolean(true) => outputs.has_variables = true,
            DeValue::Boolean(false) => outputs.is_without_variables = true,
            _ => variables.wrong_type(
                "`true` or `false`",
                "write `variables = true` to have Compose publish ports under variables",
            ),
        }
    }
    let Some(name) = fields.get("name") else { return };
    match name.raw() {
        DeValue::Boolean(true) => {}
        DeValue::Boolean(false) => outputs.project_name = ProjectName::Folder,
        DeValue::String(text) if is_project_name(text) => outputs.project_name = ProjectName::Stated(text.to_string()),
        DeValue::String(_) => {
            let help = "write lower-case letters, digits, `-` and `_`, with a letter or a digit at the start";
            name.refuse(codes::INVALID_NAME, "cannot be the name of a Compose project", "not a name", help);
        }
        _ => name.wrong_type("a text or `false`", "write `name = false` to have Compose take that of the folder"),
    }
}

fn is_project_name(text: &str) -> bool {
    let is_word = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    text.bytes().next().is_some_and(is_word) && text.bytes().all(|byte| is_word(byte) || b"-_".contains(&byte))
}

/// What containers are told about ports.
pub(super) fn environment(value: Value<'_>) -> Option<Environment> {
    value.choice(&[Environment::None, Environment::Port, Environment::All].map(|one| (one.as_str(), one)))
}

/// A folder of portgen's own, in which nothing lies that it reads.
fn directory(value: Value<'_>) -> Option<OutputPath> {
    if matches!(value.raw().as_str(), Some("" | "." | "./")) {
        let rest = "is the folder of ports.toml itself";
        let help = "name a folder, and move what belongs beside ports.toml with `[outputs.paths]`";
        value.refuse(codes::INVALID_PATH, rest, "not a folder of its own", help);
        return None;
    }
    let path = value.output_path()?;
    let key = collision_key(path.as_str());
    let top = key.split('/').next().unwrap_or_default();
    if READ.iter().any(|read| collision_key(read) == top) {
        let rest = format!("is {}, where portgen reads", quoted(path.as_str()));
        let help = format!("write {}, or another folder", value.example("\"generated\""));
        value.refuse(codes::INVALID_PATH, &rest, "not a folder for outputs", help);
        return None;
    }
    Some(path)
}

/// Names of outputs, or of folders of them.
fn names(value: Value<'_>, example: &str) -> Vec<(String, Span<usize>)> {
    let names = value.strings(example);
    names.into_iter().filter_map(|(_, item)| Some((item.text()?, item.span()))).collect()
}

fn paths(value: Value<'_>) -> Vec<(String, String, Span<usize>)> {
    let entries = entries(Some(value), "[outputs.paths]", "{ \"PORT_ALLOCATION.md\" = \"docs/PORTS.md\" }");
    entries
        .filter(|(name, entry)| entry.visible(name, entry.key.key_span(), &[]))
        .filter_map(|(name, entry)| Some((name.to_owned(), entry.text()?, entry.span())))
        .collect()
}
