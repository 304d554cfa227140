//! Where the mistakes go while ports.toml is read.

use std::cell::{Cell, RefCell};
use std::ops::Range as Span;
use std::sync::Arc;

use crate::diagnostic::{Code, Diagnostic, Place, Source, Text, codes, quoted};
use crate::manifest::document::MOST_MISTAKES;

/// One more mistake than are told, so that it is known that there are more.
const ENOUGH: usize = MOST_MISTAKES + 1;

/// Collects mistakes; shared by everything that reads. A file can have one in each line: the first are kept.
#[derive(Debug)]
pub(super) struct Report<'t> {
    source: &'t Arc<Source>,
    mistakes: RefCell<Vec<Diagnostic>>,
    /// The byte from which on mistakes are no longer told.
    end: Cell<usize>,
}

impl<'t> Report<'t> {
    pub(super) fn new(source: &'t Arc<Source>) -> Self {
        Self { source, mistakes: RefCell::new(Vec::new()), end: Cell::new(usize::MAX) }
    }

    pub(super) fn source(&self) -> &'t Arc<Source> {
        self.source
    }

    pub(super) fn text(&self) -> &'t str {
        &self.source.text
    }

    pub(super) fn add(&self, mistake: Diagnostic) {
        if mistake.start() >= self.end.get() {
            return;
        }
        let mut mistakes = self.mistakes.borrow_mut();
        mistakes.push(mistake);
        if mistakes.len() >= 2 * ENOUGH {
            mistakes.sort_by_key(Diagnostic::start);
            mistakes.truncate(ENOUGH);
            self.end.set(mistakes.last().map_or(usize::MAX, Diagnostic::start));
        }
    }

    /// Whether a mistake at this byte would be told: to find out what is meant takes time.
    pub(super) fn tells(&self, at: usize) -> bool {
        at < self.end.get()
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

/// Leaves the first of many mistakes, which are in the order of the file, and says that there are more.
pub(super) fn leave_first(source: &Arc<Source>, mistakes: &mut Vec<Diagnostic>) {
    if let Some(next) = mistakes.get(MOST_MISTAKES) {
        let more = more(source, next.start(), "the next is here");
        mistakes.truncate(MOST_MISTAKES);
        mistakes.push(more);
    }
}

/// That there are more mistakes than are told, from the byte `at` on.
pub(super) fn more(source: &Arc<Source>, at: usize, label: &str) -> Diagnostic {
    let message = format!("ports.toml has more than {MOST_MISTAKES} mistakes");
    let more = Diagnostic::error(codes::SYNTAX, message).at(Place::new(source, at..at), label);
    more.help("mend the others first: is this the right file?")
}
