//! Ways to find the service that a place speaks of.

use std::collections::BTreeSet;

use super::candidate::Candidate;
use super::evidence::{Evidence, Source};
use super::naming;
use crate::allocation::Ports;

/// By the name that a row has first.
pub(super) fn by_first_name(all: &[Candidate], row: &Evidence) -> Option<usize> {
    by_name(all, row.names.get(..1)?)
}

/// By any of its names, also where these are put together in another way: `opapi` is `op-api`.
pub(super) fn by_name(all: &[Candidate], names: &[String]) -> Option<usize> {
    let exact = |name: &String| {
        let key = naming::key(name);
        all.iter().position(|one| one.keys.contains(&key))
    };
    let squeezed = |name: &String| {
        let name = naming::squeezed(name);
        all.iter().position(|one| one.keys.iter().any(|key| naming::squeezed(key) == name))
    };
    names.iter().find_map(exact).or_else(|| names.iter().find_map(squeezed))
}

/// By what a Compose file starts: the image of the platform or the folder that the service of another file has which listens on the same
/// port, and no other service of either file.
pub(super) fn by_image(all: &[Candidate], evidence: &Evidence) -> Option<usize> {
    let own = inside(evidence);
    let is_same = |one: &Evidence| {
        one.is_alone
            && one.image == evidence.image
            && one.at.file != evidence.at.file
            && inside(one).iter().any(|port| own.contains(port))
    };
    let is_telling = evidence.is_alone && evidence.image_port.is_none() && !own.is_empty();
    is_telling.then(|| all.iter().position(|one| one.evidence.iter().any(is_same)))?
}

/// By what a manifest starts: the image that one service of Compose files alone is started from, with a port that this one has.
pub(super) fn by_image_of_manifest(all: &[Candidate], evidence: &Evidence) -> Option<usize> {
    let own = inside(evidence);
    let is_started = |one: &&Candidate| one.of(Source::Compose).any(|one| one.image == evidence.image);
    let has_port = |one: &Candidate| one.evidence.iter().flat_map(inside).any(|port| own.contains(&port));
    let is_telling = evidence.source == Source::Code && evidence.is_alone && all.iter().filter(is_started).count() == 1;
    is_telling.then(|| all.iter().position(|one| is_started(&one) && has_port(one)))?
}

/// The ports in the container that a place states.
fn inside(one: &Evidence) -> Vec<Ports> {
    one.ports.iter().filter_map(|port| port.container).collect()
}

/// By names without what they may end in, where only one service has it.
pub(super) fn by_stem(all: &[Candidate], names: &[String]) -> Option<usize> {
    let only = |stem: &str| {
        let is_one = |one: &&(usize, &Candidate)| one.1.keys.first().is_some_and(|key| naming::stem(key) == stem);
        let found: Vec<_> = all.iter().enumerate().collect();
        let mut found = found.iter().filter(is_one);
        found.next().filter(|_| found.next().is_none()).map(|(at, _)| *at)
    };
    names.iter().find_map(|name| only(naming::stem(&naming::key(name))))
}

/// By the name of an image, where only one service has it.
pub(super) fn by_hint(all: &[Candidate], names: &[String]) -> Option<usize> {
    let hints = |one: &Candidate, key: &str| {
        one.evidence.iter().flat_map(|one| &one.hints).any(|hint| naming::key(hint) == key)
    };
    names.iter().map(|name| naming::key(name)).find_map(|key| {
        let mut found = (0..all.len()).filter(|at| hints(&all[*at], &key));
        found.next().filter(|_| found.next().is_none())
    })
}

/// By words: `Admin Dashboard` for `admin`, the longest name first, where it says a number that the service has, or names it alone.
pub(super) fn by_words(all: &[Candidate], row: &Evidence) -> Option<usize> {
    let title = row.title.as_deref().map(naming::key)?;
    let words: Vec<&str> = title.split('-').collect();
    let is_in = |key: &String| key.split('-').all(|word| words.contains(&word));
    let named = (0..all.len()).filter(|at| !all[*at].has_document() && all[*at].keys.iter().any(is_in));
    let numbers: Vec<u16> = row.ports.iter().filter_map(|port| Some(port.host?.first().get())).collect();
    named.max_by_key(|at| {
        (
            numbers.iter().any(|number| all[*at].publishes(*number)),
            all[*at].keys.iter().filter(|key| is_in(key)).map(String::len).max(),
        )
    })
}

/// By the number, where only one service has it, and no other row has said it.
pub(super) fn by_number(all: &[Candidate], row: &Evidence) -> Option<usize> {
    let numbers: Vec<u16> = row.ports.iter().filter_map(|port| Some(port.host?.first().get())).collect();
    let mut found = (0..all.len()).filter(|at| numbers.iter().any(|number| all[*at].publishes(*number)));
    found.next().filter(|_| found.next().is_none())
}

/// By the folder that it lies in, where the one service that is built there publishes one of its numbers: the program of `catalog` in
/// `services/catalog/Shop.Catalog.Api`.
pub(super) fn by_number_above(all: &[Candidate], evidence: &Evidence) -> Option<usize> {
    let dir = evidence.dir.as_deref()?;
    let is_above = |one: &Evidence| {
        let rest = one.dir.as_deref().filter(|above| !above.is_empty()).and_then(|above| dir.strip_prefix(above));
        one.source == Source::Compose && rest.is_some_and(|rest| rest.starts_with('/'))
    };
    let mut hosts = evidence.ports.iter().filter_map(|port| port.host);
    let mut found = (0..all.len()).filter(|at| all[*at].evidence.iter().any(is_above));
    let only = found.next().filter(|_| found.next().is_none())?;
    hosts.any(|host| all[only].publishes(host.first().get())).then_some(only)
}

/// The numbers that a place states.
pub(super) fn numbers(one: &Evidence) -> BTreeSet<Ports> {
    one.ports.iter().flat_map(|port| [port.host, port.container]).flatten().collect()
}

/// By what a name begins with, where only one manifest has it that states one of its `numbers`: `users-web-api` for `users-service`.
pub(super) fn by_first_word(all: &[Candidate], evidence: &Evidence, own: &BTreeSet<Ports>) -> Option<usize> {
    let name = naming::key(evidence.names.first()?);
    let is_one = |one: &Candidate| {
        let stem = one.keys.first().map(|key| naming::stem(key));
        let rest = stem.and_then(|stem| name.strip_prefix(stem));
        rest.is_some_and(|rest| rest.starts_with('-'))
            && one.evidence.iter().all(|one| one.source == Source::Code && one.dir.is_none())
            && one.evidence.iter().any(|one| !numbers(one).is_disjoint(own))
    };
    let mut found = (0..all.len()).filter(|at| is_one(&all[*at]));
    found.next().filter(|_| found.next().is_none())
}
