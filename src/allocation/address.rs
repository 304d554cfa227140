//! Addresses: one port differs by where one stands.

use std::borrow::Cow;

use crate::allocation::{Allocation, Binding, Port, Ports, Service};

/// Where one stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standpoint {
    /// On the host: `localhost:<host port>`, or the address on which alone it is published.
    Host,
    /// Inside Compose's network: `<service>:<container port>`.
    Compose,
    /// Inside the cluster: `<service>.<namespace>.svc:<service port>`.
    Cluster,
}

/// Where one can stand, each with its word for people.
const STANDPOINTS: [(&str, Standpoint); 3] =
    [("host", Standpoint::Host), ("Compose", Standpoint::Compose), ("cluster", Standpoint::Cluster)];

/// The addresses of a binding from everywhere that it can be reached from, each behind the word for where that is.
pub fn everywhere(
    allocation: &Allocation,
    service: &Service,
    binding: &Binding,
) -> impl Iterator<Item = (&'static str, String)> {
    STANDPOINTS.into_iter().filter_map(|(name, from)| Some((name, reachable(allocation, service, binding, from)?)))
}

/// The address of a binding as seen from somewhere: a URL, or `host:port` where it has no scheme; `host:first-last` of a range.
pub fn address(allocation: &Allocation, service: &Service, binding: &Binding, from: Standpoint) -> String {
    let host = match from {
        Standpoint::Host => binding.expose.host(),
        Standpoint::Compose => Cow::Borrowed(service.seen_by_containers(binding).0),
        Standpoint::Cluster => {
            let name = service.kubernetes_name().unwrap_or(&service.id);
            Cow::Owned([name, ".", &*allocation.platform.id, ".svc"].concat())
        }
    };
    let port = match from {
        Standpoint::Host => binding.host,
        Standpoint::Compose => service.seen_by_containers(binding).1,
        Standpoint::Cluster => binding.service,
    };
    let mut address = joined(binding.scheme(), &host, port);
    if let Some(ports) = Ports::starting(port, binding.count).filter(|ports| !ports.is_one()) {
        address.push('-');
        push_decimal(ports.last().get().into(), &mut address);
    }
    address
}

/// The address of a binding as the container of `other` sees it.
pub fn address_for(other: &Service, service: &Service, binding: &Binding) -> String {
    let (host, port) = service.seen_by(other, binding);
    joined(binding.scheme(), host, port)
}

/// The same, where it can be reached from there: what is not published cannot be from the host, what has no Kubernetes Service
/// not in the cluster, and no range is in one.
pub fn reachable(allocation: &Allocation, service: &Service, binding: &Binding, from: Standpoint) -> Option<String> {
    let hidden = match from {
        Standpoint::Host => !binding.published(),
        Standpoint::Compose => false,
        Standpoint::Cluster => {
            !allocation.has_kubernetes() || service.kubernetes_name().is_none() || binding.is_range()
        }
    };
    (!hidden).then(|| address(allocation, service, binding, from))
}

fn joined(scheme: Option<&str>, host: &str, port: Port) -> String {
    let (scheme, slashes) = scheme.map_or(("", ""), |scheme| (scheme, "://"));
    let mut url = String::with_capacity(scheme.len() + host.len() + "://:65535".len());
    for part in [scheme, slashes, host, ":"] {
        url.push_str(part);
    }
    push_decimal(port.get().into(), &mut url);
    url
}

/// A number as people write it, without what `write!` costs: most of what templates write is numbers.
pub(crate) fn push_decimal(number: usize, out: &mut String) {
    out.push_str(itoa::Buffer::new().format(number));
}
