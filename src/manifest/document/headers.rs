//! Headers of tables in an order that takes the parser too long. It takes a table that is written behind its own parts, or again, out of its
//! place, and moves everything behind that, so that its time grows with the number of such tables and with their distance.

use std::collections::HashMap;
use std::hash::{BuildHasher as _, BuildHasherDefault, DefaultHasher, Hash};
use std::ops::Range;

use toml_parser::Source;
use toml_parser::parser::{Event, EventKind, RecursionGuard, parse_document};

use crate::manifest::lines::MOST_NESTED;

/// No order of a shorter text takes long.
const LONG: usize = 64 << 10;

/// So many lines may there be between tables and where they are mentioned first, together. What is in one line is moved in about 10 ns.
pub(super) const MOST_LINES: usize = 30_000_000;

/// A table that the parser takes out of its place.
pub(super) struct Taken {
    /// The bytes of its line.
    pub(super) line: Range<usize>,
    /// How many lines there are between it and where it was.
    pub(super) lines: usize,
    /// Whether it was written there, and not only mentioned by its parts.
    pub(super) is_again: bool,
}

/// The line at which a text has so many tables behind their own parts that it takes too long to parse.
pub fn first_too_late(text: &str) -> Option<Range<usize>> {
    let mut lines = 0;
    let mut late = taken(text).filter(|table| !table.is_again);
    let is_too_late = |table: &Taken| {
        lines += table.lines;
        lines > MOST_LINES
    };
    late.find(is_too_late).map(|table| table.line)
}

/// The tables of a long text that the parser takes out of their places.
pub(super) fn taken(text: &str) -> impl Iterator<Item = Taken> {
    let text = if text.len() > LONG { text } else { "" };
    let mut headers = Headers::default();
    let mut end = 0;
    text.split_inclusive('\n').enumerate().filter_map(move |(at, line)| {
        let start = end;
        end += line.len();
        let is_header = line.trim_start_matches([' ', '\t']).starts_with('[');
        let (lines, is_again) = is_header.then(|| headers.read(at, line)).flatten()?;
        Some(Taken { line: start..end, lines, is_again })
    })
}

/// The headers up to one; tables as hashes of their keys, and of the item of an array that each is in.
#[derive(Default)]
struct Headers {
    /// The line in which each table is written, or mentioned first, and whether it is written there.
    tables: HashMap<u64, (usize, bool)>,
    /// How many items an array of tables has.
    items: HashMap<u64, usize>,
}

impl Headers {
    /// Reads the header `text` in the line `at`. If its table was there before: how many lines before, and whether it was written there.
    fn read(&mut self, at: usize, text: &str) -> Option<(usize, bool)> {
        let source = Source::new(text);
        let mut events: Vec<Event> = Vec::new();
        parse_document(&source.lex().into_vec(), &mut RecursionGuard::new(&mut events, MOST_NESTED), &mut ());
        let mut last = None;
        for event in &events {
            match (event.kind(), last) {
                (EventKind::SimpleKey, outer) => {
                    let outer = outer.map(|outer| self.inside(at, outer));
                    let mut key = String::new();
                    if let Some(raw) = source.get(event) {
                        raw.decode_key(&mut key, &mut ());
                    }
                    last = Some(hash(&(outer, key)));
                }
                (EventKind::StdTableClose, Some(table)) => {
                    let (then, is_again) = self.tables.insert(table, (at, true))?;
                    return Some((at - then, is_again));
                }
                (EventKind::ArrayTableClose, Some(array)) => {
                    self.tables.entry(array).or_insert((at, true));
                    *self.items.entry(array).or_default() += 1;
                    return None;
                }
                _ => {}
            }
        }
        None
    }

    /// What is inside of a table that a header mentions in the line `at`, as a hash.
    fn inside(&mut self, at: usize, table: u64) -> u64 {
        self.tables.entry(table).or_insert((at, false));
        hash(&(table, self.items.get(&table)))
    }
}

fn hash(of: &impl Hash) -> u64 {
    BuildHasherDefault::<DefaultHasher>::default().hash_one(of)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The tables that are taken out of their places: the line of each, counted from 1, how many lines before it was, and whether again.
    fn found(text: &str) -> Vec<(usize, usize, bool)> {
        let text = format!("{text}{}", "#\n".repeat(LONG));
        let line = |table: &Taken| text[..table.line.start].lines().count() + 1;
        taken(&text).map(|table| (line(&table), table.lines, table.is_again)).collect()
    }

    #[test]
    fn tables_behind_their_parts_and_tables_again_are_found() {
        assert_eq!(found("[x.a]\nb = 1\n\n[x]\n"), [(4, 3, false)]);
        assert_eq!(found("[x]\n\n\n[x]\n\n[x]\n"), [(4, 3, true), (6, 2, true)]);
        assert_eq!(found("[a.b.c]\n\n  ['a' . \"\\u0062\"] # d\n[a]"), [(3, 2, false), (4, 3, false)]);
        assert_eq!(found("[[a]]\n[a.b.c]\n\n[a.b]\n[a]\n"), [(4, 2, false), (5, 4, true)]);
        assert_eq!(found("[[a]]\n[a.b]\n[[a]]\n[a.b]\n[[c.d]]\n[c.e]\n[[c.d]]\n"), []);
        assert_eq!(found("[x]\ny = 1\n[x.a]\n[x.b]\n[y]\n[x.a.c]\n"), []);
    }

    #[test]
    fn thousands_of_tables_in_any_order_are_read() {
        let parts: String = (0..3_000).map(|at| format!("[services.s{at}.ports]\nhttp = 1\n")).collect();
        let tables: String = (0..3_000).map(|at| format!("[services.s{at}]\n")).collect();
        assert_eq!(first_too_late(&format!("{parts}{tables}")), None);
        assert!(first_too_late(&format!("{parts}{}{tables}", "#\n".repeat(20_000))).is_some());
    }
}
