//! What has to be right of all services together where Kubernetes Services are made of them.

use std::collections::HashMap;

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
    names(report, allocation);
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

fn names(report: &Report<'_>, allocation: &Allocation) {
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
        let Some((port, span)) = &binding.node_port else { continue };
        let holders = known.entry(*port).or_default();
        let mut taken = holders
            .iter()
            .filter(|(holder, held)| !std::ptr::eq(*holder, service) || held.protocol == binding.protocol);
        if let Some((holder, held)) = taken.next()
            && let Some((_, first)) = &held.node_port
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
