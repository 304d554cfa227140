//! A service, with all that is said of it.

use super::code::{self, Own};
use super::evidence::{Evidence, Expose, Source, Stated, Use};
use super::naming;
use super::places::is_shared;

/// A service, with all that is said of it.
#[derive(Debug)]
pub(super) struct Candidate {
    pub(super) evidence: Vec<Evidence>,
    /// The spellings of its names.
    pub(super) keys: Vec<String>,
}

impl Candidate {
    pub(super) fn new(evidence: Evidence) -> Self {
        let mut candidate = Self { evidence: Vec::new(), keys: Vec::new() };
        candidate.add(evidence);
        candidate
    }

    pub(super) fn add(&mut self, evidence: Evidence) {
        for name in &evidence.names {
            let key = naming::key(name);
            if !key.is_empty() && !self.keys.contains(&key) {
                self.keys.push(key);
            }
        }
        self.evidence.push(evidence);
    }

    /// The evidence of a kind.
    pub(super) fn of(&self, source: Source) -> impl Iterator<Item = &Evidence> {
        self.evidence.iter().filter(move |one| one.source == source)
    }

    /// What the Compose file says of it that portgen writes from now on.
    pub(super) fn taken(&self) -> Option<&Evidence> {
        self.evidence.iter().find(|one| one.is_taken)
    }

    pub(super) fn has_document(&self) -> bool {
        self.of(Source::Document).next().is_some()
    }

    pub(super) fn has_dir(&self, dir: &str) -> bool {
        self.evidence.iter().any(|one| one.dir.as_deref() == Some(dir))
    }

    /// Whether it is built only from folders that hold the Dockerfiles of many.
    pub(super) fn has_shared_dir(&self) -> bool {
        self.evidence.iter().filter_map(|one| one.dir.as_deref()).all(is_shared)
    }

    /// Whether it is built with a Dockerfile of this folder, from another one.
    pub(super) fn has_dockerfile(&self, folder: &str) -> bool {
        self.evidence.iter().any(|one| one.dockerfile.as_deref() == Some(folder))
    }

    /// Whether it is a program that development builds from the whole repository, not with a Dockerfile in a folder that is called as it is.
    pub(super) fn is_built_at_root(&self) -> bool {
        let is_called = |folder: &String| folder.rsplit('/').any(|part| self.keys.contains(&naming::key(part)));
        let is_one = |one: &Evidence| {
            one.dir.as_deref() == Some("")
                && one.stage == Use::Development
                && !one.dockerfile.as_ref().is_some_and(is_called)
        };
        self.evidence.iter().any(is_one) && self.evidence.iter().all(|one| one.image_port.is_none())
    }

    /// Takes for the machine the number that a variable of its name has above its folder, where its program has another one by default:
    /// `API_PORT=3333` beside `process.env.API_PORT ?? 3000`.
    pub(super) fn set_by_variables(&mut self, own: &[Own]) {
        let is_published = |one: &Evidence| {
            one.source != Source::Code && one.ports.iter().any(|port| !port.expose.as_ref().is_some_and(Expose::is_off))
        };
        if self.evidence.iter().any(is_published) {
            return;
        }
        for one in self.evidence.iter_mut().filter(|one| one.source == Source::Code) {
            let (Some(dir), [stated]) = (&one.dir, &mut one.ports[..]) else { continue };
            let mut known = code::on_host(own, dir).filter(|(name, _)| self.keys.contains(name));
            if let Some((_, on_host)) = known.next().filter(|_| stated.is_listened || stated.host.is_none()) {
                let inside = stated.container.or(stated.host).filter(|inside| Some(*inside) != on_host.host);
                *stated = Stated { container: inside.or(stated.container), ..on_host };
            }
        }
    }

    pub(super) fn publishes(&self, number: u16) -> bool {
        let ports = self.evidence.iter().filter(|one| one.stage == Use::Development).flat_map(|one| &one.ports);
        ports
            .filter(|port| !port.expose.as_ref().is_some_and(Expose::is_off))
            .any(|port| port.host.is_some_and(|host| host.has(number)))
    }
}
