//! Which places speak of one service.

use std::collections::{BTreeSet, HashSet};

use super::candidate::Candidate;
use super::document::{Document, Row};
use super::evidence::{Evidence, Expose, Source, Stated, Use};
use super::find::{
    by_first_name, by_first_word, by_hint, by_image, by_image_of_manifest, by_name, by_number, by_number_above,
    by_stem, by_words, numbers,
};
use super::naming;
use super::places::is_shared;
use super::read::Sources;
use super::spoken::{Said, Spoken};
use super::{code, workloads};
use crate::allocation::{Ports, Protocol};

/// The services that the sources speak of: those of the document in its order, then the others in that of the files.
pub(super) fn unite(sources: &Sources) -> Vec<Candidate> {
    let mut all = Vec::new();
    // What is only a part of a service comes to what other files say of it.
    let (parts, whole): (Vec<&Evidence>, Vec<&Evidence>) = sources.stacks.iter().partition(|one| one.is_part);
    for evidence in whole.into_iter().chain(parts) {
        place(&mut all, evidence.clone());
    }
    drop_names_of_others(&mut all);
    for evidence in workloads::evidence(&sources.manifests).into_iter().chain(sources.hosted.iter().cloned()) {
        place(&mut all, evidence);
    }
    let stated = sources.stacks.iter().flat_map(|one| &one.ports).flat_map(|one| [one.host, one.container]);
    let known = stated.flatten().map(|ports| ports.first().get());
    let known = known.chain(sources.stacks.iter().filter_map(|one| Some(one.image_port.as_ref()?.0))).collect();
    let mut left = Vec::new();
    for evidence in code::evidence(&sources.own, &sources.paths, &known) {
        left.extend(place_code(&mut all, evidence));
    }
    place_left(&mut all, left, &sources.spoken);
    all.iter_mut().for_each(|one| one.set_by_variables(&sources.own));
    let rows: Vec<Evidence> = match sources.documents.first() {
        Some(document) => document.rows.iter().map(|row| of_row(document, row)).collect(),
        None => sources.registries.clone(),
    };
    let order = place_documented(&mut all, rows);
    let mut sorted: Vec<(usize, Candidate)> = all.into_iter().enumerate().collect();
    let rank = |at: usize| order.iter().position(|known| *known == at).unwrap_or(usize::MAX);
    sorted.sort_by_key(|(at, _)| (rank(*at), *at));
    sorted.into_iter().map(|(_, candidate)| candidate).collect()
}

/// Takes from each service the names that are the keys of others: a `container_name` that was copied is nobody's name.
fn drop_names_of_others(all: &mut [Candidate]) {
    let key =
        |one: &Candidate| one.evidence.first().and_then(|first| first.names.first()).map(|name| naming::key(name));
    let keys: Vec<Option<String>> = all.iter().map(key).collect();
    for (at, one) in all.iter_mut().enumerate() {
        let is_another = |name: &str| {
            let of = |(other, key): (usize, &Option<String>)| other != at && key.as_deref() == Some(name);
            keys.iter().enumerate().any(of)
        };
        one.keys.retain(|name| !is_another(name));
        for evidence in &mut one.evidence {
            let first = evidence.names.first().cloned();
            evidence.names.retain(|name| Some(name) == first.as_ref() || !is_another(&naming::key(name)));
        }
    }
}

/// What has to be said of a service that two stacks publish each under another port alone: it has both, and may have one.
pub(super) fn in_two_ways(candidate: &Candidate) -> Option<String> {
    let is_off = |port: &&Stated| port.expose.as_ref().is_some_and(Expose::is_off);
    let only = |one: &Evidence| {
        let mut published = one.ports.iter().filter(|port| !is_off(port));
        published.next().cloned().filter(|_| published.next().is_none())
    };
    let is_whole = |one: &&Evidence| one.stage == Use::Development && (one.dir.is_some() || !one.hints.is_empty());
    let mut stacks = candidate.of(Source::Compose).filter(is_whole).filter_map(only);
    let first = stacks.next().filter(|_| candidate.taken().is_none())?;
    let is_other = |port: &Stated| port.host != first.host && port.container != first.container;
    let other = stacks.find(is_other)?;
    let name = candidate.evidence.first()?.names.first()?;
    let ([one, two], [here, there]) = ([first.host?, other.host?], [first.at.shown(), other.at.shown()]);
    Some(format!(
        "{name} has both {one} ({here}) and {two} ({there}): if it listens on one of them, take the other out"
    ))
}

/// The services that only tests start and that nothing else speaks of, each with the file that has it.
pub(super) fn only_of_tests(sources: &Sources, all: &[Candidate]) -> Vec<String> {
    let is_known = |evidence: &Evidence| by_name(all, &evidence.names).is_some();
    let left = sources.stacks.iter().filter(|one| one.stage == Use::Test && !is_known(one));
    left.filter_map(|one| Some(format!("{} ({})", one.names.first()?, one.at.file))).collect()
}

/// Puts what a Compose file or a manifest says with what is known of the service.
fn place(all: &mut Vec<Candidate>, mut evidence: Evidence) {
    let of_manifest = |one: &Evidence| {
        let found = by_stem(all, &one.names).filter(|_| one.source == Source::Code);
        // `orders` and `orders-db` are two, where both are known.
        found.filter(|at| has_port_of(&all[*at], one))
    };
    let known = by_name(all, &evidence.names).or_else(|| of_manifest(&evidence));
    let known = known.or_else(|| by_image(all, &evidence)).or_else(|| by_image_of_manifest(all, &evidence));
    // Two services of one file are two.
    let known = known.filter(|at| !(evidence.is_taken && all[*at].taken().is_some()));
    match known {
        Some(at) if is_another(&all[at], &evidence) => {
            // The database of one service beside that of all.
            let folder = evidence.at.file.rsplit('/').nth(1).unwrap_or_default().to_owned();
            let own = evidence.names.first().map(|name| format!("{folder}-{name}")).unwrap_or_default();
            evidence.names = vec![own];
            match by_name(all, &evidence.names) {
                Some(known) => all[known].add(evidence),
                None => all.push(Candidate::new(evidence)),
            }
        }
        Some(at) => {
            if evidence.source == Source::Code && all[at].of(Source::Compose).next().is_some() {
                leave_machine(&mut evidence);
            }
            all[at].add(evidence);
        }
        // What only tests start is no part of the platform.
        None if evidence.stage == Use::Test => {}
        // What no file starts is nothing, but for what it publishes.
        None if evidence.is_part && !evidence.ports.iter().any(|port| port.host.is_some()) => {}
        None => all.push(Candidate::new(evidence)),
    }
}

/// Whether two places may state the ports of one service: one of them states none, or both state one of them.
fn has_port_of(known: &Candidate, evidence: &Evidence) -> bool {
    let own = numbers(evidence);
    let mut others = known.evidence.iter().filter(|one| !one.ports.is_empty()).peekable();
    own.is_empty() || others.peek().is_none() || others.any(|one| !numbers(one).is_disjoint(&own))
}

/// Leaves out which numbers something takes on the machine that starts what a Compose file starts, too.
fn leave_machine(evidence: &mut Evidence) {
    for port in &mut evidence.ports {
        (port.host, port.expose) = (None, Some(Expose::Hidden));
    }
    evidence.ports.retain(|port| port.container.is_some());
}

/// Whether a Compose file in another folder publishes other numbers for a service that has the name of one, but is nothing of this
/// repository: it is an instance of its own.
fn is_another(known: &Candidate, evidence: &Evidence) -> bool {
    let hosts = |one: &Evidence| one.ports.iter().filter_map(|port| port.host).collect::<Vec<_>>();
    let folder = |one: &Evidence| one.at.file.rsplit_once('/').map_or(String::new(), |(folder, _)| folder.to_owned());
    let own = hosts(evidence);
    let is_candidate =
        evidence.source == Source::Compose && evidence.stage == Use::Development && evidence.dir.is_none();
    let mut others =
        known.of(Source::Compose).filter(|one| one.stage == Use::Development && !one.ports.is_empty()).peekable();
    is_candidate
        && !own.is_empty()
        && evidence.at.file.contains('/')
        && others.peek().is_some()
        && others.all(|one| {
            one.dir.is_none() && folder(one) != folder(evidence) && !hosts(one).iter().any(|host| own.contains(host))
        })
}

/// Puts what a folder says with the service that is built from it, and returns it where none is known.
fn place_code(all: &mut [Candidate], mut evidence: Evidence) -> Option<Evidence> {
    let dir = evidence.dir.clone().unwrap_or_default();
    let named = by_name(all, &evidence.names);
    let mut built: Vec<usize> = (0..all.len()).filter(|at| all[*at].has_dir(&dir)).collect();
    if built.is_empty() {
        // The folder has but the Dockerfile of what lies elsewhere, and nothing is called after it.
        built = (0..all.len()).filter(|at| all[*at].has_dockerfile(&dir)).collect();
        evidence.dir = evidence.dir.filter(|_| built.is_empty());
        evidence.names.retain(|_| built.is_empty());
    }
    let is_built = |at: usize| built.contains(&at);
    // What a program lies in beside the one that starts it.
    let is_beside = |at: usize| {
        let mut hosts = evidence.ports.iter().filter_map(|port| port.host);
        all[at].evidence.iter().all(|one| one.dir.as_deref().is_none_or(is_shared))
            || hosts.any(|host| all[at].publishes(host.first().get()))
    };
    let found = match named {
        Some(at) if is_built(at) || built.iter().all(|at| all[*at].has_shared_dir()) && is_beside(at) => Some(at),
        _ => built
            .iter()
            .copied()
            .find(|at| all[*at].evidence.iter().any(|one| !one.ports.is_empty()))
            .or(built.first().copied()),
    };
    // What a package calls itself may be said of a library.
    let hints = if evidence.ports.is_empty() { &[] } else { &evidence.hints[..] };
    let found = found.or_else(|| by_name(all, hints)).or_else(|| by_hint(all, &evidence.names));
    let found = found.or_else(|| by_stem(all, &evidence.names)).or_else(|| by_number_above(all, &evidence));
    // A library for a program of somebody else is none of its folders.
    let is_library = |one: &Candidate| {
        let is_theirs = |one: &Evidence| one.dir.is_none() && one.image_port.is_some();
        evidence.ports.is_empty() && one.of(Source::Compose).next().is_some() && one.of(Source::Compose).all(is_theirs)
    };
    match found {
        Some(at) if is_library(&all[at]) => None,
        Some(at) => {
            all[at].add(evidence);
            None
        }
        // A package without a port is no service.
        None => Some(evidence).filter(|one| !one.ports.is_empty() && one.is_service),
    }
}

/// Puts the folders that no name tells with the services that are started from an image of the repository and have the same port, where
/// it is one of each; the others are services by themselves.
fn place_left(all: &mut Vec<Candidate>, left: Vec<Evidence>, spoken: &[Spoken]) {
    let of_image = |one: &Candidate| {
        let mut inside: BTreeSet<Ports> =
            one.evidence.iter().flat_map(|one| &one.ports).filter_map(|port| port.container).collect();
        let own = |said: &&Spoken| {
            said.said != Said::Reached && one.evidence.iter().any(|one| one.key.as_deref() == Some(&*said.owner))
        };
        inside.extend(spoken.iter().filter(own).map(|said| said.ports));
        let is_free = one.evidence.iter().all(|one| one.source == Source::Compose && one.dir.is_none());
        if is_free && one.evidence.iter().any(|one| one.is_own_image) { inside } else { BTreeSet::new() }
    };
    let images: Vec<BTreeSet<Ports>> = all.iter().map(of_image).collect();
    let folders: Vec<BTreeSet<Ports>> = left.iter().map(numbers).collect();
    for (mut evidence, own) in left.into_iter().zip(&folders) {
        let mut found = (0..images.len()).filter(|at| !images[*at].is_disjoint(own));
        let only = found.next().filter(|at| {
            found.next().is_none() && folders.iter().filter(|other| !images[*at].is_disjoint(other)).count() == 1
        });
        match only.or_else(|| by_first_word(all, &evidence, own)) {
            Some(at) => {
                // What lies at the root is called after nothing.
                evidence.names.retain(|_| evidence.dir.as_deref() != Some(""));
                all[at].add(evidence);
            }
            None => {
                if let ([first], Some(secure)) = (&mut evidence.ports[..], evidence.secure.take()) {
                    first.name = Some("http".to_owned());
                    evidence.ports.push(secure);
                }
                all.push(Candidate::new(evidence));
            }
        }
    }
}

/// A way to find the service that a row of a document names.
type Find = fn(&[Candidate], &Evidence) -> Option<usize>;

/// Puts the rows of a document with the services that they name; which candidate each row is of.
fn place_documented(all: &mut Vec<Candidate>, rows: Vec<Evidence>) -> Vec<usize> {
    let known = all.len();
    let mut of_row: Vec<Option<usize>> = vec![None; rows.len()];
    let passes: [Find; 5] = [
        |all, row| by_name(all, &row.names),
        |all, row| by_stem(all, &row.names),
        |all, row| by_hint(all, &row.names),
        by_words,
        by_number,
    ];
    let mut taken: HashSet<usize> = HashSet::new();
    for (pass, find) in passes.into_iter().enumerate() {
        for (at, row) in rows.iter().enumerate() {
            if of_row[at].is_none() {
                // Another row may be another port of the service, where it says another number.
                let is_said = |found: usize| {
                    of_row.iter().zip(&rows).any(|(of, other)| *of == Some(found) && has_number_of(other, row))
                };
                let is_free = |found: &usize| {
                    !taken.contains(found)
                        || by_first_name(&all[..known], row) == Some(*found)
                        || pass == 4 && !is_said(*found)
                };
                of_row[at] = find(&all[..known], row).filter(is_free);
            }
        }
        taken.extend(of_row.iter().flatten());
    }
    let mut order = Vec::new();
    for (row, found) in rows.into_iter().zip(of_row) {
        // Several rows of one name are ports of one service.
        let found = found.or_else(|| by_name(&all[known..], &row.names[..1.min(row.names.len())]).map(|at| at + known));
        let at = found.unwrap_or(all.len());
        match all.get_mut(at) {
            Some(candidate) => candidate.add(row),
            None => all.push(Candidate::new(row)),
        }
        order.push(at);
    }
    order
}

/// Whether two rows state one number.
fn has_number_of(one: &Evidence, other: &Evidence) -> bool {
    let hosts = |row: &Evidence| row.ports.iter().filter_map(|port| port.host).collect::<Vec<_>>();
    hosts(one).iter().any(|host| hosts(other).contains(host))
}

/// What a row of a document says.
fn of_row(document: &Document, row: &Row) -> Evidence {
    let mut one = Evidence::new(Source::Document, row.at.clone());
    let code =
        row.code.iter().filter(|code| naming::is_id(code) && code.bytes().any(|byte| byte.is_ascii_alphabetic()));
    one.names = code.cloned().chain(naming::spellings(&row.title)).collect();
    one.title = Some(row.title.clone());
    one.description = Some(row.description.clone()).filter(|description| !description.is_empty());
    one.section = Some(row.section);
    one.ports = row
        .ports
        .iter()
        .map(|held| Stated {
            host: held.host,
            container: held.container.filter(|inside| held.host.is_none_or(|host| host.count() == inside.count())),
            protocol: if held.is_udp { Protocol::Udp } else { Protocol::Tcp },
            name: held.name.clone().or_else(|| one.description.clone()).as_deref().and_then(naming::id),
            expose: held.host.is_none().then_some(Expose::Hidden),
            ..Stated::at(row.at.clone())
        })
        .collect();
    debug_assert!(document.sections.len() > row.section);
    one
}
