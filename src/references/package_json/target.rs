//! One package.json and the service that names it.

use crate::allocation::Service;
use crate::claims::Owners;
use crate::manifest::last_write::{LastWrite, count};
use crate::references::file::File;
use crate::references::kind::Reference;

/// The scripts whose options and `PORT=` state the service's port, unless ports.toml names others.
pub(super) const USUAL: &[&str] = &["dev", "preview", "serve", "start"];

#[derive(Debug)]
pub(super) struct Target<'a, 'w> {
    pub(super) file: &'a File<'a>,
    pub(super) owners: &'a Owners<'w>,
    pub(super) reference: &'a Reference<'a>,
}

impl<'w> Target<'_, 'w> {
    /// The index of the service.
    pub(super) fn service(&self) -> usize {
        self.reference.service
    }

    /// The service itself.
    pub(super) fn owner(&self) -> &'w Service {
        &self.owners.allocation().services[self.service()]
    }

    /// The index of the binding that its scripts state: the first that is not a range.
    pub(super) fn main(&self) -> usize {
        self.owner().first_index().unwrap_or_default()
    }

    /// The host port of that binding.
    pub(super) fn port(&self) -> u16 {
        self.owners.get((self.service(), self.main())).1.host.get()
    }

    /// Whether a script is one of those that start the service.
    pub(super) fn starts(&self, script: &str) -> bool {
        match &self.owner().scripts {
            Some(named) => named.iter().any(|name| name == script),
            None => USUAL.contains(&script),
        }
    }

    /// The numbers that the last `write` left in the file, as a list with blanks; after a merge those of both sides.
    pub(super) fn written_numbers(&self) -> impl Iterator<Item = &'w str> {
        self.owners.written_numbers(self.reference.path)
    }

    /// How often the last `write` left a number in the file, where the service had its port of now then: so often it is something else's.
    pub(super) fn left(&self, number: u16) -> usize {
        let had_port = match self.owners.last_write() {
            LastWrite::Unknown => false,
            LastWrite::Unchanged => true,
            LastWrite::Changed(former) => !former.is_new(self.service(), self.main()),
        };
        self.written_numbers().map(|written| count(written, number)).max().filter(|_| had_port).unwrap_or_default()
    }

    /// Whether another service names the same file.
    pub(super) fn shares_with(&self, service: usize) -> bool {
        let other = &self.owners.allocation().services[service];
        other.package.as_ref().is_some_and(|(path, _)| path == self.reference.path)
    }

    /// The other services that name the same file.
    fn sharers(&self) -> impl Iterator<Item = &'w Service> {
        let all = self.owners.allocation().services.iter().enumerate();
        all.filter(|(at, _)| *at != self.service() && self.shares_with(*at)).map(|(_, service)| service)
    }

    /// Whether another service of the same file follows this script: it names the script, or none at all.
    pub(super) fn is_followed_elsewhere(&self, script: &str) -> bool {
        self.is_named_elsewhere(script) || self.sharers().any(|service| service.scripts.is_none())
    }

    /// Whether another service names this script of the same file.
    pub(super) fn is_named_elsewhere(&self, script: &str) -> bool {
        self.sharers().any(|service| service.scripts.iter().flatten().any(|name| name == script))
    }
}
