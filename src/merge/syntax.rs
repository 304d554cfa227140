//! The lines of a TOML document, and the pairs of an inline table, each with its place in the text.
//!
//! Only for texts that a full parser has accepted: it limits the nesting, and what it accepts has no other shape than these.

use std::ops::Range;

use toml_parser::Source;
use toml_parser::parser::{Event, EventKind, parse_document, parse_value};

/// A line of a document, or the lines of a pair whose value has several; its end included.
#[derive(Debug)]
pub(super) struct Line {
    pub(super) span: Range<usize>,
    pub(super) kind: Kind,
}

/// What stands in a line, besides spaces and a comment behind it.
#[derive(Debug)]
pub(super) enum Kind {
    Blank,
    Comment,
    Header { path: Vec<String>, array: bool },
    Pair(Pair),
}

/// `key = value`.
#[derive(Debug)]
pub(super) struct Pair {
    /// The parts of its key.
    pub(super) path: Vec<String>,
    /// From the key to the end of the value.
    pub(super) span: Range<usize>,
    /// Its value.
    pub(super) value: Range<usize>,
}

/// The lines of a document, of which the last has an end.
pub(super) fn lines(text: &str) -> Option<Vec<Line>> {
    let source = Source::new(text);
    let mut events = Vec::new();
    parse_document(&source.lex().into_vec(), &mut events, &mut ());
    let mut lines = Vec::new();
    let (mut start, mut kind, mut rest) = (0, Kind::Blank, events.as_slice());
    while let [event, behind @ ..] = rest {
        rest = behind;
        match event.kind() {
            EventKind::SimpleKey => {
                let (found, used) = pair(source, event, behind)?;
                (kind, rest) = (Kind::Pair(found), behind.get(used..)?);
            }
            EventKind::StdTableOpen | EventKind::ArrayTableOpen => {
                let array = event.kind() == EventKind::ArrayTableOpen;
                let close = if array { EventKind::ArrayTableClose } else { EventKind::StdTableClose };
                let keys = behind.iter().position(|event| event.kind() == close)?;
                (kind, rest) = (Kind::Header { path: path(source, &behind[..keys])?, array }, behind.get(keys + 1..)?);
            }
            EventKind::Comment if matches!(kind, Kind::Blank) => kind = Kind::Comment,
            EventKind::Newline => {
                let end = event.span().end();
                lines.push(Line { span: start..end, kind: std::mem::replace(&mut kind, Kind::Blank) });
                start = end;
            }
            _ => {}
        }
    }
    Some(lines)
}

/// The pairs of an inline table; none where the value is another.
pub(super) fn members(value: &str) -> Option<Vec<Pair>> {
    let source = Source::new(value);
    let mut events = Vec::new();
    parse_value(&source.lex().into_vec(), &mut events, &mut ());
    let [open, rest @ ..] = events.as_slice() else { return None };
    let (mut members, mut rest) = (Vec::new(), rest);
    if open.kind() != EventKind::InlineTableOpen {
        return None;
    }
    while let [event, behind @ ..] = rest {
        rest = behind;
        if event.kind() == EventKind::SimpleKey {
            let (found, used) = pair(source, event, behind)?;
            rest = behind.get(used..)?;
            members.push(found);
        }
    }
    Some(members)
}

/// The pair whose key starts with `first`, and how many of the events `behind` it belong to it.
fn pair(source: Source<'_>, first: &Event, behind: &[Event]) -> Option<(Pair, usize)> {
    let equals = behind.iter().position(|event| event.kind() == EventKind::KeyValSep)?;
    let mut path = path(source, std::slice::from_ref(first))?;
    path.extend(self::path(source, &behind[..equals])?);
    let space = behind[equals + 1..].iter().take_while(|event| event.kind() == EventKind::Whitespace).count();
    let opens = equals + 1 + space;
    let closes = opens + extent(behind.get(opens..)?)?;
    let value = behind[opens].span().start()..behind[closes].span().end();
    Some((Pair { path, span: first.span().start()..value.end, value }, closes + 1))
}

/// The index of the event that ends the value that the first event starts.
fn extent(events: &[Event]) -> Option<usize> {
    let mut depth = 0_usize;
    events.iter().position(|event| {
        match event.kind() {
            EventKind::ArrayOpen | EventKind::InlineTableOpen => depth += 1,
            EventKind::ArrayClose | EventKind::InlineTableClose => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth == 0
    })
}

fn path(source: Source<'_>, events: &[Event]) -> Option<Vec<String>> {
    let keys = events.iter().filter(|event| event.kind() == EventKind::SimpleKey);
    keys.map(|event| {
        let mut key = String::new();
        source.get(event)?.decode_key(&mut key, &mut ());
        Some(key)
    })
    .collect()
}
