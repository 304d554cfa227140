//! Where the Compose keys of a service name another service.

use serde_json::Value;

use crate::allocation::{Allocation, Service};
use crate::claims::compose::{self, Mention};
use crate::diagnostic::{Diagnostic, codes, quoted};

/// Whether a service says to Compose that it depends on another; a list or a table, which can be edited.
pub fn depends(service: &Service, id: &str) -> bool {
    match service.compose.get("depends_on") {
        Some(Value::Array(list)) => list.iter().any(|one| one == id),
        Some(Value::Object(table)) => table.contains_key(id),
        _ => false,
    }
}

/// Refuses to remove a service that `compose` of another names, or calls by its id: Compose takes no name of a service that is not
/// there, and nobody answers.
///
/// # Errors
/// There are such places: each of them.
pub fn refuse_named(allocation: &Allocation, service: &Service) -> Result<(), Diagnostic> {
    let is_own = |mention: &Mention<'_>| mention.service.is_some_and(|at| allocation.services[at].id == service.id);
    let mut mentions = compose::mentions(allocation, service);
    mentions.retain(|mention| mention.is_sure && !is_own(mention));
    if mentions.is_empty() {
        return Ok(());
    }
    let message = format!("`compose` of other services names {}", quoted(&service.id));
    let places = compose::places_of(allocation, &mentions);
    let error = Diagnostic::error(codes::NEEDED_SERVICE, message).at_each(places, "named here");
    Err(error.help("remove it there first: only `depends-on` and `depends_on` can be left to `--force`"))
}
