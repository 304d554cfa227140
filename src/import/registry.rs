//! Registries of ports: YAML, JSON and TOML files that name services and their ports, as `ports.json`.

use std::sync::Arc;

use serde_json::{Map, Value};
use toml::de::{DeTable, DeValue};

use super::evidence::{At, Evidence, Expose, Source, Stated};
use super::naming;
use crate::allocation::{Port, Ports, Protocol};
use crate::formats::yaml::is_too_deep;
use crate::formats::{port, range};
use crate::manifest::document::first_too_late;

/// How deep names stand in each other.
const MOST_DEPTH: usize = 4;

/// Keys with the name of what has the port, in lists.
const NAME: [&str; 6] = ["name", "service", "app", "application", "id", "container"];

/// Keys with the port.
const PORT: [&str; 6] = ["port", "host_port", "hostPort", "host", "published", "external"];

/// Keys with the number inside of the container.
const CONTAINER: [&str; 6] = ["container_port", "containerPort", "target", "internal", "internal_port", "target_port"];

/// Keys with a text for people.
const DESCRIPTION: [&str; 4] = ["description", "purpose", "desc", "notes"];

/// Names of what holds the services, and is none itself.
const HOLDERS: [&str; 12] = [
    "services",
    "ports",
    "apps",
    "applications",
    "allocations",
    "registry",
    "dev",
    "development",
    "local",
    "infrastructure",
    "databases",
    "servers",
];

/// Names of places that are not those of developers.
const ELSEWHERE: [&str; 8] = ["prod", "production", "staging", "stage", "test", "testing", "ci", "reserved"];

/// Whether a file is called as a registry: `ports.json`, `port-registry.yaml`.
pub(super) fn is_named(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or_default().to_lowercase();
    let Some((stem, "json" | "yaml" | "yml" | "toml")) = name.rsplit_once('.') else { return false };
    path != "ports.toml"
        && matches!(
            stem,
            "ports" | "port-registry" | "port-allocation" | "port_allocation" | "ports-registry" | "port-map"
        )
}

/// What a registry says of services; nothing where it has another shape.
pub(super) fn read(path: &Arc<str>, text: &str) -> Vec<Evidence> {
    let value: Option<Value> = match path.rsplit('.').next() {
        Some("json") => serde_json::from_str(text).ok(),
        Some("toml") => toml(text),
        _ if is_too_deep(text) => None,
        _ => serde_yaml::from_str(text).ok(),
    };
    let mut registry = Registry { path, text, found: Vec::new(), from: 0 };
    if let Some(value) = value {
        registry.value(None, &value, MOST_DEPTH);
    }
    registry.found
}

struct Registry<'t> {
    path: &'t Arc<str>,
    text: &'t str,
    found: Vec<Evidence>,
    /// Behind the last name that was found.
    from: usize,
}

impl Registry<'_> {
    fn value(&mut self, name: Option<&str>, value: &Value, depth: usize) {
        match value {
            Value::Object(map) if depth > 0 => self.map(name, map, depth),
            Value::Array(items) if depth > 0 => items.iter().for_each(|item| self.value(None, item, depth - 1)),
            _ => {
                if let (Some(name), Some(ports)) = (name, ports(value)) {
                    let at = self.at(name);
                    self.add(name, vec![Stated { host: Some(ports), ..Stated::at(at) }], None);
                }
            }
        }
    }

    fn map(&mut self, name: Option<&str>, map: &Map<String, Value>, depth: usize) {
        let text = |keys: &[&str]| keys.iter().find_map(|key| map.get(*key)?.as_str()).map(str::to_owned);
        let own = text(&NAME);
        let name = name.filter(|name| !HOLDERS.contains(name));
        let Some(name) = own.as_deref().or(name) else {
            for (key, value) in map.iter().filter(|(key, _)| !ELSEWHERE.contains(&key.as_str())) {
                self.value(Some(key), value, depth - 1);
            }
            return;
        };
        let at = self.at(name);
        let first = |keys: &[&str]| keys.iter().find_map(|key| ports(map.get(*key)?));
        if let Some(host) = first(&PORT) {
            let is_udp = text(&["proto", "protocol"]).is_some_and(|protocol| protocol.eq_ignore_ascii_case("udp"));
            let is_hidden = ["bind", "bind_current", "expose"]
                .iter()
                .any(|key| map.get(*key).and_then(Value::as_str) == Some("internal"));
            let stated = Stated {
                host: Some(host),
                container: first(&CONTAINER).filter(|inside| inside.count() == host.count()),
                protocol: if is_udp { Protocol::Udp } else { Protocol::Tcp },
                expose: is_hidden.then_some(Expose::Hidden),
                ..Stated::at(at)
            };
            self.add(name, vec![stated], text(&DESCRIPTION));
            return;
        }
        let named = named_ports(map, &at);
        if named.is_empty() {
            for (key, value) in map.iter().filter(|(key, _)| !ELSEWHERE.contains(&key.as_str())) {
                self.value(Some(key), value, depth - 1);
            }
        } else {
            self.add(name, named, text(&DESCRIPTION));
        }
    }

    fn add(&mut self, name: &str, ports: Vec<Stated>, description: Option<String>) {
        let Some(first) = ports.first() else { return };
        let mut one = Evidence::new(Source::Document, first.at.clone());
        one.title = (!naming::is_id(name)).then(|| name.to_owned());
        one.names.push(name.to_owned());
        one.description = description;
        one.ports = ports;
        self.found.push(one);
    }

    /// Where a name stands, behind the one before it.
    fn at(&mut self, name: &str) -> At {
        let found = self.text[self.from..].find(name).map(|at| at + self.from).or_else(|| self.text.find(name));
        let at = found.unwrap_or(self.from);
        self.from = (at + name.len()).min(self.text.len());
        while !self.text.is_char_boundary(self.from) {
            self.from += 1;
        }
        At { file: Arc::clone(self.path), line: 1 + memchr::memchr_iter(b'\n', &self.text.as_bytes()[..at]).count() }
    }
}

/// A table of TOML as JSON has it.
fn toml(text: &str) -> Option<Value> {
    if first_too_late(text).is_some() {
        return None;
    }
    DeTable::parse(text).ok().map(|table| of_table(table.get_ref()))
}

fn of_table(table: &DeTable<'_>) -> Value {
    Value::Object(table.iter().map(|(key, value)| (key.get_ref().to_string(), of_toml(value.get_ref()))).collect())
}

fn of_toml(value: &DeValue<'_>) -> Value {
    match value {
        DeValue::Table(table) => of_table(table),
        DeValue::Array(items) => items.iter().map(|item| of_toml(item.get_ref())).collect(),
        DeValue::Integer(number) => {
            i64::from_str_radix(number.as_str(), number.radix()).map_or(Value::Null, Value::from)
        }
        DeValue::String(text) => Value::String(text.to_string()),
        _ => Value::Null,
    }
}

/// `httpPort = 8080`, `adminPort = 2019`, or `http = 8080` beside other numbers alone.
fn named_ports(map: &Map<String, Value>, at: &At) -> Vec<Stated> {
    let mut found = Vec::new();
    for (key, value) in map {
        let part = ["Port", "_port", "-port", "PORT"].iter().find_map(|end| key.strip_suffix(end));
        if let (Some(part), Some(ports)) = (part, ports(value)) {
            let name = naming::id(part);
            found.push(Stated { host: Some(ports), name, ..Stated::at(at.clone()) });
        }
    }
    found
}

fn ports(value: &Value) -> Option<Ports> {
    match value {
        Value::Number(number) => Port::new(number.as_i64()?).map(Ports::from),
        Value::String(text) => match port(text) {
            Some(port) => Port::new(port.into()).map(Ports::from),
            None => range(text),
        },
        _ => None,
    }
}
