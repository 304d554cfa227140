//! The names of services in Compose's network.

use std::collections::HashMap;

use serde_json::Value as Json;

use crate::allocation::{Allocation, Service};

/// Services by the names that containers know them by.
#[derive(Debug)]
pub(super) struct Hosts<'a> {
    project: &'a str,
    by_name: HashMap<&'a str, usize>,
}

impl<'a> Hosts<'a> {
    pub(super) fn new(allocation: &'a Allocation) -> Self {
        let mut by_name = HashMap::with_capacity(allocation.services.len());
        for (at, service) in allocation.services.iter().enumerate() {
            for name in names(service) {
                by_name.entry(name).or_insert(at);
            }
        }
        for (at, service) in allocation.services.iter().enumerate() {
            by_name.insert(&service.id, at);
        }
        Self { project: &allocation.platform.id, by_name }
    }

    /// The service with this name, also with the network's behind it: `db.shop_default`.
    pub(super) fn get(&self, host: &str) -> Option<usize> {
        let known = self.by_name.get(host).copied();
        known.or_else(|| {
            let (name, network) = host.split_once('.')?;
            network.strip_prefix(self.project)?.strip_prefix('_')?;
            self.by_name.get(name).copied()
        })
    }

    /// The service whose id differs from this host only in `_` for `-`.
    pub(super) fn like(&self, host: &str) -> Option<usize> {
        self.by_name.get(&*host.replace('_', "-")).copied()
    }
}

/// `container_name` and the aliases in networks.
fn names(service: &Service) -> Vec<&str> {
    let mut names = Vec::new();
    names.extend(service.compose.get("container_name").and_then(Json::as_str));
    if let Some(Json::Object(networks)) = service.compose.get("networks") {
        for network in networks.values() {
            let aliases = network.get("aliases").and_then(Json::as_array);
            names.extend(aliases.into_iter().flatten().filter_map(Json::as_str));
        }
    }
    names
}
