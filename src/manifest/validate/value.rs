//! One value of ports.toml: what it is, where it stands, and how a message calls it.

use std::collections::HashMap;
use std::fmt;
use std::ops::Range as Span;

use toml::de::{DeTable, DeValue};

use super::report::Report;
use crate::diagnostic::{Code, Diagnostic, Text, codes, nearest, quoted};
use crate::manifest::document::{self, Item};

/// Up to how many strings of a list are gone through to find one.
const FEW: usize = 16;

/// Whose key a value is.
#[derive(Clone, Copy, Debug)]
pub(super) enum Owner<'t> {
    File,
    /// A table by its header: `[platform]`.
    Table(&'static str),
    /// A table that the user named: service `web`.
    Named(&'static str, &'t str),
    /// One table of a list of them.
    Entry(&'static str),
    /// The single port of a service.
    Port {
        service: &'t str,
    },
    /// One of several ports of a service.
    NamedPort {
        service: &'t str,
        name: &'t str,
    },
}

impl fmt::Display for Owner<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File => f.write_str("ports.toml"),
            Self::Table(header) => write!(f, "`{header}`"),
            Self::Named(kind, name) => write!(f, "{kind} {}", quoted(name)),
            Self::Entry(list) => write!(f, "an entry of `{list}`"),
            Self::Port { service } => write!(f, "the port of service {}", quoted(service)),
            Self::NamedPort { service, name } => write!(f, "port {} of service {}", quoted(name), quoted(service)),
        }
    }
}

/// A value with its key.
#[derive(Clone, Copy, Debug)]
pub(super) struct Value<'t> {
    pub(super) report: &'t Report<'t>,
    pub(super) owner: Owner<'t>,
    /// The key, which has its own value.
    pub(super) key: Item<'t>,
    /// The value: the key's own, or one inside it.
    pub(super) value: Item<'t>,
}

impl fmt::Display for Value<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_inner() {
            f.write_str("an entry of ")?;
        }
        f.write_str(&quoted(self.key.name()))?;
        match self.owner {
            Owner::File => Ok(()),
            owner => write!(f, " of {owner}"),
        }
    }
}

impl<'t> Value<'t> {
    pub(super) fn raw(self) -> &'t DeValue<'t> {
        self.value.value()
    }

    pub(super) fn span(self) -> Span<usize> {
        self.value.span()
    }

    pub(super) fn len(self) -> usize {
        match self.raw() {
            DeValue::Array(items) => items.len(),
            DeValue::Table(items) => items.len(),
            _ => 0,
        }
    }

    pub(super) fn is_empty_list(self) -> bool {
        self.raw().as_array().is_some_and(|items| items.is_empty())
    }

    /// The value as the user wrote it, where it is short.
    pub(super) fn written(self) -> &'t str {
        let written = self.report.written(&self.value.span());
        if written.len() > 60 || written.contains('\n') { "…" } else { written }
    }

    /// Its text inside a message.
    pub(super) fn quoted(self, text: &str) -> String {
        self.report.quoted(text, &self.span())
    }

    /// A mistake at this value: `rest` is the predicate of a sentence that starts with the value.
    pub(super) fn mistake(self, code: Code, rest: &str, label: &str) -> Diagnostic {
        Diagnostic::error(code, format!("{self} {rest}")).at(self.report.place(self.span()), label)
    }

    /// Reports such a mistake, with what to do next.
    pub(super) fn refuse(self, code: Code, rest: &str, label: &str, help: impl Into<Text>) {
        self.report.add(self.mistake(code, rest, label).help(help));
    }

    pub(super) fn wrong_type(self, wanted: &str, help: impl Into<Text>) {
        let kind = kind(self.raw());
        self.refuse(codes::WRONG_TYPE, &format!("must be {wanted}, not {kind}"), kind, help);
    }

    pub(super) fn string(self) -> Option<&'t str> {
        let help = match self.raw() {
            DeValue::String(text) => return Some(text),
            DeValue::Array(_) | DeValue::Table(_) => format!("write one string in quotes: {}", self.example("\"…\"")),
            _ => format!("write it in quotes: {}", self.example(&format!("\"{}\"", self.written()))),
        };
        self.wrong_type("a string", help);
        None
    }

    pub(super) fn table(self, example: &str) -> Option<&'t DeTable<'t>> {
        let table = self.raw().as_table();
        if table.is_none() {
            self.wrong_type("a table", format!("write {}", self.example(example)));
        }
        table
    }

    pub(super) fn list(self, example: &str) -> Option<impl Iterator<Item = Value<'t>> + use<'t>> {
        let items = self.raw().as_array();
        if items.is_none() {
            self.wrong_type("a list", format!("write {}", self.example(example)));
        }
        items.map(|items| document::elements(items).map(move |value| Self { value, ..self }))
    }

    /// The strings of a list, each given once.
    pub(super) fn strings(self, example: &str) -> Vec<(&'t str, Value<'t>)> {
        let mut strings: Vec<(&str, Value<'t>)> = Vec::with_capacity(self.len());
        let mut index: HashMap<&str, usize> = HashMap::new();
        for item in self.list(example).into_iter().flatten() {
            let Some(text) = item.string() else { continue };
            let known = match strings.len() {
                ..=FEW => strings.iter().position(|(known, _)| *known == text),
                _ => index.get(text).copied(),
            };
            if let Some((_, first)) = known.map(|known| strings[known]) {
                let message = format!("{} is listed twice in {self}", item.quoted(text));
                let twice = Diagnostic::error(codes::DUPLICATE_ITEM, message)
                    .at(self.report.place(item.span()), "again")
                    .at(self.report.place(first.span()), "first here");
                self.report.add(twice.help("remove one of the two"));
                continue;
            }
            strings.push((text, item));
            if strings.len() > FEW {
                let rest = index.len()..strings.len();
                index.extend(rest.map(|at| (strings[at].0, at)));
            }
        }
        strings
    }

    /// A word of a closed set.
    pub(super) fn choice<T: Copy>(self, words: &[(&str, T)]) -> Option<T> {
        self.choice_or(words, "")
    }

    /// As [`Value::choice`], where `other`, such as ` or an address`, has been read before.
    pub(super) fn choice_or<T: Copy>(self, words: &[(&str, T)], other: &str) -> Option<T> {
        let text = self.raw().as_str();
        if let Some((_, meaning)) = words.iter().find(|(word, _)| Some(*word) == text) {
            return Some(*meaning);
        }
        let known: Vec<String> = words.iter().map(|(word, _)| format!("`\"{word}\"`")).collect();
        let expected = format!("expected one of {}{other}", known.join(", "));
        let Some(text) = text else {
            self.wrong_type("a string", expected);
            return None;
        };
        let near = nearest(&text.to_lowercase(), words.iter().map(|(word, _)| *word));
        let rest = format!("cannot be {}", self.quoted(text));
        let mut mistake = self.mistake(codes::INVALID_VALUE, &rest, "not a known value");
        if let Some(near) = near {
            mistake = mistake.help(format!("did you mean `\"{near}\"`?"));
        }
        self.report.add(mistake.help(expected));
        None
    }

    /// A key inside this one, with its value.
    pub(super) fn entry(self, item: Item<'t>) -> Self {
        Self { key: item, value: item, ..self }
    }

    fn is_inner(self) -> bool {
        !self.value.is(self.key)
    }

    /// How the user writes `value` here.
    pub(super) fn example(self, value: &str) -> String {
        if self.is_inner() { format!("`{value}`") } else { format!("`{} = {value}`", self.key.name()) }
    }
}

/// What a value is, for people.
pub(super) fn kind(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a string",
        DeValue::Integer(_) => "an integer",
        DeValue::Float(_) => "a float",
        DeValue::Boolean(_) => "a boolean",
        DeValue::Datetime(_) => "a date or time",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}
