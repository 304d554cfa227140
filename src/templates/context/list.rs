//! The lists that templates go through: each makes its items when asked.

use std::sync::Arc;

use minijinja::value::{Enumerator, Object, ObjectRepr, Value};

use super::{Seen, What};
use crate::allocation::{Allocation, Service};

/// A list.
#[derive(Debug)]
pub(super) struct List {
    pub(super) seen: &'static Seen,
    pub(super) items: Items,
}

/// What it lists; the indices are those of the group or service whose list it is.
#[derive(Debug)]
pub(super) enum Items {
    Services,
    Ungrouped,
    Groups,
    Ranges,
    Reserved,
    Retired,
    RangesOf(usize),
    Members(usize),
    Bindings(usize),
    /// Those that something had to be found out about.
    Found(Vec<What>),
}

impl Items {
    /// The bindings of `services[index]` that are published on the host, or those that are not.
    pub(super) fn published(service: &Service, index: usize, published: bool) -> Self {
        match service.bindings.iter().all(|binding| binding.published() == published) {
            true => Self::Bindings(index),
            false => Self::Found(on_host(service, index, published).collect()),
        }
    }

    /// The published bindings of the dependencies of `services[index]`.
    pub(super) fn needs(allocation: &Allocation, index: usize) -> Self {
        let services = &allocation.services;
        let dependencies = services[index].depends_on.iter();
        Self::Found(dependencies.flat_map(|(at, _)| on_host(&services[*at], *at, true)).collect())
    }

    /// The dependencies of `services[index]` that Compose starts.
    pub(super) fn starts_after(allocation: &Allocation, index: usize) -> Self {
        let services = &allocation.services;
        let dependencies = services[index].depends_on.iter().map(|(at, _)| *at);
        Self::services(dependencies.filter(|at| services[*at].runs()))
    }

    /// Services by their indices.
    pub(super) fn services(indices: impl Iterator<Item = usize>) -> Self {
        Self::Found(indices.map(What::Service).collect())
    }
}

fn on_host(service: &Service, index: usize, published: bool) -> impl Iterator<Item = What> {
    let bindings = service.bindings.iter().enumerate();
    bindings.filter(move |(_, binding)| binding.published() == published).map(move |(at, _)| What::Binding(index, at))
}

impl List {
    fn len(&self) -> usize {
        let allocation = &self.seen.allocation;
        match &self.items {
            Items::Services => allocation.services.len(),
            Items::Ungrouped => self.seen.ungrouped.len(),
            Items::Groups => allocation.groups.len(),
            Items::Ranges => allocation.ranges.len(),
            Items::Reserved => allocation.reserved.len(),
            Items::Retired => allocation.retired.len(),
            Items::RangesOf(group) => allocation.groups[*group].ranges.len(),
            Items::Members(group) => self.seen.members[*group].len(),
            Items::Bindings(service) => allocation.services[*service].bindings.len(),
            Items::Found(found) => found.len(),
        }
    }

    /// The item `at`, which is less than the length.
    fn what(&self, at: usize) -> What {
        let allocation = &self.seen.allocation;
        match &self.items {
            Items::Services => What::Service(at),
            Items::Ungrouped => What::Service(self.seen.ungrouped[at]),
            Items::Groups => What::Group(at),
            Items::Ranges => What::Range(at),
            Items::Reserved => What::Reserved(at),
            Items::Retired => What::Retired(at),
            Items::RangesOf(group) => What::Range(allocation.groups[*group].ranges[at]),
            Items::Members(group) => What::Service(self.seen.members[*group][at]),
            Items::Bindings(service) => What::Binding(*service, at),
            Items::Found(found) => found[at],
        }
    }
}

impl Object for List {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Seq
    }

    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        let at = key.as_usize().filter(|at| *at < self.len())?;
        Some(self.seen.node(self.what(at)))
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        Enumerator::Seq(self.len())
    }
}
