//! Numbers that mean trouble wherever they are used, by a rule from outside the allocation.

use super::Ports;
use super::bad_ports::BAD_PORTS;
use super::zone::{Zone, port, zone};
use crate::diagnostic::{Code, codes};

/// Numbers that one lint objects to.
#[derive(Debug)]
pub struct Hazard {
    /// The lint.
    pub code: Code,
    /// The numbers, sorted.
    pub zones: &'static [Zone],
    /// What kind of port they are, as the end of a sentence that starts with the port.
    pub kind: &'static str,
    /// The same of several ports.
    pub kinds: &'static str,
    /// The start of a sentence that a zone's `whose` ends.
    pub because: &'static str,
}

/// Every hazard: who looks for a free number avoids them all.
pub const HAZARDS: &[Hazard] = &[PRIVILEGED, EPHEMERAL, NODE_PORTS, BROWSER_BLOCKED, PLATFORM];

/// The system ports of RFC 6335, section 6; Linux: `net.ipv4.ip_unprivileged_port_start`.
pub const PRIVILEGED: Hazard = Hazard {
    code: codes::PRIVILEGED_PORT,
    kind: "a privileged port",
    kinds: "privileged ports",
    because: "listening there requires",
    zones: &[zone(1, 1023, "root or CAP_NET_BIND_SERVICE")],
};

/// Linux: `net.ipv4.ip_local_port_range`, 32768-60999. Windows and macOS follow RFC 6335, section 6: 49152-65535.
pub const EPHEMERAL: Hazard = Hazard {
    code: codes::EPHEMERAL_PORT,
    kind: "an ephemeral port",
    kinds: "ephemeral ports",
    because: "used for outgoing connections on",
    zones: &[
        zone(32768, 49151, "Linux"),
        zone(49152, 60999, "Linux, macOS and Windows"),
        zone(61000, 65535, "macOS and Windows"),
    ],
};

/// The default of kube-apiserver's `--service-node-port-range`.
pub const NODE_PORTS: Hazard = Hazard {
    code: codes::NODE_PORT_RANGE,
    kind: "a NodePort",
    kinds: "NodePorts",
    because: "on the nodes of a cluster, it belongs to",
    zones: &[zone(30000, 32767, "NodePort Services")],
};

/// macOS 12 and later: AirPlay Receiver, on by default, listens on both.
pub const PLATFORM: Hazard = Hazard {
    code: codes::PLATFORM_PORT,
    kind: "a port that macOS uses itself",
    kinds: "ports that macOS uses itself",
    because: "on macOS, it belongs to",
    zones: &[port(5000, "AirPlay Receiver"), port(7000, "AirPlay Receiver")],
};

/// The "bad ports" of the Fetch standard.
pub const BROWSER_BLOCKED: Hazard = Hazard {
    code: codes::BROWSER_BLOCKED_PORT,
    kind: "a port that browsers refuse",
    kinds: "ports that browsers refuse",
    because: "browsers block it, because it belongs to",
    zones: BAD_PORTS,
};

impl Hazard {
    /// The first zone that one of `ports` lies in.
    pub fn zone(&self, ports: Ports) -> Option<&Zone> {
        let zone = self.zones.get(self.zones.partition_point(|zone| zone.last < ports.first().get()))?;
        (zone.first <= ports.last().get()).then_some(zone)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::allocation::Port;

    fn objected(hazard: &Hazard, numbers: impl Iterator<Item = i64>) -> Vec<i64> {
        numbers.filter(|number| hazard.zone(Port::new(*number).unwrap().into()).is_some()).collect()
    }

    #[test]
    fn a_range_is_in_the_first_zone_that_it_meets() {
        let zone = |first, last| {
            let ports = Ports::new(Port::new(first).unwrap(), Port::new(last).unwrap()).unwrap();
            BROWSER_BLOCKED.zone(ports).map(|zone| zone.whose)
        };
        assert_eq!(zone(5000, 6000), Some("sip"));
        assert_eq!(zone(5062, 5999), None);
        assert_eq!(zone(1, 65535), Some("tcpmux"));
        assert_eq!(zone(10081, 65535), None);
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
