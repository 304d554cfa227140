//! What compose.ports.yml takes away from the Compose files that it goes over, and what does not fit them.

use super::OUTPUT;
use super::former::former;
use super::published::Published;
use super::services::{TheirService, Theirs, Unread, is_replaced};
use crate::allocation::{Allocation, Level, Service};
use crate::claims::Owners;
use crate::diagnostic::{Diagnostic, Severity, codes, quoted};
use crate::files::tree::Tree;
use crate::lints;

const ALLOW: &str = "or accept it: `replaced-port = \"allow\"` in `[lints]`";

/// What the Compose files beside compose.ports.yml publish and ports.toml does not have, what they have on the same ports, services
/// that they lack, and former ports that they state. Nothing where there is no such file: Compose may be given another one.
pub fn check_replaced(tree: &Tree, owners: &Owners<'_>) -> Vec<Diagnostic> {
    let allocation = owners.allocation();
    match Theirs::read(tree, allocation) {
        Ok(theirs) if theirs.files.is_empty() => Vec::new(),
        Ok(theirs) => {
            let mut found = Replaced { allocation, theirs: &theirs }.findings();
            found.extend(former(&theirs, owners));
            found
        }
        Err(unread) => unread_file(allocation, &unread).into_iter().collect(),
    }
}

/// What the Compose files publish of services that ports.toml had `before` and has no more: Compose publishes it again.
pub fn published_again(tree: &Tree, before: &Allocation, allocation: &Allocation) -> Vec<Diagnostic> {
    let Ok(theirs) = Theirs::read(tree, allocation) else { return Vec::new() };
    let mut found = Vec::new();
    for gone in before.services.iter().filter(|one| is_replaced(one)) {
        if allocation.services.iter().any(|one| one.id == gone.id) {
            continue;
        }
        for (file, published) in theirs.service(&gone.id).into_iter().flat_map(|service| service.ports) {
            let Some(ports) = published.host else { continue };
            let id = quoted(&gone.id);
            let message =
                format!("{file} publishes {} {ports} of {id}, which `{OUTPUT}` no longer replaces", ports.noun());
            let again = lints::diagnostic(allocation, codes::REPLACED_PORT, message);
            found.extend(again.map(|again| again.help(format!("remove {id} there, too, or its `ports`")).help(ALLOW)));
        }
    }
    found
}

fn unread_file(allocation: &Allocation, Unread { path, reason }: &Unread) -> Option<Diagnostic> {
    let path = quoted(path.as_str());
    let message = format!("{path} cannot be read, so what `{OUTPUT}` takes away from it is not known: {reason}");
    Some(
        lints::diagnostic(allocation, codes::REPLACED_PORT, message)?
            .help("`docker compose config` says more about it"),
    )
}

/// The Compose files that compose.ports.yml goes over.
struct Replaced<'a> {
    allocation: &'a Allocation,
    theirs: &'a Theirs<'a>,
}

impl Replaced<'_> {
    fn findings(&self) -> Vec<Diagnostic> {
        let mut found = Vec::new();
        let has_all = !self.theirs.has_includes();
        for service in self.allocation.services.iter().filter(|one| is_replaced(one)) {
            match self.theirs.service(&service.id) {
                Some(theirs) if theirs.has_no_ports() => found.extend(self.without_ports(service, &theirs)),
                Some(theirs) => {
                    for (file, published) in &theirs.ports {
                        found.extend(self.replaced(service, file, published));
                    }
                }
                None if has_all => found.extend(self.missing(service)),
                None => {}
            }
        }
        found.extend(self.clashes());
        found
    }

    fn replaced(&self, service: &Service, file: &str, published: &Published) -> Option<Diagnostic> {
        let id = quoted(&service.id);
        let (message, help) = if !published.is_stated(service) {
            (published.message(file, &id), published.help())
        } else if let (false, Some(ports)) = (published.lost.is_empty(), &published.container) {
            let keys: Vec<String> = published.lost.iter().map(|key| quoted(key)).collect();
            let message = format!("{file} gives {ports} of {id} {}, which `{OUTPUT}` removes", keys.join(" and "));
            (message, "publish this port in a further Compose file, which Compose reads after this one".to_owned())
        } else {
            return None;
        };
        let found = lints::diagnostic(self.allocation, codes::REPLACED_PORT, message)?;
        Some(found.at(self.allocation.place(&service.span), "its `ports` are replaced").help(help).help(ALLOW))
    }

    /// A service in a network in which Docker refuses ports, or ignores them.
    fn without_ports(&self, service: &Service, theirs: &TheirService) -> Option<Diagnostic> {
        let mode = theirs.network.as_deref().unwrap_or_default();
        let id = quoted(&service.id);
        let files: Vec<String> = self.theirs.files.iter().map(|file| file.shown()).collect();
        let files = files.join(" and ");
        let message = format!("{id} has `network_mode: {mode}` in {files}, with which Docker publishes no ports");
        let found = lints::diagnostic(self.allocation, codes::REPLACED_PORT, message)?;
        let found = found.at(self.allocation.place(&service.span), "its `ports` would be set all the same");
        Some(found.help(format!("say so here: `compose = {{ network_mode = \"{mode}\" }}`")).help(ALLOW))
    }

    /// Ports that a service of ports.toml and one that only the Compose files have both publish.
    fn clashes(&self) -> Vec<Diagnostic> {
        let mut found = Vec::new();
        if self.allocation.level(codes::DUPLICATE_PORT) == Level::Allow {
            return found;
        }
        for other in self.allocation.elsewhere.iter().filter(|other| !other.in_profiles) {
            for (service, binding) in self.allocation.bindings() {
                let is_same = binding.protocol == other.protocol && binding.hosts().meets(other.ports);
                if is_same && service.takes_host_port(binding) && service.id != other.service {
                    let (party, name) = (service.party(binding), quoted(&other.service));
                    let shared = binding.hosts().shared(other.ports).unwrap_or(other.ports);
                    let message =
                        format!("{party} has {} {shared}, which {} publishes for {name}", shared.noun(), other.file);
                    // Their file may never be started as a whole: nothing to refuse a command for.
                    let clash = Diagnostic::new(codes::DUPLICATE_PORT, Severity::Warning, message);
                    let clash = clash.at(self.allocation.place(&binding.span), "the same port");
                    found.push(clash.help(format!(
                        "move one of them: add {name} to ports.toml, or `portgen move {} --next`",
                        service.id
                    )));
                }
            }
        }
        found
    }

    fn missing(&self, service: &Service) -> Option<Diagnostic> {
        let id = quoted(&service.id);
        let path = self.theirs.files.iter().map(|file| file.shown()).collect::<Vec<_>>().join(" and ");
        let message = format!("there is no service {id} in {path}, so Docker Compose rejects `{OUTPUT}`");
        let found = lints::diagnostic(self.allocation, codes::MISSING_COMPOSE_SERVICE, message)?;
        let known = self.theirs.names();
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
