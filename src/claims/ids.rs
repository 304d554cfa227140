//! Services by their ids, with their bindings.

use foldhash::{HashMap, HashMapExt};

use crate::allocation::{Network, Service};

/// The index of a service, and of a binding within it.
pub type At = (usize, usize);

/// Services by their ids.
#[derive(Debug)]
pub(super) struct Ids<'w> {
    /// The index of each.
    index: HashMap<&'w str, usize>,
    /// The bindings of all, in the order of ports.toml.
    bindings: Vec<At>,
    /// Where those of each service start in `bindings`.
    starts: Vec<usize>,
    /// The bindings of services with others in their network, and of those others: containers reach them under one name.
    shared: HashMap<&'w str, Vec<At>>,
}

impl<'w> Ids<'w> {
    pub(super) fn new(services: &'w [Service]) -> Self {
        let mut ids = Self {
            index: HashMap::with_capacity(services.len()),
            bindings: Vec::with_capacity(services.len()),
            starts: Vec::with_capacity(services.len()),
            shared: HashMap::new(),
        };
        for (at, service) in services.iter().enumerate() {
            ids.index.insert(&service.id, at);
            ids.starts.push(ids.bindings.len());
            ids.bindings.extend((0..service.bindings.len()).map(|binding| (at, binding)));
        }
        for (at, service) in services.iter().enumerate() {
            if let Network::Service(other) = service.network() {
                let own = ids.index.get(other).map_or(&[][..], |other| ids.of(*other)).to_vec();
                ids.shared.entry(other).or_insert(own).extend((0..service.bindings.len()).map(|binding| (at, binding)));
            }
        }
        ids.shared.values_mut().for_each(|bindings| bindings.sort_unstable());
        ids
    }

    /// The index of the service with this id.
    pub(super) fn index(&self, id: &str) -> Option<usize> {
        self.index.get(id).copied()
    }

    /// The bindings of the service with this index.
    pub(super) fn of(&self, service: usize) -> &[At] {
        let end = self.starts.get(service + 1).copied().unwrap_or(self.bindings.len());
        &self.bindings[self.starts[service]..end]
    }

    /// The bindings of the service with this id, and of those in its network.
    pub(super) fn named(&self, id: &str) -> Option<&[At]> {
        let shared = self.shared.get(id).map(Vec::as_slice);
        shared.or_else(|| self.index.get(id).map(|service| self.of(*service)))
    }
}
