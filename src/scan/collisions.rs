//! Two services that take one number of the machine.

use std::collections::HashMap;

use super::engine::ScannedFile;
use super::verdict::{Judged, Verdict};

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

/// Marks what collides: numbers that services of ports.toml, or one and something else, take in one stage.
pub(super) fn mark(files: &mut [ScannedFile]) {
    let mut takers: HashMap<(u16, &'static str), Vec<Taker>> = HashMap::new();
    for file in &*files {
        for one in file.judged.iter().filter(|one| one.publishes) {
            let known = takers.entry((one.port, stage(&file.path))).or_default();
            known.extend(taker(one).filter(|taker| !known.contains(taker)));
        }
    }
    let is_known = |taker: &Taker| matches!(taker, Taker::Service(_));
    takers.retain(|_, takers| takers.len() > 1 && takers.iter().any(is_known));
    for file in files {
        let stage = stage(&file.path);
        for one in file.judged.iter_mut().filter(|one| one.publishes) {
            if takers.contains_key(&(one.port, stage)) && one.verdict != Verdict::Accepted {
                one.verdict = Verdict::Collides;
            }
        }
    }
}
