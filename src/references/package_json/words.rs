//! Splits a command line into simple commands and words, as far as POSIX shells and cmd.exe agree.
//!
//! A word is a slice of the line, quotes included, so that a number in it keeps its place.

use std::collections::HashMap;
use std::ops::Range;

use crate::formats::{Number, Role};

/// The most backslashes before a quote: three levels of quoting within quoting (0, 1, 3, 7).
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
    /// The bytes `range` of the word; empty if the word is shorter.
    pub(super) fn part(self, range: Range<usize>) -> Self {
        Self { start: self.start + range.start, text: self.text.get(range).unwrap_or_default() }
    }

    /// The word after its first `count` bytes.
    pub(super) fn after(self, count: usize) -> Self {
        self.part(count..self.text.len())
    }

    /// The word without the quotes around it.
    pub(super) fn unquoted(self) -> Self {
        match Quotes::of(self.text).quotation(0) {
            Some(quotation) if quotation.outer.end == self.text.len() => self.part(quotation.inner),
            _ => self,
        }
    }

    /// The quoted texts and substitutions in it, without their quotes: each may be a command line (`concurrently "next dev -p 3000" "…"`,
    /// `kill $(lsof -ti:3000)`).
    pub(super) fn quotations(self) -> Vec<Self> {
        let mut found = Vec::new();
        let mut quotes = Quotes::of(self.text);
        let mut at = 0;
        while at < self.text.len() {
            let quotation = quotes.opening(at);
            at = quotation.as_ref().map_or(at + 1, |quotation| quotation.outer.end);
            found.extend(quotation.map(|quotation| self.part(quotation.inner)));
        }
        found
    }

    /// Its bytes in the script.
    pub(super) fn span(self) -> Range<usize> {
        self.start..self.start + self.text.len()
    }

    /// The parts between any of these characters.
    pub(super) fn split(self, separators: &'static [char]) -> impl Iterator<Item = Self> {
        let mut at = 0;
        self.text.split(separators).map(move |text| {
            let start = at;
            at += text.len() + 1;
            Self { text, start: self.start + start }
        })
    }

    /// Whether it contains a blank, and so a quoted text of several words.
    pub(super) fn has_blank(self) -> bool {
        self.text.bytes().any(|byte| byte.is_ascii_whitespace())
    }

    /// Whether it contains a digit, and so perhaps a port.
    pub(super) fn has_digit(self) -> bool {
        self.text.bytes().any(|byte| byte.is_ascii_digit())
    }

    /// The parts before and after its first `=`.
    pub(super) fn assignment(self) -> Option<(&'a str, Self)> {
        let (name, _) = self.text.split_once('=')?;
        Some((name, self.after(name.len() + 1)))
    }

    /// The word as a port: only digits, no leading zero, 1 to 65535.
    pub(super) fn port(self) -> Option<Number> {
        let word = self.unquoted();
        let port = crate::formats::port(word.text).filter(|_| !word.text.starts_with('0'))?;
        Some(Number { port, role: Role::Host, digits: word.start..word.start + word.text.len() })
    }

    /// The program it names, without folder, version and Windows extension (`npx serve@14`, `node_modules\.bin\tsc.cmd`).
    pub(super) fn program(self) -> &'a str {
        let bytes = self.text.as_bytes();
        let start = memchr::memrchr2(b'/', b'\\', bytes).map_or(0, |at| at + 1);
        let end = memchr::memchr(b'@', &bytes[start..]).map_or(bytes.len(), |at| start + at);
        let name = &self.text[start..end];
        name.strip_suffix(".cmd").or_else(|| name.strip_suffix(".exe")).unwrap_or(name)
    }
}

/// The simple commands of `line`, each as its words.
pub(super) fn commands(line: Word<'_>) -> Vec<Vec<Word<'_>>> {
    let bytes = line.text.as_bytes();
    let mut quotes = Quotes::of(line.text);
    let mut commands = vec![Vec::new()];
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let start = at;
        if ends_command(byte) {
            commands.push(Vec::new());
        } else if !is_blank(byte)
            && let Some(words) = commands.last_mut()
        {
            at = word_end(&mut quotes, start);
            words.push(line.part(start..at));
            continue;
        }
        at += 1;
    }
    commands
}

/// The end of the word that starts at `start`.
fn word_end(quotes: &mut Quotes<'_>, start: usize) -> usize {
    let bytes = quotes.line.as_bytes();
    let mut at = start;
    while let Some(&byte) = bytes.get(at) {
        // The `&` in `2>&1` does not end the command.
        let redirects = byte == b'&' && at > start && bytes[at - 1] == b'>';
        if is_blank(byte) || (ends_command(byte) && !redirects) {
            return at;
        }
        at = match quotes.opening(at) {
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

/// Finds where the quoted texts and substitutions of a line end, in a time that grows with the line alone.
struct Quotes<'a> {
    line: &'a str,
    /// The quotes and the numbers of backslashes before them that close nothing any more, a bit for each.
    exhausted: u32,
    /// Where the parenthesis closes that opens at a byte, once that is asked for.
    closing: Option<HashMap<usize, usize>>,
}

impl<'a> Quotes<'a> {
    fn of(line: &'a str) -> Self {
        Self { line, exhausted: 0, closing: None }
    }

    /// The quoted text or the substitution that opens at byte `at`.
    fn opening(&mut self, at: usize) -> Option<Quotation> {
        match self.line.as_bytes().get(at)? {
            b'\\' | b'"' | b'\'' => self.quotation(at),
            b'$' => self.substitution(at),
            _ => None,
        }
    }

    /// The quoted text that opens at byte `at`; `None` if no quoted text opens there or it does not end.
    ///
    /// A quote inside a quoted text has backslashes before it, so a run of backslashes and a quote opens a text, and the same run
    /// closes it.
    fn quotation(&mut self, at: usize) -> Option<Quotation> {
        let bytes = self.line.as_bytes();
        let slashes = bytes[at..].iter().take(MOST_BACKSLASHES + 1).take_while(|byte| **byte == b'\\').count();
        let quote = *bytes.get(at + slashes).filter(|byte| matches!(byte, b'"' | b'\''))?;
        let bit = 1 << (2 * slashes + usize::from(quote == b'"'));
        if slashes > MOST_BACKSLASHES || self.exhausted & bit != 0 {
            return None;
        }
        let open = at + slashes + 1;
        let mut run = 0;
        for (index, &byte) in bytes.iter().enumerate().skip(open) {
            if byte == quote && run == slashes {
                return Some(Quotation { outer: at..index + 1, inner: open..index - slashes });
            }
            run = if byte == b'\\' { run + 1 } else { 0 };
        }
        self.exhausted |= bit;
        None
    }

    /// The command substitution that opens at byte `at`: `$(pwd)`.
    fn substitution(&mut self, at: usize) -> Option<Quotation> {
        let open = at + "$(".len();
        if !self.line[at..].starts_with("$(") {
            return None;
        }
        let line = self.line;
        let close = *self.closing.get_or_insert_with(|| closing(line)).get(&(open - 1))?;
        Some(Quotation { outer: at..close + 1, inner: open..close })
    }
}

/// Where each parenthesis that opens closes.
fn closing(line: &str) -> HashMap<usize, usize> {
    let mut closing = HashMap::new();
    let mut open = Vec::new();
    for (index, byte) in line.bytes().enumerate() {
        match byte {
            b'(' => open.push(index),
            b')' => closing.extend(open.pop().map(|open| (open, index))),
            _ => {}
        }
    }
    closing
}
