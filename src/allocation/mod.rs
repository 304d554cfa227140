//! The allocation as proven: what every later step sees. Every index is in bounds, every name valid, every port 1-65535.

pub mod address;
pub mod bad_ports;
pub mod facts;
pub mod free_ports;
pub mod hazards;
pub mod holders;
pub mod intervals;
pub mod occupancy;
pub mod pick;
pub mod pools;
pub mod zone;

use std::collections::BTreeMap;
use std::fmt;
use std::num::NonZeroU16;
use std::ops::Range as Span;
use std::sync::Arc;

use crate::diagnostic::{Code, Place, Source};
use crate::path::{OutputPath, RelPath};

/// A port number, 1 to 65535 (0 is reserved: RFC 6335, section 6).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Port(NonZeroU16);

impl Port {
    /// The port `number`; none for 0 and for what no port can be.
    pub fn new(number: i64) -> Option<Self> {
        u16::try_from(number).ok().and_then(NonZeroU16::new).map(Self)
    }

    /// The number.
    pub fn get(self) -> u16 {
        self.0.get()
    }
}

impl fmt::Display for Port {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Every service of a platform with its ports.
#[derive(Debug)]
pub struct Allocation {
    /// ports.toml itself, which every span below points into.
    pub source: Arc<Source>,
    /// Whose allocation it is.
    pub platform: Platform,
    /// The ranges in the order of the file.
    pub ranges: Vec<Range>,
    /// The groups in the order of the file.
    pub groups: Vec<Group>,
    /// The services in the order of the file.
    pub services: Vec<Service>,
    /// Sections of the Compose file besides the services, passed through as they are.
    pub compose: serde_json::Map<String, serde_json::Value>,
    /// Numbers that are not given out.
    pub reserved: Vec<Reserved>,
    /// Numbers that somebody had and nobody gets again.
    pub retired: Vec<Retired>,
    /// The level of every lint, by its code: as `[lints]` sets it, else its default.
    pub lint_levels: BTreeMap<Code, Level>,
    /// Where outputs go.
    pub outputs: Outputs,
}

impl Allocation {
    /// The level of a lint; [`Level::Deny`] for a code that is no lint's.
    pub fn level(&self, lint: Code) -> Level {
        self.lint_levels.get(&lint).copied().unwrap_or(Level::Deny)
    }

    /// The place of `span` in ports.toml.
    pub fn place(&self, span: &Span<usize>) -> Place {
        Place::new(&self.source, span.clone())
    }

    /// Every binding with its service, in the order of the file.
    pub fn bindings(&self) -> impl Iterator<Item = (&Service, &Binding)> {
        self.services.iter().flat_map(|service| service.bindings.iter().map(move |binding| (service, binding)))
    }

    /// The ids of services, by their indices.
    pub fn ids<'a>(&'a self, services: &'a [(usize, Span<usize>)]) -> impl Iterator<Item = &'a str> {
        services.iter().map(|(at, _)| &*self.services[*at].id)
    }

    /// The ranges that new ports of `service` come from: as [`Allocation::ranges_for`] of its group.
    pub fn ranges_of(&self, service: &Service) -> Vec<&Range> {
        self.ranges_for(service.group.map(|group| &self.groups[group]))
    }

    /// The ranges of a group, or all where there is no group or the group has no range.
    pub fn ranges_for(&self, group: Option<&Group>) -> Vec<&Range> {
        let own = group.map_or(Vec::new(), |group| self.own_ranges(group));
        if own.is_empty() { self.ranges.iter().collect() } else { own }
    }

    /// The ranges of a group; empty where it has none.
    pub fn own_ranges(&self, group: &Group) -> Vec<&Range> {
        group.ranges.iter().map(|range| &self.ranges[*range]).collect()
    }
}

/// Whose allocation it is.
#[derive(Debug)]
pub struct Platform {
    /// For people: `UnifiedHealth Platform`.
    pub name: String,
    /// For machines, a DNS-1123 label: Compose project, Kubernetes namespace, `app.kubernetes.io/part-of`.
    pub id: String,
}

/// A range of ports with a purpose.
#[derive(Debug)]
pub struct Range {
    /// Its key in `[ranges]`.
    pub id: String,
    /// The first port of it.
    pub first: Port,
    /// The last port of it, at least the first.
    pub last: Port,
    /// What it is for.
    pub purpose: String,
    /// Where its ports are written.
    pub span: Span<usize>,
}

impl Range {
    /// Whether `port` lies in it.
    pub fn contains(&self, port: Port) -> bool {
        (self.first..=self.last).contains(&port)
    }
}

impl fmt::Display for Range {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.first, self.last)
    }
}

/// A table of the port document.
#[derive(Debug)]
pub struct Group {
    /// Its key in `[groups]`.
    pub id: String,
    /// Its heading in the port document; default: the id.
    pub title: String,
    /// The heading of its table's first column; default: `Service`.
    pub label: String,
    /// Indices into [`Allocation::ranges`]: where new services get a port from.
    pub ranges: Vec<usize>,
    /// Where its key is written.
    pub span: Span<usize>,
}

/// A service, with no binding, one or several.
#[derive(Debug)]
pub struct Service {
    /// Its key in `[services]`, a DNS-1035 label: Compose service, Kubernetes Service, host name.
    pub id: String,
    /// For people; default: the id.
    pub title: String,
    /// One line on what it does; default: empty.
    pub description: String,
    /// Index into [`Allocation::groups`].
    pub group: Option<usize>,
    /// Where its code lives.
    pub dir: Option<OutputPath>,
    /// The package.json whose scripts follow the port, with its place.
    pub package: Option<(RelPath, Span<usize>)>,
    /// The scripts that follow the port; none for the usual ones.
    pub scripts: Option<Vec<String>>,
    /// Indices into [`Allocation::services`], in the order of the file, each with its place.
    pub depends_on: Vec<(usize, Span<usize>)>,
    /// Why its ports may lie outside their ranges, with its place.
    pub exception: Option<(String, Span<usize>)>,
    /// Compose service keys, passed through as they are.
    pub compose: serde_json::Map<String, serde_json::Value>,
    /// Its ports in the order of the file; the first is the main one.
    pub bindings: Vec<Binding>,
    /// Whether its ports, its ranges or its exception are not all known, because validation found a mistake in them: no lint
    /// speaks of ranges then. Never where there are no mistakes.
    pub unsure: bool,
    /// Where its key is written.
    pub span: Span<usize>,
}

impl Service {
    /// Whether there is anything to run in Compose: a service without a port and without Compose keys (a mobile application)
    /// is none.
    pub fn runs(&self) -> bool {
        !self.bindings.is_empty() || !self.compose.is_empty()
    }

    /// The name of one of its bindings in environment variables, before `_PORT` and `_URL`: the service's id, and the
    /// binding's name where the service has several, in capitals with `_` for `-`: `AUTH_SERVICE`, `KAFKA_BROKER`.
    pub fn env_name(&self, binding: &Binding) -> String {
        let mut name = String::with_capacity(self.id.len() + binding.name.len() + 1);
        name.extend(self.id.bytes().map(in_variable).map(char::from));
        if self.bindings.len() != 1 {
            name.push('_');
            name.extend(binding.name.bytes().map(in_variable).map(char::from));
        }
        name
    }

    /// Whether `name` is what [`Self::env_name`] makes of `binding`.
    pub fn has_env_name(&self, binding: &Binding, name: &str) -> bool {
        let (id, behind) = name.as_bytes().split_at(name.len().min(self.id.len()));
        match (behind, self.bindings.len()) {
            ([], 1) => is_in_variable(id, &self.id),
            ([b'_', binding_name @ ..], count) if count != 1 => {
                is_in_variable(binding_name, &binding.name) && is_in_variable(id, &self.id)
            }
            _ => false,
        }
    }

    /// The variable in which the service itself gets the port of its binding `index`: `PORT` for the main one; the others have
    /// the name that they have everywhere.
    pub fn port_variable(&self, index: usize) -> String {
        match index {
            0 => "PORT".to_owned(),
            _ => self.env_name(&self.bindings[index]) + "_PORT",
        }
    }
}

/// Each byte of an id, which is ASCII, as it stands in the name of an environment variable. A table: names are compared by the
/// ten thousand.
const IN_VARIABLE: [u8; 256] = {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < table.len() {
        table[byte] = if byte as u8 == b'-' { b'_' } else { (byte as u8).to_ascii_uppercase() };
        byte += 1;
    }
    table
};

fn in_variable(byte: u8) -> u8 {
    IN_VARIABLE[byte as usize]
}

/// Whether `part` of a variable's name is made of `id`.
fn is_in_variable(part: &[u8], id: &str) -> bool {
    // From the end on: ids of one platform often begin alike.
    let mut pairs = part.iter().rev().zip(id.as_bytes().iter().rev());
    part.len() == id.len() && pairs.all(|(byte, of)| *byte == in_variable(*of))
}

/// One named port of a service.
#[derive(Debug)]
pub struct Binding {
    /// An IANA_SVC_NAME (RFC 6335, section 5.1), unique within the service. Default for the short form: the app-protocol where it
    /// is one, `http` for TCP, else the protocol.
    pub name: String,
    /// The allocated port: what a developer types after `localhost:`.
    pub host: Port,
    /// What the process listens on inside its container; default: `host`.
    pub container: Port,
    /// The port of the Kubernetes Service; default: `host`.
    pub service: Port,
    /// The transport; default: TCP.
    pub protocol: Protocol,
    /// The application protocol: an IANA service name or a prefixed name, as in Kubernetes' `appProtocol`.
    pub app_protocol: Option<String>,
    /// How far the host port is published; default: loopback.
    pub expose: Expose,
    /// Where its host port is written.
    pub span: Span<usize>,
}

impl Binding {
    /// Whether Compose publishes it on the host, where it can collide.
    pub fn published(&self) -> bool {
        self.expose != Expose::None
    }

    /// Its number for people, with the protocol where that is not TCP: `53 (udp)`.
    pub fn number(&self) -> String {
        match self.protocol {
            Protocol::Tcp => self.host.to_string(),
            other => format!("{} ({})", self.host, other.as_str()),
        }
    }

    /// The scheme of its URLs: the app-protocol, `http` for TCP without one; none where no URL makes sense (UDP, SCTP, plain
    /// `tcp`, a prefixed app-protocol that is not one of Kubernetes' own).
    ///
    /// Source: KEP-1422 and the Kubernetes documentation on `appProtocol`; RFC 3986, 3.1 for what a scheme is.
    pub fn scheme(&self) -> Option<&str> {
        if self.protocol != Protocol::Tcp {
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
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
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

/// How far a host port is published.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Expose {
    /// On 127.0.0.1, the default.
    #[default]
    Loopback,
    /// On every interface.
    All,
    /// Not on the host at all.
    None,
}

impl Expose {
    /// As ports.toml writes it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Loopback => "loopback",
            Self::All => "all",
            Self::None => "none",
        }
    }
}

/// Numbers that are not given out.
#[derive(Debug)]
pub struct Reserved {
    /// The first number.
    pub first: Port,
    /// The last number, at least the first.
    pub last: Port,
    /// Why.
    pub reason: String,
    /// Where the number is written.
    pub span: Span<usize>,
}

/// A number that somebody had and nobody gets again.
#[derive(Debug)]
pub struct Retired {
    /// The number.
    pub port: Port,
    /// Who had it.
    pub service: String,
    /// Since when it is retired: a date, `2026-01-31`.
    pub since: String,
    /// Why.
    pub reason: String,
    /// Where the number is written.
    pub span: Span<usize>,
}

/// What a lint does when it finds something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Nothing.
    Allow,
    /// A warning.
    Warn,
    /// An error.
    Deny,
}

impl Level {
    /// As ports.toml writes it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Allow => "allow",
            Self::Warn => "warn",
            Self::Deny => "deny",
        }
    }
}

/// Where outputs go.
#[derive(Debug)]
pub struct Outputs {
    /// The folder of the outputs and of portgen.lock; default: `generated`.
    pub directory: OutputPath,
    /// Outputs that are switched off: names of templates without `.j2`, or folders of them.
    pub disable: Vec<(String, Span<usize>)>,
    /// Outputs that go elsewhere: template name without `.j2` -> path from the root, itself a template.
    pub paths: Vec<(String, String, Span<usize>)>,
}

impl Outputs {
    /// The folder of the outputs where ports.toml names none.
    pub const DIRECTORY: &'static str = "generated";
}
