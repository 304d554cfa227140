//! Compares the Compose keys of services and of the whole file.

use serde_json::{Map, Value};

use super::{Line, ServiceIn};
use crate::allocation::Service;
use crate::diagnostic::codes;

/// A line if the container of a service starts or stops sharing the host's network, where Docker ignores published ports.
/// Source: <https://docs.docker.com/engine/network/drivers/host/>.
pub(super) fn host_network(before: Option<ServiceIn<'_>>, after: ServiceIn<'_>) -> Option<Line> {
    let (code, text) = match (before.is_some_and(is_on_host), is_on_host(after)) {
        (false, true) => (codes::EXPOSED, "on the host's network: every port of its container is on every interface"),
        (true, false) => (codes::PORT, "no longer on the host's network"),
        _ => return None,
    };
    Some(Line::new(code, &after.service.id, text))
}

/// Whether the container of a service shares the host's network: directly, through a Compose network that is the host's, or
/// through a service whose network or definition it uses.
pub(super) fn is_on_host(first: ServiceIn<'_>) -> bool {
    let mut seen = Vec::new();
    let mut next = Some(first);
    // Services that take the network from each other in a circle do not have the host's.
    while let Some(known) = next.filter(|known| !seen.contains(&known.service.id.as_str())) {
        let mode = text(known.service, "network_mode");
        if mode.is_some_and(may_be_host) || networks(known.service).into_iter().any(|name| is_host(known, name)) {
            return true;
        }
        seen.push(&known.service.id);
        next = source(known);
    }
    false
}

fn text<'a>(service: &'a Service, key: &str) -> Option<&'a str> {
    service.compose.get(key).and_then(Value::as_str)
}

/// Whether a name is `host`, or contains a variable that may become `host`.
fn may_be_host(name: &str) -> bool {
    name == "host" || name.contains('$') && name.contains("host")
}

/// The service of this file whose network a service uses: `network_mode: service:<id>` or `container:<name>`, or `extends`.
fn source(known: ServiceIn<'_>) -> Option<ServiceIn<'_>> {
    let services = &known.allocation.services;
    let source = if let Some(mode) = text(known.service, "network_mode") {
        let (kind, name) = mode.split_once(':')?;
        match kind {
            "service" => services.iter().find(|one| one.id == name),
            "container" => services.iter().find(|one| container_name(ServiceIn { service: one, ..known }) == name),
            _ => None,
        }
    } else {
        let extends = known.service.compose.get("extends").filter(|extends| extends.get("file").is_none())?;
        let id = extends.as_str().or_else(|| extends.get("service")?.as_str())?;
        services.iter().find(|one| one.id == id)
    };
    Some(ServiceIn { service: source?, ..known })
}

/// The name of a service's container: `container_name`, or the name that Compose gives to its first container.
fn container_name(known: ServiceIn<'_>) -> String {
    match text(known.service, "container_name") {
        Some(own) => own.to_owned(),
        None => format!("{}-{}-1", known.allocation.platform.id, known.service.id),
    }
}

/// The networks that a service joins, from a list or a table; the default network if it names none.
fn networks(service: &Service) -> Vec<&str> {
    let networks: Vec<&str> = match service.compose.get("networks") {
        Some(Value::Array(list)) => list.iter().filter_map(Value::as_str).collect(),
        Some(Value::Object(table)) => table.keys().map(String::as_str).collect(),
        _ => Vec::new(),
    };
    if networks.is_empty() && !service.compose.contains_key("network_mode") { vec!["default"] } else { networks }
}

/// Whether a network of the Compose file is the host's: it is external, and its name is or may be `host`.
/// Source: <https://docs.docker.com/reference/compose-file/networks/#host-or-none>.
fn is_host(known: ServiceIn<'_>, network: &str) -> bool {
    let found = known.allocation.compose.get("networks").and_then(|all| all.get(network));
    let Some((found, external)) = found.and_then(|found| Some((found, found.get("external")?))) else { return false };
    // In version 2 of the format the name stood in `external`.
    let name = found.get("name").or_else(|| external.get("name")).and_then(Value::as_str).unwrap_or(network);
    *external != Value::Bool(false) && may_be_host(name)
}

/// Whether the Compose keys of a service are the same apart from `network_mode: host`, which has its own line.
pub(super) fn is_same_besides_host(was: &Map<String, Value>, is: &Map<String, Value>) -> bool {
    let [mut was, mut is] = [was.clone(), is.clone()];
    for keys in [&mut was, &mut is] {
        keys.retain(|key, value| !(key == "network_mode" && value == "host"));
    }
    is_same(&was, &is)
}

/// Whether two tables have the same entries in the same order; the order shows in the file.
pub(super) fn is_same(was: &Map<String, Value>, is: &Map<String, Value>) -> bool {
    was == is && serde_json::to_string(was).ok() == serde_json::to_string(is).ok()
}
