//! Numbers that mean trouble wherever they are used, by a rule from outside the allocation.

use super::level;
use super::scope::{Scope, number, party};
use crate::allocation::{Allocation, Binding, Level, Port, Protocol};
use crate::diagnostic::{Diagnostic, quoted};

/// Numbers that one lint objects to.
#[derive(Debug)]
pub(super) struct Hazard {
    /// The lint.
    pub(super) code: &'static str,
    /// The numbers, sorted.
    pub(super) zones: &'static [Zone],
    /// What kind of port they are, as the end of a sentence that starts with the port.
    kind: &'static str,
    /// The start of a sentence that a zone's `whose` ends.
    because: &'static str,
}

/// Numbers next to each other, first and last included.
#[derive(Debug)]
pub(super) struct Zone {
    pub(super) first: u16,
    pub(super) last: u16,
    whose: &'static str,
}

/// Numbers from `first` to `last`.
pub(super) const fn zone(first: u16, last: u16, whose: &'static str) -> Zone {
    Zone { first, last, whose }
}

/// One number.
pub(super) const fn port(number: u16, whose: &'static str) -> Zone {
    zone(number, number, whose)
}

/// Every hazard: who looks for a free number avoids them all.
pub(super) const HAZARDS: &[Hazard] = &[PRIVILEGED, EPHEMERAL, NODE_PORTS, BROWSER_BLOCKED, PLATFORM];

/// The system ports of RFC 6335, section 6; Linux: `net.ipv4.ip_unprivileged_port_start`.
const PRIVILEGED: Hazard = Hazard {
    code: "privileged-port",
    kind: "a privileged one",
    because: "listening there takes",
    zones: &[zone(1, 1023, "root or CAP_NET_BIND_SERVICE")],
};

/// Linux: `net.ipv4.ip_local_port_range`, 32768-60999. Windows and macOS follow RFC 6335, section 6: 49152-65535.
const EPHEMERAL: Hazard = Hazard {
    code: "ephemeral-port",
    kind: "an ephemeral one",
    because: "outgoing connections get it on",
    zones: &[
        zone(32768, 49151, "Linux"),
        zone(49152, 60999, "Linux, macOS and Windows"),
        zone(61000, 65535, "macOS and Windows"),
    ],
};

/// The default of kube-apiserver's `--service-node-port-range`.
const NODE_PORTS: Hazard = Hazard {
    code: "node-port-range",
    kind: "a NodePort",
    because: "on a cluster's nodes it belongs to",
    zones: &[zone(30000, 32767, "NodePort Services")],
};

/// macOS 12 and later: AirPlay Receiver, on by default, listens on both.
const PLATFORM: Hazard = Hazard {
    code: "platform-port",
    kind: "one that macOS takes for itself",
    because: "on macOS it belongs to",
    zones: &[port(5000, "AirPlay Receiver"), port(7000, "AirPlay Receiver")],
};

/// The "bad ports" of the Fetch standard.
const BROWSER_BLOCKED: Hazard = Hazard {
    code: "browser-blocked-port",
    kind: "one that no browser opens",
    because: "browsers leave it to",
    zones: super::bad_ports::BAD_PORTS,
};

/// `privileged-port`: host ports below 1024.
pub(super) fn privileged_port(scope: &Scope<'_>) -> Vec<Diagnostic> {
    PRIVILEGED.among(scope, |_| true)
}

/// `ephemeral-port`: host ports that an outgoing connection may hold when the service wants to start.
pub(super) fn ephemeral_port(scope: &Scope<'_>) -> Vec<Diagnostic> {
    EPHEMERAL.among(scope, |_| true)
}

/// `node-port-range`: host ports that a cluster gives to NodePort Services.
pub(super) fn node_port_range(scope: &Scope<'_>) -> Vec<Diagnostic> {
    NODE_PORTS.among(scope, |_| true)
}

/// `browser-blocked-port`: host ports that a browser would be asked to open, and refuses.
pub(super) fn browser_blocked_port(scope: &Scope<'_>) -> Vec<Diagnostic> {
    BROWSER_BLOCKED.among(scope, for_browsers)
}

/// `platform-port`: TCP host ports that macOS listens on.
pub(super) fn platform_port(scope: &Scope<'_>) -> Vec<Diagnostic> {
    PLATFORM.among(scope, |binding| binding.protocol == Protocol::Tcp)
}

/// Whether a browser may be asked to open a binding: TCP, and an application protocol that browsers speak or none stated,
/// for without one a binding is taken to be HTTP. Prefixes are those of Kubernetes: `kubernetes.io/ws`.
fn for_browsers(binding: &Binding) -> bool {
    let spoken = |stated: &str| {
        let name = stated.rsplit('/').next().unwrap_or(stated);
        ["http", "https", "ws", "wss", "grpc-web"].contains(&name.to_ascii_lowercase().as_str())
    };
    binding.protocol == Protocol::Tcp && binding.app_protocol.as_deref().is_none_or(spoken)
}

/// Why a number means trouble, as the end of a sentence that starts with the port, with the code of the lint that objects to
/// it and is not allowed.
pub fn trouble(allocation: &Allocation, port: Port) -> Option<(&'static str, String)> {
    let objecting = HAZARDS.iter().filter(|hazard| level(allocation, hazard.code) != Level::Allow);
    let found = objecting.filter_map(|hazard| Some((hazard, hazard.zone(port)?))).next();
    found.map(|(hazard, zone)| (hazard.code, format!("{}: {} {}", hazard.kind, hazard.because, zone.whose)))
}

impl Hazard {
    fn among(&self, scope: &Scope<'_>, concerns: fn(&Binding) -> bool) -> Vec<Diagnostic> {
        let concerned = scope.published().filter(|(_, binding)| concerns(binding));
        let found = concerned.filter_map(|(service, binding)| {
            let whose = self.zone(binding.host)?.whose;
            let (party, port, kind) = (party(service, binding), number(binding.host), self.kind);
            Some(
                scope
                    .found(format!("{party} has port {port}, {kind}"))
                    .at(scope.allocation.place(&binding.span), format!("{} {whose}", self.because))
                    .help(scope.another_port(service))
                    .help(format!("or accept it: {} in `[lints]`", quoted(&format!("{} = \"allow\"", self.code)))),
            )
        });
        found.collect()
    }

    fn zone(&self, port: Port) -> Option<&Zone> {
        let zone = self.zones.get(self.zones.partition_point(|zone| zone.last < port.get()))?;
        (zone.first <= port.get()).then_some(zone)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn objected(hazard: &Hazard, numbers: impl Iterator<Item = i64>) -> Vec<i64> {
        numbers.filter(|number| hazard.zone(Port::new(*number).unwrap()).is_some()).collect()
    }

    #[test]
    fn a_hazard_ends_where_its_rule_says() {
        assert_eq!(objected(&PRIVILEGED, [1, 80, 1023, 1024, 65535].into_iter()), [1, 80, 1023]);
        assert_eq!(objected(&EPHEMERAL, [32767, 32768, 49151, 49152, 60999, 61000, 65535].into_iter()).len(), 6);
        assert_eq!(objected(&NODE_PORTS, [29999, 30000, 32767, 32768].into_iter()), [30000, 32767]);
        assert_eq!(objected(&PLATFORM, 4999..7002), [5000, 7000]);
    }

    #[test]
    fn the_bad_ports_are_those_of_the_fetch_standard() {
        let all = objected(&BROWSER_BLOCKED, 1..65536);
        assert_eq!(all.len(), 82);
        assert_eq!(
            all.iter().filter(|number| **number > 1023).copied().collect::<Vec<_>>(),
            [
                1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000, 6566, 6665, 6666, 6667, 6668, 6669, 6679,
                6697, 10080
            ]
        );
    }

    #[test]
    fn zones_are_sorted_for_the_search() {
        for hazard in HAZARDS {
            assert!(
                hazard.zones.is_sorted_by(|one, next| one.first <= one.last && one.last < next.first),
                "{hazard:?}"
            );
        }
    }
}
