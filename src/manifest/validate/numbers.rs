//! `reserved` and `retired`: numbers that are not given out.

use toml::de::DeValue;

use super::fields::Fields;
use super::value::{Owner, Value};
use crate::allocation::{Reserved, Retired};
use crate::diagnostic::{codes, quoted};
use crate::manifest::{document, keys};

pub(super) fn reserved(section: Option<Value<'_>>) -> Vec<Reserved> {
    let items = section.and_then(|section| section.list("[{ port = 8080, reason = \"…\" }]"));
    items.into_iter().flatten().filter_map(one_reserved).collect()
}

fn one_reserved(item: Value<'_>) -> Option<Reserved> {
    let fields = Fields::read(item, Owner::Entry("reserved"), keys::RESERVED, "{ port = 8080, reason = \"…\" }")?;
    let reason = fields.require("reason", "\"why it is not given out\"").and_then(Value::text);
    let Some(value) = fields.either("port", "ports") else {
        fields.missing("port", "add `port = 8080`, or `ports = \"5000-5010\"`");
        return None;
    };
    let ports = if fields.has("port") { value.port()?.into() } else { value.range()? };
    Some(Reserved { ports, reason: reason?, span: value.span() })
}

pub(super) fn retired(section: Option<Value<'_>>) -> Vec<Retired> {
    let items = section
        .and_then(|section| section.list("[{ port = 4006, service = \"…\", since = 2026-01-31, reason = \"…\" }]"));
    items.into_iter().flatten().filter_map(one_retired).collect()
}

fn one_retired(item: Value<'_>) -> Option<Retired> {
    let fields = Fields::read(item, Owner::Entry("retired"), keys::RETIRED, "{ port = 4006, service = \"…\", … }")?;
    let value = fields.either("port", "ports");
    if value.is_none() {
        fields.missing("port", "add `port = 4006`, or `ports = \"4006-4009\"` for a range");
    }
    let service = fields.require("service", "\"who-had-it\"").and_then(Value::text);
    let since = fields.require("since", "2026-01-31").and_then(date);
    let reason = fields.require("reason", "\"why it is not given out again\"").and_then(Value::text);
    let value = value?;
    let ports = if fields.has("port") { value.port()?.into() } else { value.range()? };
    // A finding quotes all three: none is made of an entry that lacks one.
    Some(Retired { ports, service: service?, since: since?, reason: reason?, span: value.span() })
}

/// A day: TOML's local date, or a string with one.
fn date(value: Value<'_>) -> Option<String> {
    let help = format!("write {}", value.example("2026-01-31"));
    let day = match value.raw() {
        date @ DeValue::Datetime(_) => document::day(date),
        DeValue::String(text) => document::day_of(text),
        _ => {
            value.wrong_type("a date", help);
            return None;
        }
    };
    if day.is_none() {
        let rest = format!("is {}, which is not a date", quoted(value.written()));
        value.refuse(codes::INVALID_VALUE, &rest, "not a date", help);
    }
    day
}
