//! Variables of an `env_file` that portgen's own `environment` replaces with other values.

use std::ops::Range;
use std::sync::Arc;

use serde_json::Value as Json;

use super::env_files::{self, Given};
use crate::allocation::{Environment, Service};
use crate::claims::Extended;
use crate::diagnostic::{Diagnostic, Origin, Place, Source, all_but_keys, codes, quoted};
use crate::files::tree::Tree;
use crate::lints;
use crate::manifest::places::Places;
use crate::outputs::plan::Target;
use crate::templates::context::Context;

/// The most variables that are named: a message is one line.
const SHOWN: usize = 3;

/// `overridden-variable`: each file that `env_file` of a service names and that states a variable which portgen writes otherwise. Files that
/// portgen makes itself, and files that are not there, are not judged.
pub fn judge(tree: &Tree, context: &Context, targets: &[Target], extended: &Extended) -> Vec<Diagnostic> {
    let allocation = &context.allocation;
    let mut found = Vec::new();
    if lints::severity(allocation, codes::OVERRIDDEN_VARIABLE).is_none() || !allocation.outputs.has_compose() {
        return found;
    }
    let places = Places::new(allocation);
    for (at, service) in allocation.services.iter().enumerate().filter(|(_, service)| service.runs()) {
        let mut files = env_files::of_extended(allocation, extended, at);
        files.extend(env_files::env_files(service));
        if files.is_empty() || service.told() == Environment::None {
            continue;
        }
        let mut told = context.told(at);
        told.retain(|(name, _)| !states(service, name));
        for given in files {
            let is_output = targets.binary_search_by(|target| target.path.as_str().cmp(given.file.as_str())).is_ok();
            let text = if is_output { None } else { read(tree, &given) };
            let Some(text) = text else { continue };
            let source = Source::hiding(Origin::Tree, given.file.as_str(), text, all_but_keys);
            let replaced = replaced(&source.text, &told);
            if !replaced.is_empty() {
                found.extend(diagnostic(&places, service, &given, (&source, &replaced)));
            }
        }
    }
    found
}

fn read(tree: &Tree, given: &Given<'_>) -> Option<String> {
    String::from_utf8(tree.read(&given.file).ok()??).ok()
}

/// Whether `environment` of a service states a variable with a value, so that portgen does not write it.
fn states(service: &Service, name: &str) -> bool {
    match service.compose.get("environment") {
        Some(Json::Object(map)) => map.get(name).is_some_and(|value| !value.is_null()),
        Some(Json::Array(list)) => {
            let mut entries = list.iter().filter_map(Json::as_str).filter_map(|entry| entry.split_once('='));
            entries.any(|(stated, _)| stated == name)
        }
        _ => false,
    }
}

/// A variable of a file.
struct Variable<'t> {
    name: &'t str,
    /// The bytes of its name in the file.
    span: Range<usize>,
}

/// The variables of a file that are told otherwise; of several lines with one name the last counts.
fn replaced<'t>(text: &'t str, told: &[(String, String)]) -> Vec<Variable<'t>> {
    let mut all: Vec<Variable<'t>> = Vec::new();
    let mut end = 0;
    for line in text.split_inclusive('\n') {
        let start = end;
        end += line.len();
        let Some((key, value)) = line.split_once('=') else { continue };
        let name = key.trim().trim_start_matches("export ").trim_start();
        let Some((_, own)) = told.iter().find(|(own, _)| own == name) else { continue };
        all.retain(|known| known.name != name);
        if value_of(value) != own {
            let at = start + key.rfind(name).unwrap_or(0);
            all.push(Variable { name, span: at..at + name.len() });
        }
    }
    all
}

/// A value without its quotes, or without the comment behind it.
fn value_of(text: &str) -> &str {
    let text = text.trim();
    for quote in ['"', '\''] {
        if let Some(inner) = text.strip_prefix(quote).and_then(|rest| rest.split(quote).next()) {
            return inner;
        }
    }
    text.split(" #").next().unwrap_or_default().trim_end()
}

fn diagnostic(
    places: &Places<'_>,
    service: &Service,
    given: &Given<'_>,
    (source, replaced): (&Arc<Source>, &[Variable<'_>]),
) -> Option<Diagnostic> {
    let (id, file) = (quoted(&service.id), quoted(given.file.as_str()));
    let mut names: Vec<String> = replaced.iter().take(SHOWN).map(|one| quoted(one.name)).collect();
    if replaced.len() > SHOWN {
        names.push(format!("{} more", replaced.len() - SHOWN));
    }
    let message = format!("{id} does not get {} of {file}: portgen writes other values", names.join(", "));
    let found = lints::diagnostic(places.allocation(), codes::OVERRIDDEN_VARIABLE, message)?;
    let variables = replaced.iter().map(|one| Place::new(source, one.span.clone()));
    let them = if replaced.len() == 1 { "it" } else { "them" };
    let less = if replaced.iter().any(|one| one.name == "PORT") { "none" } else { "port" };
    Some(
        found
            .at_each(variables, "`environment` goes before it")
            .at(places.of(service, &given.path), "read from here")
            .help(format!(
                "remove {them} from {file}, or write `environment = \"{less}\"` at {id} to have the value of the file"
            ))
            .help("or accept it: `overridden-variable = \"allow\"` in `[lints]`"),
    )
}
