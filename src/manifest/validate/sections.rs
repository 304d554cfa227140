//! `[compose]`: the sections of the Compose file besides the services, and what services name in them.

use std::ops::Range as Span;

use serde_json::{Map, Value as Json};
use toml::de::{DeTable, DeValue};

use super::compose::{is_key, json};
use super::groups::entries;
use super::value::Value;
use crate::diagnostic::{codes, quoted};
use crate::manifest::document;
use crate::manifest::keys;

#[derive(Debug)]
pub(super) struct Sections<'t> {
    pub(super) proven: Map<String, Json>,
    /// `[compose]` as written, if it is there.
    written: Option<&'t DeValue<'t>>,
}

/// Something that Compose lets services name only where a section of the file defines it: "service refers to undefined
/// volume". By section of [`keys::COMPOSE_DEFINITIONS`].
struct Kind {
    section: &'static str,
    noun: &'static str,
    /// The least that defines one.
    example: &'static str,
}

const KINDS: [Kind; 5] = {
    let [volumes, networks, secrets, configs, models] = keys::COMPOSE_DEFINITIONS;
    [
        Kind { section: volumes, noun: "volume", example: "{}" },
        Kind { section: networks, noun: "network", example: "{}" },
        Kind { section: secrets, noun: "secret", example: "{ file = \"…\" }" },
        Kind { section: configs, noun: "config", example: "{ file = \"…\" }" },
        Kind { section: models, noun: "model", example: "{ model = \"…\" }" },
    ]
};

pub(super) fn read(section: Option<Value<'_>>) -> Sections<'_> {
    let mut proven = Map::new();
    for (name, entry) in entries(section, "[compose]", "{ volumes = { data = {} } }") {
        if let Some(own) = keys::COMPOSE_FILE_OWN.iter().find(|own| own.key == name) {
            let place = (entry.key.key_span(), "not here");
            entry.report.refuse(codes::COMPOSE_KEY, format!("{entry} {}", own.why), place, own.instead);
        } else if let Some(kind) = KINDS.iter().find(|kind| kind.section == name && !entry.raw().is_table()) {
            let example = entry.example(&format!("{{ name = {} }}", kind.example));
            entry.wrong_type("a table", format!("write {example}"));
        } else if is_key(entry)
            && let Some(value) = json(entry, 1)
        {
            proven.insert(name.to_owned(), value);
        }
    }
    Sections { proven, written: section.map(Value::raw) }
}

impl<'t> Sections<'t> {
    /// Reports what the Compose keys of a service name and no section defines.
    pub(super) fn check(&self, keys: Value<'t>) {
        let Some(table) = keys.raw().as_table() else { return };
        let build = document::item(table, "build").and_then(|build| build.value().as_table());
        for kind in KINDS {
            let of = |table: &'t DeTable<'t>| document::item(table, kind.section).map(|item| kind.named(item.value()));
            let mut named = of(table);
            if kind.section == "secrets" {
                named.get_or_insert_default().extend(build.and_then(of).unwrap_or_default());
            }
            for (name, span) in named.unwrap_or_default() {
                if !self.defines(&kind, name) {
                    refuse_undefined(&kind, name, keys, span);
                }
            }
        }
    }

    fn defines(&self, kind: &Kind, name: &str) -> bool {
        // The network that every service is in unless it names others.
        if kind.section == "networks" && name == "default" {
            return true;
        }
        // Where something else than a table is written, every name may be right.
        match self.written {
            None => false,
            Some(DeValue::Table(sections)) => match sections.get(kind.section) {
                None => false,
                Some(section) => section.get_ref().as_table().is_none_or(|names| names.contains_key(name)),
            },
            Some(_) => true,
        }
    }
}

fn refuse_undefined(kind: &Kind, name: &str, keys: Value<'_>, span: Span<usize>) {
    let Kind { section, noun, example } = kind;
    let message =
        format!("{} names the {noun} {}, which `[compose.{section}]` does not define", keys.owner, quoted(name));
    // A dot would make two keys of one.
    let key = if name.contains('.') { format!("\"{name}\"") } else { name.to_owned() };
    let help = format!("add `{key} = {example}` to `[compose.{section}]`");
    keys.report.refuse(codes::UNDEFINED_COMPOSE_NAME, message, (span, &format!("no such {noun}")), help);
}

impl Kind {
    /// What the key of a service names, with its place: in the short and the long form of lists, and, where
    /// Compose has one, in the form of a map.
    fn named<'t>(&self, value: &'t DeValue<'t>) -> Vec<(&'t str, Span<usize>)> {
        let named: Vec<_> = match value {
            DeValue::Array(items) => {
                items.iter().filter_map(|item| Some((self.source(item.get_ref())?, item.span()))).collect()
            }
            DeValue::Table(entries) if matches!(self.section, "networks" | "models") => {
                document::items(entries).map(|entry| (entry.name(), entry.key_span())).collect()
            }
            _ => Vec::new(),
        };
        named.into_iter().filter(|(name, _)| is_name(name)).collect()
    }

    fn source<'t>(&self, item: &'t DeValue<'t>) -> Option<&'t str> {
        let volumes = self.section == "volumes";
        match item {
            DeValue::String(text) if volumes => mounted(text),
            DeValue::String(text) => Some(text),
            DeValue::Table(fields) => {
                let is_named = !volumes || text(fields, "type") == Some("volume");
                text(fields, "source").filter(|_| is_named)
            }
            _ => None,
        }
    }
}

fn text<'t>(fields: &'t DeTable<'t>, key: &str) -> Option<&'t str> {
    fields.get(key)?.get_ref().as_str()
}

/// The volume of a mount in the short form, `data:/var/lib`; none for an anonymous one, a folder, and a single letter, which
/// Compose takes for a drive.
fn mounted(mount: &str) -> Option<&str> {
    mount.split_once(':').map(|(source, _)| source).filter(|source| source.len() > 1)
}

/// Whether a text is a name as Docker has it, and not a path or something that Compose interpolates.
pub(super) fn is_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphanumeric())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-'))
}
