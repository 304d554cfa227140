//! Two services on one host port.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use super::scope::{Scope, number, party};
use crate::diagnostic::Diagnostic;

/// `duplicate-port`: each further binding of a host port and protocol, with the first one as the other party.
///
/// Loopback and every interface are not told apart: who listens on every interface also takes 127.0.0.1.
pub(super) fn duplicate_port(scope: &Scope<'_>) -> Vec<Diagnostic> {
    let mut seen = HashMap::new();
    let mut found = Vec::new();
    for (service, binding) in scope.published() {
        match seen.entry((binding.host, binding.protocol)) {
            Entry::Vacant(free) => {
                free.insert((service, binding));
            }
            Entry::Occupied(taken) => {
                let (holder, held) = *taken.get();
                let (second, first) = (party(service, binding), party(holder, held));
                let (port, protocol) = (number(binding.host), binding.protocol.as_str());
                found.push(
                    scope
                        .found(format!("{second} and {first} both have host port {port} ({protocol})"))
                        .at(scope.allocation.place(&binding.span), format!("{second} has it too"))
                        .at(scope.allocation.place(&held.span), format!("{first} has it first"))
                        .help(scope.another_port(service))
                        .help("or keep one of the two off the host: `expose = \"none\"`"),
                );
            }
        }
    }
    found
}
