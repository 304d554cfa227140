//! A walk over the scalars of a file, with their paths and places.

use std::borrow::Cow;
use std::ops::Range;

use super::keys::{Keys, Share};
use super::{block, saphyr};
use crate::diagnostic::quoted;
use crate::formats::Fault;

/// One step on the way to a scalar.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step<'t> {
    /// Into a mapping, by key.
    Key(Cow<'t, str>),
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

/// One scalar with its place, in a file that lives for `'t`.
#[derive(Debug)]
pub struct Scalar<'a, 't> {
    /// The way to it from the root of its document.
    pub path: &'a [Step<'t>],
    /// The value: borrowed where it stands in the file as it is.
    pub value: &'a Cow<'t, str>,
    /// Its bytes in the file, quotes included.
    pub span: Range<usize>,
    /// The document of the file that it is in, from 0.
    pub document: usize,
}

/// What a reader of YAML comes upon.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Event<'t> {
    /// A key or a value; `null` where a value is left out or says plainly that it is none.
    Scalar { value: Cow<'t, str>, null: bool },
    /// The start of a mapping.
    Mapping,
    /// The start of a sequence.
    Sequence,
    /// The end of a mapping or sequence.
    End,
    /// The end of a document.
    DocumentEnd,
}

impl<'t> Event<'t> {
    /// A scalar without quotes and tag.
    pub(super) fn plain(value: Cow<'t, str>) -> Self {
        let null = matches!(&*value, "" | "~" | "null");
        Self::Scalar { value, null }
    }

    /// A scalar that is a text whatever it looks like.
    pub(super) fn quoted(value: Cow<'t, str>) -> Self {
        Self::Scalar { value, null: false }
    }
}

/// Calls `visit` for every scalar that is a value, in the order of the file.
///
/// # Errors
/// The file is not YAML, a mapping has a key twice, a key is no scalar, or an alias is used (portgen's outputs need none).
pub fn walk<'t>(text: &'t str, mut visit: impl FnMut(&Scalar<'_, 't>) -> Result<(), Fault>) -> Result<(), Fault> {
    let mut walk = Walk::default();
    match block::read(text) {
        Some(marks) => marks.iter().try_for_each(|mark| walk.step(mark.event(text), mark.span(), &mut visit)),
        None => saphyr::read(text, |event, span| walk.step(event, span, &mut visit)),
    }
}

#[derive(Default)]
struct Walk<'t> {
    path: Vec<Step<'t>>,
    frames: Vec<Frame<'t>>,
    keys: Keys<'t>,
    document: usize,
}

enum Frame<'t> {
    /// A mapping with the keys it has had; `true` while the next scalar is a key.
    Map(Share<'t>, bool),
    /// A sequence.
    Seq,
}

impl<'t> Walk<'t> {
    fn step(
        &mut self,
        event: Event<'t>,
        span: Range<usize>,
        visit: &mut impl FnMut(&Scalar<'_, 't>) -> Result<(), Fault>,
    ) -> Result<(), Fault> {
        match event {
            Event::Scalar { value, .. } if self.key_is_next() => return self.key(value, span),
            Event::Scalar { value, null } => {
                if !null {
                    visit(&Scalar { path: &self.path, value: &value, span, document: self.document })?;
                }
                self.after_value();
            }
            Event::Mapping | Event::Sequence if self.key_is_next() => {
                return Err(Fault::new("a key that is no text", span));
            }
            Event::Mapping => self.enter(Frame::Map(self.keys.open(), true)),
            Event::Sequence => self.enter(Frame::Seq),
            Event::End => {
                if let Some(Frame::Map(share, _)) = self.frames.pop() {
                    self.keys.close(&share);
                }
                self.path.pop();
                self.after_value();
            }
            Event::DocumentEnd => self.document += 1,
        }
        Ok(())
    }

    fn key_is_next(&self) -> bool {
        matches!(self.frames.last(), Some(Frame::Map(_, true)))
    }

    fn enter(&mut self, frame: Frame<'t>) {
        self.frames.push(frame);
        self.path.push(Step::Index(0));
    }

    fn key(&mut self, key: Cow<'t, str>, span: Range<usize>) -> Result<(), Fault> {
        let Some(Frame::Map(share, next_is_key)) = self.frames.last_mut() else { return Ok(()) };
        if !self.keys.insert(share, key.clone()) {
            return Err(Fault::new(format!("the key {} stands twice", quoted(&key)), span));
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
