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
    DependsOn(usize),
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
            Items::DependsOn(service) => allocation.services[service].depends_on.len(),
        }
    }

    fn what(&self, at: usize) -> What {
        let allocation = &self.world.allocation;
        match self.items {
            Items::Services => What::Service(at),
            Items::Ungrouped => What::Service(self.world.ungrouped[at]),
            Items::Groups => What::Group(at),
            Items::Ranges => What::Range(at),
            Items::Reserved => What::Reserved(at),
            Items::Retired => What::Retired(at),
            Items::RangesOf(group) => What::Range(allocation.groups[group].ranges[at]),
            Items::Members(group) => What::Service(self.world.members[group][at]),
            Items::Bindings(service) => What::Binding(service, at),
            Items::DependsOn(service) => What::Service(allocation.services[service].depends_on[at].0),
        }
    }
}

impl Object for List {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Seq
    }

    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        let at = key.as_usize().filter(|at| *at < self.len())?;
        Some(Value::from_object(Node { world: Arc::clone(&self.world), what: self.what(at) }))
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        Enumerator::Seq(self.len())
    }
}
