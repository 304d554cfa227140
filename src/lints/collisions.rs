//! Two services on one host port.

use super::scope::{Scope, number};
use crate::allocation::holders::Holder;
use crate::allocation::{Binding, Service};
use crate::diagnostic::Diagnostic;

/// `duplicate-port`: each further binding of a host port and protocol, with the first one as the other party.
///
/// Services of different profiles are alternatives, which never run together. Who listens on every
/// interface takes each address of the host.
pub(super) fn duplicate_port(scope: &Scope<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for (service, binding) in scope.published() {
        let mut holders = scope.holders.of(binding.host).filter_map(Holder::service);
        let first = holders.find(|(holder, other)| {
            holder.takes_host_port(other)
                && other.protocol == binding.protocol
                && on_one_address((service, binding), (holder, other))
                && holder.runs_beside(service)
        });
        if let Some((holder, held)) = first
            && !std::ptr::eq(held, binding)
        {
            found.push(duplicate(scope, (service, binding), (holder, held)));
        }
    }
    found
}

/// Whether two ports of one number meet; a service on the host's network may listen on any address.
fn on_one_address((one, port): (&Service, &Binding), (other, held): (&Service, &Binding)) -> bool {
    std::ptr::eq(port, held) || one.is_on_host() || other.is_on_host() || port.expose.collides_with(held.expose)
}

fn duplicate(
    scope: &Scope<'_>,
    (service, binding): (&Service, &Binding),
    (holder, held): (&Service, &Binding),
) -> Diagnostic {
    let (second, first) = (service.party(binding), holder.party(held));
    let (port, protocol) = (number(binding.host), binding.protocol.as_str());
    let found = scope
        .found(format!("{second} and {first} both have host port {port} ({protocol})"))
        .at(scope.allocation.place(&binding.span), format!("{second} has it too"))
        .at(scope.allocation.place(&held.span), format!("{first} has it first"))
        .help(scope.another_port(service));
    // Two ports of one process are two numbers off the host as well.
    if std::ptr::eq(service, holder) {
        return found;
    }
    found.help("or keep one of the two off the host: `expose = \"none\"`")
}
