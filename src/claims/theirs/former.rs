//! Former ports of services that the Compose files still state: compose.ports.yml replaces `ports` alone.

use std::cell::OnceCell;

use serde_json::{Map, Value as Json};
use serde_yaml::Value;

use super::services::{File, Theirs};
use crate::claims::{At, Owners, compose_file};
use crate::diagnostic::{Diagnostic, codes, quoted};
use crate::formats::compose_values::{self, Form, Stated, View, Whose};
use crate::lints;
use crate::manifest::document::Step;

/// `former-port` of each local address and each `PORT` with a number that a service had before, and that nobody has now, or another one where
/// the file is as in the last commit.
pub(super) fn former(theirs: &Theirs<'_>, owners: &Owners<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for file in &theirs.files {
        let judged = Judged { file, owners, committed: OnceCell::new() };
        for (id, keys) in services(&file.document) {
            found.extend(judged.service(&id, &keys));
        }
    }
    found
}

/// The services of a file, without their `ports`.
fn services(document: &Value) -> impl Iterator<Item = (String, Map<String, Json>)> {
    let services = document.get("services").and_then(Value::as_mapping);
    services.into_iter().flatten().filter_map(|(id, keys)| {
        let Ok(Json::Object(mut keys)) = serde_json::to_value(keys) else { return None };
        keys.remove("ports");
        Some((id.as_str()?.to_owned(), keys))
    })
}

/// One file, and what git's last commit has of it, if anybody asks.
struct Judged<'a, 'w> {
    file: &'a File,
    owners: &'a Owners<'w>,
    committed: OnceCell<Vec<(String, Map<String, Json>)>>,
}

impl Judged<'_, '_> {
    fn service(&self, id: &str, keys: &Map<String, Json>) -> Vec<Diagnostic> {
        let own = self.owners.allocation().services.iter().find(|service| service.id == id);
        let has_inside = |port| own.is_some_and(|own| own.bindings.iter().any(|one| one.containers().has(port)));
        let mut all = compose_values::of_service(keys);
        all.retain(|stated| match stated.whose {
            // An address for browsers, whatever the service listens on itself.
            Whose::Local(View::Outside | View::OutsideFirst) => true,
            Whose::Local(View::Either | View::InsideFirst) => !has_inside(stated.port),
            _ => stated.form == Form::Port && !has_inside(stated.port),
        });
        let mut found = Vec::new();
        for of_value in all.chunk_by(|one, next| one.path == next.path) {
            let former = of_value.iter().filter_map(|stated| Some((stated, self.former(id, stated)?)));
            let former: Vec<(&Stated<'_>, At)> = former.collect();
            if !self.is_exchanged(&former) {
                found.extend(former.iter().filter_map(|(stated, at)| self.diagnostic(id, stated, *at)));
            }
        }
        found
    }

    /// Whether numbers of one value have become one another, as in a list of both: it is right in either order.
    fn is_exchanged(&self, former: &[(&Stated<'_>, At)]) -> bool {
        let now = |at: &At| self.owners.get(*at).1.host.get();
        let (mut stated, mut now): (Vec<u16>, Vec<u16>) = former.iter().map(|(one, at)| (one.port, now(at))).unzip();
        stated.sort_unstable();
        now.sort_unstable();
        stated == now
    }

    /// The binding that had a number, if that means it still.
    fn former(&self, id: &str, stated: &Stated<'_>) -> Option<At> {
        let port = stated.port;
        let at_last_write = self.owners.last_write().former().and_then(|former| former.with_host(port).next());
        let former = at_last_write.or_else(|| self.owners.former().with_host(port).next());
        let former = former.map(|former| (former.service, former.binding));
        match self.holder(port) {
            Some(holder) => former.filter(|at| *at != holder && self.is_given_on(id, stated, holder)),
            None => former.or_else(|| self.owners.had_long_ago(port).first().copied()),
        }
    }

    fn diagnostic(&self, id: &str, stated: &Stated<'_>, at: At) -> Option<Diagnostic> {
        let allocation = self.owners.allocation();
        let (service, binding) = allocation.binding(at);
        let (file, key, port) = (self.file.shown(), quoted(&keys(&stated.path)), stated.port);
        let has = format!("{} has {} now", quoted(&service.id), binding.hosts());
        let message = format!("{file} still states {port} in {key} of {}: {has}", quoted(id));
        let found = lints::diagnostic(allocation, codes::FORMER_PORT, message)?;
        Some(found.at(allocation.place(&binding.span), "the port").help("change it there by hand, if it is this port"))
    }

    /// The binding that has a number on the host.
    fn holder(&self, port: u16) -> Option<At> {
        let mut services = self.owners.allocation().services.iter().enumerate();
        services.find_map(|(at, service)| {
            Some((at, service.bindings.iter().position(|binding| binding.hosts().has(port))?))
        })
    }

    /// Whether a number that another binding had is as in the last commit, before the one that has it now got it.
    fn is_given_on(&self, id: &str, stated: &Stated<'_>, (service, binding): At) -> bool {
        let read = || {
            let bytes = self.owners.former_file(&self.file.path).unwrap_or_default();
            compose_file::parse(bytes).map(|document| services(&document).collect()).unwrap_or_default()
        };
        let is_same = |one: &Stated<'_>| one.path == stated.path && (one.port, one.nth) == (stated.port, stated.nth);
        self.owners.former().is_new(service, binding) && {
            let mut then = self.committed.get_or_init(read).iter().filter(|(other, _)| other == id);
            then.any(|(_, keys)| compose_values::of_service(keys).iter().any(is_same))
        }
    }
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
