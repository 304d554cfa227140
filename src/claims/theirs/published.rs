//! One entry of `ports` in a Compose file.

use std::fmt;

use serde_yaml::Value;

use super::OUTPUT;
use crate::allocation::intervals::Intervals;
use crate::allocation::{Ports, Protocol, Service};
use crate::formats::compose_port::{ports, short, transport};
use crate::formats::interpolation::Variables;
use crate::manifest::edit::written;

/// What the long form may say that compose.ports.yml does not, with the value that says nothing.
const LOST: [(&str, &str); 3] = [("mode", "ingress"), ("name", ""), ("app_protocol", "")];

/// An entry of `ports`.
#[derive(Debug)]
pub(super) struct Published {
    /// The ports on the host; `None` where the file names none.
    pub(super) host: Option<Ports>,
    /// Those in the container; `None` for something that portgen cannot read.
    pub(super) container: Option<Container>,
    /// What else it says that compose.ports.yml does not.
    pub(super) lost: Vec<&'static str>,
}

/// One port inside a container, or a range of them.
#[derive(Clone, Copy, Debug)]
pub(super) struct Container {
    ports: Ports,
    pub(super) protocol: Protocol,
}

impl fmt::Display for Container {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let noun = if self.ports.is_one() { "container port" } else { "container ports" };
        write!(f, "{noun} {} ({})", self.ports, self.protocol.as_str())
    }
}

impl Published {
    /// Reads an entry in the short or the long form.
    pub(super) fn read(entry: &Value, variables: &Variables) -> Self {
        let text = |value: &Value| variables.replaced_in(&plain(value));
        let field = |name: &str| entry.get(name).map(text);
        let (host, container, protocol) = match field("target") {
            Some(target) => (field("published").unwrap_or_default(), target, field("protocol")),
            None => short(&text(entry)),
        };
        let protocol = transport(protocol.as_deref());
        let container = protocol.zip(ports(&container)).map(|(protocol, ports)| Container { ports, protocol });
        let mut lost = Vec::new();
        for (name, default) in LOST {
            if field(name).is_some_and(|value| !value.is_empty() && value != default) {
                lost.push(name);
            }
        }
        Self { host: ports(&host), container, lost }
    }

    /// What becomes of it.
    pub(super) fn message(&self, path: &str, id: &str) -> String {
        match &self.container {
            Some(ports) => format!("{path} publishes {ports} of {id}, which `{OUTPUT}` removes"),
            None => {
                format!("{path} publishes a port of {id} that portgen cannot read, and `{OUTPUT}` replaces the list")
            }
        }
    }

    /// How to keep it.
    pub(super) fn help(&self) -> String {
        match &self.container {
            Some(Container { ports, protocol }) => {
                let protocol = match protocol {
                    Protocol::Tcp => String::new(),
                    other => format!(", protocol = \"{}\"", other.as_str()),
                };
                let host = if ports.is_one() { "…".to_owned() } else { written(*ports) };
                let port = format!("{{ host = {host}, container = {}{protocol} }}", written(*ports));
                format!("add `{port}` to its `ports`, with `expose = \"none\"` to keep it off the host")
            }
            None => "make sure that its `ports` have it".to_owned(),
        }
    }

    /// Whether a service has every such port in ports.toml, on the host or not.
    pub(super) fn is_stated(&self, service: &Service) -> bool {
        let Some(Container { ports, protocol }) = self.container else { return false };
        let same = service.bindings.iter().filter(|binding| binding.protocol == protocol);
        Intervals::new(same.map(|binding| (binding.containers(), binding))).covers(ports)
    }
}

/// A number or a string as text.
fn plain(value: &Value) -> String {
    match value.as_u64() {
        Some(number) => number.to_string(),
        None => value.as_str().unwrap_or_default().to_owned(),
    }
}
