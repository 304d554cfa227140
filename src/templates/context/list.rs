//! The lists that templates go through: each makes its items when asked.

use std::sync::Arc;

use minijinja::value::{Enumerator, Object, ObjectRepr, Value};

use super::{Item, View};
use crate::allocation::{Binding, Expose, Service};

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
    /// The bindings of `services[index]` that are published under their numbers.
    pub(super) fn published(services: &[Service], index: usize) -> Self {
        Self::such(services, index, Binding::published)
    }

    /// Those that are on the host under whatever number.
    pub(super) fn reachable(services: &[Service], index: usize) -> Self {
        Self::such(services, index, Binding::is_reachable)
    }

    /// Those that are not on the host.
    pub(super) fn internal(services: &[Service], index: usize) -> Self {
        Self::such(services, index, |binding| !binding.is_reachable())
    }

    /// Those of them that Compose's `expose` lists.
    pub(super) fn listed(services: &[Service], index: usize) -> Self {
        Self::such(services, index, |binding| binding.expose == Expose::None)
    }

    fn such(services: &[Service], index: usize, is_such: fn(&Binding) -> bool) -> Self {
        if services[index].bindings.iter().all(is_such) {
            return Self::Bindings(index);
        }
        Self::Found(bindings_of(services, [index], is_such))
    }

    /// The published bindings of the dependencies of `services[index]`.
    pub(super) fn needs(services: &[Service], index: usize) -> Self {
        Self::Found(bindings_of(services, dependencies(services, index), Binding::published))
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

fn bindings_of(services: &[Service], of: impl IntoIterator<Item = usize>, is_such: fn(&Binding) -> bool) -> Vec<Item> {
    let mut found = Vec::new();
    for service in of {
        let bindings = services[service].bindings.iter().enumerate();
        let wanted = bindings.filter(|(_, binding)| is_such(binding));
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
