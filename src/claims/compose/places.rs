//! Where ports.toml writes what `compose` states.

use std::ops::Range;

use toml::de::DeTable;

use crate::allocation::Allocation;
use crate::diagnostic::Place;
use crate::manifest::document::{self, Step};
use crate::manifest::placeholder::placeholders;

use super::statements::Statement;

/// ports.toml and its values.
#[derive(Debug)]
pub(super) struct Places<'a> {
    allocation: &'a Allocation,
    pub(super) root: DeTable<'a>,
}

impl<'a> Places<'a> {
    /// The places in ports.toml.
    pub(super) fn new(allocation: &'a Allocation) -> Self {
        Self { allocation, root: document::read(&allocation.source.text).0 }
    }

    /// The bytes of a statement's digits or placeholder, or of the whole value if no bytes write just these.
    pub(super) fn span(&self, statement: &Statement<'_>) -> Range<usize> {
        let path = path(self.allocation, statement);
        let Some(value) = document::value_at(&self.root, &path) else { return 0..0 };
        let text = &self.allocation.source.text;
        if statement.is_placeholder {
            let inside = text.get(value.span()).and_then(placeholder).unwrap_or(0..value.span().len());
            return value.span().start + inside.start..value.span().start + inside.end;
        }
        let digits = document::part_of(text, value.span(), statement.stated.digits.clone());
        let is_written = |digits: &Range<usize>| text[digits.clone()] == statement.stated.port.to_string();
        digits.filter(is_written).unwrap_or(value.span())
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
