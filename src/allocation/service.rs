//! A service and its ports.

use std::borrow::Cow;
use std::fmt;
use std::net::{IpAddr, Ipv4Addr};
use std::ops::Range as Span;

use schemars::JsonSchema;
use serde_json::{Map, Value};

use super::kubernetes::Kubernetes;
use super::{ComposeKeys, Environment, Numbers, Port, Ports, PublishedAs};
use crate::diagnostic::quoted;
use crate::path::{Folder, RelPath};

/// A service, with no binding, one or several.
#[derive(Debug)]
pub struct Service {
    /// Its key in `[services]`, the name of a service in Compose: a host name there, and that of the Kubernetes Service unless
    /// `kubernetes` names it.
    pub id: String,
    /// For people; default: the id.
    pub title: String,
    /// Its other names in files of people: keys of Compose files, hosts, `AUTH` of `AUTH_PORT`.
    pub aliases: Option<Box<[String]>>,
    /// One line on what it does; default: empty.
    pub description: String,
    /// Index into [`super::Allocation::groups`].
    pub group: Option<usize>,
    /// Where its code lives.
    pub dir: Option<Folder>,
    /// The package.json whose scripts follow the port, with its place.
    pub package: Option<(RelPath, Span<usize>)>,
    /// The scripts that follow the port; none for the usual ones.
    pub scripts: Option<Box<[String]>>,
    /// Indices into [`super::Allocation::services`], in the order of the file, each with its place.
    pub depends_on: Vec<(usize, Span<usize>)>,
    /// Why its ports may lie outside their ranges.
    pub exception: Option<Box<Exception>>,
    /// Compose service keys, passed through as they are.
    pub compose: ComposeKeys,
    /// The same with its placeholders (`${ports.web.host}`); `None` if there are none.
    pub compose_as_written: Option<Box<Map<String, Value>>>,
    /// Whether it runs outside of Compose, on the host: `compose = false`.
    pub outside: bool,
    /// The Compose service that it takes its other keys from.
    pub extends: Option<Box<Extends>>,
    /// How many containers Compose starts for it, if its Compose keys state a number.
    pub replicas: Option<Box<Replicas>>,
    /// What differs from the defaults in its Kubernetes Service.
    pub kubernetes: Kubernetes,
    /// What its container is told about ports; none for the default.
    pub environment: Option<Environment>,
    /// The index of the main port, if ports.toml names it.
    pub main: Option<usize>,
    /// Its ports in the order of the file.
    pub bindings: Vec<Binding>,
    /// Whether its ports, its ranges or its exception are not all known, because validation found a mistake in them: no lint
    /// speaks of ranges then. Never where there are no mistakes.
    pub unsure: bool,
    /// Where its key is written.
    pub span: Span<usize>,
}

impl Service {
    /// Whether there is anything to run in Compose: not for a service without a port and without Compose keys (a mobile
    /// application), nor for one that runs outside.
    pub fn runs(&self) -> bool {
        !self.outside && (!self.bindings.is_empty() || !self.compose.is_empty())
    }

    /// A binding as people name it: its service, and its own name where the service has several.
    pub fn party(&self, binding: &Binding) -> String {
        match self.bindings.len() {
            1 => quoted(&self.id),
            _ => format!("{} ({})", quoted(&self.id), quoted(&binding.name)),
        }
    }

    /// Its Compose keys as ports.toml has them, with placeholders.
    pub fn written_compose(&self) -> &Map<String, Value> {
        self.compose_as_written.as_deref().unwrap_or(&self.compose)
    }

    /// The name of one of its bindings in environment variables, before `_PORT` and `_URL`: the service's id, and the
    /// binding's name where the service has several, in capitals with `_` for `-` and `.`, and before a digit at the start:
    /// `AUTH_SERVICE`, `KAFKA_BROKER`.
    pub fn env_name(&self, binding: &Binding) -> String {
        let mut name = String::with_capacity(self.id.len() + binding.name.len() + 2);
        if self.id.starts_with(|c: char| c.is_ascii_digit()) {
            name.push('_');
        }
        name.extend(self.id.bytes().map(in_variable).map(char::from));
        if self.bindings.len() != 1 {
            name.push('_');
            name.extend(binding.name.bytes().map(in_variable).map(char::from));
        }
        name
    }

    /// The variable in which the service itself gets the port of its binding `index`: `PORT` for the main one; the others have
    /// the name that they have everywhere. A range has two others, of [`Service::range_variables`].
    pub fn port_variable(&self, index: usize) -> String {
        if Some(index) == self.main_index() {
            return "PORT".to_owned();
        }
        self.env_name(&self.bindings[index]) + "_PORT"
    }

    /// The variables with the ends of a range: `TURN_MIN_PORT`, `TURN_MAX_PORT`.
    pub fn range_variables(&self, binding: &Binding) -> [String; 2] {
        let name = self.env_name(binding);
        ENDS.map(|end| [&*name, end, "_PORT"].concat())
    }
}

/// `out-of-range` of a service.
#[derive(Debug)]
pub struct Exception {
    /// Why its ports may lie outside their ranges.
    pub reason: String,
    /// Where the reason is written.
    pub span: Span<usize>,
}
/// What the name of a range in environment variables has behind it for its first and for its last port, before `_PORT`.
pub const ENDS: [&str; 2] = ["_MIN", "_MAX"];

/// `extends` of a Compose service.
#[derive(Debug)]
pub struct Extends {
    /// The Compose file with the other service, from the root; none for the same file.
    pub file: Option<String>,
    /// The other service.
    pub service: String,
    /// Where it is written.
    pub span: Span<usize>,
}

/// `scale` or `deploy.replicas` of a Compose service.
#[derive(Debug)]
pub struct Replicas {
    /// How many containers.
    pub count: u64,
    /// Where it is written.
    pub span: Span<usize>,
}

/// What ports.toml says for any free port of the host.
pub const ANYWHERE: &str = "any";

/// One named port of a service.
#[derive(Debug)]
pub struct Binding {
    /// An IANA_SVC_NAME (RFC 6335, section 5.1), unique within the service. Default for the short form: the app-protocol where it
    /// is one, `http` for TCP, else the protocol.
    pub name: Cow<'static, str>,
    /// The allocated port: what a developer types after `localhost:`. Of a range, the first one, as below.
    pub host: Port,
    /// What the process listens on inside its container; default: `host`.
    pub container: Port,
    /// The port of the Kubernetes Service; default: `host`. A range has none.
    pub service: Port,
    /// How many ports it is: more than one for a range of them; default: 1.
    pub count: u16,
    /// The transport; default: TCP.
    pub protocol: Protocol,
    /// The application protocol: an IANA service name or a prefixed name, as in Kubernetes' `appProtocol`.
    pub app_protocol: Option<Box<str>>,
    /// How far the host port is published; default: loopback.
    pub expose: Expose,
    /// Whether Compose publishes it on any free port of the host, so that `host` is that of the container; default: no.
    pub is_anywhere: bool,
    /// What Compose's `ports` has instead of the host port; default: its number.
    pub published_as: Option<Box<PublishedAs>>,
    /// Its port on the nodes of the cluster, with its place.
    pub node_port: Option<Box<(Port, Span<usize>)>>,
    /// Where its host port is written.
    pub span: Span<usize>,
    /// Where its Service's port is written, which may be the host port.
    pub service_span: Span<usize>,
}

impl Binding {
    /// Its numbers.
    pub fn numbers(&self) -> Numbers {
        Numbers { host: self.host, container: self.container, service: self.service, count: self.count }
    }

    /// Its ports on the host.
    pub fn hosts(&self) -> Ports {
        self.numbers().hosts()
    }

    /// Its ports inside the container.
    pub fn containers(&self) -> Ports {
        self.numbers().containers()
    }

    /// Its port on the host for `port`, one of its ports on the host or inside the container.
    pub fn host_of(&self, port: u16) -> Port {
        let own = self.hosts();
        let same = Port::new(port.into()).filter(|port| self.is_range() && own.contains(*port));
        same.or_else(|| self.containers().moved(port, own)).unwrap_or(self.host)
    }

    /// Its port inside the container for `port`, as [`Binding::host_of`].
    pub fn container_of(&self, port: u16) -> Port {
        self.hosts().moved(port, self.containers()).unwrap_or(self.container)
    }

    /// Whether it is several ports next to each other.
    pub fn is_range(&self) -> bool {
        self.count > 1
    }

    /// Whether Compose publishes it under its number on the host, where it can collide.
    pub fn published(&self) -> bool {
        self.is_reachable() && !self.is_anywhere
    }

    /// Whether Compose publishes it on the host, under whatever number.
    pub fn is_reachable(&self) -> bool {
        !matches!(self.expose, Expose::None | Expose::Unlisted)
    }

    /// Whether it and another one of the same number and protocol cannot both be published.
    pub fn collides_with(&self, other: &Self) -> bool {
        self.published() && other.published() && self.expose.collides_with(other.expose)
    }

    /// Its ports on the host for people: `any` where Docker chooses one.
    pub fn shown(&self) -> String {
        if self.is_anywhere { ANYWHERE.to_owned() } else { self.hosts().to_string() }
    }

    /// Its number for people, with the protocol where that is not TCP: `53 (udp)`.
    pub fn number(&self) -> String {
        let ports = self.shown();
        match self.protocol {
            Protocol::Tcp => ports,
            other => format!("{ports} ({})", other.as_str()),
        }
    }

    /// The scheme of its URLs: the app-protocol, `http` for TCP without one; none where no URL makes sense (a range, UDP, SCTP, plain
    /// `tcp`, a prefixed app-protocol that is not one of Kubernetes' own).
    ///
    /// Source: KEP-1422 and the Kubernetes documentation on `appProtocol`; RFC 3986, 3.1 for what a scheme is.
    pub fn scheme(&self) -> Option<&str> {
        if self.protocol != Protocol::Tcp || self.is_range() {
            return None;
        }
        match self.app_protocol.as_deref() {
            None | Some("http2" | "kubernetes.io/h2c") => Some("http"),
            Some("kubernetes.io/ws") => Some("ws"),
            Some("kubernetes.io/wss") => Some("wss"),
            Some("tcp") => None,
            Some(name) => {
                Some(name).filter(|name| !name.contains('/') && name.starts_with(|c: char| c.is_ascii_alphabetic()))
            }
        }
    }
}

/// A transport protocol of Compose and Kubernetes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, JsonSchema)]
#[schemars(rename_all = "lowercase")]
pub enum Protocol {
    /// TCP, the default.
    #[default]
    Tcp,
    /// UDP.
    Udp,
    /// SCTP.
    Sctp,
}

impl Protocol {
    /// As Compose writes it: `tcp`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Tcp => "tcp",
            Self::Udp => "udp",
            Self::Sctp => "sctp",
        }
    }
}

/// Where a host port is published.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, JsonSchema)]
#[schemars(rename_all = "lowercase")]
pub enum Expose {
    /// On 127.0.0.1, the default.
    #[default]
    Loopback,
    /// On every interface.
    All,
    /// Nowhere, so it cannot collide with other ports of the host. Compose's `expose` lists it.
    None,
    /// Nowhere, and Compose's `expose` does not list it, either.
    Unlisted,
    /// On this IP address of the host, v4 or v6.
    #[schemars(untagged)]
    Address(#[schemars(with = "String", extend("pattern" = "^[0-9a-fA-F]*[.:][0-9a-fA-F.:]+$"))] IpAddr),
}

impl Expose {
    /// Whether other machines may reach it.
    pub fn is_beyond_loopback(self) -> bool {
        match self {
            Self::Loopback | Self::None | Self::Unlisted => false,
            Self::All => true,
            Self::Address(address) => !address.is_loopback(),
        }
    }

    /// Whether a file that publishes a port so publishes it as ports.toml says, which may have another word for it.
    pub fn is_as(self, stated: Self) -> bool {
        match (self, stated) {
            (Self::Address(address), Self::Loopback) => address.is_loopback(),
            (Self::Loopback, Self::Address(address)) => address == Ipv4Addr::LOCALHOST,
            (Self::All, Self::Address(address)) => address.is_unspecified(),
            _ => self == stated,
        }
    }

    /// Whether two ports with one number cannot both be published so.
    pub fn collides_with(self, other: Self) -> bool {
        if [self, other].iter().any(|one| matches!(one, Self::None | Self::Unlisted)) {
            return false;
        }
        match (self.only_address(), other.only_address()) {
            (Some(one), Some(other)) => one == other,
            _ => true,
        }
    }

    /// The one address on which it is published.
    fn only_address(self) -> Option<IpAddr> {
        match self {
            Self::Loopback => Some(IpAddr::V4(Ipv4Addr::LOCALHOST)),
            Self::Address(address) if !address.is_unspecified() => Some(address),
            Self::Address(_) | Self::All | Self::None | Self::Unlisted => None,
        }
    }

    /// The host in URLs on the machine itself: `localhost`, unless it is published on another address alone.
    pub fn host(self) -> Cow<'static, str> {
        match self.only_address() {
            Some(IpAddr::V4(address)) if address != Ipv4Addr::LOCALHOST => address.to_string().into(),
            Some(IpAddr::V6(address)) if !address.is_loopback() => format!("[{address}]").into(),
            _ => "localhost".into(),
        }
    }
}

/// As ports.toml writes it.
impl fmt::Display for Expose {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Loopback => f.write_str("loopback"),
            Self::All => f.write_str("all"),
            Self::None => f.write_str("none"),
            Self::Unlisted => f.write_str("unlisted"),
            Self::Address(address) => address.fmt(f),
        }
    }
}

/// Each byte of an id, which is ASCII, as it stands in the name of an environment variable. A table: names are compared by the
/// ten thousand.
const IN_VARIABLE: [u8; 256] = {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < table.len() {
        table[byte] = if matches!(byte as u8, b'-' | b'.') { b'_' } else { (byte as u8).to_ascii_uppercase() };
        byte += 1;
    }
    table
};

fn in_variable(byte: u8) -> u8 {
    IN_VARIABLE[byte as usize]
}
