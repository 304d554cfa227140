//! The lists that templates go through: each makes its items when asked.

use std::sync::Arc;

use minijinja::value::{Enumerator, Object, ObjectRepr, Value};

use super::{Item, View};
use crate::allocation::Service;

/// A list.
#[derive(Debug)]
pub(super) struct List {
    pub(super) view: View,
    pub(super) items: Items,
}

/// What it lists.
#[derive(Debug)]
pub(super) enum Items {
    Services,
    Groups,
    /// Services by their indices.
    Members(&'static [usize]),
    /// The bindings of the service with an index.
    Bindings(usize),
    /// Those that something had to be found out about.
    Found(Vec<Item>),
}

impl Items {
    /// The bindings of `services[index]` that are published on the host, or those that are not.
    pub(super) fn published(services: &[Service], index: usize, published: bool) -> Self {
        if services[index].bindings.iter().all(|binding| binding.published() == published) {
            return Self::Bindings(index);
        }
        Self::Found(bindings_on_host(services, [index], published))
    }

    /// The published bindings of the dependencies of `services[index]`.
    pub(super) fn needs(services: &[Service], index: usize) -> Self {
        Self::Found(bindings_on_host(services, dependencies(services, index), true))
    }

    /// The dependencies of `services[index]` that Compose starts.
    pub(super) fn starts_after(services: &[Service], index: usize) -> Self {
        let run = dependencies(services, index).filter(|at| services[*at].runs());
        Self::Found(run.map(Item::Service).collect())
    }
}

fn dependencies(services: &[Service], index: usize) -> impl Iterator<Item = usize> {
    services[index].depends_on.iter().map(|(at, _)| *at)
}

fn bindings_on_host(services: &[Service], of: impl IntoIterator<Item = usize>, published: bool) -> Vec<Item> {
    let mut found = Vec::new();
    for service in of {
        let bindings = services[service].bindings.iter().enumerate();
        let wanted = bindings.filter(|(_, binding)| binding.published() == published);
        found.extend(wanted.map(|(at, _)| Item::Binding(service, at)));
    }
    found
}

impl List {
    fn len(&self) -> usize {
        match &self.items {
            Items::Services => self.view.allocation.services.len(),
            Items::Groups => self.view.allocation.groups.len(),
            Items::Members(services) => services.len(),
            Items::Bindings(service) => self.view.allocation.services[*service].bindings.len(),
            Items::Found(found) => found.len(),
        }
    }
}

impl Object for List {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Seq
    }

    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        let at = key.as_usize().filter(|at| *at < self.len())?;
        Some(self.view.item(match &self.items {
            Items::Services => Item::Service(at),
            Items::Groups => Item::Group(at),
            Items::Members(services) => Item::Service(services[at]),
            Items::Bindings(service) => Item::Binding(*service, at),
            Items::Found(found) => found[at],
        }))
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        Enumerator::Seq(self.len())
    }
}
