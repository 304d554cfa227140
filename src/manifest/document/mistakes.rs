//! How far a long text with mistakes is read: the parser needs hundreds of bytes for each of them, and a text can have one in each byte.

use super::headers::{MOST_LINES, taken};
use toml::de::{DeTable, Error};
use toml_parser::parser::{Event, EventKind, RecursionGuard, parse_document};
use toml_parser::{ParseError, Source};

use crate::manifest::lines::MOST_NESTED;

/// So many mistakes of a text are told. Nobody mends more at once.
pub(super) const MOST: usize = 1_000;

/// Texts that are shorter have few mistakes, whatever is in them.
const LONG: usize = 64 << 10;

/// The tree of a text as far as it is TOML, its mistakes in their order, at most [`MOST`], and the byte up to which they are told.
pub(super) fn read(text: &str) -> (DeTable<'_>, Vec<Error>, usize) {
    let start = |error: &Error| error.span().map_or(usize::MAX, |span| span.start);
    let far = if text.len() > LONG { readable(text) } else { text.len() };
    let mut end = text.floor_char_boundary(LONG).min(far);
    // Only the tree shows what is written twice, and that may be every line of a text.
    while end < far && DeTable::parse_recoverable(&text[..end]).1.len() <= MOST {
        end = text.floor_char_boundary(end + end / 2).min(far);
    }
    let (mut root, mut errors) = DeTable::parse_recoverable(&text[..end]);
    if errors.is_empty() && end < text.len() {
        // No text with a mistake is taken for one without.
        end = text.len();
        (root, errors) = DeTable::parse_recoverable(text);
    }
    errors.sort_by_key(start);
    // Where the text is cut, it is no mistake that something is not closed.
    let is_before = |error: &Error| error.span().is_some_and(|span| span.end < end);
    if end < text.len() && errors.iter().any(is_before) {
        errors.retain(is_before);
    }
    if let Some(next) = errors.get(MOST) {
        end = start(next).min(text.len());
        errors.truncate(MOST);
    }
    (root.into_inner(), errors, end)
}

/// The byte of a text up to which it has no more than [`MOST`] mistakes, as far as they show without the tree: its end, unless it has more.
fn readable(text: &str) -> usize {
    let mut places = Vec::new();
    let mut report = |mistake: ParseError| {
        let Some(span) = mistake.unexpected() else { return };
        places.push(span.start());
        if places.len() > 2 * MOST {
            places.select_nth_unstable(MOST);
            places.truncate(MOST + 1);
        }
    };
    let source = Source::new(text);
    let mut events: Vec<Event> = Vec::new();
    parse_document(&source.lex().into_vec(), &mut RecursionGuard::new(&mut events, MOST_NESTED), &mut report);
    for event in &events {
        match (event.kind(), source.get(event)) {
            (EventKind::SimpleKey, Some(key)) => key.decode_key(&mut (), &mut report),
            (EventKind::Scalar, Some(value)) => {
                let _ = value.decode_scalar(&mut (), &mut report);
            }
            _ => {}
        }
    }
    let end = tables_again(text, &mut places);
    if places.len() <= MOST {
        return end;
    }
    text.floor_char_boundary(*places.select_nth_unstable(MOST).1).min(end)
}

/// Adds where tables are written again, up to the byte that is returned: the parser takes long for each.
fn tables_again(text: &str, places: &mut Vec<usize>) -> usize {
    let mut lines = 0;
    for table in taken(text).filter(|table| table.is_again).take(MOST + 1) {
        places.push(table.line.start);
        lines += table.lines;
        if lines > MOST_LINES {
            return table.line.end;
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::manifest::document;

    #[test]
    fn of_many_mistakes_some_are_read() {
        for piece in ["]\n", "=\n", "a\n", "a=1\n", "[a]\n", "a=-\n", "a=1 b\n", "a=\"\\q\"\n", "\u{1}", "é\n"] {
            for before in ["", "x = ", "x = \"", "x = { y = "] {
                let text = format!("a = 1\n{before}{}", piece.repeat(50_000));
                let (_, errors, end) = document::read_far(&text);
                assert!(!errors.is_empty() && errors.len() <= 2 * MOST, "{before}{piece}: {}", errors.len());
                assert!(end < text.len() || errors.len() < MOST, "{before}{piece}: {} errors", errors.len());
            }
        }
        for value in ["-", "__", "0_"] {
            let text = format!("a = {}\n", value.repeat(50_000));
            assert!(document::read_far(&text).1.len() <= 2 * MOST, "{value}");
        }
    }

    #[test]
    fn few_mistakes_are_read_all() {
        let text = format!("a = 1\n{}b = \nc = 1 2\n", "# a comment of a line\n".repeat(10_000));
        let (root, errors, end) = document::read_far(&text);
        assert_eq!((errors.len(), end), (2, text.len()));
        assert!(root.contains_key("c"));
    }
}
