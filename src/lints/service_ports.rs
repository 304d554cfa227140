//! Bindings of one service that have the same number in its Kubernetes Service, and those that have none.

use std::collections::HashMap;

use super::scope::{Scope, number};
use crate::allocation::kubernetes::Kubernetes;
use crate::allocation::{Binding, Port, Service};
use crate::diagnostic::{Diagnostic, quoted};

/// `duplicate-service-port`: each further binding of a Service's port and protocol, with the first one.
pub(super) fn duplicate_service_port(scope: &Scope<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for Twins { service, first, second } in twins(scope, is_same) {
        let (one, other) = (service.party(second), service.party(first));
        let (port, protocol) = (number(second.service), second.protocol.as_str());
        found.push(
            scope
                .found(format!("{one} and {other} both have Service port {port} ({protocol})"))
                .at(scope.allocation.place(&second.service_span), format!("{one} has it too"))
                .at(scope.allocation.place(&first.service_span), format!("{other} has it first"))
                .help(another_number(service, second))
                .help("or, if it does not run in the cluster, write `kubernetes = false` at the service"),
        );
    }
    found
}

/// `mixed-protocols`: each further binding of a Service's port on another protocol, with the first one.
pub(super) fn mixed_protocols(scope: &Scope<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for Twins { service, first, second } in twins(scope, is_mixed) {
        let (one, other) = (service.party(second), service.party(first));
        let port = number(second.service);
        found.push(
            scope
                .found(format!("{one} and {other} have the same Service port {port} on two protocols"))
                .at(scope.allocation.place(&second.service_span), second.protocol.as_str())
                .at(scope.allocation.place(&first.service_span), first.protocol.as_str())
                .help("without `--server-side`, `kubectl apply` may lose one of the two when either changes")
                .help("accept it if you apply with `--server-side`, or not at all: `mixed-protocols = \"allow\"` in `[lints]`")
                .help(format!("or, where clients do not rely on the number, {}", another_number(service, second))),
        );
    }
    found
}

/// `kubernetes-range`: each range of a service that has a Kubernetes Service, or would have one.
pub(super) fn kubernetes_range(scope: &Scope<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    if !scope.allocation.has_kubernetes() {
        return found;
    }
    for (service, binding) in scope.allocation.bindings().filter(|(_, binding)| binding.is_range()) {
        if matches!(service.kubernetes, Kubernetes::Off) {
            continue;
        }
        let (party, ports) = (service.party(binding), binding.hosts());
        let message = if service.has_only_ranges() {
            format!("{party} gets no Kubernetes Service, because `{ports}` is a range")
        } else {
            format!("{party} is not in its Kubernetes Service, because `{ports}` is a range")
        };
        found.push(
            scope
                .found(message)
                .at(scope.allocation.place(&binding.span), "a Service has single ports alone")
                .help(
                    "reach the pods without a Service: `hostNetwork` in their manifest, or a load balancer of your own",
                )
                .help(
                    "or accept it: `kubernetes-range = \"allow\"` in `[lints]`, or `kubernetes = false` at the service",
                ),
        );
    }
    found
}

/// Whether two bindings have one protocol too, and are not two of one host port: `duplicate-port` reports those.
fn is_same(first: &Binding, second: &Binding) -> bool {
    let is_one_host_port = first.hosts().meets(second.hosts()) && first.collides_with(second);
    first.protocol == second.protocol && !is_one_host_port
}

fn is_mixed(first: &Binding, second: &Binding) -> bool {
    first.protocol != second.protocol
}

/// Two bindings of a service with one number.
struct Twins<'a> {
    service: &'a Service,
    first: &'a Binding,
    second: &'a Binding,
}

/// Each binding with an earlier one of its service that has the same Service port and that `is_twin` accepts.
fn twins<'a>(scope: &Scope<'a>, is_twin: fn(&Binding, &Binding) -> bool) -> Vec<Twins<'a>> {
    let mut found = Vec::new();
    if !scope.allocation.has_kubernetes() {
        return found;
    }
    let services = scope.allocation.services.iter().filter(|service| service.kubernetes_name().is_some());
    for service in services.filter(|service| service.bindings.len() > 1) {
        let mut known: HashMap<Port, Vec<&Binding>> = HashMap::new();
        for second in service.bindings.iter().filter(|binding| !binding.is_range()) {
            let earlier = known.entry(second.service).or_default();
            match earlier.iter().find(|first| is_twin(first, second)) {
                Some(first) => found.push(Twins { service, first, second }),
                None => earlier.push(second),
            }
        }
    }
    found
}

/// How to give a binding another number: the next one that no binding of its service has.
fn another_number(service: &Service, binding: &Binding) -> String {
    let taken: Vec<u16> = service.bindings.iter().map(|other| other.service.get()).collect();
    let free = (binding.service.get()..=u16::MAX).find(|number| !taken.contains(number));
    let free = free.map_or("…".to_owned(), |free| free.to_string());
    format!("give it another Service port: {}", quoted(&format!("service = {free}")))
}
