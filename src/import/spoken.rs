//! Ports that files speak of and no Compose file publishes: addresses of services, and what these say that they listen on.

use std::sync::Arc;

use serde_json::{Map, Value as Json};

use super::evidence::At;
use super::lines::Lines;
use super::stack::File;
use super::take::keys;
use super::usage::is_sample;
use crate::allocation::{Port, Ports};
use crate::formats::compose_values::{Form, Stated, View, Whose, of_service};
use crate::formats::interpolation::Variables;
use crate::formats::yaml::tree::Tree;
use crate::manifest::document::Step;
use crate::scan::readers::MARKDOWN;
use crate::scan::stage::{Stage, stage};
use crate::scan::{self, Statement};

/// A port that a service of a Compose file, or another file, states for itself or for another service.
#[derive(Debug)]
pub(super) struct Spoken {
    /// The key of the service that states it, or the path of the file.
    pub(super) caller: Arc<str>,
    /// A name of the service that it is of.
    pub(super) owner: Arc<str>,
    pub(super) ports: Ports,
    /// What it is called where it is stated: `metrics` of `METRICS_PORT`.
    pub(super) name: Option<String>,
    pub(super) said: Said,
    pub(super) at: At,
}

/// How a port is spoken of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Said {
    /// The service says itself that it listens there: in a label for its proxy, its health check, an option of its command.
    Itself,
    /// Its health check asks it there with a client of its own: `redis-cli -p 26379`.
    Asked,
    /// The service is told to listen there and nowhere else: `PORT`.
    Told,
    /// Another one reaches it there.
    Reached,
}

/// What a Compose file says of ports of its services; nothing where it cannot be read.
pub(super) fn read(file: &File<'_, '_>) -> Vec<Spoken> {
    let services = services(file);
    let mut all = Vec::new();
    for (caller, keys) in &services {
        for stated in of_service(keys) {
            let is_own = says_itself(keys, &stated);
            let owner = match &stated.whose {
                Whose::Own if stated.form == Form::Port => Some(caller),
                Whose::Variable(name) if name == "SERVER" => Some(caller),
                _ if is_own || is_asked(&stated) => Some(caller),
                Whose::Host(host) => services.iter().find(|(name, keys)| has_name(name, keys, host)).map(|one| &one.0),
                _ => None,
            };
            if let (Some(owner), Some(port)) = (owner, Port::new(stated.port.into())) {
                let at = file.at(place(file.tree, caller, &stated).unwrap_or_default());
                let is_host = matches!(stated.whose, Whose::Host(_));
                let said = match owner == caller {
                    true if is_asked(&stated) => Said::Asked,
                    true if is_own || is_host => Said::Itself,
                    true => Said::Told,
                    false => Said::Reached,
                };
                let name = name(&stated).filter(|_| said == Said::Itself);
                let [caller, owner] = [caller, owner].map(|name| Arc::from(&**name));
                all.push(Spoken { caller, owner, ports: port.into(), name, said, at });
            }
        }
    }
    all
}

/// The services of a Compose file with their keys, in which variables are replaced.
fn services(file: &File<'_, '_>) -> Vec<(String, Map<String, Json>)> {
    let root = file.tree.documents.first().and_then(|root| file.tree.get(*root, "services"));
    // What ports.toml cannot say is said where a file is taken over.
    let mut whole = root.map_or(Json::Null, |services| keys::of_tree(file.tree, services, &mut Vec::new()));
    if let Some(services) = whole.as_object_mut() {
        services.values_mut().for_each(|service| replace(service, file.variables));
    }
    let keys = |keys| match keys {
        Json::Object(keys) => Some(keys),
        _ => None,
    };
    match whole {
        Json::Object(all) => all.into_iter().filter_map(|(name, of)| Some((name, keys(of)?))).collect(),
        _ => Vec::new(),
    }
}

/// What the variable calls a port that states it: `admin` of `KC_ADMIN_PORT`.
fn name(stated: &Stated<'_>) -> Option<String> {
    match &stated.whose {
        Whose::Variable(name) => Some(name.rsplit('_').next()?.to_ascii_lowercase()).filter(|last| last != "server"),
        _ => None,
    }
}

/// Replaces the variables in all texts, and gives those of an `environment` their values that it only names.
fn replace(value: &mut Json, variables: &Variables) {
    match value {
        Json::String(text) if text.contains('$') => *text = variables.replaced_in(text),
        Json::Array(items) => items.iter_mut().for_each(|item| replace(item, variables)),
        Json::Object(keys) => {
            for (key, value) in keys {
                replace(value, variables);
                if key == "environment" {
                    pass_on(value, variables);
                }
            }
        }
        _ => {}
    }
}

/// Gives the variables of an `environment` their values that have none there.
fn pass_on(environment: &mut Json, variables: &Variables) {
    match environment {
        Json::Array(items) => {
            for item in items {
                if let Some(name) = item.as_str().filter(|item| !item.contains('='))
                    && let Some(value) = variables.get(name)
                {
                    *item = format!("{name}={value}").into();
                }
            }
        }
        Json::Object(keys) => {
            for (name, value) in keys.iter_mut().filter(|(_, value)| value.is_null()) {
                *value = variables.get(name).map_or(Json::Null, Json::from);
            }
        }
        _ => {}
    }
}

/// The last words before `PORT` in variables that tell a program where to listen: `KC_HTTP_PORT`, `PROMETHEUS_EXPORTER_PORT`.
const LISTENERS: [&str; 14] = [
    "ADMIN",
    "CONSOLE",
    "DEBUG",
    "EXPORTER",
    "GRPC",
    "HEALTH",
    "HTTP",
    "HTTPS",
    "LISTEN",
    "MANAGEMENT",
    "METRICS",
    "SERVER",
    "UI",
    "WEB",
];

/// What stands before `_PORT` in the variable of the port that ASP.NET Core sends clients to: that of the machine, where nothing listens.
///
/// Source: <https://learn.microsoft.com/aspnet/core/security/enforcing-ssl#port-configuration>.
const REDIRECT: &str = "ASPNETCORE_HTTPS";

/// Whether a service says itself that it listens there. Not in the variable `PORT`: that is its one port, which it may state wrongly.
fn says_itself(keys: &Map<String, Json>, stated: &Stated<'_>) -> bool {
    // In the network of another service, it speaks of the ports of that one.
    if keys.get("network_mode").and_then(Json::as_str).is_some_and(|mode| mode.starts_with("service:")) {
        return false;
    }
    match (&stated.whose, stated.form) {
        (Whose::Variable(name), Form::Named) => {
            let is_of_environment = stated.path.first() == Some(&Step::Key("environment"));
            name.contains('_')
                && name != REDIRECT
                && !is_published(keys, stated.port)
                && is_of_environment
                && LISTENERS.iter().any(|last| name.rsplit('_').next() == Some(last))
        }
        (Whose::Own, Form::Label | Form::Named) | (Whose::Local(View::Inside), Form::HealthCheck) => true,
        // `--console-address ":9001"`; `-p 9001` may be anything.
        (Whose::Own, Form::Loose) => {
            text(keys, &stated.path).is_some_and(|text| text.as_bytes()[..stated.digits.start].last() == Some(&b':'))
        }
        _ => false,
    }
}

/// Whether a service publishes another port under a number: what states that, speaks of the machine.
fn is_published(keys: &Map<String, Json>, port: u16) -> bool {
    let port = port.to_string();
    let is_one = |entry: &Json| {
        let mut parts = entry.as_str().unwrap_or_default().split('/').next().unwrap_or_default().rsplit(':');
        let container = parts.next();
        parts.next() == Some(&port) && container != Some(&port)
    };
    keys.get("ports").and_then(Json::as_array).is_some_and(|entries| entries.iter().any(is_one))
}

/// Whether a health check states a port as an option of a client, for the service itself.
fn is_asked(stated: &Stated<'_>) -> bool {
    stated.path.first() == Some(&Step::Key("healthcheck"))
        && matches!(stated.whose, Whose::Own | Whose::Local(View::Inside))
        && matches!(stated.form, Form::Loose | Form::Named)
}

/// The text at a path of keys.
fn text<'k>(keys: &'k Map<String, Json>, path: &[Step<'_>]) -> Option<&'k str> {
    let (Step::Key(first), rest) = path.split_first()? else { return None };
    let step = |at: &'k Json, step: &Step<'_>| match step {
        Step::Key(key) => at.get(*key),
        Step::Index(index) => at.get(*index),
    };
    rest.iter().try_fold(keys.get(*first)?, step)?.as_str()
}

/// The addresses by name in a file of another kind: `http://tempo:3200` in the settings of Grafana.
pub(super) fn addresses(path: &Arc<str>, text: &str, kind: &str, statements: &[Statement<'_>]) -> Vec<Spoken> {
    if kind == MARKDOWN || stage(path) == Stage::Test || is_sample(path) {
        return Vec::new();
    }
    let mut lines = None;
    let mut all = Vec::new();
    for one in statements.iter().filter(|one| one.is_strong) {
        let (scan::Whose::Host(host), Some(port)) = (&one.whose, Port::new(one.port.into())) else { continue };
        let line = lines.get_or_insert_with(|| Lines::new(text)).of(one.digits.start);
        let at = At { file: Arc::clone(path), line };
        all.push(Spoken {
            caller: Arc::clone(path),
            owner: Arc::from(&**host),
            ports: port.into(),
            name: None,
            said: Said::Reached,
            at,
        });
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
