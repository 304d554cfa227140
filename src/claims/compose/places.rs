//! Where ports.toml writes what `compose` states.

use std::ops::Range;

use toml::de::DeTable;

use crate::allocation::Allocation;
use crate::diagnostic::Place;
use crate::manifest::document::{self, Parts, Step};
use crate::manifest::placeholder::placeholders;

use super::statements::Statement;

/// ports.toml and its values.
#[derive(Debug)]
pub(super) struct Places<'a> {
    pub(super) root: DeTable<'a>,
    allocation: &'a Allocation,
    /// Where each statement is written, by its number.
    spans: Vec<Range<usize>>,
}

impl<'a> Places<'a> {
    /// The places in ports.toml of all statements.
    pub(super) fn new(allocation: &'a Allocation, statements: &[Statement<'_>]) -> Self {
        let (root, _) = document::read(&allocation.source.text);
        let mut spans = Vec::with_capacity(statements.len());
        for of_value in statements.chunk_by(Statement::is_of_one_value) {
            push_spans(allocation, &root, of_value, &mut spans);
        }
        Self { root, allocation, spans }
    }

    /// The bytes of a statement's digits or placeholder, or of the whole value if no bytes write just these.
    pub(super) fn span(&self, statement: &Statement<'_>) -> Range<usize> {
        self.spans[statement.number].clone()
    }

    /// The place of a statement.
    pub(super) fn of(&self, statement: &Statement<'_>) -> Place {
        self.at(&self.span(statement))
    }

    /// Another place of ports.toml.
    pub(super) fn at(&self, span: &Range<usize>) -> Place {
        self.allocation.place(span)
    }
}

/// Adds where the statements of one value are written.
fn push_spans(
    allocation: &Allocation,
    root: &DeTable<'_>,
    statements: &[Statement<'_>],
    spans: &mut Vec<Range<usize>>,
) {
    let text = &allocation.source.text;
    let Some(value) = document::value_at(root, &path(allocation, &statements[0])) else {
        spans.extend(statements.iter().map(|_| 0..0));
        return;
    };
    let literal = value.span();
    let placeholder = text.get(literal.clone()).and_then(placeholder);
    let mut parts = Parts::new(text, literal.clone());
    for statement in statements {
        spans.push(if statement.is_placeholder {
            let inside = placeholder.clone().unwrap_or(0..literal.len());
            literal.start + inside.start..literal.start + inside.end
        } else {
            let digits = parts.of(statement.stated.digits.clone());
            let is_written = |digits: &Range<usize>| text[digits.clone()] == statement.stated.port.to_string();
            digits.filter(is_written).unwrap_or(literal.clone())
        });
    }
}

/// The keys and indices from the root of ports.toml to the value of a statement.
pub(super) fn path<'p>(allocation: &'p Allocation, statement: &Statement<'p>) -> Vec<Step<'p>> {
    let mut path = Vec::with_capacity(statement.stated.path.len() + 3);
    if let Some(service) = statement.service {
        path.extend([Step::Key("services"), Step::Key(&allocation.services[service].id)]);
    }
    path.push(Step::Key("compose"));
    path.extend_from_slice(&statement.stated.path);
    path
}

/// The first placeholder in a string as it is written.
fn placeholder(literal: &str) -> Option<Range<usize>> {
    placeholders(literal).into_iter().next().map(|first| first.span)
}
