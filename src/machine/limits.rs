//! What the system keeps for itself.

use crate::allocation::Port;
use crate::allocation::Ports;

/// The ports that this system gives to outgoing connections: `net.ipv4.ip_local_port_range`, ip(7). None where it does not tell.
pub fn ephemeral() -> Option<Ports> {
    let text = read("/proc/sys/net/ipv4/ip_local_port_range")?;
    let mut numbers = text.split_whitespace().map(|number| Port::new(number.parse().ok()?));
    Ports::new(numbers.next()??, numbers.next()??)
}

/// Whether the system never gives a number to an outgoing connection, because it is reserved: `net.ipv4.ip_local_reserved_ports`.
pub fn is_spared(port: u16) -> bool {
    let text = read("/proc/sys/net/ipv4/ip_local_reserved_ports").unwrap_or_default();
    text.trim().split(',').any(|entry| {
        let (first, last) = entry.split_once('-').unwrap_or((entry, entry));
        matches!([first, last].map(str::parse::<u16>), [Ok(first), Ok(last)] if (first..=last).contains(&port))
    })
}

/// The first port on which everyone may listen: `net.ipv4.ip_unprivileged_port_start`, ip(7). None where the system does not tell.
pub fn first_unprivileged() -> Option<u16> {
    read("/proc/sys/net/ipv4/ip_unprivileged_port_start")?.trim().parse().ok()
}

fn read(path: &str) -> Option<String> {
    std::fs::read_to_string(path).ok()
}
