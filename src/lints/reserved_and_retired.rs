//! Numbers that are not given out: reserved ones and retired ones.

use super::scope::Scope;
use crate::allocation::holders::Holder;
use crate::allocation::{Binding, Retired, Service};
use crate::diagnostic::{Diagnostic, quoted};

/// `reserved-port`: each published host port that a reservation holds.
pub(super) fn reserved_port(scope: &Scope<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for (service, binding) in scope.published() {
        let mut kept = scope.holders.kept_from(&service.id, binding.hosts());
        if let Some(by) = kept.find(|holder| holder.reserved().is_some()) {
            found.push(is_reserved(scope, service, binding, by));
        }
    }
    found
}

fn is_reserved(scope: &Scope<'_>, service: &Service, binding: &Binding, by: Holder<'_>) -> Diagnostic {
    let (party, ports) = (service.party(binding), by.of(binding.hosts()));
    let is = if ports.is_one() { "is" } else { "are" };
    let found = scope
        .found(format!("{party} has {}, which {is} {by}", ports.named()))
        .at(scope.allocation.place(&binding.span), "allocated here");
    by.shown_in(scope.allocation, found)
        .help(scope.another_port(service, binding))
        .help("or give the number back with `portgen unreserve`")
}

/// `retired-port`: each published host port that somebody else had before; its own a service may take back, because callers
/// of the old number then reach whom they mean.
pub(super) fn retired_port(scope: &Scope<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for (service, binding) in scope.published() {
        if let Some(by) = scope.holders.kept_from(&service.id, binding.hosts()).find_map(Holder::retired) {
            found.push(is_retired(scope, service, binding, by));
        }
    }
    found
}

fn is_retired(scope: &Scope<'_>, service: &Service, binding: &Binding, by: &Retired) -> Diagnostic {
    let (party, ports) = (service.party(binding), Holder::Retired(by).of(binding.hosts()));
    let (former, since, reason) = (quoted(&by.service), quoted(&by.since), quoted(&by.reason));
    let found = scope
        .found(format!("{party} has {}, which {former} had until {since}: {reason}", ports.named()))
        .at(scope.allocation.place(&binding.span), "allocated again here");
    Holder::Retired(by)
        .shown_in(scope.allocation, found)
        .help(scope.another_port(service, binding))
        .help("or, once nothing uses the old number, take it off the `retired` list with `portgen unreserve`")
}
