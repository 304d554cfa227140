//! The lines of a TOML document, and the pairs of an inline table, each with its place in the text.
//!
//! Only for texts that a full parser has accepted: it limits the nesting, and what it accepts has no other shape than these.

use std::ops::Range;

use toml_parser::Source;
use toml_parser::parser::{Event, EventKind, parse_document, parse_value};

/// A line of a document, or the lines of a pair whose value has several; its end included.
#[derive(Debug)]
pub(crate) struct Line {
    pub(crate) span: Range<usize>,
    pub(crate) kind: Kind,
}

/// What stands in a line, besides spaces and a comment behind it.
#[derive(Debug)]
pub(crate) enum Kind {
    Blank,
    Comment,
    Header { path: Vec<String>, keys: Vec<Range<usize>>, array: bool },
    Pair(Pair),
}

/// `key = value`.
#[derive(Clone, Debug)]
pub(crate) struct Pair {
    /// The parts of its key.
    pub(crate) path: Vec<String>,
    /// Where each part is written.
    pub(crate) keys: Vec<Range<usize>>,
    /// From the key to the end of the value.
    pub(crate) span: Range<usize>,
    /// Its value.
    pub(crate) value: Range<usize>,
}

impl Pair {
    /// The same pair where the text that it was read from starts at `offset` of a longer one.
    pub(crate) fn moved(self, offset: usize) -> Self {
        let moved = |range: Range<usize>| range.start + offset..range.end + offset;
        let keys = self.keys.into_iter().map(moved).collect();
        Self { path: self.path, keys, span: moved(self.span), value: moved(self.value) }
    }
}

/// The lines of a document, of which the last has an end.
pub(crate) fn lines(text: &str) -> Option<Vec<Line>> {
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
                let (path, keys, rest_of) =
                    (path(source, &behind[..keys])?, spans(&behind[..keys]), behind.get(keys + 1..)?);
                (kind, rest) = (Kind::Header { path, keys, array }, rest_of);
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
pub(crate) fn members(value: &str) -> Option<Vec<Pair>> {
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

/// The elements of an array; none where the value is another.
pub(crate) fn elements(value: &str) -> Option<Vec<Range<usize>>> {
    let source = Source::new(value);
    let mut events = Vec::new();
    parse_value(&source.lex().into_vec(), &mut events, &mut ());
    let [open, rest @ ..] = events.as_slice() else { return None };
    let (mut elements, mut rest) = (Vec::new(), rest);
    if open.kind() != EventKind::ArrayOpen {
        return None;
    }
    while let [event, behind @ ..] = rest {
        rest = behind;
        if matches!(event.kind(), EventKind::Scalar | EventKind::ArrayOpen | EventKind::InlineTableOpen) {
            let closes = extent(std::slice::from_ref(event).iter().chain(behind))?;
            let end = if closes == 0 { event } else { behind.get(closes - 1)? };
            elements.push(event.span().start()..end.span().end());
            rest = behind.get(closes..)?;
        }
    }
    Some(elements)
}

/// The pair whose key starts with `first`, and how many of the events `behind` it belong to it.
fn pair(source: Source<'_>, first: &Event, behind: &[Event]) -> Option<(Pair, usize)> {
    let equals = behind.iter().position(|event| event.kind() == EventKind::KeyValSep)?;
    let mut path = path(source, std::slice::from_ref(first))?;
    path.extend(self::path(source, &behind[..equals])?);
    let mut keys = spans(std::slice::from_ref(first));
    keys.extend(spans(&behind[..equals]));
    let space = behind[equals + 1..].iter().take_while(|event| event.kind() == EventKind::Whitespace).count();
    let opens = equals + 1 + space;
    let closes = opens + extent(behind.get(opens..)?)?;
    let value = behind[opens].span().start()..behind[closes].span().end();
    Some((Pair { path, keys, span: first.span().start()..value.end, value }, closes + 1))
}

/// The index of the event that ends the value that the first event starts.
fn extent<'e>(events: impl IntoIterator<Item = &'e Event>) -> Option<usize> {
    let mut depth = 0_usize;
    events.into_iter().position(|event| {
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

fn spans(events: &[Event]) -> Vec<Range<usize>> {
    let keys = events.iter().filter(|event| event.kind() == EventKind::SimpleKey);
    keys.map(|event| event.span().start()..event.span().end()).collect()
}
