//! The words of a command.

use std::ops::Range;

/// A word of a command.
#[derive(Clone, Debug)]
pub(super) struct Word<'t> {
    /// The element of the list that it is in; `None` if the command is one text.
    pub(super) element: Option<usize>,
    /// The text that it is in.
    pub(super) text: &'t str,
    /// Its bytes there.
    pub(super) span: Range<usize>,
    /// Which of the commands that a shell runs one after the other it belongs to.
    pub(super) command: usize,
}

impl<'t> Word<'t> {
    pub(super) fn as_str(&self) -> &'t str {
        &self.text[self.span.clone()]
    }

    /// The last part of a path.
    pub(super) fn program(&self) -> &'t str {
        self.as_str().rsplit('/').next().unwrap_or_default()
    }
}

/// Adds the words of a text: separated by blanks, quotes and the operators of a shell.
pub(super) fn add<'t>(element: Option<usize>, text: &'t str, words: &mut Vec<Word<'t>>) {
    let mut command = words.last().map_or(0, |last| last.command);
    let mut start = 0;
    for (at, c) in text.char_indices().chain([(text.len(), ' ')]) {
        let is_operator = matches!(c, ';' | '|' | '&' | '(' | ')' | '\n');
        if is_operator || c.is_whitespace() || matches!(c, '"' | '\'' | '`' | '<' | '>') {
            if start < at {
                words.push(Word { element, text, span: start..at, command });
            }
            start = at + c.len_utf8();
            command += usize::from(is_operator);
        }
    }
}
