//! `[services.*]`.

use std::ops::Range as Span;

use serde_json::{Map, Value as Json};

use super::fields::Fields;
use super::groups::{Groups, entries};
use super::index::Index;
use super::sections::Sections;
use super::value::{Owner, Value};
use super::{bindings, compose, compose_services, kubernetes, names, networks, settings};
use crate::allocation::{Binding, Exception, Service};
use crate::diagnostic::{codes, quoted};
use crate::manifest::{document, keys};
use crate::path::RelPath;

/// What the services refer to.
#[derive(Debug)]
struct Names<'a, 't> {
    services: Index<'t>,
    groups: &'a Groups<'t>,
    /// What Compose keys may name; `None` where the Compose file is somebody else's, which may define more.
    sections: Option<&'a Sections<'t>>,
    ranges_incomplete: bool,
}

pub(super) fn read<'t>(
    section: Option<Value<'t>>,
    groups: &Groups<'t>,
    ranges_incomplete: bool,
    sections: Option<&Sections<'t>>,
) -> Vec<Service> {
    let mut index = Index::new(section, "service", codes::UNKNOWN_DEPENDENCY);
    let entries: Vec<_> = entries(section, "[services]", "{ web = { port = 3000 } }").collect();
    for (id, entry) in &entries {
        index.add(id, entry.raw().is_table());
        if compose_services::is_outside(*entry) {
            index.set_outside(id);
        }
    }
    let names = Names { services: index, groups, sections, ranges_incomplete };
    let mut services = Vec::with_capacity(entries.len());
    services.extend(entries.iter().filter_map(|(id, entry)| service(id, *entry, &names)));
    compose_services::check_container_names(&entries);
    if let Some(section) = section {
        networks::check(section.report, &services);
    }
    services
}

fn service<'t>(id: &'t str, entry: Value<'t>, names: &Names<'_, 't>) -> Option<Service> {
    names::check(entry.report, id, entry.key.key_span(), &names::SERVICE);
    let fields = Fields::read(entry, Owner::Named("service", id), keys::SERVICE, "{ port = 4000 }")?;
    let (title, description) = (fields.text("title"), fields.text("description"));
    let (mut bindings, complete) = bindings::read(&fields, id);
    let kubernetes = kubernetes::read(&fields, id, complete.then_some(&mut *bindings));
    let group = fields.get("group").map(|value| names.groups.index.find(value.string()?, value));
    let ranges_unsure = are_ranges_unsure(group, names);
    let package = package(&fields, &bindings);
    let stated_compose = fields.get("compose");
    let outside = stated_compose.is_some_and(|value| value.raw().as_bool() == Some(false));
    let keys = stated_compose.filter(|_| !outside);
    let extends = keys.and_then(|keys| compose_services::extends(document::item(keys.raw().as_table()?, "extends")?));
    let compose = keys.map(|keys| compose(keys, names));
    let stated = fields.get("out-of-range");
    let exception = stated.and_then(|value| Some(Box::new(Exception { reason: value.text()?, span: value.span() })));
    Some(Service {
        id: id.to_owned(),
        title: title.unwrap_or_else(|| id.to_owned()),
        description: description.unwrap_or_default(),
        group: group.flatten(),
        aliases: fields.get("aliases").map(aliases),
        dir: fields.get("dir").and_then(Value::folder),
        scripts: scripts(&fields),
        package,
        depends_on: fields.get("depends-on").map(|value| depends_on(value, id, names)).unwrap_or_default(),
        unsure: ranges_unsure || !complete || stated.is_some() != exception.is_some(),
        exception,
        compose: compose.unwrap_or_default().into(),
        compose_as_written: None,
        outside,
        extends: extends.map(Box::new),
        replicas: keys.and_then(compose_services::replicas).map(Box::new),
        kubernetes,
        environment: fields.get("environment").and_then(settings::environment),
        main: fields.get("main").and_then(|value| main(value, &bindings)),
        bindings,
        span: entry.key.key_span(),
    })
}

/// Whether the ranges of a service are not all known: of its group, if it names one, which may not be there.
fn are_ranges_unsure(group: Option<Option<usize>>, names: &Names<'_, '_>) -> bool {
    match group {
        None => names.ranges_incomplete,
        Some(None) => true,
        Some(Some(group)) => names.groups.unsure[group],
    }
}

/// The Compose keys of a service.
fn compose<'t>(keys: Value<'t>, names: &Names<'_, 't>) -> Map<String, Json> {
    if let Some(sections) = names.sections {
        sections.check(keys);
        compose_services::check(keys, &names.services);
    }
    compose::read(keys)
}

/// The port that `main` names.
fn main(value: Value<'_>, bindings: &[Binding]) -> Option<usize> {
    let name = value.string()?;
    let main = bindings.iter().position(|binding| binding.name == name);
    if main.is_none() {
        let known = bindings.iter().map(|binding| &*binding.name);
        let rest = format!("is {}, which is not a port of the service", value.quoted(name));
        let mistake = value.mistake(codes::UNKNOWN_BINDING, &rest, "no such port");
        let names: Vec<String> = known.clone().map(quoted).collect();
        value.report.add(mistake.did_you_mean(name, known, format!("its ports are {}", names.join(", "))));
    }
    if main.is_some_and(|main| bindings[main].is_range()) {
        let rest = format!("is {}, which is a range of ports", quoted(name));
        value.refuse(codes::INVALID_VALUE, &rest, "a range", "the main port is one number: name another port");
        return None;
    }
    main
}

fn depends_on<'t>(value: Value<'t>, id: &str, names: &Names<'_, 't>) -> Vec<(usize, Span<usize>)> {
    let mut found = Vec::with_capacity(value.len());
    for (name, item) in value.strings("[\"postgres\"]") {
        if name == id {
            let message = format!("service {} depends on itself", quoted(id));
            item.report.refuse(codes::SELF_DEPENDENCY, message, (item.span(), "itself"), "remove it here");
        } else {
            found.extend(names.services.find(name, item).map(|service| (service, item.span())));
        }
    }
    found
}

fn package(fields: &Fields<'_>, bindings: &[Binding]) -> Option<(RelPath, Span<usize>)> {
    let value = fields.get("package")?;
    let path = value.path()?;
    let has_no_number = |binding: &Binding| binding.is_range() || binding.is_anywhere;
    if !bindings.is_empty() && bindings.iter().all(has_no_number) {
        let help = "remove it, or give the service another port that its scripts state";
        let (rest, label) = match bindings.iter().any(Binding::is_range) {
            true => ("has no port to follow: a range is not the port of a script", "a range"),
            false => ("has no port to follow: Docker chooses the number", "any port"),
        };
        value.refuse(codes::INVALID_VALUE, rest, label, help);
    }
    let (folder, file) = path.as_str().rsplit_once('/').unwrap_or(("", path.as_str()));
    if file != "package.json" {
        // Another file lies where package.json is meant to; what has no ending is the folder.
        let folder = if file.to_ascii_lowercase().ends_with(".json") { folder } else { path.as_str() };
        let meant = if folder.is_empty() { "package.json".to_owned() } else { format!("{folder}/package.json") };
        let rest = format!("is {}, which is not a package.json", value.quoted(path.as_str()));
        let help = format!("write {}", value.example(&format!("\"{meant}\"")));
        let help = format!("{help}: portgen updates the ports of no other file");
        value.refuse(codes::INVALID_PATH, &rest, "another file", help);
        return None;
    }
    Some((path, value.span()))
}

/// Other names of the service, each given once.
fn aliases(value: Value<'_>) -> Box<[String]> {
    value.strings("[\"auth\", \"auth-svc\"]").into_iter().filter_map(|(_, item)| item.text()).collect()
}

fn scripts(fields: &Fields<'_>) -> Option<Box<[String]>> {
    let value = fields.get("scripts")?;
    if !fields.has("package") {
        let place = (value.key.key_span(), "scripts of which package.json?");
        let help = "add `package = \"apps/web/package.json\"`, or remove `scripts`";
        value.report.refuse(codes::MISSING_KEY, format!("{value} needs a `package`"), place, help);
    }
    if value.is_empty_list() {
        let help = "name a script, or remove the key: every script follows the port then";
        value.refuse(codes::INVALID_VALUE, "is an empty list", "empty", help);
        return None;
    }
    let names = value.strings("[\"dev\"]");
    Some(names.into_iter().filter_map(|(_, item)| item.text()).collect())
}
