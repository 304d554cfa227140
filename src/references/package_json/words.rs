//! One command line cut into simple commands and words, as far as POSIX shells and cmd.exe agree.
//!
//! A word stays a slice of the line, quotes included, so that a number in it keeps its place. A quoted text may hold a
//! command line of its own (`concurrently "next dev -p 3000" "…"`); whoever wants it asks for [`Word::quotations`].

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
    /// The bytes `range` of it; empty where they are none of its.
    pub(super) fn part(self, range: Range<usize>) -> Self {
        Self { start: self.start + range.start, text: self.text.get(range).unwrap_or_default() }
    }

    /// It without the quotes around it.
    pub(super) fn unquoted(self) -> Self {
        match quotation(self.text, 0) {
            Some(quotation) if quotation.outer.end == self.text.len() => self.part(quotation.inner),
            _ => self,
        }
    }

    /// The quoted texts in it, without their quotes.
    pub(super) fn quotations(self) -> impl Iterator<Item = Self> {
        let mut at = 0;
        std::iter::from_fn(move || {
            while at < self.text.len() {
                if let Some(quotation) = quotation(self.text, at) {
                    at = quotation.outer.end;
                    return Some(self.part(quotation.inner));
                }
                at += 1;
            }
            None
        })
    }

    /// Whether it holds a quoted text of several words.
    pub(super) fn has_blank(self) -> bool {
        self.text.bytes().any(|byte| byte.is_ascii_whitespace())
    }

    /// What stands before and after its first `=`.
    pub(super) fn assignment(self) -> Option<(&'a str, Self)> {
        let at = self.text.bytes().position(|byte| byte == b'=')?;
        Some((&self.text[..at], self.part(at + 1..self.text.len())))
    }

    /// The port it is, where it is one as a person writes it: digits alone, no zero in front, 1 to 65535.
    pub(super) fn port(self) -> Option<Number> {
        let word = self.unquoted();
        let digits = !word.text.starts_with('0') && word.text.bytes().all(|byte| byte.is_ascii_digit());
        let port = word.text.parse().ok().filter(|_| digits)?;
        Some(Number { port, role: Role::Host, digits: word.start..word.start + word.text.len() })
    }

    /// The program it names: no folder, no version, no Windows extension (`npx serve@14`, `node_modules\.bin\tsc.cmd`).
    pub(super) fn program(self) -> &'a str {
        let folders = self.text.bytes().rposition(|byte| matches!(byte, b'/' | b'\\')).map_or(0, |slash| slash + 1);
        let name = &self.text[folders..];
        let name = &name[..name.bytes().position(|byte| byte == b'@').unwrap_or(name.len())];
        name.strip_suffix(".cmd").or_else(|| name.strip_suffix(".exe")).unwrap_or(name)
    }
}

/// What a command line is made of.
#[derive(Debug)]
pub(super) enum Token<'a> {
    /// A word of a simple command.
    Word(Word<'a>),
    /// The operator that ends a simple command: `&&`, `||`, `|`, `&`, `;`, a parenthesis, a backtick, a line break.
    End,
}

/// The words of `line` and the ends of its simple commands.
pub(super) fn tokens(line: Word<'_>) -> impl Iterator<Item = Token<'_>> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let bytes = line.text.as_bytes();
        at += bytes[at..].iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
        let start = at;
        if ends_command(*bytes.get(at)?) {
            at += 1;
            return Some(Token::End);
        }
        at = word_end(line.text, at);
        Some(Token::Word(line.part(start..at)))
    })
}

/// Where the word ends that starts at `start`.
fn word_end(line: &str, start: usize) -> usize {
    let bytes = line.as_bytes();
    let mut at = start;
    loop {
        at += bytes[at..].iter().take_while(|byte| PLAIN[usize::from(**byte)]).count();
        let Some(&byte) = bytes.get(at) else { return at };
        // `2>&1` redirects; it ends nothing.
        let redirects = byte == b'&' && at > start && bytes[at - 1] == b'>';
        if matches!(byte, b' ' | b'\t') || (ends_command(byte) && !redirects) {
            return at;
        }
        at = match quotation(line, at) {
            Some(quotation) => quotation.outer.end,
            None if byte == b'\\' && bytes.get(at + 1).is_some_and(u8::is_ascii) => at + 2,
            None => at + 1,
        };
    }
}

/// Bytes that neither end a word nor mean something to the one after them.
const PLAIN: [bool; 256] = {
    let mut plain = [true; 256];
    let mut byte = 0;
    while byte < 256 {
        plain[byte] = !ends_command(byte as u8) && !matches!(byte as u8, b' ' | b'\t' | b'"' | b'\'' | b'\\');
        byte += 1;
    }
    plain
};

const fn ends_command(byte: u8) -> bool {
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
