//! Host ports that mean trouble wherever they are used.

use super::scope::Scope;
use crate::allocation::hazards::{BROWSER_BLOCKED, EPHEMERAL, Hazard, NODE_PORTS, PLATFORM, PRIVILEGED};
use crate::allocation::{Binding, Protocol, Service};
use crate::diagnostic::{Diagnostic, quoted};

/// `privileged-port`: host ports below 1024 that a process of the developer's listens on.
pub(super) fn privileged_port(scope: &Scope<'_>) -> Vec<Diagnostic> {
    let outputs = &scope.allocation.outputs;
    let has_docker = outputs.has_compose() || outputs.is_enabled("compose.ports.yml");
    PRIVILEGED.among(scope, |service, _| !has_docker || listens_itself(service))
}

/// Whether a service listens on the host itself; Docker's daemon, which has the privilege, publishes the ports of the others.
fn listens_itself(service: &Service) -> bool {
    service.is_on_host() || service.dir.is_some() || service.package.is_some()
}

/// `ephemeral-port`: host ports that an outgoing connection may hold when the service wants to start.
pub(super) fn ephemeral_port(scope: &Scope<'_>) -> Vec<Diagnostic> {
    EPHEMERAL.among(scope, |_, _| true)
}

/// `node-port-range`: host ports that a cluster gives to NodePort Services.
pub(super) fn node_port_range(scope: &Scope<'_>) -> Vec<Diagnostic> {
    NODE_PORTS.among(scope, |_, _| true)
}

/// `browser-blocked-port`: host ports that a browser would be asked to open, and refuses.
pub(super) fn browser_blocked_port(scope: &Scope<'_>) -> Vec<Diagnostic> {
    BROWSER_BLOCKED.among(scope, |_, binding| for_browsers(binding))
}

/// `platform-port`: TCP host ports that macOS listens on.
pub(super) fn platform_port(scope: &Scope<'_>) -> Vec<Diagnostic> {
    PLATFORM.among(scope, |_, binding| binding.protocol == Protocol::Tcp)
}

/// Whether a browser may be asked to open a binding: TCP, one port, and an application protocol that browsers speak or none stated,
/// for without one a binding is taken to be HTTP. Prefixes are those of Kubernetes: `kubernetes.io/ws`.
fn for_browsers(binding: &Binding) -> bool {
    let stated = binding.app_protocol.as_deref().unwrap_or("http").to_ascii_lowercase();
    let name = stated.rsplit('/').next().unwrap_or_default();
    binding.protocol == Protocol::Tcp
        && !binding.is_range()
        && ["http", "https", "ws", "wss", "grpc-web"].contains(&name)
}

impl Hazard {
    fn among(&self, scope: &Scope<'_>, concerns: impl Fn(&Service, &Binding) -> bool) -> Vec<Diagnostic> {
        let mut found = Vec::new();
        for (service, binding) in scope.published() {
            let Some(zone) = self.zone(binding.hosts()).filter(|_| concerns(service, binding)) else { continue };
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
