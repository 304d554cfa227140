//! Where ports.toml writes what `compose` states. Excerpts show the ports and the hosts before them, but no other part of a value: it
//! may be a password.

use std::ops::Range;
use std::sync::Arc;

use toml::de::{DeTable, DeValue};

use crate::allocation::Allocation;
use crate::diagnostic::{Place, Source};
use crate::manifest::document::{self, Step};

use super::statements::Statement;

/// The keys of a Compose service that hold names and paths, and no secrets.
const PLAIN: [&str; 10] = [
    "container_name",
    "depends_on",
    "extends",
    "image",
    "links",
    "network_mode",
    "networks",
    "profiles",
    "restart",
    "volumes",
];

/// ports.toml, with the values of `compose` hidden.
#[derive(Debug)]
pub(super) struct Places<'a> {
    allocation: &'a Allocation,
    pub(super) root: DeTable<'a>,
    hidden: Arc<Source>,
}

impl<'a> Places<'a> {
    /// The places in ports.toml; `shown` are the bytes of the ports that excerpts may show.
    pub(super) fn new(allocation: &'a Allocation, statements: &[Statement<'_>]) -> Self {
        let source = &allocation.source;
        let (root, _) = document::read(&source.text);
        let mut places = Self { allocation, root, hidden: Arc::clone(source) };
        let shown: Vec<Range<usize>> = statements.iter().map(|statement| places.span(statement)).collect();
        places.hidden = Source::of(source.origin.clone(), &source.path, places.without_values(&shown));
        places
    }

    /// The bytes of a statement's digits, or of the whole value if no bytes write just the digits.
    pub(super) fn span(&self, statement: &Statement<'_>) -> Range<usize> {
        let path = path(self.allocation, statement);
        let Some(value) = document::value_at(&self.root, &path) else { return 0..0 };
        let text = &self.allocation.source.text;
        let digits = document::part_of(text, value.span(), statement.stated.digits.clone());
        let is_written = |digits: &Range<usize>| text[digits.clone()] == statement.stated.port.to_string();
        digits.filter(is_written).unwrap_or(value.span())
    }

    /// The place of a statement.
    pub(super) fn of(&self, statement: &Statement<'_>) -> Place {
        self.at(&self.span(statement))
    }

    /// Another place of ports.toml.
    pub(super) fn at(&self, span: &Range<usize>) -> Place {
        Place::new(&self.hidden, span.clone())
    }

    /// The text of ports.toml with other characters of the same length in the values of `compose`.
    fn without_values(&self, shown: &[Range<usize>]) -> String {
        let text = &self.allocation.source.text;
        let mut values = Vec::new();
        if let Some(compose) = self.root.get("compose") {
            collect(compose.get_ref(), compose.span(), &mut values);
        }
        for service in self.root.get("services").and_then(|services| services.get_ref().as_table()).into_iter() {
            for entry in document::items(service) {
                let compose = entry.value().as_table().and_then(|keys| keys.get("compose"));
                let keys = compose.and_then(|compose| compose.get_ref().as_table());
                for key in keys.into_iter().flat_map(document::items).filter(|key| !PLAIN.contains(&key.name())) {
                    collect(key.value(), key.span(), &mut values);
                }
            }
        }
        let mut hidden = text.clone().into_bytes();
        for value in values {
            hide(text, value, &mut hidden);
        }
        for shown in shown {
            let shown = host_start(text, shown.start)..shown.end;
            hidden[shown.clone()].copy_from_slice(&text.as_bytes()[shown]);
        }
        String::from_utf8(hidden).unwrap_or_default()
    }
}

/// The keys and indices from the root of ports.toml to the value of a statement.
pub(super) fn path<'p>(allocation: &'p Allocation, statement: &Statement<'p>) -> Vec<Step<'p>> {
    let mut path = Vec::with_capacity(statement.stated.path.len() + 3);
    if let Some(service) = statement.service {
        path.extend([Step::Key("services"), Step::Key(&allocation.services[service].id)]);
    }
    path.push(Step::Key("compose"));
    path.extend_from_slice(&statement.stated.path);
    path
}

/// Where the strings in a value are written.
fn collect(value: &DeValue<'_>, span: Range<usize>, strings: &mut Vec<Range<usize>>) {
    match value {
        DeValue::String(_) => strings.push(span),
        DeValue::Array(list) => list.iter().for_each(|item| collect(item.get_ref(), item.span(), strings)),
        DeValue::Table(table) => table.iter().for_each(|(_, item)| collect(item.get_ref(), item.span(), strings)),
        _ => {}
    }
}

/// Replaces the letters and digits of a string, but not of the name in `NAME=value`. Each keeps its length, so that lines and columns
/// stay.
fn hide(text: &str, span: Range<usize>, hidden: &mut [u8]) {
    let string = &text[span.clone()];
    let name = string.len() - string.trim_start_matches(['"', '\'', '\r', '\n']).len();
    let behind = string[name..].trim_start_matches(|c: char| c.is_ascii_alphanumeric() || "_-./".contains(c));
    let start = if behind.starts_with('=') { string.len() - behind.len() } else { 0 };
    for (at, c) in string[start..].char_indices() {
        if c.is_alphanumeric() {
            let instead = ["*", "¿", "…", "\u{10000}"][c.len_utf8() - 1];
            let at = span.start + start + at;
            hidden[at..at + instead.len()].copy_from_slice(instead.as_bytes());
        }
    }
}

/// Where the host before a port starts; the port itself if there is none.
fn host_start(text: &str, port: usize) -> usize {
    let Some(before) = text[..port].strip_suffix(':') else { return port };
    let host = before.bytes().rev().take_while(|byte| byte.is_ascii_alphanumeric() || b".-_".contains(byte)).count();
    before.len() - host
}
