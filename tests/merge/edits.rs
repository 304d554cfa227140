//! What two people do to a ports.toml, and what that means together.
//!
//! The edits are known here, while a merge has to find them in the texts.

use std::collections::{BTreeMap, BTreeSet};

use super::document::{Body, Document, Entry, Pair, Table, Value};

/// A table: its entry's name, and its place in the entry.
pub(super) type TableAt = (String, usize);
/// A pair: its table, and its key.
pub(super) type PairAt = (String, usize, String);

/// What one side has done.
#[derive(Clone, Debug, Default)]
pub(super) struct Side {
    /// Entries that are gone.
    pub(super) removed: BTreeSet<String>,
    /// New texts of free-standing comments.
    pub(super) comments: BTreeMap<String, String>,
    /// New comments above tables.
    pub(super) leads: BTreeMap<TableAt, String>,
    /// Pairs that are gone.
    pub(super) gone: BTreeSet<PairAt>,
    /// Pairs that have changed.
    pub(super) changed: BTreeMap<PairAt, Pair>,
    /// New pairs, each behind a pair of before, or first.
    pub(super) pairs: Vec<(TableAt, Option<String>, Pair)>,
    /// New tables at the end of an entry.
    pub(super) tables: Vec<(String, Table)>,
    /// New entries, each behind an entry of before.
    pub(super) entries: Vec<(String, Entry)>,
}

/// Which side wins where the two contradict each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Winner {
    Ours,
    Theirs,
}

impl Side {
    /// Whether anything in the entry has changed but the spaces around `=`.
    fn touches(&self, entry: &Entry) -> bool {
        let name = &entry.name;
        self.comments.contains_key(name)
            || self.leads.keys().any(|(entry, _)| entry == name)
            || self.gone.iter().any(|(entry, ..)| entry == name)
            || self.changed.iter().any(|(at, new)| at.0 == *name && says_other(new, pair_of(entry, at)))
            || self.pairs.iter().any(|((entry, _), ..)| entry == name)
            || self.tables.iter().any(|(entry, _)| entry == name)
    }
}

fn pair_of<'e>(entry: &'e Entry, (_, table, key): &PairAt) -> &'e Pair {
    let Body::Tables(tables) = &entry.body else { panic!("{} has no pairs", entry.name) };
    tables[*table].pairs.iter().find(|pair| pair.key == *key).unwrap()
}

fn says_other(new: &Pair, old: &Pair) -> bool {
    Pair { equals: old.equals.clone(), ..new.clone() } != *old
}

/// What both sides mean together.
pub(super) struct Together<'s> {
    ours: &'s Side,
    theirs: &'s Side,
    winner: Winner,
    /// How often they contradict each other.
    pub(super) contradictions: usize,
}

impl<'s> Together<'s> {
    pub(super) fn new(ours: &'s Side, theirs: &'s Side, winner: Winner) -> Self {
        Self { ours, theirs, winner, contradictions: 0 }
    }

    /// The document after both.
    pub(super) fn applied(&mut self, base: &Document) -> Document {
        let mut document = Document::new();
        for entry in base {
            document.extend(self.entry(entry));
            let added = [self.ours, self.theirs].into_iter().flat_map(|side| &side.entries);
            document.extend(added.filter(|(after, _)| *after == entry.name).map(|(_, entry)| entry.clone()));
        }
        document
    }

    fn winning(&self) -> &'s Side {
        if self.winner == Winner::Ours { self.ours } else { self.theirs }
    }

    fn entry(&mut self, entry: &Entry) -> Option<Entry> {
        let name = &entry.name;
        let gone = [self.ours, self.theirs].map(|side| side.removed.contains(name));
        let touched = [self.ours, self.theirs].map(|side| side.touches(entry));
        match gone {
            [true, true] => return None,
            [true, false] | [false, true] => {
                let contradicts = touched[usize::from(gone[0])];
                self.contradictions += usize::from(contradicts);
                if !contradicts || self.winning().removed.contains(name) {
                    return None;
                }
                return self.of_the_winner(entry);
            }
            [false, false] => {}
        }
        if self.is_another(entry) {
            match touched {
                [true, true] if self.differ(entry) => {
                    self.contradictions += 1;
                    return self.of_the_winner(entry);
                }
                [ours, _] => return Some(Self::alone(if ours { self.ours } else { self.theirs }, entry)),
            }
        }
        Some(self.inside(entry))
    }

    /// Whether an item of an array is about other numbers now: nothing says then that it is the same one.
    fn is_another(&self, entry: &Entry) -> bool {
        let Body::Tables(tables) = &entry.body else { return false };
        let number = (entry.name.clone(), 0, "ports".to_owned());
        let changed = |side: &Side| side.changed.get(&number).is_some_and(|new| new.value != tables[0].pairs[0].value);
        tables[0].header.starts_with("[[") && (changed(self.ours) || changed(self.theirs))
    }

    fn differ(&self, entry: &Entry) -> bool {
        let [ours, theirs] = [self.ours, self.theirs].map(|side| Self::alone(side, entry));
        ours != theirs
    }

    fn of_the_winner(&self, entry: &Entry) -> Option<Entry> {
        Some(Self::alone(self.winning(), entry))
    }

    fn alone(side: &'s Side, entry: &Entry) -> Entry {
        Together::new(side, side, Winner::Ours).inside(entry)
    }

    fn inside(&mut self, entry: &Entry) -> Entry {
        let name = &entry.name;
        let body = match &entry.body {
            Body::Comment(text) => Body::Comment(self.agreed(text, |side| side.comments.get(name))),
            Body::Tables(tables) => {
                let mut tables: Vec<Table> =
                    tables.iter().enumerate().map(|(at, table)| self.table(&(name.clone(), at), table)).collect();
                let mut added = Vec::new();
                for (_, table) in
                    [self.ours, self.theirs].iter().flat_map(|side| &side.tables).filter(|(to, _)| to == name)
                {
                    if !added.contains(table) {
                        added.push(table.clone());
                    }
                }
                tables.extend(added);
                Body::Tables(tables)
            }
        };
        Entry { body, ..entry.clone() }
    }

    fn table(&mut self, at: &TableAt, table: &Table) -> Table {
        let lead = self.agreed(&table.lead, |side| side.leads.get(at));
        let mut pairs = self.added(at, None);
        for pair in &table.pairs {
            pairs.extend(self.pair(&(at.0.clone(), at.1, pair.key.clone()), pair));
            pairs.extend(self.added(at, Some(&pair.key)));
        }
        Table { lead, pairs, ..table.clone() }
    }

    /// The new pairs at a place. Where both sides add the same key, there is nothing else new in the table.
    fn added(&mut self, at: &TableAt, after: Option<&String>) -> Vec<Pair> {
        let of = |side: &'s Side| side.pairs.iter().filter(|(table, ..)| table == at);
        let here = |side: &'s Side| of(side).filter(|(_, place, _)| place.as_ref() == after).map(|(.., pair)| pair);
        let twin = |side: &'s Side, key: &str| of(side).map(|(.., pair)| pair).find(|pair| pair.key == key);
        let mut added = Vec::new();
        for pair in here(self.ours) {
            match twin(self.theirs, &pair.key) {
                Some(theirs) if theirs != pair => {
                    self.contradictions += 1;
                    added.push(if self.winner == Winner::Ours { pair.clone() } else { theirs.clone() });
                }
                _ => added.push(pair.clone()),
            }
        }
        added.extend(here(self.theirs).filter(|pair| twin(self.ours, &pair.key).is_none()).cloned());
        added
    }

    fn pair(&mut self, at: &PairAt, pair: &Pair) -> Option<Pair> {
        let sides = [self.ours, self.theirs];
        let gone = sides.map(|side| side.gone.contains(at));
        if gone != [false, false] {
            // Who changes nothing but the spaces around `=` does not contradict.
            let changed = sides.map(|side| side.changed.get(at).is_some_and(|new| says_other(new, pair)));
            let contradicts = changed != [false, false];
            self.contradictions += usize::from(contradicts);
            let kept = contradicts && !self.winning().gone.contains(at);
            return kept.then(|| self.winning().changed[at].clone());
        }
        let of = |side: &'s Side| side.changed.get(at).unwrap_or(pair).clone();
        let (ours, theirs) = (of(self.ours), of(self.theirs));
        let winning = if self.winner == Winner::Ours { &ours } else { &theirs };
        let lead = settled(&pair.lead, &ours.lead, &theirs.lead);
        let value = settled_value(&pair.value, &ours.value, &theirs.value);
        let tail = settled(&pair.tail, &ours.tail, &theirs.tail);
        let line = value.zip(tail);
        self.contradictions += usize::from(lead.is_none() || line.is_none());
        let equals = settled(&pair.equals, &ours.equals, &theirs.equals).unwrap_or_else(|| ours.equals.clone());
        let contested = || (winning.equals.clone(), (winning.value.clone(), winning.tail.clone()));
        let (equals, (value, tail)) = line.map_or_else(contested, |line| (equals, line));
        Some(Pair { key: pair.key.clone(), lead: lead.unwrap_or_else(|| winning.lead.clone()), equals, value, tail })
    }

    fn agreed(&mut self, base: &String, of: impl Fn(&'s Side) -> Option<&'s String>) -> String {
        let new = |side| of(side).unwrap_or(base).clone();
        settled(base, &new(self.ours), &new(self.theirs)).unwrap_or_else(|| {
            self.contradictions += 1;
            new(self.winning())
        })
    }
}

/// What two changes come to; none where they contradict each other.
pub(super) fn settled<T: Clone + PartialEq>(base: &T, ours: &T, theirs: &T) -> Option<T> {
    match (ours == base, theirs == base) {
        (true, _) => Some(theirs.clone()),
        (_, true) => Some(ours.clone()),
        _ => (ours == theirs).then(|| ours.clone()),
    }
}

/// The same of values: an inline table key by key.
fn settled_value(base: &Value, ours: &Value, theirs: &Value) -> Option<Value> {
    let (Value::Inline(base), Value::Inline(ours), Value::Inline(theirs)) = (base, ours, theirs) else {
        return settled(base, ours, theirs);
    };
    let mut pairs: Vec<(String, String)> = Vec::new();
    for (key, _) in base.iter().chain(ours).chain(theirs) {
        let of =
            |pairs: &[(String, String)]| pairs.iter().find(|(known, _)| known == key).map(|(_, value)| value.clone());
        if pairs.iter().all(|(known, _)| known != key)
            && let Some(value) = settled(&of(base), &of(ours), &of(theirs))?
        {
            pairs.push((key.clone(), value));
        }
    }
    Some(Value::Inline(pairs))
}
