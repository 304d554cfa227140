//! A command line cut into simple commands and words, as far as POSIX shells and cmd.exe agree.
//!
//! A word stays a slice of the line, quotes included, so that a number in it keeps its place.

use std::ops::Range;

use crate::formats::{Number, Role};

/// Backslashes before a quote at most: three levels of quoting within quoting (0, 1, 3, 7).
const MOST_BACKSLASHES: usize = 7;

/// A part of a command line.
#[derive(Clone, Copy, Debug)]
pub(super) struct Word<'a> {
    /// As written, quotes included.
    pub(super) text: &'a str,
    /// Where it starts in the script, in bytes.
    pub(super) start: usize,
}

impl<'a> Word<'a> {
    /// The bytes `range` of it; empty where it does not have them.
    pub(super) fn part(self, range: Range<usize>) -> Self {
        Self { start: self.start + range.start, text: self.text.get(range).unwrap_or_default() }
    }

    /// What follows its first `count` bytes.
    pub(super) fn after(self, count: usize) -> Self {
        self.part(count..self.text.len())
    }

    /// It without the quotes around it.
    pub(super) fn unquoted(self) -> Self {
        match quotation(self.text, 0) {
            Some(quotation) if quotation.outer.end == self.text.len() => self.part(quotation.inner),
            _ => self,
        }
    }

    /// The quoted texts in it, without their quotes: each may be a command line (`concurrently "next dev -p 3000" "…"`).
    pub(super) fn quotations(self) -> Vec<Self> {
        let mut found = Vec::new();
        let mut at = 0;
        while at < self.text.len() {
            let quotation = quotation(self.text, at);
            at = quotation.as_ref().map_or(at + 1, |quotation| quotation.outer.end);
            found.extend(quotation.map(|quotation| self.part(quotation.inner)));
        }
        found
    }

    /// Whether it holds a quoted text of several words.
    pub(super) fn has_blank(self) -> bool {
        self.text.bytes().any(|byte| byte.is_ascii_whitespace())
    }

    /// What stands before and after its first `=`.
    pub(super) fn assignment(self) -> Option<(&'a str, Self)> {
        let (name, _) = self.text.split_once('=')?;
        Some((name, self.after(name.len() + 1)))
    }

    /// The port it is, where it is one as a person writes it: digits alone, no zero in front, 1 to 65535.
    pub(super) fn port(self) -> Option<Number> {
        let word = self.unquoted();
        let port = crate::formats::port(word.text).filter(|_| !word.text.starts_with('0'))?;
        Some(Number { port, role: Role::Host, digits: word.start..word.start + word.text.len() })
    }

    /// The program it names: no folder, no version, no Windows extension (`npx serve@14`, `node_modules\.bin\tsc.cmd`).
    pub(super) fn program(self) -> &'a str {
        let name = self.text.rsplit(['/', '\\']).next().unwrap_or_default();
        let name = name.split('@').next().unwrap_or_default();
        name.strip_suffix(".cmd").or_else(|| name.strip_suffix(".exe")).unwrap_or(name)
    }
}

/// The simple commands of `line`, each as its words.
pub(super) fn commands(line: Word<'_>) -> Vec<Vec<Word<'_>>> {
    let bytes = line.text.as_bytes();
    let mut commands = vec![Vec::new()];
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let start = at;
        if ends_command(byte) {
            commands.push(Vec::new());
        } else if !is_blank(byte)
            && let Some(words) = commands.last_mut()
        {
            at = word_end(line.text, start);
            words.push(line.part(start..at));
            continue;
        }
        at += 1;
    }
    commands
}

/// Where the word ends that starts at `start`.
fn word_end(line: &str, start: usize) -> usize {
    let bytes = line.as_bytes();
    let mut at = start;
    while let Some(&byte) = bytes.get(at) {
        // `2>&1` redirects; it ends nothing.
        let redirects = byte == b'&' && at > start && bytes[at - 1] == b'>';
        if is_blank(byte) || (ends_command(byte) && !redirects) {
            return at;
        }
        at = match quotation(line, at) {
            Some(quotation) => quotation.outer.end,
            None if byte == b'\\' && bytes.get(at + 1).is_some_and(u8::is_ascii) => at + 2,
            None => at + 1,
        };
    }
    at
}

fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t')
}

/// `&&`, `||`, `|`, `&`, `;`, a parenthesis, a backtick, a line break.
fn ends_command(byte: u8) -> bool {
    matches!(byte, b'&' | b'|' | b';' | b'(' | b')' | b'`' | b'\n' | b'\r')
}

struct Quotation {
    outer: Range<usize>,
    inner: Range<usize>,
}

/// The quoted text that opens at byte `at`; none where none opens or its end is missing.
///
/// A quote within a quoted text is written with backslashes, so what opens one is a run of backslashes and a quote, and
/// the same closes it.
fn quotation(line: &str, at: usize) -> Option<Quotation> {
    let bytes = line.as_bytes();
    if !matches!(bytes.get(at), Some(b'\\' | b'"' | b'\'')) {
        return None;
    }
    let slashes = bytes[at..].iter().take(MOST_BACKSLASHES + 1).take_while(|byte| **byte == b'\\').count();
    let quote = *bytes.get(at + slashes).filter(|byte| slashes <= MOST_BACKSLASHES && matches!(byte, b'"' | b'\''))?;
    let open = at + slashes + 1;
    let mut run = 0;
    for (index, &byte) in bytes.iter().enumerate().skip(open) {
        if byte == quote && run == slashes {
            return Some(Quotation { outer: at..index + 1, inner: open..index - slashes });
        }
        run = if byte == b'\\' { run + 1 } else { 0 };
    }
    None
}
