//! Two services that take one number of the machine.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use super::form::Form;
use super::found::ScannedFile;
use super::readers::COMPOSE;
use super::stage::{Stage, is_in_tests, stage};
use super::verdict::{Judged, Verdict};
use crate::allocation::{Allocation, Service};
use crate::diagnostic::Source;

/// Who takes a number.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Taker {
    Service(usize),
    Other(Box<str>),
}

fn taker(one: &Judged) -> Option<Taker> {
    match (&one.owner, &one.stranger) {
        (Some((service, _)), _) => Some(Taker::Service(*service)),
        (None, Some(name)) => Some(Taker::Other(name.clone())),
        (None, None) => None,
    }
}

/// A number that several services take, with the places where they do.
#[derive(Debug)]
pub(super) struct Collision<'f> {
    pub(super) port: u16,
    pub(super) places: Vec<(&'f Arc<Source>, &'f Judged)>,
}

impl Collision<'_> {
    /// Whether several services still take the number where some places are mended.
    pub(super) fn is_left(&self, allocation: &Allocation, is_mended: &dyn Fn(&Judged) -> bool) -> bool {
        let left = self.places.iter().filter(|(_, one)| !is_mended(one)).filter_map(|(_, one)| taker(one));
        let left: Vec<Taker> = left.collect();
        // Those that ports.toml gives the number do not collide with each other.
        let is_right = |one: &Taker| has(allocation, one, self.port);
        left.iter().any(|one| left.iter().any(|other| one != other && !(is_right(one) && is_right(other))))
    }
}

/// Marks what collides: numbers that services of ports.toml, or one and something else, take in one stage, in files that are of one stack.
pub(super) fn mark(files: &mut [ScannedFile<'_>], allocation: &Allocation) {
    let stacks = Stacks::of(files);
    let taken = taken(files, allocation, &stacks);
    for (at, file) in files.iter_mut().enumerate() {
        let stage = stacks.all[at].stage;
        for one in file.judged.iter_mut().filter(|one| takes(one)) {
            let Some(own) = taker(one) else { continue };
            let others = taken.get(&(one.port, stage)).map_or(&[][..], Vec::as_slice);
            let port = one.port;
            let collides = |(taker, other): &(Taker, usize)| {
                let is_known = matches!(taker, Taker::Service(_)) || matches!(own, Taker::Service(_));
                // ports.toml knows why both may have it: profiles, addresses.
                let are_right = has(allocation, taker, port) && has(allocation, &own, port);
                *taker != own && is_known && !are_right && stacks.are_one(at, *other)
            };
            if others.iter().any(collides) {
                one.verdict = Verdict::Collides;
            }
        }
    }
}

/// Whether ports.toml gives a service a number on the machine.
fn has(allocation: &Allocation, taker: &Taker, port: u16) -> bool {
    let Taker::Service(service) = taker else { return false };
    // What files say of themselves proves nothing.
    allocation.source.is_in_tree()
        && allocation.services[*service].bindings.iter().any(|one| one.published() && one.hosts().has(port))
}

/// Whether a number is taken where others are: a container that somebody starts by hand, of what ports.toml does not have, is started by itself.
fn takes(one: &Judged) -> bool {
    let is_by_hand = one.form == Form::Published && one.stranger.is_some();
    one.publishes && one.verdict != Verdict::Accepted && !is_by_hand
}

/// Of which stack each file is.
struct Stacks {
    all: Vec<Stack>,
}

/// What tells of which stack a file is.
struct Stack {
    path: String,
    stage: Stage,
    is_compose: bool,
    is_of_service: bool,
    takers: HashSet<Taker>,
    started: HashSet<String>,
    changed: HashSet<String>,
}

impl Stacks {
    fn of(files: &[ScannedFile<'_>]) -> Self {
        let stack = |file: &ScannedFile<'_>| {
            // What is accepted still tells which services a stack starts.
            let takers = file.judged.iter().filter(|one| one.publishes).filter_map(taker).collect();
            Stack {
                path: file.path.clone(),
                stage: stage(&file.path),
                is_compose: file.kind == COMPOSE,
                is_of_service: file.is_of_service,
                takers,
                started: file.parts.started.iter().cloned().collect(),
                changed: file.parts.changed.iter().cloned().collect(),
            }
        };
        Self { all: files.iter().map(stack).collect() }
    }

    /// Whether what two files start is started together. Two Compose files that publish or start the same services are alternatives, and that of a
    /// service's folder is a stack of its own.
    fn are_one(&self, one: usize, other: usize) -> bool {
        let (a, b) = (&self.all[one], &self.all[other]);
        if one == other
            || !a.is_compose
            || !b.is_compose
            || is_override(&a.path, &b.path)
            || is_override(&b.path, &a.path)
        {
            return true;
        }
        // Which files are given beside a base is not said, and tests start a stack of their own.
        let is_beside =
            |part: &Stack, base: &Stack| !part.changed.is_empty() && part.changed.is_disjoint(&base.started);
        if is_beside(a, b) || is_beside(b, a) || is_in_tests(&a.path) != is_in_tests(&b.path) {
            return false;
        }
        let are_alternatives = !a.takers.is_disjoint(&b.takers) || !a.started.is_disjoint(&b.started);
        !a.is_of_service && !b.is_of_service && !are_alternatives
    }
}

/// Whether a Compose file goes over another one by its name: `compose.override.yml` over `compose.yml`.
fn is_override(path: &str, base: &str) -> bool {
    let name = path.rsplit_once('.').map_or("", |(name, _)| name);
    base.rsplit_once('.').is_some_and(|(base, _)| name.strip_suffix(".override") == Some(base))
}

/// Who takes each number in each stage, in which file.
fn taken(
    files: &[ScannedFile<'_>],
    allocation: &Allocation,
    stacks: &Stacks,
) -> HashMap<(u16, Stage), Vec<(Taker, usize)>> {
    let mut takers: HashMap<(u16, Stage), Vec<(Taker, usize)>> = HashMap::new();
    for (at, file) in files.iter().enumerate() {
        for one in file.judged.iter().filter(|one| takes(one)) {
            let known = takers.entry((one.port, stacks.all[at].stage)).or_default();
            known.extend(taker(one).map(|taker| (taker, at)).filter(|taker| !known.contains(taker)));
        }
    }
    // A service that takes another number is still to have its own.
    for ((port, stage), takers) in &mut takers {
        let has = |service: &Service| service.bindings.iter().any(|one| one.published() && one.hosts().has(*port));
        let Some(owner) = allocation.services.iter().position(has).map(Taker::Service) else { continue };
        let has_part = |stack: &Stack| stack.stage == *stage && stack.takers.contains(&owner);
        let parts = stacks.all.iter().enumerate().filter(|(_, stack)| has_part(stack));
        takers.extend(parts.map(|(at, _)| (owner.clone(), at)));
    }
    takers
}

/// What collides, by number; the same number in two stages is two collisions.
pub(super) fn all<'f>(files: &'f [ScannedFile<'_>]) -> Vec<Collision<'f>> {
    let mut by_number: BTreeMap<(u16, Stage), Collision<'f>> = BTreeMap::new();
    for file in files {
        let Some(source) = &file.source else { continue };
        for one in file.judged.iter().filter(|one| one.verdict == Verdict::Collides) {
            let collision = Collision { port: one.port, places: Vec::new() };
            by_number.entry((one.port, stage(&file.path))).or_insert(collision).places.push((source, one));
        }
    }
    by_number.into_values().collect()
}
