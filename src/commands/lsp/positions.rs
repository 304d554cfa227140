//! Places in a text as an editor counts them: lines from 0, and units of UTF-16 in a line, or bytes where the editor can.

use std::ops::Range as Span;

use lsp_types::{Position, PositionEncodingKind, Range};

/// What a column counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Encoding {
    Utf8,
    Utf16,
}

impl Encoding {
    /// Bytes, where the editor offers it; else UTF-16, which each has to know.
    pub(super) fn of(offered: Option<&[PositionEncodingKind]>) -> Self {
        if offered.unwrap_or_default().contains(&PositionEncodingKind::UTF8) { Self::Utf8 } else { Self::Utf16 }
    }

    pub(super) fn kind(self) -> PositionEncodingKind {
        match self {
            Self::Utf8 => PositionEncodingKind::UTF8,
            Self::Utf16 => PositionEncodingKind::UTF16,
        }
    }

    fn units(self, text: &str) -> usize {
        match self {
            Self::Utf8 => text.len(),
            Self::Utf16 => text.chars().map(char::len_utf16).sum(),
        }
    }
}

/// The byte at a position; behind the end of a line, its end; behind the last line, the end of the text.
pub(super) fn offset(text: &str, position: Position, encoding: Encoding) -> usize {
    let mut start = 0;
    for _ in 0..position.line {
        match memchr::memchr(b'\n', &text.as_bytes()[start..]) {
            Some(end) => start += end + 1,
            None => return text.len(),
        }
    }
    let line = text[start..].split(['\n', '\r']).next().unwrap_or_default();
    let mut left = position.character as usize;
    for (at, c) in line.char_indices() {
        let width = encoding.units(&line[at..at + c.len_utf8()]);
        if left < width {
            return start + at;
        }
        left -= width;
    }
    start + line.len()
}

/// A text with the starts of its lines.
pub(super) struct Lines<'t> {
    text: &'t str,
    starts: Vec<usize>,
    encoding: Encoding,
}

impl<'t> Lines<'t> {
    pub(super) fn of(text: &'t str, encoding: Encoding) -> Self {
        let ends = memchr::memchr_iter(b'\n', text.as_bytes());
        Self { text, starts: [0].into_iter().chain(ends.map(|end| end + 1)).collect(), encoding }
    }

    /// The position of a byte.
    pub(super) fn position(&self, offset: usize) -> Position {
        let offset = self.text.floor_char_boundary(offset);
        let line = self.starts.partition_point(|start| *start <= offset) - 1;
        let character = self.encoding.units(&self.text[self.starts[line]..offset]);
        Position { line: line as u32, character: character as u32 }
    }

    /// The range of some bytes.
    pub(super) fn range(&self, span: &Span<usize>) -> Range {
        Range { start: self.position(span.start), end: self.position(span.end) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_position_comes_back_from_every_byte() {
        let text = "a = 1\r\nä = \"😀b\"\n\nlast";
        let position = |at, encoding| Lines::of(text, encoding).position(at);
        for encoding in [Encoding::Utf8, Encoding::Utf16] {
            for (at, c) in text.char_indices().filter(|(_, c)| !matches!(c, '\n' | '\r')) {
                let found = position(at, encoding);
                assert_eq!(offset(text, found, encoding), at, "{c} {encoding:?}");
            }
        }
        let smile = text.find('😀').unwrap();
        assert_eq!(position(smile + 4, Encoding::Utf16), Position { line: 1, character: 7 });
        assert_eq!(position(smile + 4, Encoding::Utf8), Position { line: 1, character: 10 });
        let within = Position { line: 1, character: 6 };
        assert_eq!(offset(text, within, Encoding::Utf16), smile);
        let far = |line, character| offset(text, Position { line, character }, Encoding::Utf16);
        assert_eq!([far(0, 99), far(9, 0), far(3, 99)], [5, text.len(), text.len()]);
    }
}
