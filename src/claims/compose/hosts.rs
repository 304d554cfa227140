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
            let (name, _) = host.match_indices('.').map(|(dot, _)| host.split_at(dot)).find(|(_, network)| {
                network[1..].strip_prefix(self.project).is_some_and(|rest| rest.starts_with('_'))
            })?;
            self.by_name.get(name).copied()
        })
    }

    /// The service whose name differs from this host only in `_` for `-`, or the other way round.
    pub(super) fn like(&self, host: &str) -> Option<usize> {
        let known = self.by_name.get(&*host.replace('_', "-"));
        known.or_else(|| self.by_name.get(&*host.replace('-', "_"))).copied()
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
