//! Tables of TOML as people write them: short values on one line, long lists on several, large tables under headers of their own.

use std::fmt::Write as _;

use serde_json::{Map, Value as Json};

use crate::manifest::edit::{key, string};

/// The longest line, where it can be helped.
const WIDTH: usize = 120;

/// The table at a path with all that is in it, each with an empty line above; empty where there is nothing in it.
pub(super) fn tables(path: &[&str], map: &Map<String, Json>) -> String {
    let mut out = String::new();
    if !map.is_empty() {
        table(&mut out, &path.iter().map(|part| key(part)).collect::<Vec<_>>().join("."), map);
    }
    out
}

fn table(out: &mut String, path: &str, map: &Map<String, Json>) {
    // TOML wants the values of a table before the tables in it.
    let (below, own): (Vec<_>, Vec<_>) = map.iter().partition(|(name, value)| is_apart(name, value));
    if !own.is_empty() || below.is_empty() {
        let _ = write!(out, "\n[{path}]\n");
    }
    for (name, value) in own {
        let _ = writeln!(out, "{} = {}", key(name), written(name, value));
    }
    for (name, value) in below {
        if let Json::Object(inner) = value {
            table(out, &format!("{path}.{}", key(name)), inner);
        }
    }
}

/// Whether a value is a table that does not fit on a line.
fn is_apart(name: &str, value: &Json) -> bool {
    value.as_object().is_some_and(|map| !map.is_empty() && name.len() + inline(value).len() > WIDTH / 2)
}

/// A value, a list on several lines where it is too long for one.
fn written(name: &str, value: &Json) -> String {
    let line = inline(value);
    match value {
        Json::Array(items) if !items.is_empty() && name.len() + line.len() + " = ".len() > WIDTH => {
            let items: String = items.iter().map(|item| format!("  {},\n", inline(item))).collect();
            format!("[\n{items}]")
        }
        Json::String(text) if text.trim_end().contains('\n') => lines(text).unwrap_or(line),
        _ => line,
    }
}

/// A text of several lines; none where something in it would not be read as it is.
fn lines(text: &str) -> Option<String> {
    let is_plain = |c: char| c == '\n' || c == '\t' || !c.is_control();
    (text.chars().all(is_plain) && !text.contains("'''") && !text.ends_with('\'')).then(|| format!("'''\n{text}'''"))
}

/// A value on one line.
fn inline(value: &Json) -> String {
    match value {
        // There is none.
        Json::Null => "{}".to_owned(),
        Json::Bool(truth) => truth.to_string(),
        Json::Number(number) => match number.as_i64() {
            Some(number) => number.to_string(),
            None => format!("{:?}", number.as_f64().unwrap_or_default()),
        },
        Json::String(text) => string(text),
        Json::Array(items) => format!("[{}]", items.iter().map(inline).collect::<Vec<_>>().join(", ")),
        Json::Object(map) if map.is_empty() => "{}".to_owned(),
        Json::Object(map) => {
            let pairs = map.iter().map(|(name, value)| format!("{} = {}", key(name), inline(value)));
            format!("{{ {} }}", pairs.collect::<Vec<_>>().join(", "))
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use toml::de::{DeTable, DeValue};

    use super::*;

    /// What a value of TOML is in JSON.
    fn read(value: &DeValue<'_>) -> Json {
        match value {
            DeValue::String(text) => json!(text),
            DeValue::Integer(number) => json!(i64::from_str_radix(number.as_str(), number.radix()).expect("a number")),
            DeValue::Float(number) => json!(number.as_str().parse::<f64>().expect("a number")),
            DeValue::Boolean(truth) => json!(truth),
            DeValue::Datetime(date) => json!(date.to_string()),
            DeValue::Array(items) => items.iter().map(|item| read(item.get_ref())).collect(),
            DeValue::Table(table) => table_of(table),
        }
    }

    fn table_of(table: &DeTable<'_>) -> Json {
        Json::Object(table.iter().map(|(key, value)| (key.get_ref().to_string(), read(value.get_ref()))).collect())
    }

    #[test]
    fn what_is_laid_out_is_read_as_it_was() {
        let long = "word ".repeat(30);
        let value = json!({
            "image": "a:1",
            "command": ["sh", "-c", long, "it's"],
            "script": "one\n\ttwo 'three'\n",
            "quoted": "a '''\nb",
            "environment": { "A": "1", "B C": "2", "D": {}, "E": long, "F": 0.5, "G": -3, "H": true },
            "empty": {},
            "none": [],
            "deep": { "a": { "b": { "c": [{ "d": long }] } } },
            "small": { "x": 1 },
        });
        let text = tables(&["services", "a.b", "compose"], value.as_object().expect("a table"));
        let read = table_of(DeTable::parse(&text).expect("TOML").get_ref());
        assert_eq!(read["services"]["a.b"]["compose"], value);
        assert!(text.contains("script = '''\none\n"), "{text}");
        assert!(text.contains("command = [\n  \"sh\",\n"), "{text}");
    }
}
