//! Names that become one name on the way into an output.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use super::scope::Scope;
use crate::allocation::{Binding, Service};
use crate::diagnostic::{Diagnostic, Place};

/// `env-name-collision`: each further binding with the environment name of another one.
///
/// Every variable is the name with `_PORT`, `_HOST` or `_URL` behind it, or `PORT` alone in what is a service's own: two
/// variables are equal exactly where the names are, in a service's own environment too.
pub(super) fn env_name_collision(scope: &Scope<'_>) -> Vec<Diagnostic> {
    let mut seen = HashMap::with_capacity(scope.allocation.services.len());
    let mut found = Vec::new();
    for (service, binding) in scope.allocation.bindings() {
        match seen.entry(service.env_name(binding)) {
            Entry::Vacant(free) => {
                free.insert((service, binding));
            }
            Entry::Occupied(taken) => {
                let (holder, held) = *taken.get();
                let (second, first, name) = (service.party(binding), holder.party(held), taken.key());
                found.push(
                    scope
                        .found(format!("{second} and {first} both have the variables `{name}_PORT` and `{name}_URL`"))
                        .at(place(scope, service, binding), format!("`{name}` too"))
                        .at(place(scope, holder, held), format!("`{name}` first"))
                        .help(
                            "rename a service or a binding: its variables have its name in capitals, with `_` for `-` and `.`",
                        ),
                );
            }
        }
    }
    found
}

/// Where the name stands: at the service's key, or at the binding where the service has several.
fn place(scope: &Scope<'_>, service: &Service, binding: &Binding) -> Place {
    scope.allocation.place(if service.bindings.len() == 1 { &service.span } else { &binding.span })
}
