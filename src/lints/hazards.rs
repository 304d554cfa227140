//! Host ports that mean trouble wherever they are used.

use super::scope::Scope;
use crate::allocation::hazards::{BROWSER_BLOCKED, EPHEMERAL, Hazard, NODE_PORTS, PLATFORM, PRIVILEGED};
use crate::allocation::{Allocation, Binding, Protocol, Service};
use crate::diagnostic::{Diagnostic, codes, quoted};

/// `privileged-port`: host ports below 1024 that a process of the developer's listens on.
pub(super) fn privileged_port(scope: &Scope<'_>) -> Vec<Diagnostic> {
    PRIVILEGED.among(scope)
}

/// `ephemeral-port`: host ports that an outgoing connection may hold when the service wants to start.
pub(super) fn ephemeral_port(scope: &Scope<'_>) -> Vec<Diagnostic> {
    EPHEMERAL.among(scope)
}

/// `node-port-range`: host ports that a cluster gives to NodePort Services, where there is Kubernetes.
pub(super) fn node_port_range(scope: &Scope<'_>) -> Vec<Diagnostic> {
    NODE_PORTS.among(scope)
}

/// `browser-blocked-port`: host ports that a browser would be asked to open, and refuses.
pub(super) fn browser_blocked_port(scope: &Scope<'_>) -> Vec<Diagnostic> {
    BROWSER_BLOCKED.among(scope)
}

/// `platform-port`: TCP host ports that macOS listens on.
pub(super) fn platform_port(scope: &Scope<'_>) -> Vec<Diagnostic> {
    PLATFORM.among(scope)
}

/// Whether a service listens on the host itself; Docker's daemon, which has the privilege, publishes the ports of the others.
fn listens_itself(service: &Service) -> bool {
    service.is_on_host() || service.dir.is_some() || service.package.is_some()
}

/// Whether a browser may be asked to open a binding: TCP, one port, and an application protocol that browsers speak or none stated,
/// for without one a binding is taken to be HTTP. Prefixes are those of Kubernetes: `kubernetes.io/ws`.
fn for_browsers(service: &Service, binding: &Binding) -> bool {
    let stated = binding.app_protocol.as_deref().map(str::to_ascii_lowercase);
    let name = stated.as_deref().map_or("http", |stated| stated.rsplit('/').next().unwrap_or_default());
    binding.protocol == Protocol::Tcp
        && !binding.is_range()
        && ["http", "https", "ws", "wss", "grpc-web"].contains(&name)
        && (stated.is_some() || !is_of_its_number(service, binding))
}

/// Whether a binding speaks what its number stands for, such as DNS: it is a system port inside, too, or the service has it for UDP as well.
fn is_of_its_number(service: &Service, binding: &Binding) -> bool {
    const LAST_SYSTEM_PORT: u16 = 1023;
    let is_system = binding.host == binding.container && binding.host.get() <= LAST_SYSTEM_PORT;
    let is_udp_too = |other: &Binding| other.protocol == Protocol::Udp && other.container == binding.container;
    is_system || service.bindings.iter().any(is_udp_too)
}

impl Hazard {
    /// Whether it would concern a binding that had such a number.
    pub(super) fn concerns(&self, allocation: &Allocation, service: &Service, binding: &Binding) -> bool {
        match self.code {
            codes::PRIVILEGED_PORT => {
                let outputs = &allocation.outputs;
                let has_docker = outputs.has_compose() || outputs.is_enabled("compose.ports.yml");
                !has_docker || listens_itself(service)
            }
            // What listens on the host itself is not in the cluster.
            codes::NODE_PORT_RANGE => allocation.has_kubernetes() && !service.is_on_host(),
            codes::BROWSER_BLOCKED_PORT => for_browsers(service, binding),
            codes::PLATFORM_PORT => binding.protocol == Protocol::Tcp,
            _ => true,
        }
    }

    fn among(&self, scope: &Scope<'_>) -> Vec<Diagnostic> {
        let mut found = Vec::new();
        for (service, binding) in scope.published() {
            let zone = self.zone(binding.hosts()).filter(|_| self.concerns(scope.allocation, service, binding));
            let Some(zone) = zone else { continue };
            let hosts = binding.hosts();
            let ports = zone.ports().and_then(|zone| zone.shared(hosts)).unwrap_or(hosts);
            let (party, kind) = (service.party(binding), if ports.is_one() { self.kind } else { self.kinds });
            let hazard = scope
                .found(format!("{party} has {}, {kind}", ports.named()))
                .at(scope.allocation.place(&binding.span), format!("{} {}", self.because, zone.whose))
                .help(scope.another_port(service, binding));
            let allow = quoted(&format!("{} = \"allow\"", self.code));
            found.push(hazard.help(format!("or accept it: {allow} in `[lints]`")));
        }
        found
    }
}
