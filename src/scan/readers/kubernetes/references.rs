//! What names a Service with its port: Ingresses, the routes of the Gateway API, those of Istio and Traefik, any other object.

use std::borrow::Cow;
use std::collections::HashMap;

use super::{Reader, USUAL};
use crate::formats::yaml::tree::{Id, Node};
use crate::scan::form::Form;
use crate::scan::statement::{Statement, View, Whose};

/// Keys of one Service with its port, or of a list of them.
const SERVICES: [&str; 7] =
    ["service", "services", "backend", "defaultBackend", "backendRef", "backendRefs", "serviceRef"];

impl Reader<'_, '_> {
    /// Reads any object: what stands at `id`, under the key `key` or in a list under it.
    pub(super) fn references(&mut self, id: Id, key: &str, depth: usize) {
        if depth == 0 || !self.visit(1) {
            return;
        }
        match self.tree.node(id) {
            Node::Scalar(text) => self.addresses(text),
            Node::Sequence(items) => items.iter().for_each(|item| self.references(*item, key, depth - 1)),
            Node::Mapping(keys) => {
                self.reference(id, key);
                keys.iter().for_each(|(key, value)| self.references(*value, &key.value, depth - 1));
            }
        }
    }

    /// Adds the port of a mapping that names a Service with it.
    fn reference(&mut self, id: Id, key: &str) {
        let text = |way: &[&str]| self.text(id, way);
        let is_service = text(&["kind"]).is_none_or(|kind| kind.value == "Service");
        let number = || text(&["port", "number"]).or_else(|| text(&["port"]));
        let named = |name: &str| Whose::Named(Cow::Owned(name.to_owned()));
        let (whose, number) = if let Some(name) = text(&["serviceName"]) {
            // Before networking.k8s.io/v1.
            (named(&name.value), text(&["servicePort"]))
        } else if let Some(name) = text(&["name"]).filter(|_| SERVICES.contains(&key) && is_service) {
            (named(&name.value), number())
        } else if let Some(host) = text(&["host"]).filter(|_| key == "destination") {
            (Whose::Host(Cow::Owned(host.value.to_string())), number())
        } else {
            return;
        };
        let found = number.and_then(|number| Statement::whole(number, View::Service, whose, Form::Backend));
        self.out.extend(found.map(|one| if USUAL.contains(&one.port) { one.weak() } else { one }));
    }

    /// Where a file names several ports of one Service, any of them may be one beside that which it is known by.
    pub(super) fn weaken_several(&mut self) {
        let mut several: HashMap<Whose<'_>, Option<u16>> = HashMap::new();
        for one in self.out.iter().filter(|one| one.form == Form::Backend) {
            let known = several.entry(one.whose.clone()).or_insert(Some(one.port));
            *known = known.filter(|port| *port == one.port);
        }
        for one in self.out.iter_mut().filter(|one| one.form == Form::Backend) {
            one.is_strong &= several.get(&one.whose).is_some_and(Option::is_some);
        }
    }
}
