//! The services that ports.toml gets: their ids, titles and ports.

use std::collections::HashMap;

use super::candidate::Candidate;
use super::decide::{Prefer, Slot, name, slots};
use super::evidence::{Evidence, Source, Use};
use super::places::is_shared;
use super::usage::is_together;
use super::{called, naming};
use crate::allocation::{Ports, Protocol};
use crate::diagnostic::is_hidden;

/// A service as ports.toml gets it.
#[derive(Debug)]
pub(super) struct Proposed {
    pub(super) id: String,
    pub(super) title: Option<String>,
    pub(super) description: Option<String>,
    pub(super) aliases: Vec<String>,
    pub(super) dir: Option<String>,
    /// Its package.json, and the number that this states.
    pub(super) package: Option<(String, Option<Ports>)>,
    /// Ids of other services.
    pub(super) depends_on: Vec<String>,
    pub(super) profiles: Vec<String>,
    /// The part of the document that it is in.
    pub(super) section: Option<usize>,
    pub(super) slots: Vec<Slot>,
    /// Whether only files say something of it that are not for development.
    pub(super) is_elsewhere: bool,
    /// Whether Compose starts it from an image that is not built here.
    pub(super) is_image: bool,
    /// Whether it is a part of the repository, rather than somebody else's program.
    pub(super) is_own: bool,
    /// Whether it may be one: nothing says that it is anybody else's.
    pub(super) may_be_own: bool,
    /// The names of what it may be, from its names and images, in lower case.
    pub(super) programs: Vec<String>,
    /// Index into the groups.
    pub(super) group: Option<usize>,
    /// Why its ports lie outside of the ranges of its group.
    pub(super) exception: Option<String>,
    /// What the Compose file says of it that portgen writes from now on.
    pub(super) compose: Compose,
}

/// `compose` of a service.
#[derive(Debug, Default)]
pub(super) enum Compose {
    /// Nothing but its profiles: people keep their Compose files.
    #[default]
    Theirs,
    /// `false`: the Compose file that portgen writes does not have it.
    Outside,
    /// That of the service of the file with this name.
    Of(String),
}

impl Proposed {
    /// Whether it has this name in a Compose file.
    pub(super) fn is_called(&self, name: &str) -> bool {
        match &self.compose {
            Compose::Of(own) => own == name,
            _ => self.id == name || self.aliases.iter().any(|alias| alias == name),
        }
    }

    /// Whether the Compose file that portgen writes has it.
    pub(super) fn is_taken(&self) -> bool {
        matches!(self.compose, Compose::Of(_))
    }

    /// One of which only the ports are known.
    pub(super) fn new(id: String, slots: Vec<Slot>) -> Self {
        Self {
            id,
            title: None,
            description: None,
            aliases: Vec::new(),
            dir: None,
            package: None,
            depends_on: Vec::new(),
            profiles: Vec::new(),
            section: None,
            slots,
            is_elsewhere: false,
            is_image: false,
            is_own: false,
            may_be_own: false,
            programs: Vec::new(),
            group: None,
            exception: None,
            compose: Compose::Theirs,
        }
    }
}

/// Gives the ports of each service that has several their names.
pub(super) fn name_ports(all: &mut [Proposed]) {
    all.iter_mut().filter(|one| one.slots.len() > 1).for_each(|one| name(&mut one.slots, &one.programs));
}

/// Lets services take their ports on the host that are on its network.
pub(super) fn put_on_host(all: &mut [Proposed], is_on_host: impl Fn(&str) -> bool) {
    for one in all {
        if matches!(&one.compose, Compose::Of(name) if is_on_host(name)) {
            for slot in &mut one.slots {
                let inside = slot.container.clone();
                (slot.expose, slot.published) = (None, None);
                slot.host = if slot.container.0.is_empty() { slot.host.clone() } else { inside };
            }
        }
    }
}

/// Leaves out each package.json with a number that is neither that of its service nor the one before: `write` would have to guess.
pub(super) fn leave_packages(all: &mut [Proposed]) {
    for one in all {
        let slots = &one.slots;
        let is_of =
            |ports: Ports| slots.iter().any(|slot| slot.number() == Some(ports) || slot.before() == Some(ports));
        one.package = one.package.take().filter(|(_, ports)| ports.is_none_or(is_of));
    }
}

/// What the candidates become; those of which nobody states a port are left out, unless the document has them.
pub(super) fn propose(candidates: &[Candidate], prefer: &dyn Fn(&str) -> Prefer) -> Vec<Proposed> {
    let mut ids: Vec<String> = Vec::new();
    let mut all: Vec<Proposed> = Vec::new();
    let mut by_key: HashMap<String, usize> = HashMap::new();
    let mut waits: Vec<Vec<String>> = Vec::new();
    let has_taken = candidates.iter().any(|one| one.taken().is_some());
    for candidate in candidates {
        let id = unused(&id(candidate), &ids);
        let mut proposed = of(candidate, &id, prefer(&id));
        proposed.compose = compose(candidate, has_taken);
        let is_documented = candidate.of(Source::Document).next().is_some();
        let is_started = candidate.of(Source::Compose).any(|one| one.stage != Use::Test);
        let is_started = is_started && !naming::is_of_tests(&id);
        if proposed.slots.is_empty() && !is_documented && !is_started && candidate.taken().is_none() {
            continue;
        }
        for name in candidate.of(Source::Compose).filter_map(|one| one.key.as_ref()) {
            by_key.entry(name.clone()).or_insert(all.len());
        }
        waits.push(match candidate.taken() {
            Some(taken) => taken.depends_on.clone(),
            None => candidate.of(Source::Compose).flat_map(|one| one.depends_on.clone()).collect(),
        });
        ids.push(id);
        all.push(proposed);
    }
    drop_names_of_others(&mut all, &by_key);
    for (at, names) in waits.iter().enumerate() {
        for other in names.iter().filter_map(|name| by_key.get(name)) {
            let is_beside = !all[at].is_taken() || all[*other].is_taken();
            if is_beside
                && *other != at
                && !all[at].depends_on.contains(&ids[*other])
                && !reaches(&waits, &by_key, *other, at)
            {
                all[at].depends_on.push(ids[*other].clone());
            }
        }
    }
    all
}

/// Leaves the root to the service that is built there, where it is the only one of the repository with ports: what lies below it may speak of
/// others.
pub(super) fn leave_root(all: &mut [Proposed], is_part: bool) {
    let is_at_root = |one: &Proposed| one.dir.as_deref() == Some("");
    let has_ports = |one: &&Proposed| one.is_own && !one.slots.is_empty();
    let is_alone = is_part && all.iter().filter(has_ports).count() == 1;
    for one in all.iter_mut().filter(|one| is_at_root(one)) {
        one.dir = Some(".".to_owned()).filter(|_| is_alone && !one.slots.is_empty());
    }
}

/// Takes from each service the aliases that are ids of others or their keys in Compose files, as `by_key` has them, or that others have, too:
/// folders and images may be called as these.
fn drop_names_of_others(all: &mut [Proposed], by_key: &HashMap<String, usize>) {
    let mut owners: HashMap<String, usize> = HashMap::new();
    for (name, at) in by_key {
        owners.entry(naming::key(name)).and_modify(|first| *first = *at.min(first)).or_insert(*at);
    }
    owners.extend(all.iter().enumerate().map(|(at, one)| (naming::key(&one.id), at)));
    let mut counts: HashMap<String, usize> = HashMap::new();
    all.iter().flat_map(|one| &one.aliases).for_each(|alias| *counts.entry(naming::key(alias)).or_default() += 1);
    for (at, one) in all.iter_mut().enumerate() {
        one.aliases.retain(|alias| {
            let key = naming::key(alias);
            owners.get(&key).map_or(counts.get(&key) == Some(&1), |owner| *owner == at)
        });
    }
}

/// What becomes of `compose` of a service, where portgen writes a Compose file from now on and where not.
fn compose(candidate: &Candidate, has_taken: bool) -> Compose {
    match candidate.taken().and_then(|one| one.names.first()) {
        Some(name) => Compose::Of(name.clone()),
        None if has_taken => Compose::Outside,
        None => Compose::Theirs,
    }
}

/// Whether a service waits for another one, also through others: files of different stacks may be a circle together.
fn reaches(waits: &[Vec<String>], by_key: &HashMap<String, usize>, from: usize, to: usize) -> bool {
    let mut seen = vec![false; waits.len()];
    let mut open = vec![from];
    while let Some(at) = open.pop() {
        if at == to {
            return true;
        }
        if !std::mem::replace(&mut seen[at], true) {
            open.extend(waits[at].iter().filter_map(|name| by_key.get(name)));
        }
    }
    false
}

/// What a service is called: as in Compose, as its folder, as in a manifest, else as the document has it.
fn id(candidate: &Candidate) -> String {
    if let Some(name) = candidate.taken().and_then(|one| one.names.first()) {
        return name.clone();
    }
    let all = [Source::Compose, Source::Code].into_iter().flat_map(|source| candidate.of(source));
    let names: Vec<&String> = all.filter_map(|one| one.names.first()).collect();
    let named = names.iter().find(|name| naming::is_id(name)).map(|name| (*name).clone());
    let named = named.or_else(|| names.iter().find_map(|name| naming::id(name)));
    let documented = || candidate.of(Source::Document).flat_map(|one| &one.names).find_map(|name| naming::id(name));
    let numbered = || {
        let mut ports = candidate.evidence.iter().flat_map(|one| &one.ports);
        ports.find_map(|port| Some(format!("port-{}", port.host?.first().get())))
    };
    named.or_else(|| documented().map(|id| synonym(&id))).or_else(numbered).unwrap_or_else(|| "service".to_owned())
}

/// Whether an id says nothing but a number: no source has a name that can be one.
pub(super) fn is_numbered(id: &str) -> bool {
    let rest = id.strip_prefix("port-").or_else(|| id.strip_prefix("service"));
    rest.is_some_and(|rest| rest.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-'))
}

/// What a known program is usually called in Compose: `postgres` for `postgresql`.
fn synonym(id: &str) -> String {
    match naming::key(id) {
        key if key == "postgres" => key,
        _ => id.to_owned(),
    }
}

/// An id that no service has, in no spelling that gives its variables the same name.
fn unused(id: &str, taken: &[String]) -> String {
    let variable = |id: &str| id.to_ascii_lowercase().replace(['.', '_'], "-");
    let is_taken = |id: &str| taken.iter().any(|known| variable(known) == variable(id));
    let mut free = id.to_owned();
    let mut count = 2;
    while is_taken(&free) {
        free = format!("{id}-{count}");
        count += 1;
    }
    free
}

fn of(candidate: &Candidate, id: &str, prefer: Prefer) -> Proposed {
    let document = || candidate.of(Source::Document);
    let code = || candidate.of(Source::Code);
    let mut slots = slots(candidate, prefer);
    slots.retain(|slot| slot.number().is_some());
    // Of two ports with one number, one is known twice.
    let mut seen = Vec::new();
    slots.retain(|slot| {
        // What portgen writes from now on has all that it had: on two addresses, and in `expose` besides.
        let expose = slot.expose.clone().filter(|_| candidate.taken().is_some());
        let key = (slot.protocol == Protocol::Udp, slot.number(), slot.container.taken(), expose);
        let is_new = !seen.contains(&key);
        seen.push(key);
        is_new
    });
    let has_words = id.contains(['-', '_']);
    let title = document().find_map(|one| one.title.clone()).or_else(|| has_words.then(|| naming::title(id)));
    // Where the whole repository is the context of a build, the files of a folder say more.
    let is_folder = |dir: &&String| !dir.is_empty();
    let is_home = |dir: &&String| !is_shared(dir);
    let dirs = || candidate.of(Source::Compose).chain(code()).filter_map(|one| one.dir.as_ref());
    let built = dirs().find(is_home).or_else(|| dirs().find(is_folder)).cloned();
    let built = built.or_else(|| candidate.is_built_at_root().then(String::new));
    let mut one = Proposed::new(id.to_owned(), slots);
    one.title = title.map(|title| clean(&title)).filter(|title| !title.is_empty() && title != id);
    one.description = description(candidate);
    one.aliases = aliases(candidate, id);
    let is_theirs = candidate.evidence.iter().any(|one| one.image_port.is_some());
    one.is_own = !is_theirs && candidate.evidence.iter().any(called::is_own);
    let is_manifest =
        |one: &Evidence| one.source == Source::Code && !one.image.as_ref().is_some_and(|image| image.contains('/'));
    one.may_be_own = one.is_own || !is_theirs && candidate.evidence.iter().all(is_manifest);
    let called = candidate.evidence.iter().flat_map(|one| one.hints.iter().chain(&one.names));
    one.programs = called.map(|name| name.to_lowercase()).collect();
    one.dir = built;
    one.package = code().find_map(|one| Some((one.package.clone()?, one.ports.iter().find_map(|port| port.host))));
    one.profiles = profiles(candidate);
    one.section = document().find_map(|one| one.section);
    let mut started = candidate.of(Source::Compose).filter(|one| one.stage == Use::Development).peekable();
    one.is_image =
        started.peek().is_some() && started.all(|one| one.dir.is_none() && !one.is_built && !one.hints.is_empty());
    one.is_elsewhere = candidate.evidence.iter().all(|one| one.stage != Use::Development);
    one
}

/// The profiles of the stack that is believed first: in another one, the service may be started with others, or always.
fn profiles(candidate: &Candidate) -> Vec<String> {
    let mut compose = candidate.of(Source::Compose);
    let Some(first) = compose.next() else { return Vec::new() };
    let beside = compose.filter(|one| is_together(&one.at.file, &first.at.file));
    let mut all: Vec<String> = Vec::new();
    for name in [first].into_iter().chain(beside).flat_map(|one| &one.profiles) {
        if !all.contains(name) {
            all.push(name.clone());
        }
    }
    all
}

/// What the document says of a service in its first row.
fn description(candidate: &Candidate) -> Option<String> {
    let text = candidate.of(Source::Document).find_map(|one| one.description.clone())?;
    Some(clean(&text)).filter(|text| !text.is_empty())
}

/// Its other names.
fn aliases(candidate: &Candidate, id: &str) -> Vec<String> {
    let mut aliases: Vec<String> = Vec::new();
    let title = candidate.of(Source::Document).find_map(|one| one.title.clone()).unwrap_or_default();
    let known = |name: &str, aliases: &[String]| {
        let key = naming::key(name);
        key == naming::key(id) || key == naming::key(&title) || aliases.iter().any(|alias| naming::key(alias) == key)
    };
    for one in candidate.evidence.iter().filter(|one| one.source != Source::Document) {
        for name in one.names.iter().filter(|name| naming::is_id(name)) {
            if !known(name, &aliases) {
                aliases.push(name.clone());
            }
        }
    }
    aliases
}

/// A text for people as ports.toml takes it: one line without invisible characters, not too long.
pub(super) fn clean(text: &str) -> String {
    let visible: String = text.chars().filter(|c| !is_hidden(*c)).collect();
    let line = visible.split_whitespace().collect::<Vec<_>>().join(" ");
    line.chars().take(300).collect()
}
