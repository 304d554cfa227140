//! Numbers that are not given out: reserved ones and retired ones.

use std::collections::HashMap;

use super::scope::{Scope, number, party};
use crate::allocation::intervals::Intervals;
use crate::allocation::{Binding, Port, Reserved, Retired, Service};
use crate::diagnostic::{Diagnostic, quoted};

/// `reserved-port`: each published host port that a reservation holds.
pub(super) fn reserved_port(scope: &Scope<'_>) -> Vec<Diagnostic> {
    let reserved = scope.allocation.reserved.iter();
    let reserved = Intervals::new(reserved.map(|reserved| (reserved.first, reserved.last, reserved)));
    let found = scope.published().filter_map(|(service, binding)| {
        let by = reserved.holding(binding.host)?;
        Some(is_reserved(scope, service, binding, by))
    });
    found.collect()
}

fn is_reserved(scope: &Scope<'_>, service: &Service, binding: &Binding, by: &Reserved) -> Diagnostic {
    let (party, port) = (party(service, binding), number(binding.host));
    scope
        .found(format!("{party} has port {port}, which is reserved: {}", quoted(&by.reason)))
        .at(scope.allocation.place(&binding.span), "given out here")
        .at(scope.allocation.place(&by.span), "reserved here")
        .help(scope.another_port(service))
        .help("or take it off the `reserved` list")
}

/// `retired-port`: each published host port that somebody else had before; its own a service may take back, because callers
/// of the old number then reach whom they mean.
pub(super) fn retired_port(scope: &Scope<'_>) -> Vec<Diagnostic> {
    let mut retired: HashMap<Port, Vec<&Retired>> = HashMap::new();
    for row in &scope.allocation.retired {
        retired.entry(row.port).or_default().push(row);
    }
    let found = scope.published().filter_map(|(service, binding)| {
        let by = retired.get(&binding.host)?.iter().find(|row| row.service != service.id)?;
        Some(is_retired(scope, service, binding, by))
    });
    found.collect()
}

fn is_retired(scope: &Scope<'_>, service: &Service, binding: &Binding, by: &Retired) -> Diagnostic {
    let (party, port) = (party(service, binding), number(binding.host));
    let (former, since, reason) = (quoted(&by.service), quoted(&by.since), quoted(&by.reason));
    scope
        .found(format!("{party} has port {port}, which {former} had until {since}: {reason}"))
        .at(scope.allocation.place(&binding.span), "given out again here")
        .at(scope.allocation.place(&by.span), "retired here")
        .help(scope.another_port(service))
        .help("or take it off the `retired` list, once nothing calls the old number any more")
}
