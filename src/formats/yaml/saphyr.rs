//! Reads all of YAML 1.2 with saphyr.

use std::borrow::Cow;
use std::ops::Range;

use saphyr_parser::{Event, Parser, ScalarStyle, ScanError, Span};

use super::listen::Listen;
use crate::formats::{Fault, Written};

const ALIAS: &str = "an alias, which an output of portgen may not have";

/// What comes next in an open mapping or sequence.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Turn {
    Key,
    Value,
    Item,
}

/// Passes the events of `text` to `listener`.
///
/// # Errors
/// The file is not YAML, or a key is not a scalar; the rest of the file is not read.
pub(super) fn read<'t>(text: &'t str, listener: &mut impl Listen<'t>) -> Result<(), Fault> {
    let mut offsets = Offsets::new(text);
    let mut open: Vec<Turn> = Vec::new();
    for parsed in Parser::new_from_str(text) {
        let (event, span) = parsed.map_err(|error| offsets.fault(&error))?;
        let span = offsets.range(span);
        let is_key = open.last() == Some(&Turn::Key);
        if is_node(&event) {
            pass_on(&mut open);
        }
        match event {
            Event::Scalar(key, ..) if is_key => listener.key(key, span),
            Event::Scalar(value, style, anchor, tag) => {
                let is_plain = style == ScalarStyle::Plain && tag.is_none();
                let look = Look { style, has_properties: anchor > 0 || tag.is_some() };
                listener.scalar(look.written(value, span, text), is_plain);
            }
            Event::Alias(_) | Event::MappingStart(..) | Event::SequenceStart(..) if is_key => {
                return Err(Fault::new("a key that is not a string", span));
            }
            Event::MappingStart(..) => {
                open.push(Turn::Key);
                listener.mapping();
            }
            Event::SequenceStart(..) => {
                open.push(Turn::Item);
                listener.sequence();
            }
            Event::MappingEnd | Event::SequenceEnd => {
                open.pop();
                listener.end();
            }
            Event::DocumentEnd => listener.end_document(),
            Event::Alias(_) => {
                listener.fault(Fault::new(ALIAS, span));
                listener.null();
            }
            _ => {}
        }
    }
    Ok(())
}

/// How a scalar looks.
pub(super) struct Look {
    pub(super) style: ScalarStyle,
    /// Whether it has a tag or an anchor, at which saphyr's span starts then; that of other blocks starts at their first line.
    pub(super) has_properties: bool,
}

impl Look {
    /// A scalar with this value, to which saphyr gives the bytes `span` of `text`.
    pub(super) fn written<'t>(&self, value: Cow<'t, str>, span: Range<usize>, text: &'t str) -> Written<'t> {
        match self.style {
            ScalarStyle::Literal | ScalarStyle::Folded => {
                let announced = if self.has_properties { announcement(&text[span.clone()]) } else { 0 };
                Written::block(value, span.start + announced..span.end, text)
            }
            _ => Written::new(value, span, text),
        }
    }
}

/// The length of what stands before the lines of a block: properties, comments behind them, and the line of `|` or `>`.
fn announcement(block: &str) -> usize {
    let mut rest = block;
    while rest.starts_with(['!', '&', '#']) {
        let is_comment = rest.starts_with('#');
        let end = rest.find(|c| matches!(c, '\n' | '\r') || !is_comment && matches!(c, ' ' | '\t'));
        rest = rest[end.unwrap_or(rest.len())..].trim_ascii_start();
    }
    block.len() - rest.find(['\n', '\r']).map_or(0, |end| rest.len() - end - 1)
}

fn is_node(event: &Event<'_>) -> bool {
    matches!(event, Event::Scalar(..) | Event::Alias(_) | Event::MappingStart(..) | Event::SequenceStart(..))
}

/// Switches the innermost mapping between key and value.
fn pass_on(open: &mut [Turn]) {
    match open.last_mut() {
        Some(turn @ Turn::Key) => *turn = Turn::Value,
        Some(turn @ Turn::Value) => *turn = Turn::Key,
        _ => {}
    }
}

/// Converts the parser's character offsets to byte offsets, starting from the last one.
pub(super) struct Offsets<'t> {
    text: &'t str,
    chars: usize,
    bytes: usize,
    ascii: bool,
}

impl<'t> Offsets<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Self { text, chars: 0, bytes: 0, ascii: text.is_ascii() }
    }

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

    pub(super) fn fault(&mut self, error: &ScanError) -> Fault {
        let at = self.byte(error.marker().index());
        Fault::new(error.info(), at..at)
    }

    pub(super) fn range(&mut self, span: Span) -> Range<usize> {
        let start = self.byte(span.start.index());
        start..self.byte(span.end.index())
    }
}
