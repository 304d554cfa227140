//! Two services that take one number of the machine.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use super::engine::ScannedFile;
use super::verdict::{Judged, Verdict};
use crate::diagnostic::Source;

/// For what the file of a stack is, by its name: only one of several is started.
fn stage(path: &str) -> &'static str {
    let name = path.rsplit('/').next().unwrap_or_default().to_ascii_lowercase();
    let has = |words: &[&str]| name.split(['.', '-', '_']).any(|part| words.contains(&part));
    if has(&["prod", "production", "live"]) {
        "production"
    } else if has(&["stage", "staging", "qa", "uat"]) {
        "staging"
    } else if has(&["test", "tests", "testing", "ci", "e2e"]) {
        "test"
    } else {
        "development"
    }
}

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
pub(super) fn mark(files: &mut [ScannedFile<'_>]) {
    let taken = taken(files);
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
fn taken(files: &[ScannedFile<'_>]) -> HashSet<(u16, &'static str)> {
    let mut takers: HashMap<(u16, &'static str), Vec<Taker>> = HashMap::new();
    for file in files {
        for one in file.judged.iter().filter(|one| one.publishes && one.verdict != Verdict::Accepted) {
            let known = takers.entry((one.port, stage(&file.path))).or_default();
            known.extend(taker(one).filter(|taker| !known.contains(taker)));
        }
    }
    let is_known = |taker: &Taker| matches!(taker, Taker::Service(_));
    takers.retain(|_, takers| takers.len() > 1 && takers.iter().any(is_known));
    takers.into_keys().collect()
}

/// What collides, by number; the same number in two stages is two collisions.
pub(super) fn all<'f>(files: &'f [ScannedFile<'_>]) -> Vec<Collision<'f>> {
    let mut by_number: BTreeMap<(u16, &'static str), Collision<'f>> = BTreeMap::new();
    for file in files {
        let Some(source) = &file.source else { continue };
        for one in file.judged.iter().filter(|one| one.verdict == Verdict::Collides) {
            let collision = Collision { port: one.port, places: Vec::new() };
            by_number.entry((one.port, stage(&file.path))).or_insert(collision).places.push((source, one));
        }
    }
    by_number.into_values().collect()
}
