//! The allocation as proven: what every later step sees. Every index is in bounds, every name valid, every port 1-65535.

pub mod address;
pub mod bad_ports;
mod compose_keys;
mod environment;
pub mod facts;
pub mod former;
pub mod free_ports;
pub mod hazards;
pub mod holders;
mod image;
mod instances;
pub mod intervals;
pub mod kubernetes;
pub mod meetings;
mod network;
mod numbers;
pub mod occupancy;
pub mod pick;
pub mod pools;
pub mod port_pattern;
mod ports;
mod published_as;
pub mod references;
pub mod profiles;
mod service;
pub mod shortage;
pub mod variable;
pub mod zone;

use std::collections::BTreeMap;
use std::fmt;
use std::num::NonZeroU16;
use std::ops::Range as Span;
use std::sync::Arc;

use schemars::JsonSchema;

use crate::diagnostic::{Code, Place, Source};
use crate::path::OutputPath;
pub use compose_keys::ComposeKeys;
pub use environment::Environment;
pub use instances::Instances;
pub use network::{HOST, Network};
pub use numbers::Numbers;
pub use ports::Ports;
pub use published_as::PublishedAs;
pub use service::{ANYWHERE, Binding, ENDS, Exception, Expose, Extends, Protocol, Replicas, Service};

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
    /// The same with its placeholders (`${ports.web.host}`); `None` if there are none.
    pub compose_as_written: Option<serde_json::Map<String, serde_json::Value>>,
    /// Numbers that are not given out.
    pub reserved: Vec<Reserved>,
    /// Numbers that somebody had and nobody gets again.
    pub retired: Vec<Retired>,
    /// Ports that other people's Compose files publish for services that are not here: not given out.
    pub elsewhere: Vec<Elsewhere>,
    /// The level of every lint, by its code: as `[lints]` sets it, else its default.
    pub lint_levels: BTreeMap<Code, Level>,
    /// Where outputs go.
    pub outputs: Outputs,
    /// Files that people own and portgen keeps in step.
    pub references: references::References,
    /// How many copies of the platform run on one machine at once; none for one.
    pub instances: Option<Instances>,
}

impl Allocation {
    /// The level of a lint; [`Level::Deny`] for a code that is no lint's.
    pub fn level(&self, lint: Code) -> Level {
        self.lint_levels.get(&lint).copied().unwrap_or(Level::Deny)
    }

    /// The sections of the Compose file as ports.toml has them, with placeholders.
    pub fn written_compose(&self) -> &serde_json::Map<String, serde_json::Value> {
        self.compose_as_written.as_ref().unwrap_or(&self.compose)
    }

    /// The place of `span` in ports.toml.
    pub fn place(&self, span: &Span<usize>) -> Place {
        Place::new(&self.source, span.clone())
    }

    /// Whether a Kubernetes Service is made of each service with a port.
    pub fn has_kubernetes(&self) -> bool {
        !self.outputs.is_disabled("k8s/service.yaml")
    }

    /// What has become of the other numbers of a binding whose host ports have moved: without Kubernetes it has no service port.
    pub fn others(&self, was: Numbers, is: Numbers) -> String {
        if self.has_kubernetes() { was.others_in(is) } else { was.containers_in(is) }
    }

    /// Every binding with its service, in the order of the file.
    pub fn bindings(&self) -> impl Iterator<Item = (&Service, &Binding)> {
        self.services.iter().flat_map(|service| service.bindings.iter().map(move |binding| (service, binding)))
    }

    /// The binding with these indices: of its service, and its own.
    pub fn binding(&self, (service, binding): (usize, usize)) -> (&Service, &Binding) {
        let service = &self.services[service];
        (service, &service.bindings[binding])
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
    /// Where its id is written.
    pub span: Span<usize>,
}

/// A range of ports with a purpose.
#[derive(Debug)]
pub struct Range {
    /// Its key in `[ranges]`.
    pub id: String,
    /// Its ports.
    pub ports: Ports,
    /// What it is for.
    pub purpose: String,
    /// Where its ports are written.
    pub span: Span<usize>,
}

impl fmt::Display for Range {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.ports.first(), self.ports.last())
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

/// Numbers that are not given out.
#[derive(Debug)]
pub struct Reserved {
    /// The numbers.
    pub ports: Ports,
    /// Why.
    pub reason: String,
    /// Where they are written.
    pub span: Span<usize>,
}

/// Numbers that somebody had and nobody gets again.
#[derive(Debug)]
pub struct Retired {
    /// The numbers of one binding.
    pub ports: Ports,
    /// Who had it.
    pub service: String,
    /// Since when it is retired: a date, `2026-01-31`.
    pub since: String,
    /// Why.
    pub reason: String,
    /// Where they are written.
    pub span: Span<usize>,
}

/// Ports that somebody else's Compose file publishes.
#[derive(Debug)]
pub struct Elsewhere {
    /// The numbers on the host.
    pub ports: Ports,
    /// Their protocol.
    pub protocol: Protocol,
    /// For which service.
    pub service: String,
    /// The file, for people.
    pub file: String,
    /// Whether the service has profiles, so that it may never run beside others.
    pub in_profiles: bool,
}

/// What a lint does when it finds something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, JsonSchema)]
#[schemars(rename_all = "lowercase")]
pub enum Level {
    /// The lint is off.
    Allow,
    /// The lint reports a warning.
    Warn,
    /// The lint reports an error.
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
    /// Outputs that are switched on, of those that are off by default: as in `disable`.
    pub enable: Vec<(String, Span<usize>)>,
    /// What the Compose file calls its project; default: the id of the platform.
    pub project_name: ProjectName,
    /// Whether Compose publishes each port under a variable, with the host port for its default; default: only where there are instances.
    pub has_variables: bool,
    /// Whether ports.toml says that it does not.
    pub is_without_variables: bool,
    /// What containers are told about ports; none for the default, by service.
    pub environment: Option<Environment>,
    /// Outputs that go elsewhere: template name without `.j2` -> path from the root, itself a template.
    pub paths: Vec<(String, String, Span<usize>)>,
}

/// The name of its project in a Compose file.
#[derive(Debug, Default, PartialEq, Eq)]
pub enum ProjectName {
    /// The id of the platform.
    #[default]
    Platform,
    /// Another one, which Compose allows: <https://github.com/compose-spec/compose-spec/blob/main/04-version-and-name.md>.
    Stated(String),
    /// None: Compose takes that of the folder.
    Folder,
}

impl Outputs {
    /// The folder of the outputs where ports.toml names none.
    pub const DIRECTORY: &'static str = "generated";

    /// Whether the outputs of a template, by its name without `.j2`, are switched off.
    pub fn is_disabled(&self, template: &str) -> bool {
        self.disable.iter().any(|(entry, _)| is_within(template, entry))
    }

    /// Whether portgen writes the Compose file, and not somebody else.
    pub fn has_compose(&self) -> bool {
        !self.is_disabled("docker-compose.yml")
    }

    /// Whether the outputs of a template that is off by default are switched on.
    pub fn is_enabled(&self, template: &str) -> bool {
        self.enable.iter().any(|(entry, _)| is_within(template, entry))
    }
}

/// Whether the template `name` is `entry` or lies in the folder `entry`.
pub fn is_within(name: &str, entry: &str) -> bool {
    let entry = entry.trim_end_matches('/');
    name.strip_prefix(entry).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}
