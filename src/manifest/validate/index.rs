//! The names of one section, to which other keys refer.

use std::cell::Cell;
use std::collections::HashMap;

use toml::de::DeValue;

use super::value::Value;
use crate::diagnostic::{Code, Diagnostic, nearest, quoted};
use crate::manifest::document;

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
    /// Whether the section itself is broken, so that every name may be right.
    broken: bool,
    searches: Cell<usize>,
}

impl<'t> Index<'t> {
    /// The names of `section`, the first at position 0; `proven` says whether an entry gets into the allocation.
    pub(super) fn new(
        section: Option<Value<'t>>,
        (noun, code): (&'static str, Code),
        mut proven: impl FnMut(&'t DeValue<'t>) -> bool,
    ) -> Self {
        let mut positions = HashMap::new();
        let mut next = 0;
        let table = section.map(Value::raw);
        if let Some(DeValue::Table(table)) = table {
            positions.reserve(table.len());
            for item in document::items(table) {
                let position = proven(item.value()).then_some(next);
                next += usize::from(position.is_some());
                positions.insert(item.name(), position);
            }
        }
        let broken = !matches!(table, None | Some(DeValue::Table(_)));
        Self { noun, code, positions, broken, searches: Cell::new(0) }
    }

    /// How many names there are.
    pub(super) fn len(&self) -> usize {
        self.positions.len()
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
        let rest = format!("names the {noun} {}, which does not exist", quoted(name));
        let mistake = value.mistake(self.code, &rest, &format!("no such {noun}"));
        match self.nearest(name) {
            Some(near) => mistake.help(format!("did you mean {}?", quoted(near))),
            None => mistake.help(format!("add it to `[{noun}s]`, or remove it here")),
        }
    }

    fn nearest(&self, name: &str) -> Option<&'t str> {
        let searches = self.searches.replace(self.searches.get() + 1);
        let close = |known: &&str| known.len().abs_diff(name.len()) <= (known.len() / 3).max(1);
        if searches >= MOST_SEARCHES || name.len() > 100 {
            return None;
        }
        let mut known: Vec<&'t str> = self.positions.keys().copied().filter(close).collect();
        // A HashMap's order is another one each time; the nearest of several equals has to be the same.
        known.sort_unstable();
        nearest(name, known)
    }
}
