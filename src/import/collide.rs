//! Numbers that two services take on one machine.

use std::collections::BTreeSet;

use super::decide::{Prefer, Side, Slot};
use super::evidence::{Expose, Source};
use super::propose::Proposed;
use super::report::{Disagreement, What};
use crate::allocation::{Port, Ports, Protocol};

/// Who has numbers already.
struct Taken {
    service: usize,
    ports: Ports,
    protocol: Protocol,
    expose: Option<Expose>,
}

/// Gives each published port a number of its own: the one that is believed more keeps it.
pub(super) fn settle(all: &mut [Proposed], stated: &BTreeSet<u16>, prefer: Prefer) -> Vec<Disagreement> {
    let mut order: Vec<(usize, usize)> = Vec::new();
    for (service, one) in all.iter().enumerate() {
        order.extend((0..one.slots.len()).filter(|at| one.slots[*at].is_published()).map(|at| (service, at)));
    }
    order
        .sort_by_key(|(service, at)| (all[*service].is_elsewhere, belief(&all[*service].slots[*at], prefer), *service));
    let mut taken: Vec<Taken> = Vec::new();
    let mut found = Vec::new();
    for (service, at) in order {
        let Some(ports) = all[service].slots[at].host.taken() else { continue };
        if let Some(other) = holder(&taken, all, (service, at), ports) {
            let disagreement = give_way(all, (service, at), other, &taken, stated);
            found.extend(disagreement);
        }
        let slot = &all[service].slots[at];
        if let Some(ports) = slot.host.taken().filter(|_| slot.is_published()) {
            taken.push(Taken { service, ports, protocol: slot.protocol, expose: slot.expose.clone() });
        }
    }
    found
}

/// How much the number of a port is believed; less is more.
fn belief(slot: &Slot, prefer: Prefer) -> usize {
    let best = slot.host.0.first().map_or(Source::Code, |side| side.source);
    match (prefer, best) {
        (Prefer::Document, Source::Document) | (Prefer::Compose, Source::Compose) | (Prefer::Code, Source::Code) => 0,
        (_, source) => 1 + source as usize,
    }
}

/// The service that has some of the ports already, where both would take them on one machine.
fn holder(taken: &[Taken], all: &[Proposed], (service, at): (usize, usize), ports: Ports) -> Option<usize> {
    let slot = &all[service].slots[at];
    let meets = |one: &&Taken| {
        let is_apart =
            matches!((&one.expose, &slot.expose), (Some(Expose::Address(a)), Some(Expose::Address(b))) if a != b);
        let profiles = |service: usize| &all[service].profiles;
        let is_alternative = !profiles(service).is_empty()
            && !profiles(one.service).is_empty()
            && !profiles(service).iter().any(|name| profiles(one.service).contains(name));
        one.protocol == slot.protocol && one.ports.meets(ports) && !is_apart && !is_alternative
    };
    taken.iter().find(meets).map(|one| one.service)
}

/// Gives a port another number: one that somebody states for it, else the next that nobody states. What is for another stage is
/// kept off this machine.
fn give_way(
    all: &mut [Proposed],
    (service, at): (usize, usize),
    other: usize,
    taken: &[Taken],
    stated: &BTreeSet<u16>,
) -> Option<Disagreement> {
    let held = all[other].slots.iter().flat_map(|slot| slot.host.0.iter());
    let slot = &all[service].slots[at];
    let ports = slot.host.taken()?;
    let mut sides: Vec<Side> = held.filter(|side| side.ports.meets(ports)).cloned().collect();
    sides.extend(slot.host.0.iter().cloned());
    let is_free = |ports: &Ports| !taken.iter().any(|one| one.protocol == slot.protocol && one.ports.meets(*ports));
    let own = slot.host.0.iter().map(|side| side.ports).find(is_free);
    // One line of a file cannot state two numbers: a service has it from another one.
    let own_at = slot.host.0.first().and_then(|side| side.at.first());
    let is_shared = own_at.is_some() && sides.first().and_then(|side| side.at.first()) == own_at;
    let is_elsewhere = all[service].is_elsewhere || is_shared;
    let with = all[other].id.clone();
    let new = own.or_else(|| next(ports, stated, &is_free)).filter(|_| !is_elsewhere);
    let slot = &mut all[service].slots[at];
    match new {
        Some(ports) => {
            let known = slot.host.0.iter().position(|side| side.ports == ports).map(|at| slot.host.0.remove(at));
            let new = Side { ports, source: Source::Code, at: Vec::new(), is_used: false };
            slot.host.0.insert(0, known.unwrap_or(new));
        }
        None => slot.expose = Some(Expose::Hidden),
    }
    let what = if is_shared {
        What::Shared { with }
    } else if is_elsewhere {
        What::OtherStage { with }
    } else {
        What::Collision { with }
    };
    Some(Disagreement { service: all[service].id.clone(), binding: None, what, sides, taken: new.unwrap_or(ports) })
}

/// The next ports above that nobody states and nobody has.
fn next(ports: Ports, stated: &BTreeSet<u16>, is_free: &dyn Fn(&Ports) -> bool) -> Option<Ports> {
    let count = ports.count();
    let first = ports.first().get();
    let above = first.saturating_add(1)..=u16::MAX - count;
    let below = 1024..first;
    above.chain(below).find_map(|first| {
        let ports = Ports::starting(Port::new(first.into())?, count)?;
        let is_stated = stated.range(first..=ports.last().get()).next().is_some();
        (first >= 1024 && !is_stated && is_free(&ports)).then_some(ports)
    })
}
