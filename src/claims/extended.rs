//! Ports that a service publishes because it extends another one, which Compose adds to its own.

use serde_yaml::Value;

use crate::allocation::{Allocation, Expose, Extends, Network, Protocol, Service};
use crate::diagnostic::{Diagnostic, Severity, codes, quoted};
use crate::files::tree::Tree;
use crate::formats::{self, Claim, Owner, Role};
use crate::path::RelPath;

/// How many services in a row extend the next one: more of them are a circle.
const MOST: usize = 16;

/// What the extended services of all services publish beyond ports.toml, and what cannot be known about them.
pub fn check_extended(tree: &Tree, allocation: &Allocation) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for service in &allocation.services {
        let Some(extends) = &service.extends else { continue };
        let of = Extending { tree, allocation, service, extends };
        match &extends.file {
            None => found.extend(of.sibling()),
            Some(file) => found.extend(of.other_file(file)),
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
}

impl Extending<'_> {
    /// A service of ports.toml.
    fn sibling(&self) -> Option<Diagnostic> {
        let mut services = self.allocation.services.iter();
        let base = services.find(|one| one.id == self.extends.service && one.network() == Network::Own)?;
        let first = base.bindings.iter().find(|binding| binding.published())?;
        let (id, base) = (quoted(&self.service.id), quoted(&base.id));
        let message =
            format!("{id} extends {base}, which publishes port {}, and Compose would publish it twice", first.host);
        let extended =
            self.diagnostic(Severity::Error, message).at(self.allocation.place(&first.span), "published here");
        Some(
            extended.help(format!(
                "move what {id} and {base} share into a service with `port = \"none\"` that both extend"
            )),
        )
    }

    /// A service of another file, and those that it extends itself.
    fn other_file(&self, file: &str) -> Vec<Diagnostic> {
        let mut found = Vec::new();
        let mut next = Some((normal("", file), self.extends.service.clone()));
        for _ in 0..MOST {
            let Some((path, base)) = next.take() else { break };
            let Some(text) = path.as_ref().and_then(|path| self.text(path)) else {
                found.push(self.unknown(&base, file));
                break;
            };
            let path = path.as_ref().map_or("", RelPath::as_str);
            next = self.file(&text, path, &base, &mut found);
        }
        found
    }

    fn text(&self, path: &RelPath) -> Option<String> {
        String::from_utf8(self.tree.read(path).ok()??).ok()
    }

    /// Adds what `base` in the file at `path` publishes; returns what it extends itself.
    fn file(
        &self,
        text: &str,
        path: &str,
        base: &str,
        found: &mut Vec<Diagnostic>,
    ) -> Option<(Option<RelPath>, String)> {
        let reading = formats::find("compose").map(|format| (format.read)(text))?;
        if !reading.faults.is_empty() {
            found.push(self.unknown(base, path));
        }
        let own = |claim: &&Claim<'_>| matches!(&claim.owner, Owner::Service(id) if id == base);
        for claim in reading.claims.iter().filter(own) {
            if let Some(host) = claim.numbers.get(Role::Host)
                && !self.service.bindings.iter().any(|binding| claim.is_so_of(binding))
            {
                found.push(self.published(base, path, host, claim));
            }
        }
        let document: Value = serde_yaml::from_str(text).ok()?;
        let extends = document.get("services")?.get(base)?.get("extends")?;
        let service = extends.as_str().or_else(|| extends.get("service")?.as_str())?;
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        let file = match extends.get("file").and_then(Value::as_str) {
            Some(file) => normal(folder, file),
            None => RelPath::parse(path).ok(),
        };
        Some((file, service.to_owned()))
    }

    fn published(&self, base: &str, path: &str, host: u16, claim: &Claim<'_>) -> Diagnostic {
        let container = claim.numbers.get(Role::Container).unwrap_or(host);
        let mut port = format!("host = {host}");
        if container != host {
            port += &format!(", container = {container}");
        }
        if let Some(protocol) = claim.protocol.filter(|protocol| *protocol != Protocol::Tcp) {
            port += &format!(", protocol = \"{}\"", protocol.as_str());
        }
        if let Some(expose) = claim.expose.filter(|expose| *expose != Expose::Loopback) {
            port += &format!(", expose = \"{expose}\"");
        }
        let (id, base, path) = (quoted(&self.service.id), quoted(base), quoted(path));
        let expose = claim.expose.unwrap_or_default();
        let message =
            format!("{id} extends {base} of {path}, which publishes port {host} ({expose}), but {id} has no such port");
        self.diagnostic(Severity::Error, message)
            .help(format!("state it, as Compose publishes it for {id} too: `{{ {port} }}`"))
            .help(format!("or remove it from {path}"))
    }

    fn unknown(&self, base: &str, file: &str) -> Diagnostic {
        let (id, base, file) = (quoted(&self.service.id), quoted(base), quoted(file));
        let message = format!("{id} extends {base} of {file}, whose ports portgen cannot read");
        self.diagnostic(Severity::Note, message).help("if it publishes a port, state that port in ports.toml, too")
    }

    fn diagnostic(&self, severity: Severity, message: String) -> Diagnostic {
        let place = self.allocation.place(&self.extends.span);
        Diagnostic::new(codes::UNALLOCATED_PORT, severity, message).at(place, "extended here")
    }
}

/// The path `relative` from `folder`, without `.` and `..`; none where it leads out of the root or is not relative.
fn normal(folder: &str, relative: &str) -> Option<RelPath> {
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in relative.split('/') {
        match part {
            "." => {}
            ".." => drop(parts.pop()?),
            part => parts.push(part),
        }
    }
    RelPath::parse(&parts.join("/")).ok()
}
