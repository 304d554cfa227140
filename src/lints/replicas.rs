//! Services that Compose starts several times.

use super::scope::Scope;
use crate::allocation::{Network, Replicas, Service};
use crate::diagnostic::{Diagnostic, quoted};

/// `replicated-port`: each service of several containers whose ports on the host only one of them can have.
pub(super) fn replicated_port(scope: &Scope<'_>) -> Vec<Diagnostic> {
    let services = scope.allocation.services.iter();
    services.filter_map(|service| replicated(scope, service, service.replicas.as_deref()?)).collect()
}

fn replicated(scope: &Scope<'_>, service: &Service, replicas: &Replicas) -> Option<Diagnostic> {
    let taken = service.bindings.iter().filter(|binding| service.takes_host_port(binding));
    let places: Vec<_> = taken.map(|binding| scope.allocation.place(&binding.span)).collect();
    if replicas.count < 2 || places.is_empty() {
        return None;
    }
    let (id, count) = (quoted(&service.id), replicas.count);
    let found = scope
        .found(format!("Compose starts {count} containers of {id}, but only one can have its port on the host"))
        .at(scope.allocation.place(&replicas.span), format!("{count} containers"))
        .at_each(places, "on the host");
    let found = match service.network() {
        Network::Host => {
            found.help("remove it, or remove `network_mode`: each container then has a network of its own")
        }
        _ => found
            .help(format!("write `expose = \"none\"`: other containers, such as a proxy, reach all of them as {id}")),
    };
    Some(found.help("or accept it: `replicated-port = \"allow\"` in `[lints]`, if a swarm runs the file"))
}
