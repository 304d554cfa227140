//! Services that Compose has to start, and of which nothing says what they run.

use std::collections::HashMap;

use serde_json::Value as Json;

use super::scope::Scope;
use crate::allocation::Service;
use crate::diagnostic::{Diagnostic, quoted};

/// `guessed-image`: each service without an image or anything to build, on which a service that has one depends. Where nothing says yet
/// what any service runs, there is no Compose file to start.
pub(super) fn guessed_image(scope: &Scope<'_>) -> Vec<Diagnostic> {
    let allocation = scope.allocation;
    let mut found = Vec::new();
    let mut guesses = allocation.services.iter().filter(|one| one.runs() && !states_what_it_runs(one)).peekable();
    if !allocation.outputs.has_compose() || guesses.peek().is_none() {
        return found;
    }
    let mut first_for: HashMap<&str, &Service> = HashMap::new();
    for other in allocation.services.iter().filter(|other| states_what_it_runs(other)) {
        for id in waits_for(scope, other) {
            first_for.entry(id).or_insert(other);
        }
    }
    for service in guesses {
        if let Some(other) = first_for.get(&*service.id) {
            found.push(guessed(scope, service, other));
        }
    }
    found
}

fn guessed(scope: &Scope<'_>, service: &Service, other: &Service) -> Diagnostic {
    let (id, other_id) = (quoted(&service.id), quoted(&other.id));
    let image = quoted(&format!("{}/{}", scope.allocation.platform.id, service.id.to_lowercase()));
    scope
        .found(format!("Compose starts {id} for {other_id}, with the image {image}, which nothing builds"))
        .at(scope.allocation.place(&service.span), "nothing says what it runs")
        .at(scope.allocation.place(&other.span), "depends on it")
        .help("add the `dir` of its code, or `compose = { image = \"…\" }`")
        .help("or write `compose = false`, if it runs on the host and not in Compose")
        .help("or accept it: `guessed-image = \"allow\"` in `[lints]`")
}

fn states_what_it_runs(service: &Service) -> bool {
    const KEYS: [&str; 4] = ["image", "build", "extends", "provider"];
    service.dir.is_some() || KEYS.iter().any(|key| service.compose.contains_key(*key))
}

/// The services that Compose starts before this one: its Compose keys may state an order of their own.
fn waits_for<'a>(scope: &Scope<'a>, service: &'a Service) -> Vec<&'a str> {
    match service.compose.get("depends_on") {
        Some(Json::Array(list)) => list.iter().filter_map(Json::as_str).collect(),
        Some(Json::Object(table)) => table.keys().map(String::as_str).collect(),
        _ if service.runs() => scope.allocation.ids(&service.depends_on).collect(),
        _ => Vec::new(),
    }
}
