//! What is new in a repository since its ports.toml was made: services that it does not have.

use std::collections::BTreeSet;

use super::decide::{Prefer, Slot};
use super::evidence::{At, Expose};
use super::naming;
use super::propose::Proposed;
use super::report::Disagreement;
use super::{Ask, Import, collide, disagreements, inner, propose, read, stated, text, unite};
use crate::allocation::{self, Allocation, Ports, Service};
use crate::diagnostic::Diagnostics;
use crate::files::names::PORTS_TOML;
use crate::manifest::edit::Field;

/// A service that ports.toml does not have.
#[derive(Debug)]
pub struct New {
    /// Its id.
    pub id: String,
    /// Its keys, without its ports by name.
    pub fields: Vec<Field>,
    /// Its ports by name; empty where `fields` holds its port.
    pub ports: Vec<(String, String)>,
    /// The ids of the services that it stands behind.
    pub near: Vec<String>,
}

/// What is new.
#[derive(Debug, Default)]
pub struct News {
    /// The services, in the order of the files.
    pub services: Vec<New>,
    /// Where the sources disagree about them.
    pub disagreements: Vec<Disagreement>,
    /// The ids of services that ports.toml had once, and that were left out.
    pub retired: Vec<String>,
    /// Ports that files publish for services that ports.toml has without them, each for people.
    pub ports: Vec<String>,
}

/// The services that files speak of and an allocation does not have, with numbers that are free there.
///
/// # Errors
/// An answer cannot be had.
pub fn news(import: &Import<'_>, allocation: &Allocation, ask: Ask<'_>) -> Result<News, Diagnostics> {
    // What portgen writes says nothing new.
    let directory = allocation.outputs.directory.as_str();
    let is_own = |path: &str| path.strip_prefix(directory).is_some_and(|rest| rest.starts_with('/'));
    let is_wanted = |path: &str| (import.wanted)(path) && !is_own(path);
    let theirs = Import { wanted: &is_wanted, prefer_for: import.prefer_for.clone(), ..*import };
    let sources = read::read(&theirs)?;
    let candidates = unite::unite(&sources);
    let prefer = |id: &str| import.prefer_for.get(id).copied().unwrap_or(import.prefer);
    let mut found = News::default();
    let mut all: Vec<Proposed> = allocation.services.iter().map(|service| known(service, allocation)).collect();
    let count = all.len();
    let mut proposed = propose::propose(&candidates, &prefer);
    inner::give(&sources.spoken, &mut proposed);
    propose::name_ports(&mut proposed);
    for mut one in proposed {
        if let Some(at) = all[..count].iter().position(|known| is_same(known, &one)) {
            found.ports.extend(new_ports(&allocation.services[at], &one));
            continue;
        }
        if one.slots.is_empty() {
            continue;
        }
        if allocation.retired.iter().any(|retired| retired.service == one.id) {
            found.retired.push(one.id);
            continue;
        }
        disagreements(&mut one, ask, &mut found.disagreements)?;
        all.push(one);
    }
    let stated: BTreeSet<u16> = stated(&all);
    let moved = collide::settle(&mut all, &stated, Prefer::Document);
    propose::leave_packages(&mut all[count..]);
    found.disagreements.extend(moved.into_iter().filter(|one| all[count..].iter().any(|new| new.id == one.service)));
    let ids: Vec<String> = all.iter().map(|one| one.id.clone()).collect();
    for one in &mut all[count..] {
        one.depends_on.retain(|id| ids.contains(id));
        found.services.push(new(one, allocation));
    }
    Ok(found)
}

/// The ports that files publish for a service and that it does not have.
fn new_ports(service: &Service, one: &Proposed) -> Vec<String> {
    let has = |slot: &Slot| {
        let sides = slot.host.0.iter().chain(&slot.container.0);
        let is_own =
            |ports: Ports| service.bindings.iter().any(|own| own.hosts().meets(ports) || own.containers().meets(ports));
        sides.map(|side| side.ports).any(is_own)
    };
    let is_new = |slot: &&Slot| slot.is_published() && !has(slot);
    let new = one.slots.iter().filter(is_new).filter_map(|slot| {
        let side = slot.host.0.first()?;
        let at = side.at.first().map(At::shown)?;
        Some(format!("{} of {} in {at}", side.ports, service.id))
    });
    new.collect()
}

/// A service of the allocation, which keeps its numbers.
fn known(service: &Service, allocation: &Allocation) -> Proposed {
    let slots = service.bindings.iter().map(|binding| {
        let expose = match &binding.expose {
            allocation::Expose::None | allocation::Expose::Unlisted => Some(Expose::Hidden),
            allocation::Expose::All => Some(Expose::All),
            allocation::Expose::Loopback => None,
            allocation::Expose::Address(address) => Some(Expose::Address(address.to_string())),
        };
        let at = At { file: PORTS_TOML.into(), line: allocation.place(&binding.span).line() };
        Slot::held(binding.hosts(), binding.protocol, expose, at)
    });
    let mut one = Proposed::new(service.id.clone(), slots.collect());
    one.title = Some(service.title.clone());
    one.aliases = service.aliases.iter().flatten().cloned().collect();
    one.dir = service.dir.as_ref().map(|dir| dir.as_str().to_owned()).filter(|dir| !matches!(&**dir, "" | "."));
    one
}

/// Whether a proposal is a service that is there, by any of its names or its folder.
fn is_same(known: &Proposed, one: &Proposed) -> bool {
    let names = |one: &Proposed| -> Vec<String> {
        [Some(&one.id), one.title.as_ref()]
            .into_iter()
            .flatten()
            .chain(&one.aliases)
            .map(|name| naming::key(name))
            .collect()
    };
    let own = names(known);
    let number = |one: &Proposed| one.slots.first().and_then(Slot::number);
    known.dir.is_some() && known.dir == one.dir
        || names(one).iter().any(|name| own.contains(name))
        || number(known) == number(one) && (propose::is_numbered(&one.id) || base(&known.id) == base(&one.id))
}

/// An id without the number that tells it from others of its name.
fn base(id: &str) -> &str {
    id.trim_end_matches(|c: char| c.is_ascii_digit()).trim_end_matches('-')
}

/// A service as it is added: in the group of those of its folder, behind them.
fn new(one: &Proposed, allocation: &Allocation) -> New {
    let beside = |service: &&Service| {
        let dir = service.dir.as_ref().map(|dir| dir.as_str());
        folder(dir) == folder(one.dir.as_deref())
    };
    let near: Vec<&Service> = allocation.services.iter().filter(beside).collect();
    let group = near.iter().rev().find_map(|service| service.group).map(|group| &allocation.groups[group]);
    let ranges = allocation.ranges_for(group);
    let is_outside = |slot: &&Slot| {
        let ports = slot.number().filter(|_| slot.is_published());
        ports.is_some_and(|ports| !allocation::pick::is_within(ports, &ranges))
    };
    let mut fields = text::fields(one, group.map(|group| &*group.id));
    if let Some(outside) = one.slots.iter().find(is_outside).filter(|_| !ranges.is_empty()) {
        fields.push(("out-of-range", text::reason(outside)));
    }
    New { id: one.id.clone(), fields, ports: text::ports(one), near: near.iter().map(|one| one.id.clone()).collect() }
}

/// The folder that a service's own is in; none of what is not built here.
fn folder(dir: Option<&str>) -> Option<&str> {
    dir.map(|dir| dir.rsplit_once('/').map_or("", |(folder, _)| folder))
}
