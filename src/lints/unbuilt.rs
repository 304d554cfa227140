//! Services that Compose has to start, and of which nothing says what they run.

use std::collections::HashMap;

use serde_json::Value as Json;

use super::scope::Scope;
use crate::allocation::{Allocation, Service};
use crate::diagnostic::{Diagnostic, quoted};

/// `guessed-image`: each service without an image or anything to build, on which a service that has one depends. Where nothing says yet
/// what any service runs, there is no Compose file to start.
pub(super) fn guessed_image(scope: &Scope<'_>) -> Vec<Diagnostic> {
    let allocation = scope.allocation;
    let mut found = Vec::new();
    let run = allocation.services.iter().filter(|one| one.runs());
    let mut guesses = run.filter_map(|one| Some((one, guess(allocation, one)?))).peekable();
    if !allocation.outputs.has_compose() || guesses.peek().is_none() {
        return found;
    }
    let mut first_for: HashMap<&str, &Service> = HashMap::new();
    for other in allocation.services.iter().filter(|other| guess(allocation, other).is_none()) {
        for id in waits_for(scope, other) {
            first_for.entry(id).or_insert(other);
        }
    }
    for (service, image) in guesses {
        if let Some(other) = first_for.get(&*service.id) {
            found.push(guessed(scope, service, &image, other));
        }
    }
    found
}

fn guessed(scope: &Scope<'_>, service: &Service, image: &str, other: &Service) -> Diagnostic {
    let [id, other_id, image] = [&service.id, &other.id, image].map(quoted);
    scope
        .found(format!("Compose starts {id} for {other_id}, with the image {image}, which nothing builds"))
        .at(scope.allocation.place(&service.span), "nothing says what it runs")
        .at(scope.allocation.place(&other.span), "depends on it")
        .help("add the `dir` of its code, or `compose = { image = \"…\" }`")
        .help("or write `compose = false`, if it runs on the host and not in Compose")
        .help("or accept it: `guessed-image = \"allow\"` in `[lints]`")
}

/// The image of a service, if nothing says what that runs.
fn guess(allocation: &Allocation, service: &Service) -> Option<String> {
    if service.dir.is_some() { None } else { allocation.own_image(service) }
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
