//! A quick reader of the block YAML that templates write. A file with anything else in it is not its own: it says so, and the
//! file is read as all of YAML. What it takes, it takes for exactly what saphyr does (`agreement.rs`).
//!
//! Its own are block mappings and sequences, comments on lines of their own, `---` between documents, double-quoted and simple
//! plain scalars that end with their line, `[]` and `{}`. Sources: YAML 1.2.2, chapters 6 to 9.

use std::borrow::Cow;
use std::ops::Range;

use super::quote::{needs_escape, unescape};
use super::walk::Event;

/// The longest implicit key, in bytes; YAML allows 1024 characters (7.4.2).
const LONGEST_KEY: u32 = 1000;

/// Bytes that neither start nor end anything inside of a plain scalar.
const PLAIN: u8 = 1;
/// Bytes that stand for themselves between double quotes; of those beyond ASCII, the characters are looked at.
const TEXT: u8 = 2;

/// What each byte may be.
const CLASSES: [u8; 256] = {
    let mut classes = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        if byte >= 0x20 && !matches!(byte as u8, b'"' | b'\\' | 0x7f) {
            classes[byte] |= TEXT;
        }
        byte += 1;
    }
    let plain = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_./-+=@$%~(),;";
    let mut at = 0;
    while at < plain.len() {
        classes[plain[at] as usize] |= PLAIN;
        at += 1;
    }
    classes
};

/// What the reader came upon at some bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// A plain scalar; without bytes, a value that is left out.
    Plain,
    /// A double-quoted scalar without escapes.
    Quoted,
    /// A double-quoted scalar with escapes.
    Escaped,
    Mapping,
    Sequence,
    End,
    DocumentEnd,
}

/// One event, small: a file's are all listed before the first is handed on, as the last line may be none of the reader's own.
#[derive(Clone, Copy, Debug)]
pub(super) struct Mark {
    kind: Kind,
    start: u32,
    end: u32,
}

impl Mark {
    /// Its bytes in the file.
    pub(super) fn span(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }

    /// The event, in the `text` that was read.
    pub(super) fn event(self, text: &str) -> Event<'_> {
        let inner = || &text[self.start as usize + 1..self.end as usize - 1];
        match self.kind {
            Kind::Plain => Event::plain(Cow::Borrowed(&text[self.span()])),
            Kind::Quoted => Event::quoted(Cow::Borrowed(inner())),
            Kind::Escaped => Event::quoted(Cow::Owned(unescape(inner()).unwrap_or_default())),
            Kind::Mapping => Event::Mapping,
            Kind::Sequence => Event::Sequence,
            Kind::End => Event::End,
            Kind::DocumentEnd => Event::DocumentEnd,
        }
    }
}

/// The events of `text`; none where anything in it is not the reader's own.
pub(super) fn read(text: &str) -> Option<Vec<Mark>> {
    u32::try_from(text.len()).ok()?;
    let marks = Vec::with_capacity(text.len() / 10);
    let mut reader = Reader { text, at: 0, marks, levels: Vec::with_capacity(8), awaited: false, announced: false };
    while reader.at < text.len() {
        reader.line()?;
    }
    reader.end_document()?;
    Some(reader.marks)
}

struct Reader<'t> {
    text: &'t str,
    at: usize,
    marks: Vec<Mark>,
    /// The open mappings and sequences, the outermost first.
    levels: Vec<Level>,
    /// Whether the last key or dash still has no value.
    awaited: bool,
    /// Whether a `---` has announced a document of which nothing has come yet.
    announced: bool,
}

#[derive(Clone, Copy)]
struct Level {
    kind: Kind,
    /// Where its keys or dashes stand.
    column: usize,
    /// A sequence whose dashes stand below its key, not right of it.
    compact: bool,
}

impl Reader<'_> {
    fn line(&mut self) -> Option<()> {
        let start = self.at;
        self.spaces();
        match self.peek() {
            b'\n' => self.end_of_line(),
            b'#' => self.comment(),
            b'-' if self.text[start..].starts_with("---") => {
                self.at += 3;
                self.end_document()?;
                self.announced = true;
                self.end_of_line()
            }
            _ => self.node(start),
        }
    }

    /// An entry of a mapping or a sequence, or of sequences in each other (`- - a: b`).
    fn node(&mut self, line: usize) -> Option<()> {
        let mut is_item = false;
        while self.indicates(b'-') {
            self.enter(self.at - line, Kind::Sequence)?;
            self.awaited = true;
            is_item = true;
            self.at += 1;
            self.spaces();
            if self.is_line_over() {
                return self.end_of_line();
            }
        }
        if is_item && matches!(self.peek(), b'[' | b'{') {
            return self.value();
        }
        let column = self.at - line;
        let scalar = self.scalar()?;
        if self.indicates(b':') && scalar.end - scalar.start <= LONGEST_KEY {
            self.enter(column, Kind::Mapping)?;
            return self.entry(scalar);
        }
        if is_item { self.put(scalar) } else { None }
    }

    /// The rest of a line after the key of a mapping.
    fn entry(&mut self, key: Mark) -> Option<()> {
        self.marks.push(key);
        self.awaited = true;
        self.at += 1;
        self.spaces();
        if self.is_line_over() { self.end_of_line() } else { self.value() }
    }

    /// What stands on the line of its key or dash.
    fn value(&mut self) -> Option<()> {
        let kind = match self.text.as_bytes()[self.at..] {
            [b'[', b']', ..] => Kind::Sequence,
            [b'{', b'}', ..] => Kind::Mapping,
            _ => {
                let scalar = self.scalar()?;
                return self.put(scalar);
            }
        };
        self.mark(kind);
        self.at += 2;
        self.put(Mark { kind: Kind::End, ..self.here() })
    }

    /// Ends the line with the value that was awaited.
    fn put(&mut self, value: Mark) -> Option<()> {
        self.awaited = false;
        self.marks.push(value);
        self.end_of_line()
    }

    /// Makes the mapping or sequence at `column` the innermost one.
    fn enter(&mut self, column: usize, kind: Kind) -> Option<()> {
        while self.levels.last().is_some_and(|level| {
            column < level.column || (column == level.column && level.compact && kind == Kind::Mapping)
        }) {
            self.leave();
        }
        let compact = match self.levels.last() {
            Some(level) if level.column == column && level.kind == kind => {
                self.leave_out();
                return Some(());
            }
            Some(level) if self.awaited && column > level.column => false,
            Some(level) if self.awaited && column == level.column && kind == Kind::Sequence => true,
            None if column == 0 => false,
            _ => return None,
        };
        self.mark(kind);
        self.levels.push(Level { kind, column, compact });
        self.awaited = false;
        self.announced = false;
        Some(())
    }

    fn leave(&mut self) {
        self.leave_out();
        self.mark(Kind::End);
        self.levels.pop();
    }

    /// The last key or dash has no value, where it still waits for one.
    fn leave_out(&mut self) {
        if std::mem::take(&mut self.awaited) {
            self.mark(Kind::Plain);
        }
    }

    fn end_document(&mut self) -> Option<()> {
        if self.announced {
            return None;
        }
        if !self.levels.is_empty() {
            while !self.levels.is_empty() {
                self.leave();
            }
            self.mark(Kind::DocumentEnd);
        }
        Some(())
    }

    fn scalar(&mut self) -> Option<Mark> {
        if self.peek() == b'"' { self.quoted() } else { self.plain() }
    }

    fn quoted(&mut self) -> Option<Mark> {
        let start = self.at;
        let mut kind = Kind::Quoted;
        self.at += 1;
        self.skip(TEXT);
        while self.peek() == b'\\' {
            kind = Kind::Escaped;
            self.at += 2;
            self.skip(TEXT);
        }
        if self.peek() != b'"' {
            return None;
        }
        let inner = &self.text[start + 1..self.at];
        let known = is_printable(inner) && (kind == Kind::Quoted || unescape(inner).is_some());
        self.at += 1;
        known.then(|| self.since(start, kind))
    }

    fn plain(&mut self) -> Option<Mark> {
        let start = self.at;
        match self.text.as_bytes()[start..] {
            [b'.', b'.', b'.', ..] => return None,
            [b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'_' | b'.' | b'/', ..] | [b'-', b'0'..=b'9', ..] => {
                self.at += 1;
            }
            _ => return None,
        }
        loop {
            self.skip(PLAIN);
            // Inside of a word, as in an address, a colon is no indicator; between words, a single space is text.
            let goes_on = match self.text.as_bytes()[self.at..] {
                [b':' | b' ', next, ..] => CLASSES[next as usize] & PLAIN != 0,
                _ => false,
            };
            if !goes_on {
                return Some(self.since(start, Kind::Plain));
            }
            self.at += 1;
        }
    }

    fn comment(&mut self) -> Option<()> {
        let rest = &self.text[self.at..];
        let line = &rest[..rest.find('\n').unwrap_or(rest.len())];
        self.at += line.len();
        if is_printable(line) { self.end_of_line() } else { None }
    }

    /// Moves on past every byte of a class.
    fn skip(&mut self, class: u8) {
        let rest = self.text.as_bytes().get(self.at..).unwrap_or_default();
        self.at += rest.iter().position(|byte| CLASSES[*byte as usize] & class == 0).unwrap_or(rest.len());
    }

    /// The byte here; a line break where the file is over.
    fn peek(&self) -> u8 {
        self.text.as_bytes().get(self.at).copied().unwrap_or(b'\n')
    }

    /// Whether `byte` is here and followed by what makes it an indicator.
    fn indicates(&self, byte: u8) -> bool {
        self.peek() == byte && matches!(self.text.as_bytes().get(self.at + 1), None | Some(b' ' | b'\n'))
    }

    fn is_line_over(&self) -> bool {
        self.peek() == b'\n'
    }

    fn end_of_line(&mut self) -> Option<()> {
        let over = self.is_line_over();
        self.at = self.text.len().min(self.at + 1);
        over.then_some(())
    }

    fn spaces(&mut self) {
        while self.peek() == b' ' {
            self.at += 1;
        }
    }

    fn mark(&mut self, kind: Kind) {
        self.marks.push(Mark { kind, ..self.here() });
    }

    fn here(&self) -> Mark {
        self.since(self.at, Kind::Plain)
    }

    /// What ends here; no file is longer than an offset can say.
    fn since(&self, start: usize, kind: Kind) -> Mark {
        Mark { kind, start: start as u32, end: self.at as u32 }
    }
}

/// Whether a text that is on one line is of characters alone that every version of YAML takes for themselves.
fn is_printable(text: &str) -> bool {
    text.bytes().all(|byte| matches!(byte, b' '..=b'~')) || !text.contains(needs_escape)
}
