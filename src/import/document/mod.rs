//! Documents of ports that people keep by hand, in Markdown: tables, lists, ranges in headings.
//!
//! ```text
//! text ──sections──> headings          the group that rows are in, a range of its own
//!      ──tables, items──> rows         cells: ports, ranges, nobody's
//! ```

mod cell;
mod item;
mod row;
mod table;

use std::sync::Arc;

pub(super) use row::Row;

use super::evidence::At;
use crate::allocation::Ports;

/// Words of headings below which no port is given out: what was, examples, what other places have.
const ELSEWHERE: [&str; 26] = [
    "changelog",
    "checklist",
    "conflict",
    "conflicts",
    "deprecated",
    "example",
    "examples",
    "former",
    "health",
    "history",
    "historical",
    "legacy",
    "migration",
    "migrations",
    "old",
    "previous",
    "prod",
    "production",
    "quick",
    "staging",
    "test",
    "testing",
    "troubleshooting",
    "urls",
    "usage",
    "verification",
];

/// A part of a document, by its heading.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Section {
    /// Its heading, without markup and ranges; empty before the first one.
    pub(super) title: String,
    /// What its rows are called: the heading of the first column, `Service`.
    pub(super) label: Option<String>,
    /// The range that its heading states.
    pub(super) range: Option<Ports>,
    /// Where it begins.
    pub(super) line: usize,
}

/// A range of numbers, with what it is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Range {
    pub(super) ports: Ports,
    pub(super) purpose: String,
    pub(super) at: At,
}

/// What a document says.
#[derive(Clone, Debug, Default)]
pub(super) struct Document {
    /// Its path.
    pub(super) path: Arc<str>,
    /// The parts that have rows, in order.
    pub(super) sections: Vec<Section>,
    pub(super) rows: Vec<Row>,
    pub(super) ranges: Vec<Range>,
    /// Numbers that are kept free, with the words for it.
    pub(super) reserved: Vec<(Ports, String, At)>,
}

/// Reads a document. Code is read only where there is nothing else.
pub(super) fn read(path: &Arc<str>, text: &str) -> Document {
    let mut reader = Reader::new(path, text);
    reader.tables();
    reader.items(item::Where::Prose);
    if reader.found.rows.is_empty() {
        reader.items(item::Where::Code);
    }
    reader.finish()
}

/// Whether a file is called as a document of ports: `PORTS.md`, `port-allocation.md`.
pub(super) fn is_named(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or_default().to_lowercase();
    let Some((stem, "md" | "mdx" | "markdown")) = name.rsplit_once('.') else { return false };
    let words: Vec<&str> = stem.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let is_about = |word: &&str| PORTS.contains(word) || BESIDE.contains(word);
    words.iter().any(|word| PORTS.contains(word)) && words.iter().all(is_about) && !words.is_empty()
}

/// Words for ports in the names of documents.
const PORTS: [&str; 6] = ["port", "ports", "puertos", "portas", "порты", "端口"];

/// Words beside them: `PORT_ALLOCATION.md`, `local-ports.md`.
const BESIDE: [&str; 25] = [
    "allocation",
    "allocations",
    "and",
    "api",
    "app",
    "assignment",
    "assignments",
    "config",
    "configuration",
    "dev",
    "development",
    "docker",
    "guide",
    "list",
    "local",
    "map",
    "mapping",
    "mappings",
    "network",
    "overview",
    "reference",
    "registry",
    "service",
    "services",
    "table",
];

/// A heading with the place where it begins.
struct Heading {
    at: usize,
    level: usize,
    text: String,
    /// The range in it.
    range: Option<Ports>,
    /// Whether it, or one above it, says that what follows is of another time or place.
    is_elsewhere: bool,
}

/// A document while it is read.
struct Reader<'t> {
    text: &'t str,
    headings: Vec<Heading>,
    /// The bytes that are code or in tables.
    taken: Vec<(std::ops::Range<usize>, item::Where)>,
    /// Which heading each section is of.
    of_heading: Vec<Option<usize>>,
    found: Document,
}

impl<'t> Reader<'t> {
    fn new(path: &Arc<str>, text: &'t str) -> Self {
        let mut reader = Self {
            text,
            headings: Vec::new(),
            taken: Vec::new(),
            of_heading: Vec::new(),
            found: Document { path: Arc::clone(path), ..Document::default() },
        };
        reader.outline();
        reader
    }

    /// Finds headings and code.
    fn outline(&mut self) {
        let (mut at, mut code) = (0, None);
        for line in self.text.split_inclusive('\n') {
            let start = line.trim_start();
            if start.starts_with("```") || start.starts_with("~~~") {
                match code.take() {
                    Some(from) => self.taken.push((from..at, item::Where::Code)),
                    None => code = Some(at + line.len()),
                }
            } else if code.is_none() && line.starts_with('#') {
                self.heading(at, line);
            }
            at += line.len();
        }
    }

    fn heading(&mut self, at: usize, line: &str) {
        let level = line.bytes().take_while(|byte| *byte == b'#').count();
        let text = cell::plain(line.trim_start_matches('#'));
        let (range, title) = cell::range_in(&text);
        let is_own = cell::words(&title).iter().any(|word| ELSEWHERE.contains(&&**word));
        let above = self.headings.iter().rev().find(|one| one.level < level);
        let is_elsewhere = is_own && level > 1 || above.is_some_and(|above| above.is_elsewhere);
        self.headings.push(Heading { at, level, text: title, range, is_elsewhere });
    }

    /// The heading above a place.
    fn above(&self, at: usize) -> Option<usize> {
        self.headings.partition_point(|heading| heading.at <= at).checked_sub(1)
    }

    /// Whether the heading above a place says that the numbers below it are kept.
    fn is_reserved(&self, at: usize) -> bool {
        self.above(at).is_some_and(|heading| cell::is_reserved(&self.headings[heading].text))
    }

    fn is_elsewhere(&self, at: usize) -> bool {
        self.above(at).is_some_and(|heading| self.headings[heading].is_elsewhere)
    }

    /// The section of a place, made where it is not known; `label` is what its rows are called.
    fn section(&mut self, at: usize, label: Option<&str>) -> usize {
        let heading = self.above(at);
        if let Some(known) = self.of_heading.iter().position(|of| *of == heading) {
            return known;
        }
        let (title, range) = match heading.map(|heading| &self.headings[heading]) {
            // The title of the whole document is no part of it.
            Some(heading) if heading.level > 1 => (heading.text.clone(), heading.range),
            _ => (String::new(), None),
        };
        self.of_heading.push(heading);
        let section = Section { title, label: label.map(str::to_owned), range, line: self.line(at) };
        self.found.sections.push(section);
        self.found.sections.len() - 1
    }

    fn line(&self, at: usize) -> usize {
        1 + memchr::memchr_iter(b'\n', &self.text.as_bytes()[..at]).count()
    }

    fn at(&self, at: usize) -> At {
        At { file: Arc::clone(&self.found.path), line: self.line(at) }
    }

    fn finish(mut self) -> Document {
        // A heading with a range is one also where no row stands below it.
        for heading in &self.headings {
            if let Some(ports) = heading.range.filter(|ports| !ports.is_one() && !heading.is_elsewhere) {
                let at = At { file: Arc::clone(&self.found.path), line: self.line(heading.at) };
                if !self.found.ranges.iter().any(|range| range.ports == ports) {
                    self.found.ranges.push(Range { ports, purpose: heading.text.clone(), at });
                }
            }
        }
        self.found.rows.sort_by_key(|row| row.at.line);
        self.found
    }
}

#[cfg(test)]
mod tests;
