//! The variables with the ports and addresses of an allocation.

use crate::allocation::address::{Standpoint, address, reachable};
use crate::allocation::{Allocation, Binding, Port, Ports, Service};

/// Names with their values.
type Variables = Vec<(String, String)>;

/// Every port that can be reached from there; and, on the host, the project that Compose takes the instance for. The number itself is not told:
/// in a shell that goes on to another worktree, it would stand against the one that is kept there.
pub(super) fn of_platform(allocation: &Allocation, from: Standpoint, instance: Option<u16>) -> Variables {
    let mut variables = Variables::new();
    if let (Some(number), Standpoint::Host) = (instance, from) {
        let project = allocation.project_of(number).filter(|_| number > 0 || allocation.outputs.has_compose());
        variables.extend(project.map(|name| ("COMPOSE_PROJECT_NAME".to_owned(), name)));
    }
    for (service, binding) in allocation.bindings() {
        if reachable(allocation, service, binding, from).is_some() {
            of_other(allocation, (service, binding), from, &mut variables);
        }
    }
    variables
}

/// What the process of a service is told: its own ports, and the ports and addresses of what it depends on.
pub(crate) fn of_service(allocation: &Allocation, index: usize, from: Standpoint) -> Variables {
    let service = &allocation.services[index];
    let mut variables = Variables::new();
    for (index, binding) in service.bindings.iter().enumerate() {
        let port = own_port(service, binding, from);
        if binding.is_range() {
            ends(service, binding, port, &mut variables);
        } else {
            variables.push((service.port_variable(index), port.to_string()));
        }
    }
    for (at, _) in &service.depends_on {
        let needed = &allocation.services[*at];
        for binding in &needed.bindings {
            if reachable(allocation, needed, binding, from).is_some() {
                of_other(allocation, (needed, binding), from, &mut variables);
            }
        }
    }
    variables
}

/// What a process listens on itself: its container's port also in the cluster, whose Service has another one.
fn own_port(service: &Service, binding: &Binding, from: Standpoint) -> Port {
    let is_on_host = from == Standpoint::Host || service.is_on_host();
    if is_on_host { binding.host } else { binding.container }
}

/// The port of a binding, and its address where it has a scheme, else its host where that is not this machine.
fn of_other(
    allocation: &Allocation,
    (service, binding): (&Service, &Binding),
    from: Standpoint,
    variables: &mut Variables,
) {
    let name = service.env_name(binding);
    let seen = address(allocation, service, binding, from);
    let (host, port) = match from {
        Standpoint::Host => (None, binding.host),
        Standpoint::Compose => {
            let (host, port) = service.seen_by_containers(binding);
            (Some(host.to_owned()), port)
        }
        Standpoint::Cluster => (seen.rsplit_once(':').map(|(host, _)| host.to_owned()), binding.service),
    };
    if binding.is_range() {
        ends(service, binding, port, variables);
    } else {
        variables.push((format!("{name}_PORT"), port.to_string()));
        let published = binding.published_as.as_ref().and_then(|stated| stated.variable());
        let published = published.filter(|other| from == Standpoint::Host && *other != format!("{name}_PORT"));
        variables.extend(published.map(|other| (other.to_owned(), port.to_string())));
    }
    if binding.scheme().is_some() {
        variables.push((format!("{name}_URL"), seen));
    } else {
        variables.extend(host.map(|host| (format!("{name}_HOST"), host)));
    }
}

/// The ends of a range that starts with `first`.
fn ends(service: &Service, binding: &Binding, first: Port, variables: &mut Variables) {
    let Some(ports) = Ports::starting(first, binding.count) else { return };
    let [min, max] = service.range_variables(binding);
    variables.extend([(min, ports.first().to_string()), (max, ports.last().to_string())]);
}
