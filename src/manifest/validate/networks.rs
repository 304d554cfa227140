//! Ports that the network of a container cannot have.

use super::report::Report;
use crate::allocation::{Binding, Network, Service};
use crate::diagnostic::{Diagnostic, codes, quoted};

/// Reports the ports that Docker does not publish where `network_mode` puts the container.
pub(super) fn check(report: &Report<'_>, services: &[Service]) {
    for service in services {
        for binding in &service.bindings {
            if let Some((message, help)) = fault(service, binding) {
                let mistake = Diagnostic::error(codes::NETWORK_PORT, message);
                let place = report.place(binding.span.clone());
                report.add(mistake.at(place, "not published").help(help).help("or change its `network_mode`"));
            }
        }
    }
}

/// What is wrong with a port in the network of its container, and what to do.
fn fault(service: &Service, binding: &Binding) -> Option<(String, String)> {
    let (id, host, container) = (&*service.id, binding.hosts(), binding.containers());
    let (noun, are) = (host.noun(), if host.is_one() { "is" } else { "are" });
    match service.network() {
        Network::Host if host != container => Some((
            format!("{} is on the host's network, so its {noun} on the host {are} {container}, not {host}", quoted(id)),
            "give both numbers one value: `host` and `container` are the same port there".to_owned(),
        )),
        // `dependency-cycle` says so.
        Network::Service(other) if other == service.id => None,
        Network::Service(other) | Network::Container(other) if binding.is_reachable() => Some((
            format!(
                "{} is in the network of {}, so Docker cannot publish {noun} {host} for it",
                quoted(id),
                quoted(other)
            ),
            format!("give the port to {}, and write `expose = \"none\"` here", quoted(other)),
        )),
        Network::None if binding.is_reachable() => Some((
            format!("{} has no network, so Docker cannot publish {noun} {host} for it", quoted(id)),
            "write `expose = \"none\"`, or `port = \"none\"`".to_owned(),
        )),
        _ => None,
    }
}
