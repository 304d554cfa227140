//! What is shown of a text around the places that are pointed at: the lines near them, and of long lines the part near them.
//!
//! What is printed of a place must not grow with the file: a line may have a megabyte, and two places may be as far apart.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::{Place, Position, Source, quoted, visible};

/// Lines between two places from which on each is shown by itself, and the most lines of one place.
const FAR: usize = 1_000;

/// A line of more bytes is shown in parts.
const LONG: usize = 1_000;

/// How many bytes of a long line are kept on each side of where a place starts or ends: more than the printer shows of them.
const AROUND: usize = 240;

/// The printer shows so many lines on each side of where a place starts or ends; what is in the others does not matter.
const NEAR: usize = 6;

/// What stands for what is left out of a line.
const LEFT_OUT: &str = "...";

/// A place in a text, and what is said of it.
#[derive(Clone, Debug)]
pub(super) struct Mark<'a> {
    pub(super) is_primary: bool,
    /// In the text; in a window, in what is shown of it.
    pub(super) span: Range<usize>,
    pub(super) label: &'a str,
    /// Counted from 1.
    pub(super) line: usize,
    /// In characters, counted from 1.
    pub(super) column: usize,
    /// The same in what is shown of the line.
    pub(super) shown_column: usize,
    /// Whether its text is shown, even inside of a value that may be a secret.
    is_plain: bool,
}

impl<'a> Mark<'a> {
    /// `span` is cut to `text`, to character boundaries and to a number of lines, so that no place can make the printer panic or
    /// take long.
    pub(super) fn new(place: &Place, is_primary: bool, label: &'a str, message: &str) -> Self {
        let Place { source, span } = place;
        let text = &source.text;
        let start = text.floor_char_boundary(span.start.min(text.len()));
        let mut end = text.ceil_char_boundary(span.end.clamp(start, text.len()));
        if text[start..end].matches('\n').nth(FAR).is_some() {
            end = line_end(text, start);
        }
        let Position { line, column } = source.position(start);
        let is_plain = is_plain(&text[start..end], message);
        Self { is_primary, span: start..end, label, line, column, shown_column: column, is_plain }
    }
}

/// Lines that are shown, with the places in them.
#[derive(Clone, Debug)]
pub(super) struct Window<'a> {
    pub(super) text: String,
    /// The number of its first line, counted from 1.
    pub(super) line: usize,
    pub(super) marks: Vec<Mark<'a>>,
}

/// The places that are near each other, each such group with its lines; that of the primary place first.
pub(super) fn windows<'a>(source: &Source, marks: &[Mark<'a>]) -> Vec<Window<'a>> {
    let text = &*source.text;
    let mut by_line: Vec<&Mark<'_>> = marks.iter().collect();
    by_line.sort_by_key(|mark| mark.span.start);
    let mut groups: Vec<Range<usize>> = Vec::new();
    let mut last_line = 0;
    for mark in by_line {
        match groups.last_mut() {
            Some(group) if mark.line <= last_line + FAR => group.end = group.end.max(mark.span.end),
            _ => groups.push(mark.span.clone()),
        }
        last_line = last_line.max(mark.line + line_breaks(&text[mark.span.clone()]));
    }
    let mut windows: Vec<Window<'_>> = groups.into_iter().map(|group| window(source, &group, marks)).collect();
    windows.sort_by_key(|window| !window.marks.iter().any(|mark| mark.is_primary));
    windows
}

fn window<'a>(source: &Source, group: &Range<usize>, marks: &[Mark<'a>]) -> Window<'a> {
    let mut marks = marks.to_vec();
    marks.retain(|mark| group.start <= mark.span.start && mark.span.end <= group.end);
    let line = marks.iter().map(|mark| mark.line).min().unwrap_or(1);
    let shown = Shown::of(source, group, &marks);
    for mark in &mut marks {
        mark.span = shown.at(mark.span.start)..shown.at(mark.span.end);
        mark.shown_column = column(&shown.text, mark.span.start);
    }
    Window { text: shown.text, line, marks }
}

/// What covers the secrets of a text.
struct Cover<'s> {
    source: &'s Source,
    marks: &'s [Mark<'s>],
}

impl Cover<'_> {
    /// The bytes `part` without secrets.
    fn shown(&self, part: Range<usize>) -> &str {
        let text = &*self.source.text;
        let mut marks = self.marks.iter().filter(|mark| mark.span.start <= part.start && part.end <= mark.span.end);
        let is_plain = marks.any(|mark| mark.is_plain);
        &(if is_plain { text } else { self.source.shown() })[part]
    }
}

/// Whether a text is made of ports and IP addresses, is the name of an option, both, or what the message shows anyway.
fn is_plain(text: &str, message: &str) -> bool {
    let (name, number) = text.split_once('=').unwrap_or((text, ""));
    let is_option = matches!(name, "-p" | "--port" | "PORT");
    let is_port = has_only_ports(number) && (is_option || (number.is_empty() && has_only_ports(name)));
    is_port || (text.len() < AROUND && message.contains(&quoted(text)))
}

/// Whether a text is made of ports, as in `"127.0.0.1:3000:8080"` and `53/udp`.
fn has_only_ports(text: &str) -> bool {
    text.split(['.', ':', '/', '[', ']', '"', '\'', ' ', '|']).all(|part| {
        matches!(part, "tcp" | "udp" | "sctp")
            || part.len() <= "65535".len() && part.bytes().all(|byte| byte.is_ascii_digit())
    })
}

/// What is shown of some lines, and where in it the ends of places are.
struct Shown {
    text: String,
    moved: BTreeMap<usize, usize>,
}

impl Shown {
    /// The lines around `group`.
    fn of(source: &Source, group: &Range<usize>, marks: &[Mark<'_>]) -> Self {
        let text = &*source.text;
        let ends: BTreeSet<usize> = marks.iter().flat_map(|mark| [mark.span.start, mark.span.end]).collect();
        let mut shown = Self { text: String::new(), moved: BTreeMap::new() };
        let start = text[..group.start].rfind('\n').map_or(0, |at| at + 1);
        let lines = lines(text, start..line_end(text, group.end));
        let marked: Vec<bool> = lines.iter().map(|line| ends.range(line.clone()).next().is_some()).collect();
        for (index, line) in lines.iter().enumerate() {
            let near = index.saturating_sub(NEAR)..lines.len().min(index + NEAR + 1);
            if marked[near].contains(&true) {
                shown.push(&Cover { source, marks }, line, &ends);
            } else {
                shown.text.push('\n');
            }
        }
        let length = shown.text.len();
        for end in ends {
            shown.moved.entry(end).or_insert(length);
        }
        shown
    }

    fn at(&self, place: usize) -> usize {
        self.moved.get(&place).copied().unwrap_or(self.text.len())
    }

    /// A line, or the parts of it that are near the ends of places.
    fn push(&mut self, cover: &Cover<'_>, line: &Range<usize>, ends: &BTreeSet<usize>) {
        let mut from = line.start;
        for part in parts(&cover.source.text, line, ends) {
            if part.start > from {
                self.text.push_str(LEFT_OUT);
            }
            from = part.start;
            for end in ends.range(part.start..=part.end).copied() {
                self.text.push_str(&visible(cover.shown(from..end)));
                self.moved.insert(end, self.text.len());
                from = end;
            }
            self.text.push_str(&visible(cover.shown(from..part.end)));
            from = part.end;
        }
        if from < line.end {
            self.text.push_str(LEFT_OUT);
            self.text.push('\n');
        }
    }
}

/// The parts of a line that are shown, in order.
fn parts(text: &str, line: &Range<usize>, ends: &BTreeSet<usize>) -> Vec<Range<usize>> {
    if line.len() <= LONG {
        return vec![line.clone()];
    }
    let mut parts: Vec<Range<usize>> = Vec::new();
    let mut own: Vec<usize> = ends.range(line.clone()).copied().collect();
    if own.is_empty() {
        own.push(line.start);
    }
    for end in own {
        let start = text.floor_char_boundary(end.saturating_sub(AROUND).max(line.start));
        let stop = text.ceil_char_boundary((end + AROUND).min(line.end));
        match parts.last_mut() {
            Some(last) if start <= last.end + LEFT_OUT.len() => last.end = stop,
            _ => parts.push(start..stop),
        }
    }
    parts
}

/// Each line in `range`, with its line break.
fn lines(text: &str, range: Range<usize>) -> Vec<Range<usize>> {
    let mut start = range.start;
    let mut lines = Vec::new();
    for line in text[range].split_inclusive('\n') {
        lines.push(start..start + line.len());
        start += line.len();
    }
    lines
}

/// Where the line ends in which a place is, line break included.
fn line_end(text: &str, at: usize) -> usize {
    text[at..].find('\n').map_or(text.len(), |end| at + end + 1)
}

fn line_breaks(text: &str) -> usize {
    text.bytes().filter(|byte| *byte == b'\n').count()
}

fn column(text: &str, at: usize) -> usize {
    let start = text[..at].rfind('\n').map_or(0, |at| at + 1);
    1 + text[start..at].chars().count()
}
