//! ports.toml without the values of `compose`: excerpts of it show places in them, but no values, which may be passwords.

use std::ops::Range;
use std::sync::Arc;

use toml::de::{DeTable, DeValue};

use super::document;
use super::placeholder::placeholders;
use crate::diagnostic::{Place, Source};

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

/// A place in a value of `compose`: excerpts show its own text and no other value.
pub(crate) fn place(source: &Source, root: &DeTable<'_>, span: &Range<usize>) -> Place {
    Place::new(&without_values(source, root, std::slice::from_ref(span)), span.clone())
}

/// The text with other characters of the same length in the values of `compose`, except for the bytes `shown`.
pub(crate) fn without_values(source: &Source, root: &DeTable<'_>, shown: &[Range<usize>]) -> Arc<Source> {
    let text = &source.text;
    let mut values = Vec::new();
    if let Some(compose) = root.get("compose") {
        collect(compose.get_ref(), compose.span(), &mut values);
    }
    let services = root.get("services").and_then(|services| services.get_ref().as_table());
    for service in services.into_iter().flat_map(document::items) {
        let compose = service.value().as_table().and_then(|keys| keys.get("compose"));
        let keys = compose.and_then(|compose| compose.get_ref().as_table());
        for key in keys.into_iter().flat_map(document::items).filter(|key| !PLAIN.contains(&key.name())) {
            collect(key.value(), key.span(), &mut values);
        }
    }
    let mut hidden = text.clone().into_bytes();
    for value in values {
        hide(text, value, &mut hidden);
    }
    for shown in shown {
        hidden[shown.clone()].copy_from_slice(&text.as_bytes()[shown.clone()]);
    }
    Source::of(source.origin.clone(), &source.path, String::from_utf8(hidden).unwrap_or_default())
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

/// Replaces the letters and digits of a string, but not of the name in `NAME=value` and of placeholders. Each keeps its length, so that lines and columns
/// stay.
fn hide(text: &str, span: Range<usize>, hidden: &mut [u8]) {
    let string = &text[span.clone()];
    let name = string.len() - string.trim_start_matches(['"', '\'', '\r', '\n']).len();
    let behind = string[name..].trim_start_matches(|c: char| c.is_ascii_alphanumeric() || "_-./".contains(c));
    let start = if behind.starts_with('=') { string.len() - behind.len() } else { 0 };
    let placeholders = placeholders(string);
    for (at, c) in string[start..].char_indices() {
        let is_of_placeholder = placeholders.iter().any(|placeholder| placeholder.span.contains(&(start + at)));
        if c.is_alphanumeric() && !is_of_placeholder {
            let instead = ["*", "¿", "…", "\u{10000}"][c.len_utf8() - 1];
            let at = span.start + start + at;
            hidden[at..at + instead.len()].copy_from_slice(instead.as_bytes());
        }
    }
}
