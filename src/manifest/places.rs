//! Where ports.toml states what services have.

use std::cell::OnceCell;

use toml::de::DeTable;

use super::document::{self, Step};
use crate::allocation::{Allocation, Service};
use crate::diagnostic::Place;

/// The places of values in the text of an allocation, which is parsed when the first one is asked for.
pub struct Places<'a> {
    allocation: &'a Allocation,
    root: OnceCell<DeTable<'a>>,
}

impl<'a> Places<'a> {
    /// Prepares the look-up.
    pub fn new(allocation: &'a Allocation) -> Self {
        Self { allocation, root: OnceCell::new() }
    }

    /// The allocation.
    pub fn allocation(&self) -> &'a Allocation {
        self.allocation
    }

    /// The place of the value to which the keys and indices in `way` lead from a service; that of the service where there is none.
    pub fn of(&self, service: &Service, way: &[Step<'_>]) -> Place {
        let root = self.root.get_or_init(|| document::read(&self.allocation.source.text).0);
        let path = [&[Step::Key("services"), Step::Key(&service.id)], way].concat();
        let span = document::value_at(root, &path).map_or(service.span.clone(), |value| value.span());
        self.allocation.place(&span)
    }
}
