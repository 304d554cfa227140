//! YAML 1.2: double-quoted strings, and a walk over the scalars of a file with their paths and places.

use std::borrow::Cow;
use std::collections::HashSet;
use std::fmt::Write as _;
use std::ops::Range;

use saphyr_parser::{Event, Parser, ScalarStyle, Span};

use super::{Claim, Fault, Numbers, Owner, Unquotable, address, names_a_port, port};

/// Writes a double-quoted scalar (YAML 1.2.2, 7.3.1): the one style in which every reader, of 1.1 and of 1.2, takes every
/// text for a string.
///
/// # Errors
/// None: every text can be written.
pub fn quote(text: &str, out: &mut String) -> Result<(), Unquotable> {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            c if needs_escape(c) => {
                let _ = if (c as u32) > 0xffff {
                    write!(out, "\\U{:08X}", c as u32)
                } else {
                    write!(out, "\\u{:04X}", c as u32)
                };
            }
            c => out.push(c),
        }
    }
    out.push('"');
    Ok(())
}

/// Outside of YAML's printable set, a line break for YAML 1.1, or invisible.
fn needs_escape(c: char) -> bool {
    crate::diagnostic::is_hidden(c) || matches!(c, '\u{85}' | '\u{fffe}' | '\u{ffff}')
}

/// One step on the way to a scalar.
#[derive(Debug, PartialEq, Eq)]
pub enum Step<'a> {
    /// Into a mapping, by key.
    Key(Cow<'a, str>),
    /// Into a sequence, by index.
    Index(usize),
}

impl Step<'_> {
    /// The key, for a step into a mapping.
    pub fn key(&self) -> Option<&str> {
        match self {
            Self::Key(key) => Some(key),
            Self::Index(_) => None,
        }
    }
}

/// One scalar with its place.
#[derive(Debug)]
pub struct Scalar<'a> {
    /// The way to it from the root of its document.
    pub path: &'a [Step<'a>],
    /// The value.
    pub value: &'a str,
    /// Its bytes in the file, quotes included.
    pub span: Range<usize>,
    /// The document of the file that it is in, from 0.
    pub document: usize,
}

/// Calls `visit` for every scalar that is a value, in the order of the file.
///
/// # Errors
/// The file is not YAML, a mapping has a key twice, a key is no scalar, or an alias is used (portgen's outputs need none).
pub fn walk(text: &str, mut visit: impl FnMut(&Scalar<'_>) -> Result<(), Fault>) -> Result<(), Fault> {
    let mut walk = Walk {
        offsets: Offsets { text, chars: 0, bytes: 0, ascii: text.is_ascii() },
        path: Vec::new(),
        frames: Vec::new(),
        document: 0,
    };
    for event in Parser::new_from_str(text) {
        let (event, span) = event.map_err(|error| {
            let at = walk.offsets.byte(error.marker().index());
            Fault::new(error.info(), at..at)
        })?;
        let span = walk.offsets.range(span);
        walk.step(event, span, &mut visit)?;
    }
    Ok(())
}

struct Walk<'a> {
    offsets: Offsets<'a>,
    path: Vec<Step<'a>>,
    frames: Vec<Frame<'a>>,
    document: usize,
}

enum Frame<'a> {
    /// A mapping with the keys it has had; `true` while the next scalar is a key.
    Map(Keys<'a>, bool),
    /// A sequence.
    Seq,
}

impl<'a> Walk<'a> {
    fn step(
        &mut self,
        event: Event<'a>,
        span: Range<usize>,
        visit: &mut impl FnMut(&Scalar<'_>) -> Result<(), Fault>,
    ) -> Result<(), Fault> {
        match event {
            Event::DocumentEnd => self.document += 1,
            Event::Alias(_) => {
                return Err(Fault::new("an alias: portgen's outputs state every value where it stands", span));
            }
            Event::Scalar(value, style, _, tag) => {
                if matches!(self.frames.last(), Some(Frame::Map(_, true))) {
                    return self.key(value, span);
                }
                let null = style == ScalarStyle::Plain && tag.is_none() && matches!(&*value, "" | "~" | "null");
                if !null {
                    let scalar = Scalar { path: &self.path, value: &value, span, document: self.document };
                    visit(&scalar)?;
                }
                self.after_value();
            }
            Event::SequenceStart(..) => self.enter(Frame::Seq, Step::Index(0), &span)?,
            Event::MappingStart(..) => self.enter(Frame::Map(Keys::default(), true), Step::Index(0), &span)?,
            Event::SequenceEnd | Event::MappingEnd => {
                self.frames.pop();
                self.path.pop();
                self.after_value();
            }
            _ => {}
        }
        Ok(())
    }

    fn enter(&mut self, frame: Frame<'a>, step: Step<'a>, span: &Range<usize>) -> Result<(), Fault> {
        if matches!(self.frames.last(), Some(Frame::Map(_, true))) {
            return Err(Fault::new("a key that is no text", span.clone()));
        }
        self.frames.push(frame);
        self.path.push(step);
        Ok(())
    }

    fn key(&mut self, key: Cow<'a, str>, span: Range<usize>) -> Result<(), Fault> {
        let Some(Frame::Map(keys, next_is_key)) = self.frames.last_mut() else { return Ok(()) };
        if !keys.insert(key.clone()) {
            return Err(Fault::new(format!("the key {} stands twice", crate::diagnostic::quoted(&key)), span));
        }
        *next_is_key = false;
        if let Some(last) = self.path.last_mut() {
            *last = Step::Key(key);
        }
        Ok(())
    }

    fn after_value(&mut self) {
        match (self.frames.last_mut(), self.path.last_mut()) {
            (Some(Frame::Map(_, next_is_key)), _) => *next_is_key = true,
            (Some(Frame::Seq), Some(Step::Index(index))) => *index += 1,
            _ => {}
        }
    }
}

/// The keys of one mapping: a short list while there are few, a set when there are many.
#[derive(Default)]
struct Keys<'a> {
    few: Vec<Cow<'a, str>>,
    many: HashSet<Cow<'a, str>>,
}

impl<'a> Keys<'a> {
    /// Whether `key` is new.
    fn insert(&mut self, key: Cow<'a, str>) -> bool {
        const FEW: usize = 16;
        if !self.many.is_empty() {
            return self.many.insert(key);
        }
        if self.few.contains(&key) {
            return false;
        }
        self.few.push(key);
        if self.few.len() > FEW {
            self.many = self.few.drain(..).collect();
        }
        true
    }
}

/// The parser counts characters, diagnostics count bytes: a cursor that moves on from the last place asked for.
struct Offsets<'a> {
    text: &'a str,
    chars: usize,
    bytes: usize,
    ascii: bool,
}

impl Offsets<'_> {
    fn byte(&mut self, index: usize) -> usize {
        if self.ascii {
            return index;
        }
        if index < self.chars {
            (self.chars, self.bytes) = (0, 0);
        }
        let ahead = self.text[self.bytes..].char_indices().nth(index - self.chars);
        self.bytes = ahead.map_or(self.text.len(), |(offset, _)| self.bytes + offset);
        self.chars = index;
        self.bytes
    }

    fn range(&mut self, span: Span) -> Range<usize> {
        let start = self.byte(span.start.index());
        start..self.byte(span.end.index())
    }
}

/// The claims of any YAML file: numbers under keys that name a port, and addresses.
///
/// # Errors
/// As [`walk`].
pub fn read(text: &str) -> Result<Vec<Claim<'_>>, Fault> {
    let mut claims = Vec::new();
    walk(text, |scalar| {
        match (scalar.path.last().and_then(Step::key), port(scalar.value)) {
            (Some(key), Some(number)) if names_a_port(key) => {
                claims.push(Claim::new(Owner::Unsaid, Numbers::any(number), scalar.span.clone()));
            }
            _ => addresses(scalar.value, &scalar.span, Numbers::any, &mut claims),
        }
        Ok(())
    })?;
    Ok(claims)
}

/// Adds the claims of the addresses with a scheme in one scalar; `number` says which port an address of another service has
/// where the file is read. An address of the machine itself is nobody's but the reader's own.
pub fn addresses<'a>(value: &str, span: &Range<usize>, number: fn(u16) -> Numbers, claims: &mut Vec<Claim<'a>>) {
    if !value.contains("://") {
        return;
    }
    for address in address::urls(value).filter(|address| !address.is_local()) {
        let host = address.host.split('.').next().unwrap_or_default().to_owned();
        claims.push(Claim::new(Owner::Host(Cow::Owned(host)), number(address.port), span.clone()));
    }
}
