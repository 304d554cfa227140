//! Numbers that services gave up before the command that runs.

use super::owners::Owners;
use crate::allocation::Service;
use crate::manifest::earlier::Earlier;
use crate::manifest::last_write::LastWrite;

impl Owners<'_> {
    /// Whether a service had given up a number before the command that edits ports.toml, and a `write` since has said so.
    pub fn was_given_up(&self, service: &str, number: u16) -> bool {
        let has = |service: &Service| service.bindings.iter().any(|binding| binding.hosts().has(number));
        let earlier = || self.earlier.filter(|earlier| earlier.is_edited()).and_then(Earlier::allocation);
        let Some(edited) = self.later.map(|_| self.allocation).or_else(earlier) else { return false };
        let had = edited.services.iter().any(|one| one.id == service && has(one));
        let at_last_write = match self.last_write() {
            LastWrite::Unknown => true,
            LastWrite::Unchanged => false,
            LastWrite::Changed(former) => {
                former.with_host(number).any(|one| self.allocation.services[one.service].id == service)
                    || former.given_up_by(number) == Some(service)
            }
        };
        !had && !at_last_write
    }
}
