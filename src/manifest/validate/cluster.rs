//! What has to be right of all services together where Kubernetes Services are made of them.

use std::collections::HashMap;

use super::names;
use super::report::Report;
use crate::allocation::kubernetes::is_of_cluster;
use crate::allocation::{Allocation, Binding, Port, Service};
use crate::diagnostic::{Diagnostic, codes, quoted};

/// Reports what the cluster has already, and what two services have both.
pub(super) fn check(report: &Report<'_>, allocation: &Allocation) {
    namespace(report, allocation);
    if !allocation.has_kubernetes() {
        return;
    }
    valid_names(report, allocation);
    unique_names(report, allocation);
    node_ports(report, allocation);
}

fn namespace(report: &Report<'_>, allocation: &Allocation) {
    let platform = &allocation.platform;
    if is_of_cluster(&platform.id) && !allocation.outputs.is_disabled("k8s/namespace.yaml") {
        let message = format!("{} cannot be the id of a platform in Kubernetes", quoted(&platform.id));
        let place = (platform.span.clone(), "a namespace of the cluster itself");
        let help = "choose another id, or make nothing for Kubernetes: `disable = [\"k8s\"]` in `[outputs]`";
        report.refuse(codes::INVALID_NAME, message, place, help);
    }
}

/// Any name that Compose allows is an id, and Kubernetes allows fewer.
fn valid_names(report: &Report<'_>, allocation: &Allocation) {
    for service in allocation.services.iter().filter(|service| !service.bindings.is_empty()) {
        // What is not valid in Compose either has its own mistake.
        let is_id = service.kubernetes_name() == Some(&service.id) && names::is_compose_name(&service.id);
        if !is_id || names::is_service_name(&service.id) {
            continue;
        }
        let (id, name) = (quoted(&service.id), names::for_kubernetes(&service.id));
        let message = format!("{id} cannot be the name of a Kubernetes Service");
        let invalid = Diagnostic::error(codes::INVALID_NAME, message)
            .at(report.place(service.span.clone()), "needs another name in Kubernetes");
        let invalid = match service.kubernetes.stated() {
            Some(_) => invalid.help(format!("add `name = \"{name}\"` to its `kubernetes`")),
            None => invalid.help(format!("add `kubernetes = {{ name = \"{name}\" }}`")),
        };
        report.add(invalid.help("or make none: `kubernetes = false`, or `disable = [\"k8s\"]` in `[outputs]`"));
    }
}

fn unique_names(report: &Report<'_>, allocation: &Allocation) {
    if allocation.services.iter().all(|service| service.kubernetes.stated().is_none()) {
        return;
    }
    let mut known: HashMap<&str, &Service> = HashMap::new();
    for service in allocation.services.iter().filter(|service| !service.bindings.is_empty()) {
        let Some(name) = service.kubernetes_name() else { continue };
        let Some(first) = known.insert(name, service) else { continue };
        let (one, other) = (quoted(&service.id), quoted(&first.id));
        let message = format!("{one} and {other} both have the Kubernetes Service {}", quoted(name));
        let twice = Diagnostic::error(codes::DUPLICATE_SERVICE, message)
            .at(report.place(service.kubernetes_span().clone()), "again")
            .at(report.place(first.kubernetes_span().clone()), "first here");
        report.add(twice.help("give one of the two another name: `kubernetes = { name = \"…\" }`"));
    }
}

/// One number of the nodes leads to one port of one Service; on tcp and udp it may lead to two of the same Service.
fn node_ports(report: &Report<'_>, allocation: &Allocation) {
    let mut known: HashMap<Port, Vec<(&Service, &Binding)>> = HashMap::new();
    for (service, binding) in allocation.bindings() {
        let Some((port, span)) = binding.node_port.as_deref() else { continue };
        let holders = known.entry(*port).or_default();
        let mut taken = holders
            .iter()
            .filter(|(holder, held)| !std::ptr::eq(*holder, service) || held.protocol == binding.protocol);
        if let Some((holder, held)) = taken.next()
            && let Some((_, first)) = held.node_port.as_deref()
        {
            let [one, other] = [(service, binding), (holder, held)].map(|(of, one)| of.party(one));
            let message = format!("{one} and {other} both have node port `{port}`");
            let twice = Diagnostic::error(codes::DUPLICATE_NODE_PORT, message)
                .at(report.place(span.clone()), "again")
                .at(report.place(first.clone()), "first here");
            report.add(twice.help("choose another number from 30000 to 32767"));
        }
        holders.push((service, binding));
    }
}
