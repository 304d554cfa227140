//! Where a text that should be TOML is none.

use std::collections::BTreeSet;

use toml_parser::{ErrorSink, ParseError};

/// So close to the last, a mistake is looked at for whether it is in the same line.
const CLOSE: usize = 64;

/// The mistakes of a text: of those that follow each other closely in a line, the first. Each byte of a line may be one.
pub(super) struct Mistakes<'t> {
    text: &'t str,
    /// Where they start and end.
    pub(super) ends: BTreeSet<usize>,
    /// The end of the last.
    told: usize,
}

impl<'t> Mistakes<'t> {
    pub(super) fn of(text: &'t str) -> Self {
        Self { text, ends: BTreeSet::new(), told: usize::MAX }
    }
}

impl ErrorSink for Mistakes<'_> {
    fn report_error(&mut self, mistake: ParseError) {
        self.ends.extend(mistake.context().into_iter().flat_map(|span| [span.start(), span.end()]));
        let Some(span) = mistake.unexpected() else { return };
        let is_in_line = |from: usize, to: usize| self.text.get(from..to).is_some_and(|text| !text.contains('\n'));
        let is_close = span.start() < self.told.saturating_add(CLOSE) && is_in_line(self.told, span.start());
        if !is_close || !is_in_line(span.start(), span.end()) {
            self.ends.extend([span.start(), span.end()]);
        }
        self.told = span.end();
    }
}
