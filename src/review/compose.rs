//! What services and the whole file pass through to Compose.

use std::borrow::Cow;

use serde_json::{Map, Value};

use super::service_in::ServiceIn;
use super::{Kind, Line};
use crate::allocation::Service;

/// A line where the container of a service comes to share the host's network, or does no more: Docker then ignores which ports
/// are published and how far. Source: <https://docs.docker.com/engine/network/drivers/host/>.
pub(super) fn host_network(before: Option<ServiceIn<'_>>, after: ServiceIn<'_>) -> Option<Line> {
    match (before.is_some_and(is_on_host), is_on_host(after)) {
        (false, true) => {
            let text = "on the host's network: every port of its container is on every interface";
            Some(Line::new(Kind::Exposed, &after.service.id, text))
        }
        (true, false) => Some(Line::new(Kind::Port, &after.service.id, "no longer on the host's network")),
        _ => None,
    }
}

/// Whether the container of a service shares the host's network: by itself, through a network that is the host's, or because it
/// takes the network, or all it has, from a service that does.
pub(super) fn is_on_host(known: ServiceIn<'_>) -> bool {
    // Those that take from each other in a circle start nowhere.
    let mut seen = vec![&*known.service.id];
    let mut next = Some(known);
    while let Some(known) = next {
        if known.service.compose.iter().any(is_host_network) || networks(known.service).any(|name| is_host(known, name))
        {
            return true;
        }
        next = source(known).filter(|known| !seen.contains(&&*known.service.id));
        seen.extend(next.map(|known| &*known.service.id));
    }
    false
}

fn is_host_network((key, value): (&String, &Value)) -> bool {
    key == "network_mode" && value.as_str().is_some_and(may_be_host)
}

/// A variable may come to `host`, as its default or where it is set.
fn may_be_host(name: &str) -> bool {
    name == "host" || name.contains('$') && name.contains("host")
}

/// The service of this file whose network a service has: `network_mode: service:<id>` or `container:<name>`, or `extends`.
fn source(known: ServiceIn<'_>) -> Option<ServiceIn<'_>> {
    let text = |key: &str| known.service.compose.get(key).and_then(Value::as_str);
    let extended = known.service.compose.get("extends").filter(|one| one.get("file").is_none());
    let extended = extended.and_then(|one| one.as_str().or_else(|| one.get("service").and_then(Value::as_str)));
    let services = &known.allocation.services;
    let by_id = |id: &str| services.iter().find(|one| *one.id == *id);
    let of_mode = text("network_mode").and_then(|mode| match mode.split_once(':')? {
        ("service", id) => by_id(id),
        ("container", name) => services.iter().find(|one| container_name(ServiceIn { service: one, ..known }) == name),
        _ => None,
    });
    let of_extended = || by_id(extended.filter(|_| text("network_mode").is_none())?);
    Some(ServiceIn { service: of_mode.or_else(of_extended)?, ..known })
}

/// The name of a service's container: its own, or the one that Compose gives to the first.
fn container_name(known: ServiceIn<'_>) -> Cow<'_, str> {
    match known.service.compose.get("container_name").and_then(Value::as_str) {
        Some(own) => own.into(),
        None => format!("{}-{}-1", known.allocation.platform.id, known.service.id).into(),
    }
}

/// The networks that a service joins, as a list or as a table; the default one where it says nothing of its network.
fn networks(service: &Service) -> impl Iterator<Item = &str> {
    let networks = service.compose.get("networks");
    let listed = networks.and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str);
    let is_empty = |networks: &Value| {
        networks.as_array().is_some_and(Vec::is_empty) || networks.as_object().is_some_and(Map::is_empty)
    };
    let default = (networks.is_none_or(is_empty) && !service.compose.contains_key("network_mode")).then_some("default");
    listed.chain(networks.and_then(Value::as_object).into_iter().flatten().map(|(name, _)| &**name)).chain(default)
}

/// Whether a network of the Compose file is the host's: external, and called so, or without another name.
/// Source: <https://docs.docker.com/reference/compose-file/networks/#host-or-none>.
fn is_host(known: ServiceIn<'_>, network: &str) -> bool {
    let found = known.allocation.compose.get("networks").and_then(|all| all.get(network));
    let Some((found, external)) = found.and_then(|found| Some((found, found.get("external")?))) else { return false };
    // In version 2 of the format the name stood in `external`.
    let name = found.get("name").or_else(|| external.get("name")).and_then(Value::as_str).unwrap_or(network);
    *external != Value::Bool(false) && may_be_host(name)
}

/// Whether anything else among the Compose keys of a service is another.
pub(super) fn is_other(was: &Map<String, Value>, is: &Map<String, Value>) -> bool {
    let rest = |keys: &Map<String, Value>| -> Map<String, Value> {
        let has_own_line = |(key, value): &(&String, &Value)| *key == "network_mode" && *value == "host";
        let rest = keys.iter().filter(|entry| !has_own_line(entry));
        rest.map(|(key, value)| (key.clone(), value.clone())).collect()
    };
    !is_same(&rest(was), &rest(is))
}

/// Whether two have the same entries in the same order, which shows in the file.
pub(super) fn is_same(was: &Map<String, Value>, is: &Map<String, Value>) -> bool {
    was == is && serde_json::to_string(was).ok() == serde_json::to_string(is).ok()
}
