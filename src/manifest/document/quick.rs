//! A quick reader of the TOML that people write. A file with anything else in it, or with a mistake, is not its own: it says
//! so, and the file is read as all of TOML. What it takes, it takes for exactly what the toml crate does (`agreement.rs`).
//!
//! Its own are keys that are bare or in quotes, dotted or not, headers that come before those of the tables in them, strings on
//! one line, plain decimal numbers, days, `true` and `false`, lists and inline tables. Source: TOML 1.1.0.

use toml::de::DeValue;

use super::build::Builder;
use super::{Bytes, Children, Document, Form, Key, Kind, ROOT};
use crate::manifest::MAX_BYTES;

/// The most lists and tables in each other, and the most keys of a dotted one: the toml crate allows 80.
const DEEPEST: usize = 32;

/// Bytes of a bare key.
const BARE: u8 = 1;
/// Digits.
const DIGIT: u8 = 2;
/// Bytes that stand for themselves between double quotes.
const TEXT: u8 = 4;
/// Bytes that stand for themselves between single quotes.
const LITERAL: u8 = 8;
/// Bytes of a comment.
const COMMENT: u8 = 16;

/// What each byte may be; beyond ASCII, every character is text.
const CLASSES: [u8; 256] = {
    let mut classes = [0; 256];
    let mut at = 0;
    while at < 256 {
        let byte = at as u8;
        if byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-' {
            classes[at] |= BARE;
        }
        if byte.is_ascii_digit() {
            classes[at] |= DIGIT;
        }
        if byte == b'\t' || !byte.is_ascii_control() {
            classes[at] |= COMMENT;
            if byte != b'"' && byte != b'\\' {
                classes[at] |= TEXT;
            }
            if byte != b'\'' {
                classes[at] |= LITERAL;
            }
        }
        at += 1;
    }
    classes
};

/// The tree of `text`; none where anything in it is not the reader's own.
pub(super) fn read(text: &str) -> Option<Document<'_>> {
    if text.len() > MAX_BYTES {
        return None;
    }
    let mut reader = Reader { text, at: 0, tree: Builder::new(text), section: ROOT };
    while reader.at < text.len() {
        reader.line()?;
    }
    Some(reader.tree.document)
}

struct Reader<'t> {
    text: &'t str,
    at: usize,
    tree: Builder<'t>,
    /// The table of the last header.
    section: u32,
}

impl Reader<'_> {
    fn line(&mut self) -> Option<()> {
        self.blanks();
        match self.peek() {
            b'\n' | b'\r' | b'#' => {}
            b'[' => self.header()?,
            _ => self.entry(self.section, 0)?,
        }
        self.blanks();
        if self.peek() == b'#' { self.comment() } else { self.line_break() }
    }

    fn header(&mut self) -> Option<()> {
        let start = self.at;
        let is_list = self.rest().starts_with("[[");
        self.at += if is_list { 2 } else { 1 };
        self.blanks();
        let (table, key) = self.path(ROOT, Form::Path)?;
        self.expect(b']')?;
        self.section = if is_list {
            self.expect(b']')?;
            self.tree.table_of_list(table, key, self.since(start))?
        } else {
            self.tree.table(table, key, self.since(start))?
        };
        Some(())
    }

    /// `key = value` of a table.
    fn entry(&mut self, table: u32, depth: usize) -> Option<()> {
        let (table, key) = self.path(table, Form::Dotted)?;
        self.expect(b'=')?;
        self.blanks();
        let new = self.tree.insert(table, key)?;
        self.value(new, depth)
    }

    /// A key with the table that it belongs to, which the keys before it lead to from `table`.
    fn path(&mut self, mut table: u32, form: Form) -> Option<(u32, Key)> {
        for _ in 0..DEEPEST {
            let key = self.key()?;
            self.blanks();
            if self.peek() != b'.' {
                return Some((table, key));
            }
            self.at += 1;
            self.blanks();
            table = self.tree.enter(table, key, form)?;
        }
        None
    }

    fn key(&mut self) -> Option<Key> {
        let start = self.at;
        if matches!(self.peek(), b'"' | b'\'') {
            return Some(Key { name: self.quoted()?, span: self.since(start) });
        }
        self.skip(BARE);
        let name = self.since(start);
        (self.at > start).then_some(Key { name, span: name })
    }

    fn value(&mut self, node: u32, depth: usize) -> Option<()> {
        let start = self.at;
        match self.peek() {
            b'[' | b'{' => self.collection(node, depth + 1)?,
            _ => self.tree.document.node(node).kind = self.scalar()?,
        }
        self.tree.document.node(node).span = self.since(start);
        Some(())
    }

    /// A list or an inline table, also over several lines.
    fn collection(&mut self, node: u32, depth: usize) -> Option<()> {
        let is_list = self.peek() == b'[';
        let close = if is_list { b']' } else { b'}' };
        let kind = if is_list { Kind::Array } else { Kind::Table };
        self.tree.document.node(node).kind = kind(Children::default(), Form::Inline);
        if depth > DEEPEST {
            return None;
        }
        loop {
            self.at += 1;
            self.gap()?;
            if self.peek() != close {
                if is_list {
                    let item = self.tree.document.append(node, Key::default());
                    self.value(item, depth)?;
                } else {
                    self.entry(node, depth)?;
                }
                self.gap()?;
            }
            if self.peek() != b',' {
                return self.expect(close);
            }
        }
    }

    fn scalar(&mut self) -> Option<Kind> {
        match self.peek() {
            b'"' | b'\'' => Some(Kind::String(self.string()?)),
            b'0'..=b'9' => self.number(),
            _ => {
                let truth = self.rest().starts_with("true");
                let word = if truth { "true" } else { "false" };
                let known = self.rest().starts_with(word);
                self.at += word.len();
                known.then_some(Kind::Boolean(truth))
            }
        }
    }

    fn string(&mut self) -> Option<Bytes> {
        let start = self.at;
        self.quoted().or_else(|| self.escaped(start))
    }

    /// A string with escapes, which the toml crate resolves.
    fn escaped(&mut self, start: usize) -> Option<Bytes> {
        self.at = start;
        self.expect(b'"')?;
        self.skip(TEXT);
        while self.peek() == b'\\' {
            self.at += 2;
            self.skip(TEXT);
        }
        self.expect(b'"')?;
        let read = DeValue::parse(self.text.get(start..self.at)?).ok()?;
        Some(self.tree.document.decode(read.get_ref().as_str()?))
    }

    /// The bytes between two quotes, where they read as they are written. Of three quotes, the third is nothing that follows
    /// a value.
    fn quoted(&mut self) -> Option<Bytes> {
        let quote = self.peek();
        self.at += 1;
        let start = self.at;
        self.skip(if quote == b'"' { TEXT } else { LITERAL });
        let inner = self.since(start);
        self.expect(quote)?;
        Some(inner)
    }

    fn number(&mut self) -> Option<Kind> {
        let start = self.at;
        self.skip(DIGIT);
        let zeros = self.text[start..self.at].starts_with('0') && self.at > start + 1;
        match self.peek() {
            b'-' => self.day(start),
            _ if zeros => None,
            b'.' => {
                self.at += 1;
                let fraction = self.at;
                self.skip(DIGIT);
                (self.at > fraction).then(|| Kind::Float(self.since(start)))
            }
            _ => Some(Kind::Integer(self.since(start), 10)),
        }
    }

    /// `2026-01-31`.
    fn day(&mut self, start: usize) -> Option<Kind> {
        self.at = start + "2026-01-31".len();
        let written = self.text.get(start..self.at)?;
        let read = DeValue::parse(written).ok()?;
        read.get_ref().is_datetime().then(|| Kind::Datetime(self.since(start)))
    }

    fn comment(&mut self) -> Option<()> {
        self.skip(COMMENT);
        self.line_break()
    }

    /// Blanks, line breaks and comments inside of brackets.
    fn gap(&mut self) -> Option<()> {
        loop {
            self.blanks();
            match self.peek() {
                b'#' => self.comment()?,
                b'\n' | b'\r' if self.at < self.text.len() => self.line_break()?,
                _ => return Some(()),
            }
        }
    }

    fn blanks(&mut self) {
        while matches!(self.peek(), b' ' | b'\t') {
            self.at += 1;
        }
    }

    /// The end of a line or of the file.
    fn line_break(&mut self) -> Option<()> {
        if self.rest().starts_with("\r\n") {
            self.at += 1;
        }
        self.expect(b'\n')
    }

    fn expect(&mut self, byte: u8) -> Option<()> {
        let met = self.peek() == byte;
        self.at += 1;
        met.then_some(())
    }

    /// The byte here; a line break where the file is over.
    fn peek(&self) -> u8 {
        self.text.as_bytes().get(self.at).copied().unwrap_or(b'\n')
    }

    fn rest(&self) -> &str {
        self.text.get(self.at..).unwrap_or_default()
    }

    /// Moves on past every byte of a class.
    fn skip(&mut self, class: u8) {
        let rest = self.text.as_bytes().get(self.at..).unwrap_or_default();
        self.at += rest.iter().position(|byte| CLASSES[*byte as usize] & class == 0).unwrap_or(rest.len());
    }

    fn since(&self, start: usize) -> Bytes {
        Bytes::new(start, self.at)
    }
}
