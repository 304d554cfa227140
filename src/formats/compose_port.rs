//! The parts of an entry of `ports` and `expose` in a Compose file.
//!
//! Source: <https://github.com/compose-spec/compose-spec/blob/main/05-services.md#ports>.

use super::port;
use crate::allocation::{Port, Ports, Protocol};

/// `[[ip:]host:]container[/protocol]`, as the host's side, the container's and the protocol.
pub(crate) fn short(text: &str) -> (String, String, Option<String>) {
    let (mapping, protocol) = match text.split_once('/') {
        Some((mapping, protocol)) => (mapping, Some(protocol.to_owned())),
        None => (text, None),
    };
    let (before, container) = mapping.rsplit_once(':').unwrap_or(("", mapping));
    let host = before.rsplit(':').next().unwrap_or_default();
    (host.to_owned(), container.to_owned(), protocol)
}

/// One port, or a range of them.
pub(crate) fn ports(text: &str) -> Option<Ports> {
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    let port = |digits| Port::new(port(digits)?.into());
    Ports::new(port(first)?, port(last)?)
}

/// The protocol with a name; TCP without one.
pub(crate) fn transport(protocol: Option<&str>) -> Option<Protocol> {
    let all = [Protocol::Tcp, Protocol::Udp, Protocol::Sctp];
    all.into_iter().find(|known| known.as_str().eq_ignore_ascii_case(protocol.unwrap_or("tcp")))
}
