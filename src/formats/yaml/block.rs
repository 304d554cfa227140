//! A fast reader for our own outputs: with saphyr-parser alone, `diff` takes 60 % more instructions.
//!
//! Reads the block YAML that templates write: block mappings and sequences, comments on lines of their own, `---` between
//! documents, double-quoted and simple plain scalars on one line, `[]` and `{}`. It rejects files with anything else, and
//! saphyr-parser reads them as full YAML. Both read accepted files exactly alike: `agreement.rs` tests that. Sources: YAML 1.2.2,
//! chapters 6 to 9.

use std::borrow::Cow;
use std::ops::Range;

use super::listen::Listen;
use super::quote::{needs_escape, unescape};
use crate::formats::Written;
use crate::formats::class::Class;

/// The longest implicit key, in bytes; YAML allows 1024 characters (7.4.2).
const LONGEST_KEY: usize = 1000;

/// Bytes without a special meaning inside a plain scalar.
const PLAIN: Class = Class::of(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_./-+=@$%~(),;");
/// Bytes that start a plain scalar.
const START: Class = Class::of(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_./$");
/// Bytes that are literal on a line.
const PRINTABLE: Class =
    Class::of(b" !\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~");
/// Bytes that are literal between double quotes.
const TEXT: Class =
    Class::of(b" !#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[]^_`abcdefghijklmnopqrstuvwxyz{|}~");

/// Passes the events of `text` to `listener`. Returns `None` if `text` has a form that this reader does not accept. The events so
/// far are then void, because a later line may change the meaning of an earlier one.
pub(super) fn read<'t>(text: &'t str, listener: &mut impl Listen<'t>) -> Option<()> {
    let levels = Vec::with_capacity(8);
    let mut reader = Reader { text, at: 0, listener, levels, awaited: false, announced: false };
    while reader.at < text.len() {
        reader.line()?;
    }
    reader.end_document()
}

struct Reader<'t, 'l, L> {
    text: &'t str,
    at: usize,
    listener: &'l mut L,
    /// The open mappings and sequences, the outermost first.
    levels: Vec<Level>,
    /// Whether the last key or dash still has no value.
    awaited: bool,
    /// Whether a `---` started a document that is still empty.
    announced: bool,
}

#[derive(Clone, Copy)]
struct Level {
    kind: Kind,
    /// The column of its keys or dashes.
    column: usize,
    /// Whether it is a sequence whose dashes are in the column of its key.
    compact: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Mapping,
    Sequence,
}

/// A scalar that may be a key or a value.
struct Scalar<'t> {
    value: Cow<'t, str>,
    is_plain: bool,
    span: Range<usize>,
}

impl<'t, L: Listen<'t>> Reader<'t, '_, L> {
    fn line(&mut self) -> Option<()> {
        let start = self.at;
        self.spaces();
        match self.peek() {
            b'\n' => {}
            b'#' => self.comment()?,
            b'-' if self.text.as_bytes()[start..].starts_with(b"---") => {
                self.at += 3;
                self.end_document()?;
                self.announced = true;
            }
            _ => self.node(start)?,
        }
        let over = self.is_line_over();
        self.at = self.text.len().min(self.at + 1);
        over.then_some(())
    }

    /// Reads an entry of a mapping or a sequence, or of nested sequences (`- - a: b`).
    fn node(&mut self, line: usize) -> Option<()> {
        let mut is_value = false;
        while self.indicates(b'-') {
            self.enter(self.at - line, Kind::Sequence)?;
            self.awaited = true;
            is_value = true;
            self.at += 1;
            self.spaces();
            if self.is_line_over() {
                return Some(());
            }
        }
        let column = self.at - line;
        let mut may_be_key = true;
        loop {
            if is_value && matches!(self.peek(), b'[' | b'{') {
                return self.empty();
            }
            let scalar = self.scalar()?;
            if may_be_key && self.indicates(b':') && scalar.span.len() <= LONGEST_KEY {
                self.enter(column, Kind::Mapping)?;
                self.listener.key(scalar.value, scalar.span);
                self.awaited = true;
                self.at += 1;
                self.spaces();
                if self.is_line_over() {
                    return Some(());
                }
                (is_value, may_be_key) = (true, false);
            } else if is_value {
                self.awaited = false;
                self.listener.scalar(Written::new(scalar.value, scalar.span, self.text), scalar.is_plain);
                return Some(());
            } else {
                return None;
            }
        }
    }

    /// Reads `[]` or `{}`.
    fn empty(&mut self) -> Option<()> {
        match self.text.as_bytes()[self.at..] {
            [b'[', b']', ..] => self.listener.sequence(),
            [b'{', b'}', ..] => self.listener.mapping(),
            _ => return None,
        }
        self.listener.end();
        self.at += 2;
        self.awaited = false;
        Some(())
    }

    /// Makes the mapping or sequence at `column` the innermost one.
    #[inline]
    fn enter(&mut self, column: usize, kind: Kind) -> Option<()> {
        match self.levels.last() {
            Some(level) if level.column == column && level.kind == kind && !self.awaited => Some(()),
            _ => self.change_level(column, kind),
        }
    }

    /// The rare part of [`Self::enter`], which is inlined into the loop over the lines.
    #[inline(never)]
    fn change_level(&mut self, column: usize, kind: Kind) -> Option<()> {
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
        match kind {
            Kind::Mapping => self.listener.mapping(),
            Kind::Sequence => self.listener.sequence(),
        }
        self.levels.push(Level { kind, column, compact });
        self.awaited = false;
        self.announced = false;
        Some(())
    }

    fn leave(&mut self) {
        self.leave_out();
        self.levels.pop();
        self.listener.end();
    }

    /// Reports a null if the last key or dash has no value.
    fn leave_out(&mut self) {
        if std::mem::take(&mut self.awaited) {
            self.listener.null();
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
            self.listener.end_document();
        }
        Some(())
    }

    fn scalar(&mut self) -> Option<Scalar<'t>> {
        let start = self.at;
        let is_plain = self.peek() != b'"';
        let value = if is_plain { Cow::Borrowed(self.plain()?) } else { self.quoted()? };
        Some(Scalar { value, is_plain, span: start..self.at })
    }

    fn quoted(&mut self) -> Option<Cow<'t, str>> {
        let start = self.at + 1;
        let (mut is_escaped, mut is_ascii) = (false, true);
        self.at = start;
        loop {
            self.skip(&TEXT);
            match self.peek() {
                b'"' => break,
                b'\\' if self.at + 1 < self.text.len() => {
                    is_escaped = true;
                    self.at += 2;
                }
                0x80.. => {
                    is_ascii = false;
                    self.at += 1;
                }
                _ => return None,
            }
        }
        let inner = &self.text[start..self.at];
        self.at += 1;
        if !is_ascii && !is_printable(inner) {
            return None;
        }
        if is_escaped { unescape(inner).map(Cow::Owned) } else { Some(Cow::Borrowed(inner)) }
    }

    fn plain(&mut self) -> Option<&'t str> {
        let start = self.at;
        match self.text.as_bytes()[start..] {
            [b'.', b'.', b'.', ..] => return None,
            [b'-', b'0'..=b'9', ..] => {}
            [first, ..] if START.has(first) => {}
            _ => return None,
        }
        self.at += 1;
        loop {
            self.skip(&PLAIN);
            // A colon inside a word, as in an address, is text, and so is a single space between words.
            let goes_on = match self.text.as_bytes()[self.at..] {
                [b':' | b' ', next, ..] => PLAIN.has(next),
                _ => false,
            };
            if !goes_on {
                return Some(&self.text[start..self.at]);
            }
            self.at += 1;
        }
    }

    fn comment(&mut self) -> Option<()> {
        let start = self.at;
        self.skip(&PRINTABLE);
        if self.is_line_over() {
            return Some(());
        }
        let rest = &self.text[start..];
        let line = &rest[..rest.find('\n').unwrap_or(rest.len())];
        self.at = start + line.len();
        is_printable(line).then_some(())
    }

    #[inline]
    fn skip(&mut self, class: &Class) {
        self.at += class.run(&self.text.as_bytes()[self.at..]);
    }

    #[inline]
    fn spaces(&mut self) {
        let mut at = self.at;
        while self.text.as_bytes().get(at) == Some(&b' ') {
            at += 1;
        }
        self.at = at;
    }

    /// The byte here; a line break at the end of the file.
    #[inline]
    fn peek(&self) -> u8 {
        self.text.as_bytes().get(self.at).copied().unwrap_or(b'\n')
    }

    /// Whether the indicator `byte` is here: the byte and then a space, a line break or the end.
    #[inline]
    fn indicates(&self, byte: u8) -> bool {
        self.peek() == byte && matches!(self.text.as_bytes().get(self.at + 1), None | Some(b' ' | b'\n'))
    }

    #[inline]
    fn is_line_over(&self) -> bool {
        self.peek() == b'\n'
    }
}

/// Whether every version of YAML takes all characters of a line literally.
fn is_printable(text: &str) -> bool {
    !text.contains(needs_escape)
}
