//! Names that become one name on the way into an output.

use std::collections::hash_map::Entry;
use std::iter;

use foldhash::{HashMap, HashMapExt};

use super::scope::Scope;
use crate::allocation::{Binding, ENDS, Service};
use crate::diagnostic::{Diagnostic, Place};

/// `env-name-collision`: each further binding with the environment name of another one.
///
/// Every variable is the name with `_PORT`, `_HOST` or `_URL` behind it, or `PORT` alone in what is a service's own: two
/// variables are equal exactly where the names are, in a service's own environment too.
pub(super) fn env_name_collision(scope: &Scope<'_>) -> Vec<Diagnostic> {
    let mut seen = HashMap::with_capacity(scope.allocation.services.len());
    let mut found = Vec::new();
    for (service, binding) in scope.allocation.bindings() {
        for name in names(service, binding) {
            match seen.entry(name) {
                Entry::Vacant(free) => {
                    free.insert((service, binding));
                }
                Entry::Occupied(taken) => {
                    found.push(collision(scope, taken.key(), (service, binding), *taken.get()));
                }
            }
        }
    }
    found
}

/// The name of a binding in variables, and of a range those of its ends besides.
fn names(service: &Service, binding: &Binding) -> impl Iterator<Item = String> {
    let name = service.env_name(binding);
    let ends = binding.is_range().then(|| ENDS.map(|end| [&*name, end].concat()));
    iter::once(name).chain(ends.into_iter().flatten())
}

fn collision(
    scope: &Scope<'_>,
    name: &str,
    (service, binding): (&Service, &Binding),
    (holder, held): (&Service, &Binding),
) -> Diagnostic {
    let (second, first) = (service.party(binding), holder.party(held));
    let what = if binding.is_range() || held.is_range() {
        format!("variables that start with `{name}_`")
    } else {
        format!("the variables `{name}_PORT` and `{name}_URL`")
    };
    scope
        .found(format!("{second} and {first} both have {what}"))
        .at(place(scope, service, binding), format!("`{name}` too"))
        .at(place(scope, holder, held), format!("`{name}` first"))
        .help("rename a service or a binding: its variables have its name in capitals, with `_` for `-` and `.`")
}

/// Where the name stands: at the service's key, or at the binding where the service has several.
fn place(scope: &Scope<'_>, service: &Service, binding: &Binding) -> Place {
    scope.allocation.place(if service.bindings.len() == 1 { &service.span } else { &binding.span })
}
