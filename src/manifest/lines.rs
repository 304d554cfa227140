//! The lines of a TOML document, and the pairs of an inline table, each with its place in the text.
//!
//! Of a line with a mistake the keys are found.

use std::iter::Peekable;
use std::ops::Range;
use std::vec;

use toml_parser::Source;
use toml_parser::parser::{Event, EventKind, RecursionGuard, parse_document, parse_value};

/// Deeper lists and tables are a mistake, and skipped as by the parser of the toml crate: the parser calls itself for each.
pub(super) const MOST_NESTED: u32 = 80;

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

#[derive(Debug)]
pub(crate) struct Pair {
    /// The parts of its key.
    pub(crate) path: Vec<String>,
    /// Where each part is written.
    pub(crate) keys: Vec<Range<usize>>,
    /// From the key to the end of the value.
    pub(crate) span: Range<usize>,
    pub(crate) value: Range<usize>,
}

/// The lines of a document, of which the last has an end; none instead of one that cannot be read.
pub(crate) fn lines(text: &str) -> impl Iterator<Item = Option<Line>> {
    let mut events = Events::new(text, 0, parsed(text));
    let mut start = 0;
    std::iter::from_fn(move || {
        let Some(kind) = events.kind_of_line() else { return Some(None) };
        let end = events.next()?.end;
        Some(Some(Line { span: std::mem::replace(&mut start, end)..end, kind }))
    })
}

/// What the parser finds in a document.
fn parsed(text: &str) -> Vec<Event> {
    let mut parsed = Vec::new();
    let mut guard = RecursionGuard::new(&mut parsed, MOST_NESTED);
    parse_document(&Source::new(text).lex().into_vec(), &mut guard, &mut ());
    parsed
}

/// Where the comments of a document are written.
pub(crate) fn comments(text: &str) -> Vec<Range<usize>> {
    let parsed = parsed(text);
    let comments = parsed.iter().filter(|event| event.kind() == EventKind::Comment);
    comments.map(|comment| comment.span().start()..comment.span().end()).collect()
}

/// The pairs of the inline table `value`, which is written at `start` of a text; none where the value is another.
pub(crate) fn members(value: &str, start: usize) -> Option<Vec<Pair>> {
    let mut events = Events::inside(value, start, EventKind::InlineTableOpen)?;
    let mut members = Vec::new();
    while let Some(next) = events.peek() {
        match next {
            EventKind::SimpleKey => members.push(events.pair()?),
            _ => drop(events.next()),
        }
    }
    Some(members)
}

/// The elements of the array `value`, which is written at `start` of a text; none where the value is another.
pub(crate) fn elements(value: &str, start: usize) -> Option<Vec<Range<usize>>> {
    let mut events = Events::inside(value, start, EventKind::ArrayOpen)?;
    let mut elements = Vec::new();
    while let Some(next) = events.peek() {
        match next {
            EventKind::Scalar | EventKind::ArrayOpen | EventKind::InlineTableOpen => elements.push(events.value()?),
            _ => drop(events.next()),
        }
    }
    Some(elements)
}

/// What the parser found, as far as it has not been used yet.
struct Events<'t> {
    source: Source<'t>,
    /// Where the source starts in the whole text.
    start: usize,
    rest: Peekable<vec::IntoIter<Event>>,
}

impl<'t> Events<'t> {
    fn new(text: &'t str, start: usize, events: Vec<Event>) -> Self {
        Self { source: Source::new(text), start, rest: events.into_iter().peekable() }
    }

    /// The events behind the bracket `open`; none where the value starts with something else.
    fn inside(value: &'t str, start: usize, open: EventKind) -> Option<Self> {
        let mut parsed = Vec::new();
        let mut guard = RecursionGuard::new(&mut parsed, MOST_NESTED);
        parse_value(&Source::new(value).lex().into_vec(), &mut guard, &mut ());
        let mut events = Self::new(value, start, parsed);
        let is_open = events.peek()? == open;
        events.next();
        is_open.then_some(events)
    }

    fn peek(&mut self) -> Option<EventKind> {
        self.rest.peek().map(Event::kind)
    }

    /// Goes behind the next event, and returns its place in the whole text.
    fn next(&mut self) -> Option<Range<usize>> {
        let span = self.rest.next()?.span();
        Some(span.start() + self.start..span.end() + self.start)
    }

    /// The parts of a key and where each is written, up to and without `end`, or the end of the line where that is missing.
    fn keys(&mut self, end: EventKind) -> Option<(Vec<String>, Vec<Range<usize>>)> {
        let (mut path, mut spans) = (Vec::new(), Vec::new());
        loop {
            match self.peek()? {
                EventKind::SimpleKey => {
                    let mut key = String::new();
                    self.source.get(self.rest.peek()?)?.decode_key(&mut key, &mut ());
                    path.push(key);
                    spans.push(self.next()?);
                }
                EventKind::Newline => return Some((path, spans)),
                other => {
                    self.next()?;
                    if other == end {
                        return Some((path, spans));
                    }
                }
            }
        }
    }

    /// What stands in the line up to its end.
    fn kind_of_line(&mut self) -> Option<Kind> {
        let mut kind = Kind::Blank;
        loop {
            match self.peek() {
                Some(EventKind::SimpleKey) => kind = Kind::Pair(self.pair()?),
                Some(EventKind::StdTableOpen) => kind = self.header(EventKind::StdTableClose)?,
                Some(EventKind::ArrayTableOpen) => kind = self.header(EventKind::ArrayTableClose)?,
                Some(EventKind::Newline) | None => return Some(kind),
                Some(other) => {
                    if other == EventKind::Comment && matches!(kind, Kind::Blank) {
                        kind = Kind::Comment;
                    }
                    self.next();
                }
            }
        }
    }

    fn header(&mut self, close: EventKind) -> Option<Kind> {
        let (path, keys) = self.keys(close)?;
        Some(Kind::Header { path, keys, array: close == EventKind::ArrayTableClose })
    }

    fn pair(&mut self) -> Option<Pair> {
        let (path, keys) = self.keys(EventKind::KeyValSep)?;
        while self.peek()? == EventKind::Whitespace {
            self.next()?;
        }
        let value = self.value()?;
        Some(Pair { path, span: keys.first()?.start..value.end, keys, value })
    }

    /// The place of the value that starts with the next event.
    fn value(&mut self) -> Option<Range<usize>> {
        let mut depth = 0_usize;
        let mut start = None;
        loop {
            match self.peek()? {
                EventKind::ArrayOpen | EventKind::InlineTableOpen => depth += 1,
                EventKind::ArrayClose | EventKind::InlineTableClose => depth = depth.saturating_sub(1),
                _ => {}
            }
            let place = self.next()?;
            let start = *start.get_or_insert(place.start);
            if depth == 0 {
                return Some(start..place.end);
            }
        }
    }
}
