//! Whose network the container of a service is in.

use serde_json::Value;

use super::{Binding, Port, Service};

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

/// The name of the host inside of containers.
pub const HOST: &str = "host.docker.internal";

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

    /// Whether it listens on the host itself: outside of Compose, or in a container on the host's network.
    pub fn is_on_host(&self) -> bool {
        self.outside || self.network() == Network::Host
    }

    /// Whether Compose publishes or exposes its ports: it runs there, and its container has a network of its own.
    pub fn is_mapped(&self) -> bool {
        self.runs() && self.network() == Network::Own
    }

    /// Whether a binding takes its host port on the host.
    pub fn takes_host_port(&self, binding: &Binding) -> bool {
        self.network() == Network::Host || binding.published()
    }

    /// The host name and the port of a binding for containers.
    pub fn seen_by_containers(&self, binding: &Binding) -> (&str, Port) {
        match self.network() {
            _ if self.is_on_host() => (HOST, binding.host),
            Network::Service(name) => (name, binding.container),
            _ => (&self.id, binding.container),
        }
    }

    /// The host name and the port of a binding for the container of `other`.
    pub fn seen_by(&self, other: &Self, binding: &Binding) -> (&str, Port) {
        if other.is_on_host() { ("localhost", binding.host) } else { self.seen_by_containers(binding) }
    }
}
