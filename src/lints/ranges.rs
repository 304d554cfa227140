//! Ports and the ranges they come from.

use super::scope::Scope;
use crate::allocation::{Binding, Range, Service};
use crate::diagnostic::{Diagnostic, quoted};

/// `out-of-range`: each host port outside its service's ranges; a note where the service states why.
pub(super) fn out_of_range(scope: &Scope<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for (service, binding) in scope.published() {
        if !service.unsure && !scope.pool(service).accepts(binding.hosts()) {
            found.push(stray(scope, service, binding));
        }
    }
    found
}

fn stray(scope: &Scope<'_>, service: &Service, binding: &Binding) -> Diagnostic {
    let place = scope.allocation.place(&binding.span);
    let (party, ports) = (service.party(binding), binding.hosts().named());
    let label = format!("not in {}", scope.pool(service));
    match &service.exception {
        Some(exception) => scope
            .accepted(format!("{party} keeps {ports}, outside its ranges: {}", quoted(&exception.reason)))
            .at(place, label)
            .at(scope.allocation.place(&exception.span), "accepted here")
            .help(scope.another_port(service, binding)),
        None => scope
            .found(format!("{party} has {ports}, outside its ranges"))
            .at(place, label)
            .help(scope.another_port(service, binding))
            .help("or accept it: `out-of-range = \"<the reason>\"` at the service"),
    }
}

/// `unused-exception`: each `out-of-range` of a service that has no published port outside its ranges.
pub(super) fn unused_exception(scope: &Scope<'_>) -> Vec<Diagnostic> {
    let sure = scope.allocation.services.iter().filter(|service| !service.unsure);
    sure.filter_map(|service| needless(scope, service)).collect()
}

fn needless(scope: &Scope<'_>, service: &Service) -> Option<Diagnostic> {
    let exception = service.exception.as_ref()?;
    let pool = scope.pool(service);
    let mut published = service.bindings.iter().filter(|binding| binding.published()).peekable();
    let why = if published.peek().is_none() {
        "none of its ports is published"
    } else if pool.is_empty() {
        "there are no ranges"
    } else if published.all(|binding| pool.accepts(binding.hosts())) {
        "its ports are in their ranges"
    } else {
        return None;
    };
    let id = quoted(&service.id);
    Some(
        scope
            .found(format!("{id} states an exception that it does not need: {why}"))
            .at(scope.allocation.place(&exception.span), "not needed")
            .help(format!("remove `out-of-range` from {id}")),
    )
}

/// `overlapping-ranges`: each range that begins inside another one, with the one that reaches farthest into it.
pub(super) fn overlapping_ranges(scope: &Scope<'_>) -> Vec<Diagnostic> {
    let mut sorted: Vec<&Range> = scope.allocation.ranges.iter().collect();
    sorted.sort_by_key(|range| range.ports.first());
    let mut found = Vec::new();
    let mut farthest: Option<&Range> = None;
    for range in sorted {
        if let Some(other) = farthest.filter(|other| other.ports.contains(range.ports.first())) {
            found.push(overlap(scope, range, other));
        }
        if farthest.is_none_or(|other| range.ports.last() > other.ports.last()) {
            farthest = Some(range);
        }
    }
    found
}

fn overlap(scope: &Scope<'_>, one: &Range, other: &Range) -> Diagnostic {
    let shared = one.ports.shared(other.ports).unwrap_or(one.ports);
    let (earlier, later) = if one.span.start < other.span.start { (one, other) } else { (other, one) };
    scope
        .found(format!("{} and {} share `{shared}`", quoted(&later.id), quoted(&earlier.id)))
        .at(scope.allocation.place(&later.span), "this range overlaps")
        .at(scope.allocation.place(&earlier.span), "this one")
        .help("shorten one of the two, so that each number belongs to one range")
}
