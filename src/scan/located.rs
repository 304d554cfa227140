//! Places that `[[references.place]]` names.

use std::ops::Range;

use regex_lite::Regex;

use super::form::Form;
use super::names::Meant;
use super::readers::{self, File};
use super::statement::{Statement, View, Whose};
use crate::allocation::port_pattern::LONGEST_LINE;
use crate::allocation::references::{At, References};
use crate::formats::port;
use crate::formats::yaml::tree::{Id, Node, Tree};

/// Everything that a file states.
pub(super) struct Stated<'t> {
    /// Of which kind it is.
    pub(super) kind: &'static str,
    /// In the order of the file.
    pub(super) statements: Vec<Statement<'t>>,
    /// Those at places that ports.toml names, with whose they are.
    located: Vec<(Range<usize>, Meant)>,
}

impl<'t> Stated<'t> {
    /// Reads a file by its kind and at the places that ports.toml names.
    pub(super) fn read(file: &File<'t>, references: &References) -> Self {
        let (kind, mut statements) = readers::read(file);
        let mut located = Vec::new();
        for (one, meant) in places(file, references) {
            statements.retain(|known| known.digits != one.digits);
            located.push((one.digits.clone(), meant));
            statements.push(one);
        }
        if !located.is_empty() {
            statements.sort_by_key(|one| one.digits.start);
        }
        Self { kind, statements, located }
    }

    /// What forms find in a file that a program renders.
    pub(super) fn of_template(file: &File<'t>) -> Self {
        Self { kind: readers::TEMPLATE, statements: readers::in_template(file), located: Vec::new() }
    }

    /// Whose a statement is, if ports.toml names its place.
    pub(super) fn owner(&self, one: &Statement<'_>) -> Option<Meant> {
        self.located.iter().find(|(digits, _)| *digits == one.digits).map(|(_, meant)| *meant)
    }
}

/// What the places of a file state, with whose it is.
fn places<'t>(file: &File<'t>, references: &References) -> Vec<(Statement<'t>, Meant)> {
    let mut found = Vec::new();
    for located in references.places.iter().filter(|located| located.files.has(file.path)) {
        let digits = match &located.at {
            At::Pointer(pointer) => pointed(file.text, pointer).into_iter().collect(),
            At::Pattern(pattern) => matched(file.text, pattern),
        };
        for digits in digits {
            if let Some(port) = file.text.get(digits.clone()).and_then(port) {
                let statement = Statement::new(port, digits, View::Any, Whose::Own, Form::Place);
                found.push((statement, (located.service, located.binding)));
            }
        }
    }
    found
}

/// The scalar at a JSON pointer (RFC 6901), in JSON and YAML.
fn pointed(text: &str, pointer: &str) -> Option<Range<usize>> {
    let tree = Tree::read(text);
    let mut at: Id = *tree.documents.first()?;
    for part in pointer.split('/').skip(1) {
        let part = part.replace("~1", "/").replace("~0", "~");
        at = match tree.node(at) {
            Node::Mapping(_) => tree.get(at, &part)?,
            Node::Sequence(items) => *items.get(part.parse::<usize>().ok()?)?,
            Node::Scalar(_) => return None,
        };
    }
    let value = tree.scalar(at)?;
    Some(value.places().of(0..value.value.len()))
}

/// The first group of a pattern, or the one that is called `port`, in each line.
fn matched(text: &str, pattern: &Regex) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut start = 0;
    for line in text.split('\n') {
        if line.len() <= LONGEST_LINE {
            for captures in pattern.captures_iter(line) {
                if let Some(digits) = captures.name("port").or_else(|| captures.get(1)) {
                    found.push(start + digits.start()..start + digits.end());
                }
            }
        }
        start += line.len() + 1;
    }
    found
}
