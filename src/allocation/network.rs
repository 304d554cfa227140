//! Whose network the container of a service is in.

use serde_json::Value;

use super::Service;

/// `network_mode` of a Compose service, as far as ports go by it.
///
/// Source: <https://github.com/compose-spec/compose-spec/blob/main/05-services.md#network_mode>.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Network<'a> {
    /// Its own address in networks of Docker, where ports are published.
    Own,
    /// The host's: what it listens on is a port of the host.
    Host,
    /// No network.
    None,
    /// That of a service.
    Service(&'a str),
    /// That of a container outside of the Compose file.
    Container(&'a str),
}

impl Service {
    /// Whose network its container is in.
    pub fn network(&self) -> Network<'_> {
        let Some(mode) = self.compose.get("network_mode").and_then(Value::as_str) else { return Network::Own };
        match mode.split_once(':') {
            Some(("service", name)) => Network::Service(name),
            Some(("container", name)) => Network::Container(name),
            _ if mode == "host" => Network::Host,
            _ if mode == "none" => Network::None,
            _ => Network::Own,
        }
    }
}
