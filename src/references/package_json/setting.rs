//! Ports of a package.json outside of its scripts: `config.port`, `proxy`, and what looks like a port elsewhere.

use std::borrow::Cow;

use jsonc_parser::ast::{Object, Value};
use jsonc_parser::common::Ranged as _;

use super::address::addresses;
use super::port::Kind;
use super::value;
use super::words::Word;
use crate::formats::{Number, Role, Written, names_a_port};

/// A number outside of the scripts, with its place in the file.
#[derive(Debug)]
pub(crate) struct Setting {
    pub(crate) number: Number,
    pub(crate) kind: Kind,
    /// What the key names a port of, if it names one: nothing of `port`, `api` of `apiPort`.
    pub(crate) port_of: Option<Box<str>>,
}

/// Keys whose values have numbers of other kinds.
const SKIPPED: &[&str] = &["scripts", "version", "engines", "devEngines", "overrides", "resolutions", "catalog"];

/// The ports in `root` outside of `scripts`, in the order of the file. `base` is where the text of `root` starts in `file`.
pub(super) fn settings(root: &Object<'_>, file: &str, base: usize) -> Vec<Setting> {
    let mut reader = Reader { file, base, kind: Kind::Unknown, found: Vec::new() };
    for property in &root.properties {
        let key = property.name.as_str();
        if SKIPPED.contains(&key) || key.ends_with("ependencies") {
            continue;
        }
        reader.kind = if matches!(key, "config" | "proxy") { Kind::Addressed } else { Kind::Unknown };
        reader.value(key, &property.value);
    }
    reader.found
}

struct Reader<'f> {
    file: &'f str,
    base: usize,
    kind: Kind,
    found: Vec<Setting>,
}

impl Reader<'_> {
    fn value(&mut self, key: &str, value: &Value<'_>) {
        let range = value.range();
        let span = range.start + self.base..range.end + self.base;
        match value {
            Value::Object(object) => object.properties.iter().for_each(|one| self.value(one.name.as_str(), &one.value)),
            Value::Array(array) => array.elements.iter().for_each(|one| self.value(key, one)),
            Value::NumberLit(number) if names_a_port(key) => {
                self.port(key, &Written::new(Cow::Borrowed(number.value), span, self.file));
            }
            Value::StringLit(string) if string.value.bytes().any(|byte| byte.is_ascii_digit()) => {
                self.string(key, &Written::new(string.value.clone(), span, self.file));
            }
            _ => {}
        }
    }

    fn port(&mut self, key: &str, written: &Written<'_>) {
        let owner = key[..key.len() - "port".len()].trim_end_matches(['-', '_']);
        let (kind, port_of) = (self.kind, Some(owner.into()));
        self.found.extend(written.port(Role::Host).map(|number| Setting { number, kind, port_of }));
    }

    fn string(&mut self, key: &str, written: &Written<'_>) {
        if names_a_port(key) {
            return self.port(key, written);
        }
        let word = Word { text: &written.value, start: 0 };
        let mut numbers: Vec<Number> = addresses(word).into_iter().map(|port| port.number).collect();
        numbers.extend(value::defaults(word));
        numbers.sort_unstable_by_key(|number| number.digits.start);
        let mut places = written.places();
        for mut number in numbers {
            number.digits = places.of(number.digits);
            self.found.push(Setting { number, kind: self.kind, port_of: None });
        }
    }
}
