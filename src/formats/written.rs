//! A text in a file: its value, and the place of each part of the value among quotes, escapes and line breaks.

use std::borrow::Cow;
use std::ops::Range;
use std::str::CharIndices;

use super::claim::{Number, Role, port};
use super::fault::Fault;

/// A scalar of YAML or JSON as its file writes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written<'t> {
    /// The value, borrowed if the file has it verbatim.
    pub value: Cow<'t, str>,
    /// Its bytes in the file, quotes included; of a block the lines, without what announces them.
    pub span: Range<usize>,
    file: &'t str,
    is_block: bool,
}

impl<'t> Written<'t> {
    /// The text `value` that `file` writes at `span`.
    pub fn new(value: Cow<'t, str>, span: Range<usize>, file: &'t str) -> Self {
        Self { value, span, file, is_block: false }
    }

    /// The lines of a block of YAML, which start at `span`.
    pub fn block(value: Cow<'t, str>, span: Range<usize>, file: &'t str) -> Self {
        Self { value, span, file, is_block: true }
    }

    /// The whole value as a port.
    pub fn port(&self, role: Role) -> Option<Number> {
        self.port_in(role, 0..self.value.len())
    }

    /// A part of the value as a port.
    pub fn port_in(&self, role: Role, part: Range<usize>) -> Option<Number> {
        let port = port(&self.value[part.clone()])?;
        Some(Number { port, role, digits: self.places().of(part) })
    }

    /// Whether YAML has it without quotes, and not as a block: what it is depends on how it looks.
    pub fn is_plain(&self) -> bool {
        let node = without_properties(self.file.get(self.span.clone()).unwrap_or_default());
        !self.is_block && !node.starts_with(['"', '\''])
    }

    /// A fault at this text.
    pub fn fault(&self, message: impl Into<String>) -> Fault {
        Fault::new(message, self.span.clone())
    }

    /// Finds where the file writes parts of the value.
    pub fn places(&self) -> Places<'_> {
        let whole = self.file.get(self.span.clone()).unwrap_or_default();
        // Lines of a block may look like anything.
        let node = if self.is_block { whole } else { without_properties(whole) };
        let (style, opening) = match node.as_bytes().first() {
            Some(b'"') if !self.is_block => (Style::DoubleQuoted, 1),
            Some(b'\'') if !self.is_block => (Style::SingleQuoted, 1),
            _ => (Style::Lines, 0),
        };
        let raw = &node[opening..];
        let first = self.span.start + whole.len() - raw.len();
        let is_verbatim = match &self.value {
            Cow::Borrowed(_) => true,
            Cow::Owned(value) => raw.starts_with(&**value),
        };
        let style = if is_verbatim { Style::Verbatim } else { style };
        Places { style, value: self.value.char_indices(), raw: raw.as_bytes(), first, at: 0 }
    }
}

/// The blanks and line breaks of YAML (1.2.2, 5.4 and 5.5) and JSON; a form feed is a character as any other.
const BLANKS: [char; 4] = [' ', '\t', '\n', '\r'];

/// How many of them a text starts with.
fn blanks(text: &[u8]) -> usize {
    text.iter().take_while(|byte| BLANKS.contains(&char::from(**byte))).count()
}

/// A YAML node without its tag and anchor.
fn without_properties(mut node: &str) -> &str {
    while node.starts_with(['!', '&']) {
        node = node.trim_start_matches(|c: char| !c.is_ascii_whitespace()).trim_ascii_start();
    }
    node
}

/// How the file writes a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Style {
    /// Verbatim.
    Verbatim,
    /// With backslashes, as in YAML 1.2.2, 5.7, and RFC 8259, section 7; lines may be folded.
    DoubleQuoted,
    /// With quotes doubled; lines may be folded.
    SingleQuoted,
    /// On several lines, indented.
    Lines,
}

/// Finds where a file writes the parts of one value, in ascending order.
#[derive(Debug)]
pub struct Places<'w> {
    style: Style,
    value: CharIndices<'w>,
    raw: &'w [u8],
    /// Where `raw` starts in the file.
    first: usize,
    /// How many bytes of `raw` belong to the consumed part of `value`.
    at: usize,
}

impl Places<'_> {
    /// The bytes of the file that write `part` of the value. `part` must not start before the end of the last one.
    pub fn of(&mut self, part: Range<usize>) -> Range<usize> {
        match self.style {
            Style::Verbatim => self.first + part.start..self.first + part.end,
            // A part starts after a folded line break before it, and ends before the next one.
            _ => self.reach(part.start)..self.reach(part.end),
        }
    }

    fn reach(&mut self, wanted: usize) -> usize {
        if self.at == 0 && self.style == Style::Lines {
            self.pass_blanks();
        }
        while self.value.offset() < wanted {
            let Some((_, c)) = self.value.next() else { break };
            self.at += self.continued_line();
            if BLANKS.contains(&c) && memchr::memchr2(b'\n', b'\r', self.blanks()).is_some() {
                self.pass_blanks();
            } else {
                self.at += written_length(self.style, self.rest(), c);
            }
        }
        self.first + self.at + self.continued_line()
    }

    /// Skips blanks and line breaks, both in the file and in the value. They may differ, because the value has the result of
    /// line folding.
    fn pass_blanks(&mut self) {
        self.at += self.blanks().len();
        while self.value.as_str().starts_with(BLANKS) {
            self.value.next();
        }
    }

    fn rest(&self) -> &[u8] {
        self.raw.get(self.at..).unwrap_or_default()
    }

    /// The blanks and line breaks that come next.
    fn blanks(&self) -> &[u8] {
        &self.rest()[..blanks(self.rest())]
    }

    /// The length of an escaped line break, with the indent of the next line: it adds nothing to the value.
    fn continued_line(&self) -> usize {
        match (self.style, self.rest()) {
            (Style::DoubleQuoted, [b'\\', b'\n' | b'\r', rest @ ..]) => 2 + blanks(rest),
            _ => 0,
        }
    }
}

/// How many bytes of the file write the character `c` at the start of `raw`.
fn written_length(style: Style, raw: &[u8], c: char) -> usize {
    match (style, raw) {
        (Style::DoubleQuoted, [b'\\', b'u', ..]) => 6 * c.len_utf16(),
        (Style::DoubleQuoted, [b'\\', b'U', ..]) => 10,
        (Style::DoubleQuoted, [b'\\', b'x', ..]) => 4,
        (Style::DoubleQuoted, [b'\\', ..]) | (Style::SingleQuoted, [b'\'', b'\'', ..]) => 2,
        _ => c.len_utf8(),
    }
}
