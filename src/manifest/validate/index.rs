//! The names of one section, to which other keys refer.

use std::cell::Cell;

use foldhash::{HashMap, HashMapExt, HashSet, HashSetExt};

use super::value::Value;
use crate::diagnostic::{Code, Diagnostic, nearest, quoted};

/// How many names without an owner get a search for the nearest one: more of them are no slips of the pen, and a search
/// goes through every name.
const MOST_SEARCHES: usize = 32;

/// The names of `[ranges]`, `[groups]` or `[services]`, each with its position in the allocation.
#[derive(Debug)]
pub(super) struct Index<'t> {
    /// `range`, `group`, `service`.
    noun: &'static str,
    /// The code of the mistake to refer to what is not there.
    code: Code,
    /// A name without a position is one whose entry is broken, which is reported already.
    positions: HashMap<&'t str, Option<usize>>,
    /// The position of the next name that has one.
    next: usize,
    /// Whether the section itself is broken, so that every name may be right.
    broken: bool,
    searches: Cell<usize>,
    /// The services that Compose does not run.
    outside: HashSet<&'t str>,
}

impl<'t> Index<'t> {
    /// An index without names as yet.
    pub(super) fn new(section: Option<Value<'t>>, noun: &'static str, code: Code) -> Self {
        let broken = section.is_some_and(|section| !section.raw().is_table());
        let positions = HashMap::with_capacity(section.map_or(0, Value::len));
        Self { noun, code, positions, next: 0, broken, searches: Cell::new(0), outside: HashSet::new() }
    }

    /// Adds a name, at the next position if its entry gets into the allocation.
    pub(super) fn add(&mut self, name: &'t str, is_proven: bool) {
        self.positions.insert(name, is_proven.then_some(self.next));
        self.next += usize::from(is_proven);
    }

    /// Whether some of the section is broken.
    pub(super) fn is_incomplete(&self) -> bool {
        self.broken || self.next < self.positions.len()
    }

    /// The position of `name`, which `value` says; none where it is not there, or is itself broken.
    pub(super) fn find(&self, name: &str, value: Value<'t>) -> Option<usize> {
        match self.positions.get(name) {
            Some(position) => *position,
            None if self.broken => None,
            None => {
                value.report.add(self.unknown(value, name));
                None
            }
        }
    }

    fn unknown(&self, value: Value<'t>, name: &str) -> Diagnostic {
        let noun = self.noun;
        let rest = format!("names the {noun} {}, which does not exist", value.quoted(name));
        let mistake = value.mistake(self.code, &rest, &format!("no such {noun}"));
        match self.nearest(name) {
            Some(near) => mistake.help(format!("did you mean {}?", quoted(near))),
            None => mistake.help(format!("add it to `[{noun}s]`, or remove it here")),
        }
    }

    /// Says that Compose does not run the service `name`.
    pub(super) fn set_outside(&mut self, name: &'t str) {
        self.outside.insert(name);
    }

    /// Whether Compose does not run the service `name`.
    pub(super) fn is_outside(&self, name: &str) -> bool {
        self.outside.contains(name)
    }

    /// Whether `name` is surely not there.
    pub(super) fn is_missing(&self, name: &str) -> bool {
        !self.broken && !self.positions.contains_key(name)
    }

    /// The name that may have been meant by `name`.
    pub(super) fn nearest(&self, name: &str) -> Option<&'t str> {
        let searches = self.searches.replace(self.searches.get() + 1);
        if searches >= MOST_SEARCHES || name.len() > 100 {
            return None;
        }
        let mut known: Vec<&'t str> = self.positions.keys().copied().collect();
        known.retain(|known| known.len().abs_diff(name.len()) <= (known.len() / 3).max(1));
        // A HashMap's order is another one each time; the nearest of several equals has to be the same.
        known.sort_unstable();
        nearest(name, known)
    }
}
