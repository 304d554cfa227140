//! Former ports of services that the Compose files still state: compose.ports.yml replaces `ports` alone.

use serde_json::{Map, Value as Json};
use serde_yaml::Value;

use super::services::{File, Theirs};
use crate::claims::Owners;
use crate::diagnostic::{Diagnostic, codes, quoted};
use crate::formats::compose_values::{self, Form, Stated, View, Whose};
use crate::lints;
use crate::manifest::document::Step;

/// `former-port` of each local address and each `PORT` with a number that a service had before and nobody has now.
pub(super) fn former(theirs: &Theirs<'_>, owners: &Owners<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for file in &theirs.files {
        let services = file.document.get("services").and_then(Value::as_mapping);
        for (id, keys) in services.into_iter().flatten() {
            let (Some(id), Ok(Json::Object(mut keys))) = (id.as_str(), serde_json::to_value(keys)) else { continue };
            keys.remove("ports");
            found.extend(of_service(file, id, &keys, owners));
        }
    }
    found
}

fn of_service(file: &File, id: &str, keys: &Map<String, Json>, owners: &Owners<'_>) -> Vec<Diagnostic> {
    let own = owners.allocation().services.iter().find(|service| service.id == id);
    let mut found = Vec::new();
    for stated in compose_values::of_service(keys) {
        let is_local = matches!(stated.whose, Whose::Local(View::Outside | View::OutsideFirst | View::Either));
        let is_inside = own.is_some_and(|own| own.bindings.iter().any(|one| one.containers().has(stated.port)));
        if (is_local || stated.form == Form::Port) && !is_inside {
            found.extend(of_value(file, id, &stated, owners));
        }
    }
    found
}

fn of_value(file: &File, id: &str, stated: &Stated<'_>, owners: &Owners<'_>) -> Option<Diagnostic> {
    let (allocation, port) = (owners.allocation(), stated.port);
    if allocation.bindings().any(|(_, binding)| binding.hosts().has(port)) {
        return None;
    }
    let at_last_write = owners.last_write().former().and_then(|former| former.with_host(port).next());
    let former = at_last_write.or_else(|| owners.former().with_host(port).next());
    let former = former.map(|former| (former.service, former.binding));
    let (service, binding) = allocation.binding(former.or_else(|| owners.had_long_ago(port).first().copied())?);
    let (file, key) = (file.shown(), quoted(&keys(&stated.path)));
    let has = format!("{} has {} now", quoted(&service.id), binding.hosts());
    let message = format!("{file} still states {port} in {key} of {}: {has}", quoted(id));
    let found = lints::diagnostic(allocation, codes::FORMER_PORT, message)?;
    Some(found.at(allocation.place(&binding.span), "the port").help("change it there by hand, if it is this port"))
}

/// `environment.API`
fn keys(path: &[Step<'_>]) -> String {
    let mut keys = String::new();
    for step in path {
        match step {
            Step::Key(key) if keys.is_empty() => keys.push_str(key),
            Step::Key(key) => keys.extend([".", key]),
            Step::Index(_) => {}
        }
    }
    keys
}
