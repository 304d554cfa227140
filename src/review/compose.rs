//! What services and the whole file pass through to Compose.

use serde_json::{Map, Value};

use super::{Kind, Line};
use crate::allocation::Service;

/// A line where the container of a service comes to share the host's network, or does no more: Docker then ignores which ports
/// are published and how far. Source: <https://docs.docker.com/engine/network/drivers/host/>.
pub(super) fn host_network(before: Option<&Service>, after: &Service) -> Option<Line> {
    match (before.is_some_and(is_on_host), is_on_host(after)) {
        (false, true) => {
            let text = "on the host's network: every port of its container is on every interface";
            Some(Line::new(Kind::Exposed, &after.id, text))
        }
        (true, false) => Some(Line::new(Kind::Port, &after.id, "no longer on the host's network")),
        _ => None,
    }
}

fn is_on_host(service: &Service) -> bool {
    service.compose.iter().any(is_host_network)
}

fn is_host_network((key, value): (&String, &Value)) -> bool {
    key == "network_mode" && value == "host"
}

/// Whether anything else of a service is another.
pub(super) fn is_other(was: &Service, is: &Service) -> bool {
    let rest = |service: &Service| -> Map<String, Value> {
        let rest = service.compose.iter().filter(|entry| !is_host_network(*entry));
        rest.map(|(key, value)| (key.clone(), value.clone())).collect()
    };
    !is_same(&rest(was), &rest(is))
}

/// Whether two have the same entries in the same order, which shows in the file.
pub(super) fn is_same(was: &Map<String, Value>, is: &Map<String, Value>) -> bool {
    was == is && serde_json::to_string(was).ok() == serde_json::to_string(is).ok()
}
