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
    /// Whether a service whose id has dots and no quotes is inside.
    pub(super) has_dotted_service: bool,
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
        Some(
            Self { report: value.report, owner, span: value.span(), known, found, has_dotted_service: false }
                .with_keys(table),
        )
    }

    pub(super) fn of_file(report: &'t Report<'t>, table: &'t DeTable<'t>, known: &'static [&'static str]) -> Self {
        let found = Vec::with_capacity(table.len());
        Self { report, owner: Owner::File, span: 0..0, known, found, has_dotted_service: false }.with_keys(table)
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
            if self.report.tells(item.key_span().start) {
                self.misspelt(item);
            }
        }
        self
    }

    /// Reports an unknown key. Where a known one was meant and is not there, its value counts as that one's: one slip
    /// is one mistake, and what is inside is read all the same.
    fn misspelt(&mut self, item: Item<'t>) {
        if let Some(meant) = self.with_dots(item) {
            self.report.add(meant);
            self.has_dotted_service = true;
            return;
        }
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

    /// The mistake of a service whose id has dots and no quotes: TOML reads a table in a table.
    fn with_dots(&self, item: Item<'t>) -> Option<Diagnostic> {
        let Owner::Named("service", service) = self.owner else { return None };
        let id = format!("{service}.{}", dotted_service(item)?);
        let message = format!(
            "a dot in a bare key makes a table in a table: {} is not the service {}",
            quoted(service),
            quoted(&id)
        );
        let mistake = Diagnostic::error(codes::UNKNOWN_KEY, message);
        let mistake = mistake.at(self.report.place(item.key_span()), "a table of its own");
        Some(mistake.help(format!("write `[services.\"{id}\"]`, with quotes, if this is the id")))
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

/// The rest of the id of a service whose tables are nested because its dots have no quotes; it has a port.
fn dotted_service(item: Item<'_>) -> Option<String> {
    let table = item.value().as_table()?;
    if document::item(table, "port").or_else(|| document::item(table, "ports")).is_some() {
        return Some(item.name().to_owned());
    }
    let rest = document::items(table).find_map(dotted_service)?;
    Some(format!("{}.{rest}", item.name()))
}
