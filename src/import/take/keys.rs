//! The keys of a Compose file as ports.toml can have them: texts, numbers, lists and tables, and no null.

use std::ops::Range;

use serde_json::{Map, Number, Value as Json};
use serde_yaml::Value;

use super::scalar;
use crate::formats::yaml::tree::{Id, Node, Tree};
use crate::manifest::validate::compose::TEXTS;

/// Data of YAML as that of JSON.
///
/// # Errors
/// What cannot be said: the end of a sentence.
pub(in crate::import) fn json(value: &Value) -> Result<Json, String> {
    Ok(match value {
        Value::Null => Json::Null,
        Value::Bool(truth) => Json::from(*truth),
        Value::Number(number) => self::number(number)?,
        Value::String(text) => Json::from(&**text),
        Value::Sequence(items) => Json::Array(items.iter().map(json).collect::<Result<_, _>>()?),
        Value::Mapping(entries) => {
            let mut map = Map::with_capacity(entries.len());
            for (key, value) in entries {
                map.insert(text(key)?, json(value)?);
            }
            Json::Object(map)
        }
        Value::Tagged(_) => {
            return Err("it has a tag such as `!override`, which says how files are put together".to_owned());
        }
    })
}

/// As [`json`], of the nodes of a file, with plain scalars as Compose reads them; what cannot be said is added to `faults`, each with its
/// place.
pub(in crate::import) fn of_tree(tree: &Tree<'_>, id: Id, faults: &mut Vec<(&'static str, Range<usize>)>) -> Json {
    match tree.node(id) {
        Node::Scalar(text) if text.is_plain() => scalar::plain(&text.value).unwrap_or_else(|fault| {
            faults.push((fault, text.span.clone()));
            Json::Null
        }),
        Node::Scalar(text) => Json::from(&*text.value),
        Node::Sequence(items) => items.iter().map(|item| of_tree(tree, *item, faults)).collect(),
        Node::Mapping(_) => {
            let entries = tree.entries(id).into_iter();
            Json::Object(entries.map(|(key, value)| (key.value.to_string(), of_tree(tree, value, faults))).collect())
        }
    }
}

/// A key, which may be a number.
fn text(key: &Value) -> Result<String, String> {
    match key {
        Value::String(text) => Ok(text.clone()),
        Value::Number(number) => Ok(number.to_string()),
        Value::Bool(truth) => Ok(truth.to_string()),
        _ => Err("it has a key that is no text".to_owned()),
    }
}

fn number(number: &serde_yaml::Number) -> Result<Json, String> {
    if let Some(number) = number.as_i64() {
        return Ok(Json::from(number));
    }
    let float = number.as_f64().and_then(Number::from_f64);
    float.map(Json::Number).ok_or_else(|| "it has a number that TOML cannot write".to_owned())
}

/// Makes the keys of a service those of its `compose`; returns how many empty values are lost. portgen writes its ports, and what it waits
/// for where `depends-on` of ports.toml `says_it_all`.
pub(super) fn tidy_service(keys: &mut Map<String, Json>, says_it_all: &dyn Fn(&[Json]) -> bool) -> usize {
    keys.shift_remove("ports");
    keys.shift_remove("expose");
    if keys.get("depends_on").and_then(Json::as_array).is_some_and(|names| says_it_all(names)) {
        keys.shift_remove("depends_on");
    }
    if let Some(Json::Object(build)) = keys.get_mut("build")
        && !build.contains_key("context")
    {
        // Without one, portgen takes `dir`.
        build.shift_insert(0, "context".to_owned(), ".".into());
    }
    // Nothing at all is what a key has that is not there.
    keys.retain(|_, value| !value.is_null());
    for path in TEXTS {
        let (last, parents) = path.split_last().unwrap_or((&"", &[]));
        let mut at = Some(&mut *keys);
        for parent in parents {
            at = at.and_then(|map| map.get_mut(*parent)).and_then(Json::as_object_mut);
        }
        if let Some(texts) = at.and_then(|map| map.get_mut(*last)).and_then(Json::as_object_mut) {
            empty_tables(texts);
        }
    }
    if let Some(networks) = keys.get_mut("networks")
        && let Some(named) = networks.as_object_mut()
    {
        if named.values().all(Json::is_null) {
            *networks = named.keys().map(String::as_str).collect();
        } else {
            empty_tables(named);
        }
    }
    keys.values_mut().map(without_nulls).sum()
}

/// As [`tidy_service`], for the other sections.
pub(super) fn tidy_sections(top: &mut Map<String, Json>) -> usize {
    for (_, section) in top.iter_mut().filter(|(key, _)| !key.starts_with("x-")) {
        if section.is_null() {
            *section = Json::Object(Map::new());
        }
        if let Json::Object(section) = section {
            empty_tables(section);
        }
    }
    top.retain(|_, value| !value.is_null());
    top.values_mut().map(without_nulls).sum()
}

/// Makes an empty table of each null: that is how ports.toml writes one where Compose takes it.
fn empty_tables(map: &mut Map<String, Json>) {
    for value in map.values_mut().filter(|value| value.is_null()) {
        *value = Json::Object(Map::new());
    }
}

/// Drops what is null anywhere in a value; returns how many there were.
fn without_nulls(value: &mut Json) -> usize {
    match value {
        Json::Object(map) => {
            let before = map.len();
            map.retain(|_, value| !value.is_null());
            before - map.len() + map.values_mut().map(without_nulls).sum::<usize>()
        }
        Json::Array(items) => {
            let before = items.len();
            items.retain(|value| !value.is_null());
            before - items.len() + items.iter_mut().map(without_nulls).sum::<usize>()
        }
        _ => 0,
    }
}
