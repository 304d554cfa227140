//! The lists that templates go through: each looks its items up when asked.

use std::sync::Arc;

use minijinja::value::{Enumerator, Object, ObjectRepr, Value};

use super::view::{Node, Shared, What};

/// A list.
#[derive(Debug)]
pub(super) struct List {
    pub(super) world: Shared,
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
    /// Those that are published on the host, or those that are not.
    BindingsOnHost(usize, bool),
    DependsOn(usize),
    /// The published bindings of the dependencies.
    Needs(usize),
    /// The dependencies that Compose starts.
    StartsAfter(usize),
}

impl List {
    fn len(&self) -> usize {
        let allocation = &self.world.allocation;
        match self.items {
            Items::Services => allocation.services.len(),
            Items::Ungrouped => self.world.ungrouped.len(),
            Items::Groups => allocation.groups.len(),
            Items::Ranges => allocation.ranges.len(),
            Items::Reserved => allocation.reserved.len(),
            Items::Retired => allocation.retired.len(),
            Items::RangesOf(group) => allocation.groups[group].ranges.len(),
            Items::Members(group) => self.world.members[group].len(),
            Items::Bindings(service) => allocation.services[service].bindings.len(),
            Items::BindingsOnHost(service, published) => self.on_host(service, published).count(),
            Items::DependsOn(service) => allocation.services[service].depends_on.len(),
            Items::Needs(service) => self.needs(service).count(),
            Items::StartsAfter(service) => self.starts_after(service).count(),
        }
    }

    fn what(&self, at: usize) -> Option<What> {
        let allocation = &self.world.allocation;
        Some(match self.items {
            Items::Services => What::Service(at),
            Items::Ungrouped => What::Service(self.world.ungrouped[at]),
            Items::Groups => What::Group(at),
            Items::Ranges => What::Range(at),
            Items::Reserved => What::Reserved(at),
            Items::Retired => What::Retired(at),
            Items::RangesOf(group) => What::Range(allocation.groups[group].ranges[at]),
            Items::Members(group) => What::Service(self.world.members[group][at]),
            Items::Bindings(service) => What::Binding(service, at),
            Items::BindingsOnHost(service, published) => {
                What::Binding(service, self.on_host(service, published).nth(at)?)
            }
            Items::DependsOn(service) => What::Service(allocation.services[service].depends_on[at].0),
            Items::Needs(service) => self.needs(service).nth(at).map(|(service, at)| What::Binding(service, at))?,
            Items::StartsAfter(service) => What::Service(self.starts_after(service).nth(at)?),
        })
    }

    fn on_host(&self, service: usize, published: bool) -> impl Iterator<Item = usize> {
        let bindings = self.world.allocation.services[service].bindings.iter().enumerate();
        bindings.filter(move |(_, binding)| binding.published() == published).map(|(at, _)| at)
    }

    fn needs(&self, service: usize) -> impl Iterator<Item = (usize, usize)> {
        let dependencies = self.world.allocation.services[service].depends_on.iter();
        dependencies.flat_map(|(service, _)| self.on_host(*service, true).map(|at| (*service, at)))
    }

    fn starts_after(&self, service: usize) -> impl Iterator<Item = usize> {
        let services = &self.world.allocation.services;
        services[service].depends_on.iter().map(|(at, _)| *at).filter(|at| services[*at].runs())
    }
}

impl Object for List {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Seq
    }

    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        let at = key.as_usize().filter(|at| *at < self.len())?;
        Some(Value::from_object(Node { world: Arc::clone(&self.world), what: self.what(at)? }))
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        Enumerator::Seq(self.len())
    }
}
