//! The keys of one table: the known ones by name, the unknown ones as mistakes.

use std::ops::Range as Span;

use toml::de::DeTable;

use super::report::Report;
use super::value::{Owner, Value};
use crate::diagnostic::{Diagnostic, codes, nearest, quoted};
use crate::manifest::document::{self, Item};

/// A table whose keys are known.
#[derive(Debug)]
pub(super) struct Fields<'t> {
    report: &'t Report<'t>,
    owner: Owner<'t>,
    span: Span<usize>,
    known: &'static [&'static str],
    found: Vec<Field<'t>>,
}

/// A value with its key, or the one that was meant.
type Field<'t> = (&'static str, Item<'t>);

impl<'t> Fields<'t> {
    /// Reads a value that has to be a table with the keys `known`, such as `example`.
    pub(super) fn read(
        value: Value<'t>,
        owner: Owner<'t>,
        known: &'static [&'static str],
        example: &str,
    ) -> Option<Self> {
        let table = value.table(example)?;
        let found = Vec::with_capacity(table.len());
        Some(Self { report: value.report, owner, span: value.span(), known, found }.with_keys(table))
    }

    pub(super) fn of_file(report: &'t Report<'t>, table: &'t DeTable<'t>, known: &'static [&'static str]) -> Self {
        let fields = Self { report, owner: Owner::File, span: 0..0, known, found: Vec::with_capacity(table.len()) };
        fields.with_keys(table)
    }

    fn with_keys(mut self, table: &'t DeTable<'t>) -> Self {
        let mut unknown = Vec::new();
        for item in document::items(table) {
            match self.known.iter().find(|known| **known == item.name()) {
                Some(known) => self.found.push((known, item)),
                None => unknown.push(item),
            }
        }
        for item in unknown {
            self.misspelt(item);
        }
        self
    }

    /// Reports an unknown key. Where a known one was meant and is not there, its value counts as that one's: one slip
    /// is one mistake, and what is inside is read all the same.
    fn misspelt(&mut self, item: Item<'t>) {
        let near = nearest(&item.name().to_lowercase(), self.known.iter().copied());
        let message = format!("{} has no key {}", self.owner, quoted(item.name()));
        let mistake =
            Diagnostic::error(codes::UNKNOWN_KEY, message).at(self.report.place(item.key_span()), "unknown key");
        self.report.add(match near {
            Some(near) => mistake.help(format!("did you mean `{near}`?")),
            None => self.help_with_keys(mistake),
        });
        if let Some(near) = self.known.iter().find(|known| Some(**known) == near)
            && !self.has(near)
        {
            self.found.push((near, item));
        }
    }

    fn help_with_keys(&self, mistake: Diagnostic) -> Diagnostic {
        let known: Vec<String> = self.known.iter().map(|known| format!("`{known}`")).collect();
        let mistake = mistake.help(format!("its keys are {}", known.join(", ")));
        match self.owner {
            Owner::Named("service", _) => mistake.help("a key of Compose goes into `compose = { … }`"),
            _ => mistake,
        }
    }

    pub(super) fn has(&self, key: &str) -> bool {
        self.found.iter().any(|(known, ..)| *known == key)
    }

    pub(super) fn get(&self, key: &str) -> Option<Value<'t>> {
        let (_, item) = *self.found.iter().find(|(known, ..)| *known == key)?;
        Some(Value { report: self.report, owner: self.owner, key: item, value: item })
    }

    /// The text under `key`, if it is there.
    pub(super) fn text(&self, key: &str) -> Option<String> {
        self.get(key).and_then(Value::text)
    }

    /// The value of a key that has to be there.
    pub(super) fn require(&self, key: &str, example: &str) -> Option<Value<'t>> {
        if !self.has(key) {
            self.missing(&format!("`{key}`"), &format!("add `{key} = {example}`"));
        }
        self.get(key)
    }

    /// Reports that `keys` are missing.
    pub(super) fn missing(&self, keys: &str, help: &str) {
        let message = format!("{} has no {keys}", self.owner);
        self.report.refuse(codes::MISSING_KEY, message, (self.span.clone(), &format!("without {keys}")), help);
    }

    /// The one of two keys that exclude each other; both is a mistake, and then the first counts.
    pub(super) fn either(&self, one: &str, other: &str) -> Option<Value<'t>> {
        if let (Some(first), Some(second)) = (self.get(one), self.get(other)) {
            let message = format!("{} has both `{one}` and `{other}`", self.owner);
            let conflict = Diagnostic::error(codes::CONFLICTING_KEYS, message)
                .at(self.report.place(second.key.key_span()), "cannot be set as well")
                .at(self.report.place(first.key.key_span()), "the other is here");
            self.report.add(conflict.help(format!("keep `{one}` or `{other}`")));
        }
        self.get(one).or_else(|| self.get(other))
    }
}
