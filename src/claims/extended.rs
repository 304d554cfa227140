//! Ports that a service publishes because it extends another one, which Compose adds to its own.

use std::fmt;

use serde_json::json;
use serde_yaml::Value;

use super::compose_file;
use crate::allocation::{Allocation, Expose, Extends, Network, Ports, Protocol, Service};
use crate::diagnostic::{Diagnostic, Place, codes, quoted};
use crate::files::tree::Tree;
use crate::formats::{self, Claim, Role};
use crate::lints;
use crate::manifest::edit::written;
use crate::path::RelPath;

/// How many services in a row extend the next one: more of them are a circle.
const MOST: usize = 16;
const ALLOW: &str = "or accept it: `extended-port = \"allow\"` in `[lints]`";

/// What services have from those that they extend.
#[derive(Debug, Default)]
pub struct Extended {
    /// What they publish beyond ports.toml, and what cannot be known about them.
    pub said: Vec<Diagnostic>,
    /// The files of `env_file`, each with the index of the service that extends another one.
    pub env_files: Vec<(usize, RelPath)>,
}

/// Reads what the services of an allocation extend, where portgen writes their Compose file.
pub fn extended(tree: &Tree, allocation: &Allocation) -> Extended {
    let mut found = Extended::default();
    if !allocation.outputs.has_compose() {
        return found;
    }
    for (at, service) in allocation.services.iter().enumerate() {
        let Some(extends) = &service.extends else { continue };
        let of = Extending { tree, allocation, service, extends, at };
        match &extends.file {
            None => found.said.extend(of.sibling()),
            Some(file) => of.other_file(file, &mut found),
        }
    }
    found
}

/// A service that extends another one.
struct Extending<'a> {
    tree: &'a Tree,
    allocation: &'a Allocation,
    service: &'a Service,
    extends: &'a Extends,
    /// The index of the service.
    at: usize,
}

impl Extending<'_> {
    /// A service of ports.toml.
    fn sibling(&self) -> Option<Diagnostic> {
        let mut services = self.allocation.services.iter();
        let base = services.find(|one| one.id == self.extends.service && one.network() == Network::Own)?;
        let first = base.bindings.iter().find(|binding| binding.published())?;
        let (id, base) = (quoted(&self.service.id), quoted(&base.id));
        let message = format!(
            "{id} extends {base}, which publishes {}, and Compose would publish it twice",
            shown(first.hosts())
        );
        let extended = self.error(message).at(self.allocation.place(&first.span), "published here");
        Some(
            extended.help(format!(
                "move what {id} and {base} share into a service with `port = \"none\"` that both extend"
            )),
        )
    }

    /// A service of another file, and those that it extends itself.
    fn other_file(&self, file: &str, found: &mut Extended) {
        let mut next = Some(Base::of("", file, &self.extends.service));
        for _ in 0..MOST {
            let Some(base) = next.take() else { break };
            match self.document(&base) {
                Ok(document) => next = self.base(&base, &document, found),
                Err(reason) => found.said.extend(self.unread(&base, &reason)),
            }
        }
    }

    /// The Compose file with a service, or why it cannot be read.
    fn document(&self, base: &Base) -> Result<Value, String> {
        let path = base.path.as_ref().ok_or("it is outside of the folder of ports.toml")?;
        compose_file::read(self.tree, path)
    }

    /// Adds what a service publishes and the files that it gets; returns the service that it extends itself.
    fn base(&self, base: &Base, document: &Value, found: &mut Extended) -> Option<Base> {
        let services = document.get("services");
        let Some(keys) = services.and_then(|services| services.get(&base.service)) else {
            found.said.push(self.missing(base, services));
            return None;
        };
        if let Some(ports) = keys.get("ports") {
            self.ports(base, ports, &mut found.said);
        }
        let folder = base.path.as_ref().and_then(RelPath::parent).unwrap_or_default();
        for file in env_files(keys) {
            found.env_files.extend(RelPath::joined(folder, file).map(|file| (self.at, file)));
        }
        let extends = keys.get("extends")?;
        let service = extends.as_str().or_else(|| extends.get("service")?.as_str())?;
        let Some(file) = extends.get("file").and_then(Value::as_str) else {
            return Some(Base { service: service.to_owned(), ..base.clone() });
        };
        Some(Base::of(folder, file, service))
    }

    /// Adds what `ports` of a service publish. They are read by themselves: what else is in the file says nothing of the service.
    fn ports(&self, base: &Base, ports: &Value, found: &mut Vec<Diagnostic>) {
        let alone = json!({ "services": { &base.service: { "ports": ports } } }).to_string();
        let Some(reading) = formats::find("compose").map(|format| (format.read)(&alone)) else { return };
        if !reading.faults.is_empty() {
            found.extend(self.unread(base, "it has an entry of `ports` without fixed numbers"));
        }
        for claim in reading.claims.iter() {
            match claim.ports(Role::Host) {
                Some(host) if !self.service.bindings.iter().any(|binding| claim.is_so_of(binding)) => {
                    found.push(self.published(base, host, claim));
                }
                Some(_) => {}
                None => found.extend(self.anywhere(base, claim)),
            }
        }
    }

    fn published(&self, base: &Base, host: Ports, claim: &Claim<'_>) -> Diagnostic {
        let container = claim.ports(Role::Container).unwrap_or(host);
        let mut port = format!("host = {}", written(host));
        if container != host {
            port += &format!(", container = {}", written(container));
        }
        if let Some(protocol) = claim.protocol.filter(|protocol| *protocol != Protocol::Tcp) {
            port += &format!(", protocol = \"{}\"", protocol.as_str());
        }
        if let Some(expose) = claim.expose.filter(|expose| *expose != Expose::Loopback) {
            port += &format!(", expose = \"{expose}\"");
        }
        let (id, path) = (quoted(&self.service.id), quoted(&base.file));
        let expose = claim.expose.unwrap_or_default();
        let message =
            format!("{id} extends {base}, which publishes {} ({expose}), but {id} has no such port", shown(host));
        self.error(message)
            .help(format!("state it, as Compose publishes it for {id} too: `{{ {port} }}`"))
            .help(format!("or remove it from {path}"))
    }

    /// A port that is published on whatever port of the host is free.
    fn anywhere(&self, base: &Base, claim: &Claim<'_>) -> Option<Diagnostic> {
        let (id, path) = (quoted(&self.service.id), quoted(&base.file));
        let container = claim.ports(Role::Container)?;
        let number = if container.is_one() { "a number" } else { "numbers" };
        let message = format!(
            "{id} extends {base}, which publishes container {} on the host under {number} that the file does not say",
            shown(container)
        );
        let container = written(container);
        let found = self.lint(message)?;
        Some(
            found
                .help(format!(
                    "remove it from {path}, and give {id} the port: `{{ host = …, container = {container} }}`"
                ))
                .help(ALLOW),
        )
    }

    /// A file of which nothing is known.
    fn unread(&self, base: &Base, reason: &str) -> Option<Diagnostic> {
        let message = format!("{} extends {base}, whose ports portgen cannot read: {reason}", quoted(&self.service.id));
        let found = self.lint(message)?;
        Some(found.help("if it publishes a port, move that to ports.toml: Compose publishes both").help(ALLOW))
    }

    /// A service that is not in the file.
    fn missing(&self, base: &Base, services: Option<&Value>) -> Diagnostic {
        let id = quoted(&self.service.id);
        let message = format!("{id} extends {base}, but there is no such service in this file");
        let known = services.and_then(Value::as_mapping).into_iter().flat_map(|known| known.keys());
        Diagnostic::error(codes::UNDEFINED_COMPOSE_NAME, message).at(self.place(), "extended here").did_you_mean(
            &base.service,
            known.filter_map(Value::as_str),
            format!("add it to {}", quoted(&base.file)),
        )
    }

    fn lint(&self, message: String) -> Option<Diagnostic> {
        let found = lints::diagnostic(self.allocation, codes::EXTENDED_PORT, message)?;
        Some(found.at(self.place(), "extended here"))
    }

    fn place(&self) -> Place {
        self.allocation.place(&self.extends.span)
    }

    fn error(&self, message: String) -> Diagnostic {
        Diagnostic::error(codes::UNALLOCATED_PORT, message).at(self.place(), "extended here")
    }
}

/// The files of `env_file`.
fn env_files(keys: &Value) -> Vec<&str> {
    let Some(value) = keys.get("env_file") else { return Vec::new() };
    let items = value.as_sequence().map_or_else(|| vec![value], |items| items.iter().collect());
    items.into_iter().filter_map(|item| item.get("path").unwrap_or(item).as_str()).collect()
}

/// Ports for people: `port 4000`, `ports 50000-50100`.
fn shown(ports: Ports) -> String {
    format!("{} {ports}", ports.noun())
}

/// A service of another Compose file.
#[derive(Clone, Debug)]
struct Base {
    /// The file for people: its path, or as it is written.
    file: String,
    /// Where it is; `None` outside of the root.
    path: Option<RelPath>,
    service: String,
}

impl Base {
    fn of(folder: &str, file: &str, service: &str) -> Self {
        let path = RelPath::joined(folder, file);
        // A URL may have a password.
        let url = file.split_once("://").map(|(scheme, _)| format!("{scheme}://…"));
        let path = path.filter(|_| url.is_none());
        let shown = url.unwrap_or_else(|| path.as_ref().map_or(file, RelPath::as_str).to_owned());
        Self { file: shown, path, service: service.to_owned() }
    }
}

impl fmt::Display for Base {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} of {}", quoted(&self.service), quoted(&self.file))
    }
}
