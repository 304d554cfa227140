//! A place as lines and columns.

use crate::diagnostic::{Place, Position};

/// Where a place starts and ends: lines and columns counted from 1, columns in characters; the end is the first column that
/// is not part of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Region {
    pub(super) line: usize,
    pub(super) column: usize,
    pub(super) end_line: usize,
    pub(super) end_column: usize,
}

impl Region {
    pub(super) fn of(place: &Place) -> Self {
        let Position { line, column } = place.source.position(place.span.start);
        let is_inside = place.source.text.get(place.span.clone()).is_some();
        let end = if is_inside { place.span.end } else { place.span.start };
        let Position { line: end_line, column: end_column } = place.source.position(end);
        Self { line, column, end_line, end_column }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Source;

    fn region(text: &str, span: std::ops::Range<usize>) -> (usize, usize, usize, usize) {
        let region = Region::of(&Place::new(&Source::new("x", text), span));
        (region.line, region.column, region.end_line, region.end_column)
    }

    #[test]
    fn columns_are_characters_and_the_end_is_outside() {
        assert_eq!(region("é🦀b\ncd\n", 2..6), (1, 2, 1, 3));
        assert_eq!(region("ab\ncd\n", 0..2), (1, 1, 1, 3));
        assert_eq!(region("ab\ncd\n", 3..3), (2, 1, 2, 1));
    }

    #[test]
    fn a_region_of_several_lines_ends_where_its_last_one_does() {
        assert_eq!(region("ab\ncd\nef", 1..7), (1, 2, 3, 2));
        assert_eq!(region("ab\ncd\n", 0..6), (1, 1, 3, 1));
    }

    #[test]
    fn a_place_outside_the_text_is_its_start() {
        assert_eq!(region("ab", 7..9), (1, 1, 1, 1));
        assert_eq!(region("é", 1..2), (1, 1, 1, 1));
    }
}
