//! `compose` of a service: data for Compose, passed through.

use serde_json::{Map, Number, Value as Json};
use toml::de::{DeTable, DeValue};

use super::value::Value;
use crate::diagnostic::{Diagnostic, codes, quoted};
use crate::manifest::document;
use crate::manifest::keys;

/// The deepest nesting of tables and lists: Compose needs about five.
const DEEPEST: usize = 32;

/// The keys of the Compose service that the user sets.
pub(super) fn read(value: Value<'_>) -> Map<String, Json> {
    let Some(entries) = value.raw().as_table() else {
        let help = "write `compose = false` if Compose does not run it, else a table: `compose = { image = \"redis:7-alpine\" }`";
        value.wrong_type("a table", help);
        return Map::new();
    };
    let mut map = table(value, entries, 1);
    for (key, instead) in keys::COMPOSE_OWN {
        if let Some(written) = document::item(entries, key) {
            let message = format!("{value} sets `{key}`, which portgen writes itself");
            let help = format!("use {instead} of the service");
            let mistake = Diagnostic::error(codes::COMPOSE_KEY, message)
                .at(value.report.place(written.key_span()), "portgen's own key")
                .help(help)
                .help("or, for a variable, a Compose file of your own, which Compose reads last");
            value.report.add(mistake);
            map.shift_remove(key);
        }
    }
    if let Some(written) = document::item(entries, "environment")
        && !is_environment(written.value())
    {
        let message = format!("`environment` in {value} is neither a table nor a list of strings");
        let help = "write `environment = { NAME = \"value\" }` or `environment = [\"NAME=value\"]`";
        value.report.refuse(codes::WRONG_TYPE, message, (written.key_span(), "not what Compose expects"), help);
        map.shift_remove("environment");
    }
    for path in TEXTS {
        let mut found = map.get_mut(path[0]);
        for key in &path[1..] {
            found = found.and_then(|value| value.get_mut(key));
        }
        if let Some(Json::Object(texts)) = found {
            set_nulls(texts);
        }
    }
    map
}

/// Where Compose takes a text or a null by each key: <https://github.com/compose-spec/compose-spec/blob/main/schema/compose-spec.json>,
/// `list_or_dict`.
pub const TEXTS: [&[&str]; 8] = [
    &["annotations"],
    &["build", "args"],
    &["build", "labels"],
    &["deploy", "labels"],
    &["environment"],
    &["labels"],
    &["logging", "options"],
    &["sysctls"],
];

/// Makes a null of every empty table: TOML has no null, and Compose takes the value of such a variable from its caller.
fn set_nulls(texts: &mut Map<String, Json>) {
    for value in texts.values_mut() {
        if value.as_object().is_some_and(Map::is_empty) {
            *value = Json::Null;
        }
    }
}

/// Whether Compose reads it: <https://github.com/compose-spec/compose-spec/blob/main/05-services.md#environment>.
fn is_environment(item: &DeValue<'_>) -> bool {
    match item {
        DeValue::Table(_) => true,
        DeValue::Array(list) => list.iter().all(|entry| entry.get_ref().is_str()),
        _ => false,
    }
}

pub(super) fn table(value: Value<'_>, entries: &DeTable<'_>, depth: usize) -> Map<String, Json> {
    let mut map = Map::with_capacity(entries.len());
    for entry in document::items(entries) {
        let item = Value { value: entry, ..value };
        if is_key(item)
            && let Some(item) = json(item, depth)
        {
            map.insert(entry.name().to_owned(), item);
        }
    }
    map
}

/// The most bytes of a key: one of YAML has at most 1024 characters (YAML 1.2.2, 7.4.2), and an escape is up to two for a byte.
const LONGEST_KEY: usize = 500;

/// Whether Docker Compose can read the key of a value.
pub(super) fn is_key(value: Value<'_>) -> bool {
    let (name, span) = (value.value.name(), value.value.key_span());
    if (1..=LONGEST_KEY).contains(&name.len()) {
        return value.visible(name, span, &[]);
    }
    let (fault, help) = match name.len() {
        0 => ("is empty".to_owned(), "remove it: Compose rejects it"),
        length => (format!("has {length} bytes, more than {LONGEST_KEY}"), "shorten it"),
    };
    let message = format!("a key of {} {fault}", value.owner);
    value.report.refuse(codes::INVALID_TEXT, message, (span, "not a key that Compose can read"), help);
    false
}

/// What a value is in Compose, `depth` tables and lists deep.
pub(super) fn json(value: Value<'_>, depth: usize) -> Option<Json> {
    match value.raw() {
        DeValue::String(text) => {
            // Line breaks and tabs are data here: a script, a configuration file. So are joiners: Persian, and emoji of several parts.
            value.visible(text, value.span(), &['\n', '\t', '\r', '\u{200c}', '\u{200d}']).then(|| Json::from(&**text))
        }
        DeValue::Boolean(truth) => Some(Json::from(*truth)),
        DeValue::Datetime(date) => Some(Json::from(date.to_string())),
        DeValue::Integer(integer) => match document::number(integer) {
            Some(number) => Some(Json::from(number)),
            None => not_a_number(value, "does not fit in 64 bits"),
        },
        DeValue::Float(float) => match float.as_str().parse().ok().and_then(Number::from_f64) {
            Some(number) => Some(Json::Number(number)),
            None => not_a_number(value, "is not a finite number"),
        },
        DeValue::Array(_) | DeValue::Table(_) if depth >= DEEPEST => {
            let rest = format!("is nested more than {DEEPEST} deep");
            value.refuse(codes::NESTING_TOO_DEEP, &rest, "too deep", "no key of Compose is that deep");
            None
        }
        DeValue::Array(items) => {
            let items = document::elements(items).map(|item| Value { value: item, ..value });
            Some(Json::Array(items.filter_map(|item| json(item, depth + 1)).collect()))
        }
        DeValue::Table(entries) => Some(Json::Object(table(value, entries, depth + 1))),
    }
}

fn not_a_number(value: Value<'_>, fault: &str) -> Option<Json> {
    let rest = format!("is {}, which {fault}", quoted(value.written()));
    let label = "not a number that Compose can read";
    value.refuse(codes::INVALID_VALUE, &rest, label, "write it in quotes if it is a string");
    None
}
