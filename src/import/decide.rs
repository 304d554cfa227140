//! Which number each port of a service gets, and where the sources disagree.

use std::collections::HashSet;

use super::candidate::Candidate;
use super::evidence::{At, Evidence, Expose, Source, Stated, Use};
use super::{naming, programs};
use crate::allocation::{Port, Ports, Protocol};

/// Which source is believed first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Prefer {
    /// The document of ports: what was decided
    #[default]
    Document,
    /// Compose files: what is published
    Compose,
    /// package.json, Dockerfiles, env files, source: what programs listen on
    Code,
}

impl Prefer {
    /// The place of a source in the order of belief.
    fn rank(self, source: Source) -> usize {
        let first = match self {
            Self::Document => Source::Document,
            Self::Compose => Source::Compose,
            Self::Code => Source::Code,
        };
        if source == first { 0 } else { 1 + source as usize }
    }
}

/// A number with the places that state it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Side {
    /// The ports.
    pub ports: Ports,
    /// The best kind of file that states them.
    pub source: Source,
    /// Where.
    pub at: Vec<At>,
    /// Whether more than a document states them: they are in use.
    pub(super) is_used: bool,
    /// Whether a document states them that may mean the port in the container.
    pub(super) is_doubtful: bool,
    /// Whether they are stated only where a program says on what it listens, which is true in a container, too.
    pub(super) is_listened: bool,
}

/// The numbers that places state for one purpose, the first of which counts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Sides(pub(super) Vec<Side>);

impl Sides {
    fn add(&mut self, ports: Ports, source: Source, stated: &Stated) {
        let at = &stated.at;
        match self.0.iter_mut().find(|side| side.ports == ports) {
            Some(side) => {
                side.source = side.source.min(source);
                side.is_listened &= stated.is_listened;
                side.is_used |= source != Source::Document;
                if !side.at.contains(at) {
                    side.at.push(at.clone());
                }
            }
            None => {
                let is_used = source != Source::Document;
                let is_listened = stated.is_listened;
                self.0.push(Side { ports, source, at: vec![at.clone()], is_used, is_doubtful: false, is_listened });
            }
        }
    }

    fn sort(&mut self, prefer: Prefer) {
        self.0.sort_by_key(|side| (side.is_doubtful, prefer.rank(side.source)));
    }

    pub(super) fn has(&self, ports: Ports) -> bool {
        self.0.iter().any(|side| side.ports == ports)
    }

    /// The ports that count.
    pub(super) fn taken(&self) -> Option<Ports> {
        self.0.first().map(|side| side.ports)
    }
}

/// One port of a service.
#[derive(Clone, Debug)]
pub(super) struct Slot {
    pub(super) name: Option<String>,
    pub(super) protocol: Protocol,
    pub(super) host: Sides,
    pub(super) container: Sides,
    pub(super) service: Sides,
    pub(super) expose: Option<Expose>,
    /// What Compose publishes it under, where a variable decides it.
    pub(super) published: Option<String>,
    /// Whether nothing states it but what its image usually listens on.
    pub(super) is_usual: bool,
    /// Where it was said first.
    pub(super) at: At,
}

impl Slot {
    pub(super) fn new(stated: &Stated, source: Source) -> Self {
        let mut slot = Self {
            name: None,
            protocol: stated.protocol,
            host: Sides::default(),
            container: Sides::default(),
            service: Sides::default(),
            expose: stated.expose.clone(),
            published: stated.published.clone(),
            is_usual: false,
            at: stated.at.clone(),
        };
        slot.add(stated, source);
        slot
    }

    /// One that has its ports already.
    pub(super) fn held(ports: Ports, protocol: Protocol, expose: Option<Expose>, at: At) -> Self {
        let (source, places) = (Source::Document, vec![at.clone()]);
        let side = Side { ports, source, at: places, is_used: true, is_doubtful: false, is_listened: false };
        let mut slot = Self::new(&Stated::at(at), Source::Document);
        (slot.protocol, slot.expose, slot.host) = (protocol, expose, Sides(vec![side]));
        slot
    }

    pub(super) fn add(&mut self, stated: &Stated, source: Source) {
        if let Some(host) = stated.host {
            self.host.add(host, source, stated);
            // What is published somewhere is published.
            if self.is_off() && !stated.expose.as_ref().is_some_and(Expose::is_off) {
                self.expose.clone_from(&stated.expose);
                self.published.clone_from(&stated.published);
            }
        }
        if let Some(container) = stated.container {
            self.container.add(container, source, stated);
        }
        if let Some(service) = stated.service.and_then(|port| Port::new(port.into())) {
            self.service.add(service.into(), source, stated);
        }
        if self.name.is_none() {
            self.name.clone_from(&stated.name);
        }
    }

    /// Whether it has ports that a place states, whichever they are there.
    fn fits(&self, stated: &Stated) -> bool {
        let same = |ports: Option<Ports>, sides: &Sides| ports.is_some_and(|ports| sides.has(ports));
        self.protocol == stated.protocol && (same(stated.container, &self.container) || same(stated.host, &self.host))
    }

    /// Its number on the machine; without one, that of the container.
    pub(super) fn number(&self) -> Option<Ports> {
        self.host.taken().or_else(|| self.container.taken()).or_else(|| self.service.taken())
    }

    /// The number on the machine that files have now, which follow where it gets another one: what is in use, else what a document says.
    pub(super) fn before(&self) -> Option<Ports> {
        let taken = self.host.taken()?;
        let used = self.host.0.iter().filter(|side| side.is_used).min_by_key(|side| side.source);
        let is_stale = |side: &&Side| side.ports != taken && !side.is_used && !side.is_doubtful;
        let other = self.host.0.iter().find(is_stale);
        match used.map(|side| side.ports).filter(|used| *used != taken) {
            None => other.map(|side| side.ports),
            used => used,
        }
    }

    /// Whether it takes its number on the machine.
    pub(super) fn is_published(&self) -> bool {
        !self.is_off() && !self.host.0.is_empty()
    }

    fn is_off(&self) -> bool {
        self.expose.as_ref().is_some_and(Expose::is_off)
    }
}

/// The ports of a service from all that is said of it, with the first number of each that counts.
pub(super) fn slots(candidate: &Candidate, prefer: Prefer) -> Vec<Slot> {
    if let Some(taken) = candidate.taken() {
        return slots_of_taken(candidate, taken, prefer);
    }
    let mut slots: Vec<Slot> = Vec::new();
    let compose = || candidate.of(Source::Compose);
    for (at, evidence) in compose().filter(|one| one.stage == Use::Development).enumerate() {
        of_compose(&mut slots, evidence, at > 0);
    }
    match slots.is_empty() {
        true => compose().for_each(|evidence| of_compose(&mut slots, evidence, false)),
        false => compose().for_each(|evidence| of_deployed(&mut slots, evidence)),
    }
    for evidence in candidate.of(Source::Code) {
        of_code(&mut slots, evidence);
    }
    if slots.is_empty() {
        slots.extend(compose().find_map(of_image));
    }
    let documented: Vec<&Stated> = candidate.of(Source::Document).flat_map(|evidence| &evidence.ports).collect();
    of_document(&mut slots, &documented);
    sort(&mut slots, prefer);
    slots
}

fn sort(slots: &mut [Slot], prefer: Prefer) {
    for slot in slots {
        slot.host.sort(prefer);
        slot.container.sort(if prefer == Prefer::Document { Prefer::Compose } else { prefer });
    }
}

/// The ports of a service of the Compose file that portgen writes from now on: each entry there is one, and nothing else is published.
fn slots_of_taken(candidate: &Candidate, taken: &Evidence, prefer: Prefer) -> Vec<Slot> {
    let mut slots: Vec<Slot> = Vec::new();
    // A port without more is one of a comment.
    for stated in taken.ports.iter().filter(|port| port.expose != Some(Expose::Hidden)) {
        slots.push(Slot::new(stated, Source::Compose));
    }
    let published: Vec<_> = slots.iter().map(|slot| (slot.expose.clone(), slot.published.clone())).collect();
    for evidence in candidate.of(Source::Compose).filter(|one| !one.is_taken) {
        for stated in &evidence.ports {
            if let Some(slot) = slots.iter_mut().find(|slot| slot.fits(stated)) {
                slot.add(stated, Source::Compose);
            }
        }
    }
    candidate.of(Source::Code).for_each(|evidence| of_code(&mut slots, evidence));
    if slots.is_empty() {
        slots.extend(of_image(taken));
    }
    let documented: Vec<&Stated> = candidate.of(Source::Document).flat_map(|evidence| &evidence.ports).collect();
    of_document(&mut slots, &documented);
    let mut published = published.into_iter();
    for slot in &mut slots {
        (slot.expose, slot.published) = published.next().unwrap_or((Some(Expose::Hidden), None));
    }
    sort(&mut slots, prefer);
    slots
}

/// Ports of a Compose file; those of a further one replace, or add.
fn of_compose(slots: &mut Vec<Slot>, evidence: &Evidence, is_further: bool) {
    let mut own: HashSet<usize> = HashSet::new();
    for stated in &evidence.ports {
        // Two numbers of the machine for one port in the container are two ports, where one file states both.
        let is_another =
            |at: usize, slot: &Slot| own.contains(&at) && stated.host.is_some_and(|host| !slot.host.has(host));
        let known = slots.iter().enumerate().position(|(at, slot)| slot.fits(stated) && !is_another(at, slot));
        let hidden = stated.expose.as_ref().is_some_and(Expose::is_off) && stated.host.is_none();
        match known {
            Some(at) => slots[at].add(stated, Source::Compose),
            None if is_further && hidden => continue,
            None => slots.push(Slot::new(stated, Source::Compose)),
        }
        own.insert(known.unwrap_or(slots.len() - 1));
    }
}

/// What a service listens on only where it is deployed: a server for what is built, in the place of the one of development.
fn of_deployed(slots: &mut Vec<Slot>, evidence: &Evidence) {
    for stated in &evidence.ports {
        let Some(container) = stated.container.filter(|ports| evidence.exposed.contains(&ports.first().get())) else {
            continue;
        };
        let is_known = |slot: &Slot| slot.container.has(container) || slot.fits(stated);
        if !slots.iter().any(is_known) {
            let expose = Some(Expose::Hidden);
            slots.push(Slot::new(&Stated { host: None, expose, published: None, ..stated.clone() }, Source::Compose));
        }
    }
}

/// What an image listens on, where a Compose file does not publish it.
fn of_image(evidence: &Evidence) -> Option<Slot> {
    let (port, at) = evidence.image_port.as_ref()?;
    let container = Port::new((*port).into())?.into();
    let inside = Stated { container: Some(container), expose: Some(Expose::Hidden), ..Stated::at(at.clone()) };
    Some(Slot { is_usual: true, ..Slot::new(&inside, Source::Compose) })
}

/// Ports of manifests, and of the files in the service's folder.
fn of_code(slots: &mut Vec<Slot>, evidence: &Evidence) {
    let known = slots.len();
    for (at, stated) in evidence.ports.iter().enumerate() {
        let fits = |slot: &&mut Slot| {
            slot.fits(stated) || stated.is_listened && stated.host.is_some_and(|host| slot.container.has(host))
        };
        if let Some(slot) = slots.iter_mut().find(fits) {
            // What a process listens on is no other number on the host.
            let is_inside = stated.host.is_some_and(|host| slot.container.has(host) && !slot.host.has(host));
            let known = Stated { host: stated.host.filter(|_| !is_inside), ..stated.clone() };
            slot.add(&known, Source::Code);
            continue;
        }
        let is_same = |slot: &Slot| slot.protocol == stated.protocol && slot.name.is_some() && slot.name == stated.name;
        if let Some(slot) = slots.iter_mut().find(|slot| is_same(slot)) {
            slot.add(stated, Source::Code);
            continue;
        }
        // The first port of a service is the one that it is for; nothing else of it is known here.
        let is_main = at == 0 && known > 0 && !evidence.ports[1..].iter().any(|other| slots[0].fits(other));
        match slots.first_mut().filter(|slot| is_main && slot.protocol == stated.protocol) {
            Some(_) if known > 1 && evidence.dir.is_some() => {}
            Some(main) => main.add(stated, Source::Code),
            None => slots.push(Slot::new(stated, Source::Code)),
        }
    }
}

/// Ports of the document: by number first, then the one of each that is left.
fn of_document(slots: &mut Vec<Slot>, documented: &[&Stated]) {
    let mut used = vec![false; slots.len()];
    let mut left = Vec::new();
    for stated in documented {
        let by_host =
            (0..slots.len()).find(|at| !used[*at] && stated.host.is_some_and(|host| slots[*at].host.has(host)));
        let is_inside = |at: &usize| {
            let ports = stated.host.or(stated.container);
            !used[*at] && ports.is_some_and(|ports| slots[*at].container.has(ports))
        };
        match by_host.or_else(|| (0..slots.len()).find(is_inside)) {
            Some(at) => {
                used[at] = true;
                let is_known = by_host.is_some() || slots[at].host.0.is_empty();
                slots[at].add(stated, Source::Document);
                if !is_known && let Some(side) = slots[at].host.0.last_mut() {
                    side.is_doubtful = true;
                }
            }
            None => left.push(*stated),
        }
    }
    let free: Vec<usize> = (0..used.len()).filter(|at| !used[*at]).collect();
    let published: Vec<usize> = free.iter().copied().filter(|at| slots[*at].is_published()).collect();
    let main = free.first().copied().filter(|at| *at == 0 && published.is_empty());
    match (&published[..], main, &left[..]) {
        ([slot], _, [stated]) => slots[*slot].add(stated, Source::Document),
        (_, Some(slot), [stated]) => slots[slot].add(stated, Source::Document),
        _ => slots.extend(left.iter().map(|stated| Slot::new(stated, Source::Document))),
    }
}

/// Names for the ports of a service that has several; `programs` are the names of what may listen there.
pub(super) fn name(slots: &mut [Slot], programs: &[String]) {
    let mut taken: Vec<String> = Vec::new();
    for (at, slot) in slots.iter_mut().enumerate() {
        let stated = slot.name.as_deref().and_then(port_name);
        // The number in the container moves less than that on the host.
        let number = slot.container.taken().or(slot.number()).map(|ports| ports.first().get());
        let is_udp = slot.protocol == Protocol::Udp;
        let known = number.filter(|_| !is_udp).and_then(|number| programs::port(programs, number));
        let usual = known.or_else(|| programs::usual(number?, is_udp));
        let host = slot.number().map(|ports| ports.first().get());
        let numbered = |number: u16| format!("p{number}");
        // A second one of its kind is told by the machine's number.
        let second = host.filter(|_| usual.is_some()).map(numbered);
        let datagrams = number.filter(|_| is_udp).map(|number| format!("p{number}-udp"));
        let candidates =
            [stated, usual.map(str::to_owned), second, datagrams, number.map(numbered), host.map(numbered)];
        let free = candidates.into_iter().flatten().find(|name| !taken.contains(name));
        let name = free.unwrap_or_else(|| format!("port{at}"));
        taken.push(name.clone());
        slot.name = Some(name);
    }
}

/// A name for a port: an IANA service name.
///
/// Source: RFC 6335, section 5.1.
fn port_name(text: &str) -> Option<String> {
    let mut name = naming::id(text)?;
    while name.len() > 15 {
        let (shorter, _) = name.rsplit_once('-')?;
        name.truncate(shorter.len());
    }
    Some(name)
}
