//! All of YAML 1.2, by saphyr.

use std::ops::Range;

use saphyr_parser::{Event as Parsed, Parser, ScalarStyle, Span};

use super::walk::Event;
use crate::formats::Fault;

/// Hands on each event with its bytes in the file.
///
/// # Errors
/// The file is not YAML, an alias is used, or `step` says so.
pub(super) fn read<'t>(
    text: &'t str,
    mut step: impl FnMut(Event<'t>, Range<usize>) -> Result<(), Fault>,
) -> Result<(), Fault> {
    let mut offsets = Offsets { text, chars: 0, bytes: 0, ascii: text.is_ascii() };
    for parsed in Parser::new_from_str(text) {
        let (parsed, span) = parsed.map_err(|error| {
            let at = offsets.byte(error.marker().index());
            Fault::new(error.info(), at..at)
        })?;
        let span = offsets.range(span);
        let event = match parsed {
            Parsed::Scalar(value, ScalarStyle::Plain, _, None) => Event::plain(value),
            Parsed::Scalar(value, ..) => Event::quoted(value),
            Parsed::MappingStart(..) => Event::Mapping,
            Parsed::SequenceStart(..) => Event::Sequence,
            Parsed::MappingEnd | Parsed::SequenceEnd => Event::End,
            Parsed::DocumentEnd => Event::DocumentEnd,
            Parsed::Alias(_) => {
                return Err(Fault::new("an alias: portgen's outputs state every value where it stands", span));
            }
            _ => continue,
        };
        step(event, span)?;
    }
    Ok(())
}

/// The parser counts characters, diagnostics count bytes: a cursor that moves on from the last place asked for.
struct Offsets<'t> {
    text: &'t str,
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
