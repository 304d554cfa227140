//! What each kind of file states about ports: one file a kind, one table.
//!
//! A kind that is parsed stands before [`text`], which reads everything else by forms. Its module is private: without its row it is unused
//! code, which the compiler reports.

mod ci;
mod compose;
mod compose_ports;
mod container;
mod dev_server;
mod devcontainer;
mod diagram;
mod dockerfile;
mod dotenv;
mod forms;
#[cfg(test)]
mod hostile;
mod json;
mod kubernetes;
mod launch;
mod markdown;
mod nearest;
mod nomad;
mod package_json;
mod processes;
mod proxy;
mod scheme;
mod settings;
mod terraform;
mod text;

use std::collections::HashSet;
use std::ops::Range;

use super::form::Form;
use super::statement::{Statement, View, Whose};
use crate::formats::yaml::tree::Tree;
use crate::formats::{Fault, port};

/// A file to be read.
#[derive(Clone, Copy, Debug)]
pub struct File<'t> {
    /// The path from the root.
    pub path: &'t str,
    /// The whole text.
    pub text: &'t str,
}

impl<'t> File<'t> {
    /// The last part of the path.
    pub fn name(&self) -> &'t str {
        self.path.rsplit('/').next().unwrap_or_default()
    }

    /// What stands behind the last point of the name; empty where it has none.
    pub fn extension(&self) -> &'t str {
        self.name().rsplit_once('.').map_or("", |(_, extension)| extension)
    }

    /// Whether the name says that it is YAML.
    fn is_yaml(&self) -> bool {
        matches!(self.extension(), "yml" | "yaml")
    }
}

/// One kind of file: a row of [`READERS`].
#[derive(Debug)]
pub struct Reader {
    /// The kind, as people call it.
    pub name: &'static str,
    /// What it states, in the order of the file; `None` if the file is not of this kind.
    pub read: for<'t> fn(&File<'t>) -> Option<Vec<Statement<'t>>>,
    /// How much it says of what its numbers mean.
    pub nature: Nature,
}

/// How much a file says of what its numbers mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Nature {
    /// It is parsed, and each key has its meaning.
    Structured,
    /// A program or a script: it is read by forms alone.
    Program,
    /// A text for people.
    Prose,
    /// Recorded data of a test: it need not be of now.
    Sample,
}

/// Folders of recorded data.
const SAMPLES: [&str; 9] = [
    "assets",
    "cassettes",
    "fixtures",
    "mocks",
    "__mocks__",
    "snapshots",
    "__snapshots__",
    "testdata",
    "vcr_cassettes",
];

/// The nature of a file of a kind.
pub fn nature(file: &File<'_>, kind: &str) -> Nature {
    // Compose files and manifests in such a folder are started from there.
    let is_data = file.extension() == "json" || (file.is_yaml() && kind == SETTINGS);
    let is_sample = is_data && file.path.split('/').any(|folder| SAMPLES.contains(&folder));
    let reader = READERS.iter().find(|reader| reader.name == kind).filter(|_| !is_sample);
    reader.map_or(Nature::Sample, |reader| reader.nature)
}

/// The kinds that others tell by their names.
pub const COMPOSE: &str = "Compose file";
/// A manifest of Kubernetes.
pub const MANIFEST: &str = "Kubernetes manifest";
/// A document.
pub const MARKDOWN: &str = "Markdown";
/// A manifest that a program renders.
pub const TEMPLATE: &str = "template";
/// What forms alone read.
pub const TEXT: &str = "text";
/// Settings in YAML and JSON.
const SETTINGS: &str = "settings";
/// A workflow of GitHub and its like.
pub const WORKFLOW: &str = "CI workflow";

const fn row(name: &'static str, read: for<'t> fn(&File<'t>) -> Option<Vec<Statement<'t>>>, nature: Nature) -> Reader {
    Reader { name, read, nature }
}

/// Every kind; the first that a file is of reads it.
pub const READERS: &[Reader] = &[
    row(COMPOSE, compose::read, Nature::Structured),
    row("Dockerfile", dockerfile::read, Nature::Structured),
    row("env file", dotenv::read, Nature::Structured),
    row(MANIFEST, kubernetes::read, Nature::Structured),
    row("package.json", package_json::read, Nature::Structured),
    row(WORKFLOW, ci::read, Nature::Program),
    row("devcontainer.json", devcontainer::read, Nature::Program),
    row("launch settings", launch::read, Nature::Program),
    row("dev server", dev_server::read, Nature::Program),
    row("process list", processes::read, Nature::Program),
    row("proxy configuration", proxy::read, Nature::Structured),
    row(SETTINGS, settings::read, Nature::Structured),
    row("Terraform", terraform::read, Nature::Program),
    row("Nomad", nomad::read, Nature::Program),
    row(MARKDOWN, markdown::read, Nature::Prose),
    row("diagram", diagram::read, Nature::Prose),
    row(TEXT, text::read, Nature::Program),
];

/// What a reader found in a file, and what forms find elsewhere in it.
fn with_forms<'t>(file: &File<'t>, mut found: Vec<Statement<'t>>) -> Vec<Statement<'t>> {
    let known: HashSet<usize> = found.iter().map(|one| one.digits.start).collect();
    let mut others = Vec::new();
    forms::read(file, 0..file.text.len(), &mut others);
    found.extend(others.into_iter().filter(|one| !known.contains(&one.digits.start)));
    found
}

/// Whether a file of this name is a Compose file, whatever is in it.
pub fn is_stack(name: &str) -> bool {
    compose::is_named(name)
}

/// What stands before `_PORT` in the name of a variable of a port, without the word for a side of a mapping; `None` if it says nothing.
pub fn before_port(name: &str) -> Option<&str> {
    dotenv::name_of(name).map(|(prefix, _)| prefix).filter(|prefix| !prefix.is_empty())
}

/// Where a `launchSettings.json` has its project listen with TLS: the port, and the bytes of its digits.
pub fn secure_of_launch(file: &File<'_>) -> Option<(u16, Range<usize>)> {
    launch::secure(file)
}

/// What forms find in a file that a program renders.
pub fn in_template<'t>(file: &File<'t>) -> Vec<Statement<'t>> {
    let mut out = Vec::new();
    forms::read(file, 0..file.text.len(), &mut out);
    out.into_iter().map(Statement::weak).collect()
}

/// The languages and the insides of the blocks of code in a document.
pub fn code_blocks(text: &str) -> Vec<(&str, Range<usize>)> {
    markdown::block::blocks(text)
}

/// The numbers that a program listens on by itself.
pub fn listened(program: &str) -> HashSet<u16> {
    let (_, statements) = read(&File { path: "program.ts", text: program });
    let is_own =
        |one: &&Statement<'_>| one.whose == Whose::Own && matches!(one.form, Form::Listen | Form::Named | Form::Option);
    statements.iter().filter(is_own).map(|one| one.port).collect()
}

/// Whether a file is a test, whose numbers are its own.
pub fn is_test(file: &File<'_>) -> bool {
    forms::Language::of(file) == forms::Language::Test
}

/// What hides a part of a file of this kind from its reader; of a manifest all but what forms find.
pub fn mistake(file: &File<'_>, kind: &str) -> Option<Fault> {
    match kind {
        COMPOSE => Tree::read(file.text).mistake,
        MANIFEST => None,
        _ => kubernetes::mistake(file),
    }
}

/// Whether a workflow starts the platform as developers do: `docker compose up`.
pub fn starts_stack(file: &File<'_>) -> bool {
    file.text.lines().any(|line| line.contains("compose ") && line.contains(" up"))
}

/// Whether a file says how tests are run, and what is started for them: `playwright.config.ts`.
pub fn runs_tests(file: &File<'_>) -> bool {
    const RUNNERS: [&str; 8] = ["cypress", "jest", "karma", "nightwatch", "playwright", "protractor", "vitest", "wdio"];
    let mut parts = file.name().split('.');
    parts.next().is_some_and(|first| RUNNERS.contains(&first))
        && parts.next().is_some_and(|second| matches!(second, "config" | "conf" | "json"))
}

/// Whether a file is a manifest only once a program has rendered it.
pub fn is_template(file: &File<'_>) -> bool {
    kubernetes::is_template(file)
}

/// What a file states, in its order, and the kind that it is of.
pub fn read<'t>(file: &File<'t>) -> (&'static str, Vec<Statement<'t>>) {
    for reader in READERS {
        if let Some(mut statements) = (reader.read)(file) {
            // Digits that a file writes as escapes cannot be replaced.
            statements.retain(|one| file.text.get(one.digits.clone()).and_then(port) == Some(one.port));
            statements.sort_by_key(|one| (one.digits.start, one.digits.end));
            statements.dedup_by(|next, one| next.digits == one.digits && next.whose == one.whose);
            for one in statements.iter_mut().filter(|one| one.form == Form::Address && one.view == View::Host) {
                one.of_scheme = scheme::port(&file.text[..one.digits.start]);
            }
            return (reader.name, statements);
        }
    }
    ("", Vec::new())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the reader `name` finds in a file, in words: `h4001 auth` for a host port of `auth`, with `?` where it is weak and `!` where it
    /// takes the number on the machine.
    pub(in crate::scan::readers) fn said(name: &str, path: &str, text: &str) -> String {
        let (kind, statements) = read(&File { path, text });
        assert_eq!(kind, name, "{text}");
        let mut words = Vec::new();
        for one in statements {
            assert_eq!(text[one.digits.clone()], one.port.to_string(), "{text}");
            let whose = match &one.whose {
                Whose::Own => "own".to_owned(),
                Whose::Named(name) => name.to_string(),
                Whose::Sample(name, image) => format!("{name} of <{image}>"),
                Whose::Image(name, image) => format!("{name} of image <{image}>"),
                Whose::Host(host) => format!("@{host}"),
                Whose::Local => "local".to_owned(),
                Whose::LocalOf(name) => format!("local of {name}"),
                Whose::LocalIn(text) => format!("local in <{text}>"),
                Whose::Inside(name) => format!("inside {name}"),
                Whose::Variable(name) => format!("${name}"),
                Whose::VariableOf(name, own) => format!("${name} of {own}"),
                Whose::Process(name) => name.to_string(),
                Whose::Under(heading) => format!("under <{heading}>"),
                Whose::Stage(name) => format!("stage {name}"),
                Whose::Either(name, other) => format!("{name} or {other}"),
            };
            let view = match one.view {
                View::Host => "h",
                View::Container => "c",
                View::Service => "s",
                View::Node => "n",
                View::Listen => "l",
                View::Network => "w",
                View::Any => "a",
            };
            let marks = [if one.is_strong { "" } else { "?" }, if one.publishes { "!" } else { "" }].concat();
            words.push(format!("{view}{} {whose}{marks}", one.port));
        }
        words.join(", ")
    }
}
