//! Numbers that two services take on one machine.

use std::collections::BTreeSet;

use super::decide::{Prefer, Side, Slot};
use super::evidence::{Expose, Source, UNSPECIFIED};
use super::propose::{Compose, Proposed};
use super::report::{Disagreement, What};
use super::usage::is_together;
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
    order.sort_by_key(|(service, at)| {
        let slot = &all[*service].slots[*at];
        (!all[*service].is_taken(), all[*service].is_elsewhere, belief(slot, prefer), depth(slot), *service)
    });
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
        let is_apart = match [&one.expose, &slot.expose].map(only_address) {
            [Some(one), Some(other)] => one != other,
            _ => false,
        };
        // What the Compose file does not have has no profiles, either.
        let profiles = |service: usize| match all[service].compose {
            Compose::Outside => &[][..],
            Compose::Theirs | Compose::Of(_) => &all[service].profiles[..],
        };
        let is_alternative = !profiles(service).is_empty()
            && !profiles(one.service).is_empty()
            && !profiles(service).iter().any(|name| profiles(one.service).contains(name));
        one.protocol == slot.protocol && one.ports.meets(ports) && !is_apart && !is_alternative
    };
    taken.iter().find(meets).map(|one| one.service)
}

/// The one address of the machine that a port is published on.
fn only_address(expose: &Option<Expose>) -> Option<&str> {
    match expose {
        None => Some("127.0.0.1"),
        Some(Expose::Address(address)) => Some(&**address).filter(|address| !UNSPECIFIED.contains(address)),
        _ => None,
    }
}

/// How far below the root the file lies that publishes a port.
fn depth(slot: &Slot) -> usize {
    let at = slot.host.0.first().and_then(|side| side.at.first());
    at.map_or(0, |at| at.file.matches('/').count())
}

/// Why a port is kept off the machine rather than moved; none where it has to move.
fn kept_off(own: &Proposed, slot: &Slot, other: &Slot, with: String) -> Option<What> {
    let at = |slot: &Slot| slot.host.0.first().and_then(|side| side.at.first().cloned());
    let is_of_compose = |slot: &Slot| slot.host.0.first().is_some_and(|side| side.source == Source::Compose);
    // One line of a file cannot state two numbers: a service has it from another one.
    if at(slot).is_some() && at(slot) == at(other) {
        return Some(What::Shared { with });
    }
    // Two programs may listen on one number, each in its container. One that is started on the machine beside somebody else's cannot.
    let is_of_code = |slot: &Slot| slot.host.0.first().is_some_and(|side| side.source == Source::Code);
    let is_listened = slot.host.0.first().is_some_and(|side| side.is_listened);
    if is_of_code(slot) && (is_listened || is_of_code(other)) {
        return Some(What::Listened { with });
    }
    // Two files of which one does not add to the other are two stacks, which nobody starts together.
    let file = |slot: &Slot| at(slot).map(|at| at.file);
    let is_apart = match (is_of_compose(slot) && is_of_compose(other), file(slot), file(other)) {
        (true, Some(one), Some(other)) => one != other && !is_together(&one, &other),
        _ => false,
    };
    let is_outside = matches!(own.compose, Compose::Outside);
    (own.is_elsewhere || is_apart || is_outside).then_some(What::OtherStack { with })
}

/// Gives a port another number: one that somebody states for it, else the next that nobody states. What is of another stack is kept off
/// this machine.
fn give_way(
    all: &mut [Proposed],
    (service, at): (usize, usize),
    other: usize,
    taken: &[Taken],
    stated: &BTreeSet<u16>,
) -> Option<Disagreement> {
    let slot = &all[service].slots[at];
    let ports = slot.host.taken()?;
    let held = all[other].slots.iter().find(|slot| slot.host.taken().is_some_and(|held| held.meets(ports)))?;
    let mut sides: Vec<Side> = held.host.0.iter().filter(|side| side.ports.meets(ports)).cloned().collect();
    sides.extend(slot.host.0.iter().cloned());
    let is_free = |ports: &Ports| !taken.iter().any(|one| one.protocol == slot.protocol && one.ports.meets(*ports));
    let own = slot.host.0.iter().map(|side| side.ports).find(is_free);
    let with = all[other].id.clone();
    let off = if own.is_some() { None } else { kept_off(&all[service], slot, held, with.clone()) };
    let new = own.or_else(|| next(ports, stated, &is_free)).filter(|_| off.is_none());
    let binding = slot.name.clone().filter(|_| all[service].slots.len() > 1);
    let slot = &mut all[service].slots[at];
    match new {
        Some(ports) => {
            let known = slot.host.0.iter().position(|side| side.ports == ports).map(|at| slot.host.0.remove(at));
            let new = Side {
                ports,
                source: Source::Code,
                at: Vec::new(),
                is_used: false,
                is_doubtful: false,
                is_listened: false,
            };
            slot.host.0.insert(0, known.unwrap_or(new));
        }
        None => slot.expose = Some(Expose::Hidden),
    }
    let what = off.unwrap_or(What::Collision { with });
    Some(Disagreement { service: all[service].id.clone(), binding, what, sides, taken: new.unwrap_or(ports) })
}

/// The next ports above that nobody states and nobody has.
fn next(ports: Ports, stated: &BTreeSet<u16>, is_free: &dyn Fn(&Ports) -> bool) -> Option<Ports> {
    let count = ports.count();
    let first = ports.first().get();
    // Numbers below 1024 are for systems; nothing is given out there.
    let from = if first < 1024 { 8000 } else { first.saturating_add(1) };
    let above = from..=u16::MAX - count;
    let below = 1024..from;
    above.chain(below).find_map(|first| {
        let ports = Ports::starting(Port::new(first.into())?, count)?;
        let is_stated = stated.range(first..=ports.last().get()).next().is_some();
        (first >= 1024 && !is_stated && is_free(&ports)).then_some(ports)
    })
}
