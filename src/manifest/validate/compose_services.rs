//! The services that Compose keys name: Docker Compose refuses a file in which one of them is missing.

use std::collections::HashMap;
use std::ops::Range as Span;

use toml::de::DeValue;

use super::index::Index;
use super::sections::is_name;
use super::value::Value;
use crate::allocation::profiles::meet;
use crate::allocation::{Extends, Replicas};
use crate::diagnostic::{Diagnostic, codes, quoted};
use crate::manifest::document::{self, Item};

/// Reports the services that the Compose keys of a service name and that Compose does not run.
pub(super) fn check<'t>(keys: Value<'t>, services: &Index<'t>) {
    let Some(table) = keys.raw().as_table() else { return };
    for (name, span) in document::items(table).flat_map(named).filter(|(name, _)| is_name(name)) {
        if services.is_missing(name) || services.is_outside(name) {
            keys.report.add(not_run(keys, name, services).at(keys.report.place(span), "no such service in Compose"));
        }
    }
}

/// The mistake of naming a service that Compose does not run, without its place.
fn not_run(keys: Value<'_>, name: &str, services: &Index<'_>) -> Diagnostic {
    let (owner, quoted_name) = (keys.owner, quoted(name));
    if services.is_outside(name) {
        let message = format!("{owner} names the service {quoted_name}, which Compose does not run");
        let help = "remove it here: Compose cannot start it, and containers reach it at `host.docker.internal`";
        return Diagnostic::error(codes::UNDEFINED_COMPOSE_NAME, message).help(help);
    }
    let message = format!("{owner} names the service {quoted_name}, which does not exist");
    let mistake = Diagnostic::error(codes::UNDEFINED_COMPOSE_NAME, message);
    match services.nearest(name) {
        Some(near) => mistake.help(format!("did you mean {}?", quoted(near))),
        None => mistake.help("add it to `[services]`, or remove it here"),
    }
}

/// Whether Compose does not run a service: `compose = false`.
pub(super) fn is_outside(service: Value<'_>) -> bool {
    let compose = service.raw().as_table().and_then(|fields| fields.get("compose"));
    compose.and_then(|compose| compose.get_ref().as_bool()) == Some(false)
}

/// The services that one Compose key names, each with its place.
fn named<'t>(item: Item<'t>) -> Vec<(&'t str, Span<usize>)> {
    let value = item.value();
    match item.name() {
        "depends_on" => awaited(value),
        "links" => first_parts(value),
        "volumes_from" => first_parts(value).into_iter().filter(|(name, _)| *name != "container").collect(),
        "network_mode" | "pid" | "ipc" => of_service(value).map(|name| (name, item.span())).into_iter().collect(),
        "extends" => of_this_file(value).map(|name| (name, item.span())).into_iter().collect(),
        "build" => contexts(value),
        _ => Vec::new(),
    }
}

/// A container with a name of its own.
struct Container<'t> {
    service: &'t str,
    name: Item<'t>,
    profiles: Vec<&'t str>,
}

/// Reports a container name that two services have: Compose refuses to run both.
pub(super) fn check_container_names<'t>(services: &[(&'t str, Value<'t>)]) {
    let mut known: HashMap<&str, Vec<Container<'t>>> = HashMap::new();
    for (service, entry) in services {
        let Some(container) = container(service, *entry) else { continue };
        let name = container.name.value().as_str().unwrap_or_default();
        let same = known.entry(name).or_default();
        if let Some(first) = same.iter().find(|first| meet(&first.profiles, &container.profiles)) {
            let (one, other) = (quoted(first.service), quoted(service));
            let message = format!("{other} and {one} both have the container name {}", quoted(name));
            let twice = Diagnostic::error(codes::DUPLICATE_ITEM, message)
                .at(entry.report.place(container.name.span()), format!("{other} has it too"))
                .at(entry.report.place(first.name.span()), format!("{one} has it first"));
            entry.report.add(twice.help("rename one of them, or leave it out: Compose then names the container"));
        }
        same.push(container);
    }
}

fn container<'t>(service: &'t str, entry: Value<'t>) -> Option<Container<'t>> {
    let keys = entry.raw().as_table()?.get("compose")?.get_ref().as_table()?;
    let name = document::item(keys, "container_name").filter(|name| name.value().is_str())?;
    let profiles = keys.get("profiles").and_then(|profiles| profiles.get_ref().as_array());
    let profiles = profiles.into_iter().flat_map(document::elements).filter_map(text);
    Some(Container { service, name, profiles: profiles.map(|(profile, _)| profile).collect() })
}

/// `extends` of a Compose service, in both forms.
pub(super) fn extends(item: Item<'_>) -> Option<Extends> {
    let value = item.value();
    let fields = value.as_table();
    let file = fields.and_then(|fields| fields.get("file")?.get_ref().as_str());
    let service = value.as_str().or_else(|| fields?.get("service")?.get_ref().as_str())?;
    Some(Extends { file: file.map(str::to_owned), service: service.to_owned(), span: item.span() })
}

/// `depends_on` in both forms. An entry with `required: false` has to be a service as well: Docker Compose 5 refuses another name.
fn awaited<'t>(value: &'t DeValue<'t>) -> Vec<(&'t str, Span<usize>)> {
    match value {
        DeValue::Array(list) => document::elements(list).filter_map(text).collect(),
        DeValue::Table(table) => document::items(table).map(|item| (item.name(), item.key_span())).collect(),
        _ => Vec::new(),
    }
}

/// The names before the colons of a list: `db:database`.
fn first_parts<'t>(value: &'t DeValue<'t>) -> Vec<(&'t str, Span<usize>)> {
    let DeValue::Array(list) = value else { return Vec::new() };
    let names = document::elements(list).filter_map(text);
    names.map(|(name, span)| (name.split(':').next().unwrap_or_default(), span)).collect()
}

/// The services whose images a build uses: `additional_contexts = { base = "service:base" }`.
fn contexts<'t>(build: &'t DeValue<'t>) -> Vec<(&'t str, Span<usize>)> {
    let contexts = build.as_table().and_then(|build| build.get("additional_contexts"));
    let items: Vec<Item<'t>> = match contexts.map(|contexts| contexts.get_ref()) {
        Some(DeValue::Array(list)) => document::elements(list).collect(),
        Some(DeValue::Table(table)) => document::items(table).collect(),
        _ => Vec::new(),
    };
    items
        .into_iter()
        .filter_map(text)
        .filter_map(|(text, span)| {
            let context = text.split_once('=').map_or(text, |(_, context)| context);
            Some((context.strip_prefix("service:")?, span))
        })
        .collect()
}

/// The service that `extends` names in the same file.
fn of_this_file<'t>(extends: &'t DeValue<'t>) -> Option<&'t str> {
    match extends {
        DeValue::Table(fields) if !fields.contains_key("file") => fields.get("service")?.get_ref().as_str(),
        other => other.as_str(),
    }
}

/// How many containers Compose starts; `scale` and `deploy.replicas` say the same.
pub(super) fn replicas(keys: Value<'_>) -> Option<Replicas> {
    let keys = keys.raw().as_table()?;
    let deploy = keys.get("deploy").and_then(|deploy| deploy.get_ref().as_table());
    let stated = keys.get("scale").or_else(|| deploy?.get("replicas"))?;
    let count = match stated.get_ref() {
        DeValue::Integer(integer) => document::number(integer).and_then(|count| u64::try_from(count).ok()),
        other => other.as_str().and_then(|text| text.parse().ok()),
    };
    Some(Replicas { count: count?, span: stated.span() })
}

fn of_service<'t>(value: &'t DeValue<'t>) -> Option<&'t str> {
    value.as_str()?.strip_prefix("service:")
}

fn text<'t>(item: Item<'t>) -> Option<(&'t str, Span<usize>)> {
    Some((item.value().as_str()?, item.span()))
}
