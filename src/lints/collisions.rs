//! Two services on one host port.

use std::cell::LazyCell;
use std::collections::HashMap;

use super::scope::Scope;
use crate::allocation::meetings::Meetings;
use crate::allocation::{Allocation, Binding, Service};
use crate::diagnostic::Diagnostic;

/// `duplicate-port`: each further binding of a host port and protocol, with the first one as the other party.
///
/// Services of different profiles are alternatives, which never run together. Who listens on every
/// interface takes each address of the host.
pub(super) fn duplicate_port(scope: &Scope<'_>) -> Vec<Diagnostic> {
    let by_profile = LazyCell::new(|| ByProfile::new(scope.allocation));
    let mut found = Vec::new();
    for own in scope.published() {
        let profiles = own.0.profiles();
        let first = if profiles.is_empty() {
            scope.holders.first(own.1.hosts(), |held| collide(own, held))
        } else {
            by_profile.first(own, &profiles)
        };
        if let Some(held) = first
            && !std::ptr::eq(held.1, own.1)
        {
            found.push(duplicate(scope, own, held));
        }
    }
    found
}

/// A port with its service.
type Held<'a> = (&'a Service, &'a Binding);

/// The ports of each profile, and of services that always run, with their places in the order of the file: many services may share
/// a number in as many profiles.
struct ByProfile<'a>(HashMap<Option<&'a str>, Meetings<(usize, Held<'a>)>>);

impl<'a> ByProfile<'a> {
    fn new(allocation: &'a Allocation) -> Self {
        let mut table: HashMap<_, Vec<_>> = HashMap::new();
        for (at, (service, binding)) in allocation.bindings().enumerate() {
            let profiles = service.profiles();
            let always = profiles.is_empty().then_some(None);
            for profile in profiles.into_iter().map(Some).chain(always) {
                table.entry(profile).or_default().push((binding.hosts(), (at, (service, binding))));
            }
        }
        Self(table.into_iter().map(|(profile, ports)| (profile, Meetings::new(ports.into_iter()))).collect())
    }

    /// The first port that `own`, whose service has these profiles, collides with: perhaps itself.
    fn first(&self, own: Held<'_>, profiles: &[&str]) -> Option<Held<'a>> {
        let mut first: Option<(usize, Held<'a>)> = None;
        for profile in profiles.iter().copied().map(Some).chain([None]) {
            let Some(ports) = self.0.get(&profile) else { continue };
            let Some(port) = ports.first(own.1.hosts(), |(_, held)| collide(own, held)) else { continue };
            if first.is_none_or(|(at, _)| port.0 < at) {
                first = Some(port);
            }
        }
        first.map(|(_, held)| held)
    }
}

/// Whether two ports that meet cannot be taken at once.
fn collide(own: Held<'_>, held: Held<'_>) -> bool {
    held.0.takes_host_port(held.1) && held.1.protocol == own.1.protocol && on_one_address(own, held)
}

/// Whether two ports are on one address; a service on the host's network may listen on any address.
fn on_one_address((one, port): Held<'_>, (other, held): Held<'_>) -> bool {
    std::ptr::eq(port, held) || one.is_on_host() || other.is_on_host() || port.collides_with(held)
}

fn duplicate(scope: &Scope<'_>, (service, binding): Held<'_>, (holder, held): Held<'_>) -> Diagnostic {
    let (second, first) = (service.party(binding), holder.party(held));
    let ports = binding.hosts().shared(held.hosts()).unwrap_or(binding.hosts());
    let protocol = binding.protocol.as_str();
    let found = scope
        .found(format!("{second} and {first} both have host {} ({protocol})", ports.named()))
        .at(scope.allocation.place(&binding.span), format!("{second} has it too"))
        .at(scope.allocation.place(&held.span), format!("{first} has it first"))
        .help(scope.another_port(service, binding));
    // Two ports of one process are two numbers off the host as well.
    if std::ptr::eq(service, holder) {
        return found;
    }
    found.help("or keep one of the two off the host: `expose = \"none\"`")
}
