//! Ports that Compose files speak of and do not publish: addresses of services, and what these are told to listen on.

use std::sync::Arc;

use serde_json::{Map, Value as Json};

use super::evidence::At;
use super::lines::Lines;
use super::take::keys;
use crate::allocation::{Port, Ports};
use crate::claims::compose_file;
use crate::formats::compose_values::{Form, Stated, Whose, of_service};
use crate::formats::yaml::tree::Tree;
use crate::manifest::document::Step;

/// A port that one service of a Compose file states for itself or for another one.
#[derive(Debug)]
pub(super) struct Spoken {
    /// The key of the service that states it.
    pub(super) caller: String,
    /// The key of the service that it is of.
    pub(super) owner: String,
    pub(super) ports: Ports,
    pub(super) at: At,
}

/// What a Compose file says of ports of its services; nothing where it cannot be read.
pub(super) fn read(path: &Arc<str>, text: &str) -> Vec<Spoken> {
    let whole = compose_file::parse(text.as_bytes().to_vec()).ok().and_then(|whole| keys::json(&whole).ok());
    let services = whole.as_ref().and_then(|whole| whole.get("services")).and_then(Json::as_object);
    let services: Vec<(&String, &Map<String, Json>)> =
        services.into_iter().flatten().filter_map(|(name, keys)| Some((name, keys.as_object()?))).collect();
    let (tree, lines) = (Tree::read(text), Lines::new(text));
    let mut all = Vec::new();
    for (caller, keys) in &services {
        for stated in of_service(keys) {
            let owner = match &stated.whose {
                Whose::Own if stated.form == Form::Port => Some(*caller),
                Whose::Host(host) => services.iter().find(|(name, keys)| has_name(name, keys, host)).map(|one| one.0),
                _ => None,
            };
            if let (Some(owner), Some(port)) = (owner, Port::new(stated.port.into())) {
                let line = lines.of(place(&tree, caller, &stated).unwrap_or_default());
                let at = At { file: Arc::clone(path), line };
                all.push(Spoken { caller: (*caller).clone(), owner: owner.clone(), ports: port.into(), at });
            }
        }
    }
    all
}

/// Where the value starts that states a port.
fn place(tree: &Tree<'_>, service: &str, stated: &Stated<'_>) -> Option<usize> {
    let services = tree.get(*tree.documents.first()?, "services")?;
    let mut at = tree.get(services, service)?;
    for step in &stated.path {
        at = match step {
            Step::Key(key) => tree.get(at, key)?,
            Step::Index(index) => *tree.items(at).get(*index)?,
        };
    }
    tree.scalar(at).map(|text| text.span.start)
}

/// Whether a service has this name in its networks.
fn has_name(name: &str, keys: &Map<String, Json>, host: &str) -> bool {
    let text = |key: &str| keys.get(key).and_then(Json::as_str) == Some(host);
    name == host || text("container_name") || text("hostname") || {
        let networks = keys.get("networks").and_then(Json::as_object).into_iter().flat_map(Map::values);
        let mut aliases = networks.filter_map(|network| network.get("aliases")?.as_array()).flatten();
        aliases.any(|alias| alias.as_str() == Some(host))
    }
}
