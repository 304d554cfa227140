//! Which service had a number before: what a file states by the number alone is about the service that had it when the file was
//! right last.

use super::names::Meant;
use super::statement::View;
use crate::allocation::former::{Former as Ports, FormerPorts};
use crate::claims::Owners;
use crate::path::RelPath;

/// The numbers that services had before.
#[derive(Debug)]
pub struct Former<'o, 'w> {
    owners: &'o Owners<'w>,
    /// Those of before the edit of a command.
    edited: Option<FormerPorts>,
}

impl<'o, 'w> Former<'o, 'w> {
    /// Those that the lookup of owners knows: of before a command's edit, else of the last `write`, else of git's last commit.
    pub fn of(owners: &'o Owners<'w>) -> Self {
        let edited = owners.before().map(|before| FormerPorts::new(Some(before.allocation()), owners.allocation()));
        Self { owners, edited }
    }

    /// The only binding that had a number on the host, and has it no longer.
    pub(super) fn holder(&self, port: u16) -> Option<Meant> {
        self.all().find_map(|former| {
            let mut had = former.with_host(port).map(|one| (one.service, Some(one.binding)));
            had.next().filter(|first| had.all(|other| other == *first))
        })
    }

    /// Whether a service had a number, on the host or in its container.
    pub(super) fn had(&self, service: usize, port: u16) -> bool {
        self.all().flat_map(FormerPorts::iter).any(|one| one.service == service && has(one, port))
    }

    /// Whether a service had a number in its container, or in the cluster.
    pub(super) fn had_inside(&self, service: usize, port: u16) -> bool {
        let inside = |one: &Ports| {
            [one.container, one.kubernetes.map(Into::into)].into_iter().flatten().any(|ports| ports.has(port))
        };
        self.all().flat_map(FormerPorts::iter).any(|one| one.service == service && inside(one))
    }

    /// Whether a service had a number in its container, and on no machine.
    pub(super) fn had_in_container(&self, service: usize, port: u16) -> bool {
        let mut own = self.all().flat_map(FormerPorts::iter).filter(|one| one.service == service);
        own.any(|one| one.container.is_some_and(|ports| ports.has(port)))
            && self.on_machine(service, port).next().is_none()
    }

    /// The binding of a service that had a number.
    pub(super) fn binding(&self, service: usize, port: u16) -> Option<usize> {
        self.all()
            .flat_map(FormerPorts::iter)
            .find(|one| one.service == service && has(one, port))
            .map(|one| one.binding)
    }

    /// The bindings of a service that had a number on the machine.
    pub(super) fn on_machine(&self, service: usize, port: u16) -> impl Iterator<Item = usize> {
        let had = self.all().flat_map(move |former| former.with_host(port));
        had.filter(move |one| one.service == service).map(|one| one.binding)
    }

    /// In which of the views that a number may be seen in its service had it.
    pub(super) fn view(&self, service: usize, port: u16, view: View) -> Option<View> {
        let one = self.all().flat_map(FormerPorts::iter).find(|one| one.service == service && has(one, port))?;
        let [host, container] = [one.host, one.container].map(|ports| ports.is_some_and(|ports| ports.has(port)));
        match view {
            View::Listen if host && container => None,
            View::Listen | View::Any if container => Some(View::Container),
            View::Listen | View::Any if host => Some(View::Host),
            View::Network if container => Some(View::Container),
            View::Network | View::Any => Some(View::Service),
            _ => None,
        }
    }

    /// Whether a file is known to be of the time before: a command edits ports.toml, or nobody has changed the file since the last commit.
    pub(super) fn is_in_step(&self, path: &RelPath, text: &str) -> bool {
        self.edited.is_some() || self.owners.former_file(path).is_some_and(|bytes| bytes == text.as_bytes())
    }

    /// Whether a number was somebody else's when the files were right last.
    pub(super) fn is_new(&self, (service, binding): Meant) -> bool {
        let of = self.edited.as_ref().or_else(|| self.owners.last_write().former());
        of.is_some_and(|former| binding.is_some_and(|binding| former.is_new(service, binding)))
    }

    fn all(&self) -> impl Iterator<Item = &FormerPorts> {
        let written = self.owners.last_write().former();
        // git is asked only where nobody else knows.
        let committed = std::iter::once_with(|| self.owners.former());
        self.edited.iter().chain(written).chain(committed)
    }
}

/// Whether a binding had a number, wherever.
fn has(one: &Ports, port: u16) -> bool {
    let ports = [one.host, one.container].into_iter().flatten();
    ports.chain(one.kubernetes.map(Into::into)).any(|ports| ports.has(port))
}
