//! A quick reader of package.json, which keeps nothing but the scripts. A file with a mistake, or with anything rare in it, is
//! not its own: it says so, and the file is read by jsonc-parser, which says what is wrong. What it takes, it takes for
//! exactly what that reader does (`agreement.rs`).
//!
//! Rare are a byte order mark, escapes in keys and deep nesting. Source: RFC 8259.

use std::borrow::Cow;
use std::ops::Range;

use jsonc_parser::ast::Value;

use crate::formats::json;

use super::document::{Document, Script};

/// Objects and arrays in each other at most; jsonc-parser takes more than twice as many.
const DEEPEST: u32 = 100;

/// So many keys of one object are compared each with each, which the lengths of most decide; more are sorted first.
const FEW: usize = 16;

/// Bytes that stand for themselves in a string.
const TEXT: [bool; 256] = {
    let mut text = [false; 256];
    let mut byte = 0x20;
    while byte < 256 {
        text[byte] = !matches!(byte as u8, b'"' | b'\\');
        byte += 1;
    }
    text
};

/// The scripts of `text`; none where anything in it is not the reader's own.
pub(super) fn read(text: &str) -> Option<Document<'_>> {
    let mut reader = Reader { text, at: 0, keys: Vec::with_capacity(16) };
    let mut document = Document { scripts: Vec::with_capacity(8), key: 0..0 };
    reader.blanks();
    reader.object(|reader, key| {
        if key.bytes(text) != b"scripts" {
            return reader.value(DEEPEST);
        }
        document.key = key.span;
        reader.object(|reader, key| {
            document.scripts.push(reader.script(key)?);
            Some(())
        })
    })?;
    reader.blanks();
    (reader.at == text.len()).then_some(document)
}

struct Reader<'t> {
    text: &'t str,
    at: usize,
    /// The keys so far of the objects that are open, the outermost object's first.
    keys: Vec<&'t [u8]>,
}

/// A string as it is written.
struct Literal {
    /// Its bytes, quotes included.
    span: Range<usize>,
    has_escapes: bool,
}

impl Literal {
    fn inner<'t>(&self, text: &'t str) -> &'t str {
        &text[self.span.start + 1..self.span.end - 1]
    }

    fn bytes<'t>(&self, text: &'t str) -> &'t [u8] {
        &text.as_bytes()[self.span.start + 1..self.span.end - 1]
    }

    /// What it stands for; none where an escape is wrong.
    fn value<'t>(&self, text: &'t str) -> Option<Cow<'t, str>> {
        if !self.has_escapes {
            return Some(Cow::Borrowed(self.inner(text)));
        }
        match json::parse(&text[self.span.clone()]) {
            Ok(Some(Value::StringLit(string))) => Some(string.value),
            _ => None,
        }
    }
}

impl<'t> Reader<'t> {
    /// An object without two equal keys, each value of which is read by `value`.
    fn object(&mut self, mut value: impl FnMut(&mut Self, Literal) -> Option<()>) -> Option<()> {
        let first = self.keys.len();
        self.take(b'{')?;
        self.blanks();
        if self.take(b'}').is_some() {
            return Some(());
        }
        loop {
            let key = self.string().filter(|key| !key.has_escapes)?;
            self.keys.push(key.bytes(self.text));
            self.blanks();
            self.take(b':')?;
            self.blanks();
            value(self, key)?;
            self.blanks();
            if self.take(b',').is_none() {
                break;
            }
            self.blanks();
        }
        self.take(b'}')?;
        self.forget_keys(first)
    }

    /// Forgets the keys from the one numbered `first` on; none where one of them stands there twice.
    fn forget_keys(&mut self, first: usize) -> Option<()> {
        let keys = &mut self.keys[first..];
        let twice = if keys.len() <= FEW {
            keys.iter().enumerate().any(|(index, key)| keys[..index].contains(key))
        } else {
            keys.sort_unstable();
            keys.windows(2).any(|pair| pair[0] == pair[1])
        };
        self.keys.truncate(first);
        (!twice).then_some(())
    }

    fn array(&mut self, deepest: u32) -> Option<()> {
        self.take(b'[')?;
        self.blanks();
        if self.take(b']').is_some() {
            return Some(());
        }
        loop {
            self.value(deepest)?;
            self.blanks();
            if self.take(b',').is_none() {
                return self.take(b']');
            }
            self.blanks();
        }
    }

    /// A value in which objects and arrays lie in each other `deepest` times at most.
    fn value(&mut self, deepest: u32) -> Option<()> {
        match self.peek()? {
            b'"' => {
                let string = self.string()?;
                (!string.has_escapes || string.value(self.text).is_some()).then_some(())
            }
            b'{' => {
                let inner = deepest.checked_sub(1)?;
                self.object(|reader, _| reader.value(inner))
            }
            b'[' => self.array(deepest.checked_sub(1)?),
            b't' => self.word("true"),
            b'f' => self.word("false"),
            b'n' => self.word("null"),
            _ => self.number(),
        }
    }

    fn script(&mut self, key: Literal) -> Option<Script<'t>> {
        let name = Cow::Borrowed(key.inner(self.text));
        if self.peek()? != b'"' {
            self.value(DEEPEST)?;
            return Some(Script { name, value: key.span.clone(), key: key.span, line: None });
        }
        let value = self.string()?;
        let line = Some(value.value(self.text)?);
        Some(Script { name, key: key.span, value: value.span, line })
    }

    fn string(&mut self) -> Option<Literal> {
        let start = self.at;
        let mut has_escapes = false;
        self.take(b'"')?;
        self.skip(|byte| TEXT[usize::from(byte)]);
        while self.peek()? == b'\\' {
            has_escapes = true;
            self.at += 2;
            self.skip(|byte| TEXT[usize::from(byte)]);
        }
        self.take(b'"')?;
        Some(Literal { span: start..self.at, has_escapes })
    }

    fn word(&mut self, word: &str) -> Option<()> {
        self.rest().starts_with(word.as_bytes()).then(|| self.at += word.len())
    }

    fn number(&mut self) -> Option<()> {
        let _ = self.take(b'-');
        if self.take(b'0').is_none() {
            self.digits()?;
        }
        if self.take(b'.').is_some() {
            self.digits()?;
        }
        if self.take(b'e').or_else(|| self.take(b'E')).is_some() {
            let _ = self.take(b'+').or_else(|| self.take(b'-'));
            self.digits()?;
        }
        Some(())
    }

    /// One digit or more.
    fn digits(&mut self) -> Option<()> {
        let start = self.at;
        self.skip(|byte| byte.is_ascii_digit());
        (self.at > start).then_some(())
    }

    fn blanks(&mut self) {
        while let Some(b' ' | b'\n' | b'\r' | b'\t') = self.peek() {
            self.at += 1;
        }
    }

    fn skip(&mut self, class: impl Fn(u8) -> bool) {
        let rest = self.rest();
        self.at += rest.iter().position(|byte| !class(*byte)).unwrap_or(rest.len());
    }

    fn take(&mut self, byte: u8) -> Option<()> {
        (self.peek()? == byte).then(|| self.at += 1)
    }

    fn rest(&self) -> &'t [u8] {
        self.text.as_bytes().get(self.at..).unwrap_or_default()
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }
}
