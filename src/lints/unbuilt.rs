//! Services that Compose has to start, and of which nothing says what they run.

use serde_json::Value as Json;

use super::scope::Scope;
use crate::allocation::Service;
use crate::diagnostic::{Diagnostic, quoted};

/// `guessed-image`: each service without an image or anything to build, on which a service that has one depends. Where nothing says yet
/// what any service runs, there is no Compose file to start.
pub(super) fn guessed_image(scope: &Scope<'_>) -> Vec<Diagnostic> {
    let allocation = scope.allocation;
    let mut found = Vec::new();
    if !allocation.outputs.has_compose() {
        return found;
    }
    for service in allocation.services.iter().filter(|service| service.runs() && !states_what_it_runs(service)) {
        let needs = |other: &&Service| states_what_it_runs(other) && waits_for(scope, other, &service.id);
        if let Some(other) = allocation.services.iter().find(needs) {
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

/// Whether Compose starts the service `id` before another one: the Compose keys of that one may state an order of their own.
fn waits_for(scope: &Scope<'_>, service: &Service, id: &str) -> bool {
    match service.compose.get("depends_on") {
        Some(Json::Array(list)) => list.iter().any(|one| one == id),
        Some(Json::Object(table)) => table.contains_key(id),
        _ => service.runs() && scope.allocation.ids(&service.depends_on).any(|one| one == id),
    }
}
