//! Two services that take one number of the machine.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use super::found::ScannedFile;
use super::stage::{Stage, stage};
use super::verdict::{Judged, Verdict};
use crate::allocation::{Allocation, Service};
use crate::diagnostic::Source;

/// Who takes a number.
#[derive(Clone, Debug, PartialEq, Eq)]
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
    pub(super) fn is_left(&self, is_mended: fn(&Judged) -> bool) -> bool {
        let mut left = self.places.iter().filter(|(_, one)| !is_mended(one)).filter_map(|(_, one)| taker(one));
        left.next().is_some_and(|first| left.any(|other| other != first))
    }
}

/// Marks what collides: numbers that services of ports.toml, or one and something else, take in one stage.
pub(super) fn mark(files: &mut [ScannedFile<'_>], allocation: &Allocation) {
    let taken = taken(files, allocation);
    for file in files {
        let stage = stage(&file.path);
        for one in file.judged.iter_mut().filter(|one| one.publishes && one.verdict != Verdict::Accepted) {
            if taken.contains(&(one.port, stage)) {
                one.verdict = Verdict::Collides;
            }
        }
    }
}

/// The numbers that collide, each in its stage.
fn taken(files: &[ScannedFile<'_>], allocation: &Allocation) -> HashSet<(u16, Stage)> {
    let mut takers: HashMap<(u16, Stage), Vec<Taker>> = HashMap::new();
    for file in files {
        for one in file.judged.iter().filter(|one| one.publishes && one.verdict != Verdict::Accepted) {
            let known = takers.entry((one.port, stage(&file.path))).or_default();
            known.extend(taker(one).filter(|taker| !known.contains(taker)));
        }
    }
    let services: HashSet<(usize, Stage)> =
        takers.iter().flat_map(|((_, stage), takers)| services(takers, *stage)).collect();
    // A service that takes another number is still to have its own.
    for ((port, stage), takers) in &mut takers {
        let has = |service: &Service| service.bindings.iter().any(|one| one.published() && one.hosts().has(*port));
        let owner = allocation.services.iter().position(has).filter(|owner| services.contains(&(*owner, *stage)));
        takers.extend(owner.map(Taker::Service).filter(|owner| !takers.contains(owner)));
    }
    let is_known = |taker: &Taker| matches!(taker, Taker::Service(_));
    takers.retain(|_, takers| takers.len() > 1 && takers.iter().any(is_known));
    takers.into_keys().collect()
}

fn services(takers: &[Taker], stage: Stage) -> Vec<(usize, Stage)> {
    let mut services = Vec::new();
    for taker in takers {
        if let Taker::Service(service) = taker {
            services.push((*service, stage));
        }
    }
    services
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
