//! Where the mistakes go while ports.toml is read.

use std::cell::RefCell;
use std::ops::Range as Span;
use std::sync::Arc;

use crate::diagnostic::{Code, Diagnostic, Place, Source, Text, quoted};

/// Collects mistakes; shared by everything that reads.
#[derive(Debug)]
pub(super) struct Report<'t> {
    source: &'t Arc<Source>,
    mistakes: RefCell<Vec<Diagnostic>>,
}

impl<'t> Report<'t> {
    pub(super) fn new(source: &'t Arc<Source>) -> Self {
        Self { source, mistakes: RefCell::new(Vec::new()) }
    }

    pub(super) fn source(&self) -> &'t Arc<Source> {
        self.source
    }

    pub(super) fn text(&self) -> &'t str {
        &self.source.text
    }

    pub(super) fn add(&self, mistake: Diagnostic) {
        self.mistakes.borrow_mut().push(mistake);
    }

    /// Reports a mistake at a place, which has a label, with what to do next.
    pub(super) fn refuse(
        &self,
        code: Code,
        message: String,
        (span, label): (Span<usize>, &str),
        help: impl Into<Text>,
    ) {
        self.add(Diagnostic::error(code, message).at(self.place(span), label).help(help));
    }

    pub(super) fn place(&self, span: Span<usize>) -> Place {
        Place::new(self.source, span)
    }

    /// What is written at a place, without secrets.
    pub(super) fn written(&self, span: &Span<usize>) -> &'t str {
        self.source.shown().get(span.clone()).unwrap_or_default()
    }

    /// The text of a value inside a message; where that may be a secret, without it.
    pub(super) fn quoted(&self, text: &str, span: &Span<usize>) -> String {
        quoted(if self.is_shown(span) { text } else { self.written(span) })
    }

    /// Whether all of it may be shown.
    pub(super) fn is_shown(&self, span: &Span<usize>) -> bool {
        self.source.text.get(span.clone()).unwrap_or_default() == self.written(span)
    }

    pub(super) fn into_mistakes(self) -> Vec<Diagnostic> {
        self.mistakes.into_inner()
    }
}
