//! What compose.ports.yml takes away from the Compose file that it goes over.

use std::fmt;

use serde_yaml::Value;

use super::compose_file;
use crate::allocation::{Allocation, Protocol, Service};
use crate::diagnostic::{Diagnostic, codes, quoted};
use crate::files::tree::Tree;
use crate::formats;
use crate::lints;
use crate::path::RelPath;

/// The output that replaces ports.
const OUTPUT: &str = "compose.ports.yml";

/// The names under which Docker Compose looks for a file, in its order.
///
/// Source: `DefaultFileNames` in <https://github.com/compose-spec/compose-go/blob/main/cli/options.go>.
const NAMES: [&str; 4] = ["compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml"];

/// As [`NAMES`], of a file that it reads after the first one: `DefaultOverrideFileNames`.
const OVERRIDES: [&str; 4] =
    ["compose.override.yml", "compose.override.yaml", "docker-compose.override.yml", "docker-compose.override.yaml"];

/// What the Compose files beside compose.ports.yml publish and ports.toml does not have, and services that they lack. Nothing where
/// there is no such file: Compose may be given another one.
pub fn check_replaced(tree: &Tree, allocation: &Allocation) -> Vec<Diagnostic> {
    if !allocation.outputs.is_enabled(OUTPUT) || allocation.outputs.has_compose() {
        return Vec::new();
    }
    let moved = allocation.outputs.paths.iter().find(|(name, ..)| name == OUTPUT).map(|(_, path, _)| path.as_str());
    let folder = moved.and_then(|path| path.rsplit_once('/')).map_or("", |(folder, _)| folder);
    let mut files = Vec::new();
    for names in [NAMES, OVERRIDES] {
        let paths = names.iter().filter_map(|name| RelPath::joined(folder, name));
        let Some(path) = paths.filter(|path| Some(path.as_str()) != moved).find(|path| tree.has(path.as_str())) else {
            continue;
        };
        match compose_file::read(tree, &path) {
            Ok(document) => files.push(File { path: quoted(path.as_str()), document }),
            Err(reason) => return unread(allocation, &path, &reason).into_iter().collect(),
        }
    }
    Replaced { allocation, files: &files }.findings()
}

fn unread(allocation: &Allocation, path: &RelPath, reason: &str) -> Option<Diagnostic> {
    let path = quoted(path.as_str());
    let message = format!("{path} cannot be read, so what `{OUTPUT}` takes away from it is not known: {reason}");
    Some(
        lints::diagnostic(allocation, codes::REPLACED_PORT, message)?
            .help("`docker compose config` says more about it"),
    )
}

/// A Compose file of somebody else's.
struct File {
    /// For people.
    path: String,
    document: Value,
}

impl File {
    fn service(&self, id: &str) -> Option<&Value> {
        self.document.get("services")?.get(id)
    }
}

/// The Compose files that compose.ports.yml goes over.
struct Replaced<'a> {
    allocation: &'a Allocation,
    files: &'a [File],
}

impl Replaced<'_> {
    fn findings(&self) -> Vec<Diagnostic> {
        let mut found = Vec::new();
        // An included file may have services, too.
        let has_all = !self.files.iter().any(|file| file.document.get("include").is_some());
        for service in self.allocation.services.iter().filter(|one| one.is_mapped() && !one.bindings.is_empty()) {
            let theirs = self.files.iter().filter_map(|file| Some((file, file.service(&service.id)?)));
            let mut is_there = false;
            for (file, keys) in theirs {
                is_there = true;
                found.extend(self.ports(service, file, keys));
            }
            if !is_there && has_all {
                found.extend(self.missing(service));
            }
        }
        found
    }

    fn ports(&self, service: &Service, file: &File, keys: &Value) -> Vec<Diagnostic> {
        let ports = keys.get("ports").and_then(Value::as_sequence);
        let published = ports.into_iter().flatten().map(Published::read);
        let replaced = published.filter(|one| !one.is_stated(service));
        replaced.filter_map(|one| self.replaced(service, file, &one)).collect()
    }

    fn replaced(&self, service: &Service, file: &File, published: &Published) -> Option<Diagnostic> {
        let message = published.message(&file.path, &quoted(&service.id));
        let found = lints::diagnostic(self.allocation, codes::REPLACED_PORT, message)?;
        Some(
            found
                .at(self.allocation.place(&service.span), "its `ports` are replaced")
                .help(published.help())
                .help("or accept it: `replaced-port = \"allow\"` in `[lints]`"),
        )
    }

    fn missing(&self, service: &Service) -> Option<Diagnostic> {
        let id = quoted(&service.id);
        let path = self.files.iter().map(|file| &*file.path).collect::<Vec<_>>().join(" and ");
        let message = format!("there is no service {id} in {path}, so Docker Compose rejects `{OUTPUT}`");
        let found = lints::diagnostic(self.allocation, codes::MISSING_COMPOSE_SERVICE, message)?;
        let theirs = self.files.iter().filter_map(|file| file.document.get("services")?.as_mapping());
        let known = theirs.flat_map(|known| known.keys()).filter_map(Value::as_str);
        let others = known.filter(|name| !self.allocation.services.iter().any(|one| one.id == *name));
        Some(
            found
                .at(self.allocation.place(&service.span), "not defined there")
                .did_you_mean(&service.id, others, "give it the name that it has there: `portgen rename`")
                .help(format!("if it is gone there, too: `portgen remove {}`", service.id))
                .help("if Compose does not run it: `compose = false`")
                .help("if another Compose file has it: `missing-compose-service = \"allow\"` in `[lints]`"),
        )
    }
}

/// An entry of `ports`.
enum Published {
    /// Ports inside the container.
    Ports(Ports),
    /// Something with a variable.
    Unknown,
}

/// One port inside a container, or a range of them.
struct Ports {
    first: u16,
    last: u16,
    protocol: Protocol,
}

impl fmt::Display for Ports {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { first, last, protocol } = self;
        match first == last {
            true => write!(f, "container port {first} ({})", protocol.as_str()),
            false => write!(f, "container ports {first}-{last} ({})", protocol.as_str()),
        }
    }
}

impl Published {
    /// Reads the container's side of an entry, which follows the last colon.
    fn read(entry: &Value) -> Self {
        let text = plain(entry.get("target").unwrap_or(entry));
        let container = text.rsplit(':').next().unwrap_or_default();
        let (container, protocol) = match container.split_once('/') {
            Some((container, protocol)) => (container, Some(protocol)),
            None => (container, entry.get("protocol").and_then(Value::as_str)),
        };
        let (first, last) = container.split_once('-').unwrap_or((container, container));
        match (formats::port(first), formats::port(last), transport(protocol)) {
            (Some(first), Some(last), Some(protocol)) => Self::Ports(Ports { first, last, protocol }),
            _ => Self::Unknown,
        }
    }

    /// What becomes of it.
    fn message(&self, path: &str, id: &str) -> String {
        match self {
            Self::Ports(ports) => format!("{path} publishes {ports} of {id}, which `{OUTPUT}` removes"),
            Self::Unknown => {
                format!("{path} publishes a port of {id} that portgen cannot read, and `{OUTPUT}` replaces the list")
            }
        }
    }

    /// How to keep it.
    fn help(&self) -> String {
        match self {
            Self::Ports(ports) if ports.first == ports.last => {
                let Ports { first, protocol, .. } = ports;
                let protocol = match protocol {
                    Protocol::Tcp => String::new(),
                    other => format!(", protocol = \"{}\"", other.as_str()),
                };
                let port = format!("{{ host = …, container = {first}{protocol} }}");
                format!("add `{port}` to its `ports`, with `expose = \"none\"` to keep it off the host")
            }
            Self::Ports(_) => {
                "publish a range in a further Compose file, which Compose reads after this one".to_owned()
            }
            Self::Unknown => "make sure that its `ports` have it".to_owned(),
        }
    }

    /// Whether a service has every such port in ports.toml, on the host or not.
    fn is_stated(&self, service: &Service) -> bool {
        match self {
            Self::Ports(Ports { first, last, protocol }) => (*first..=*last).all(|port| {
                let mut bindings = service.bindings.iter();
                bindings.any(|binding| binding.container.get() == port && binding.protocol == *protocol)
            }),
            Self::Unknown => false,
        }
    }
}

fn transport(protocol: Option<&str>) -> Option<Protocol> {
    let all = [Protocol::Tcp, Protocol::Udp, Protocol::Sctp];
    all.into_iter().find(|known| known.as_str() == protocol.unwrap_or("tcp"))
}

/// A number or a string as text.
fn plain(value: &Value) -> String {
    match value.as_u64() {
        Some(number) => number.to_string(),
        None => value.as_str().unwrap_or_default().to_owned(),
    }
}
