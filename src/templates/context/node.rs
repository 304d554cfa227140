//! The objects that templates go through: each is a place in the allocation, and looks there when asked for a name.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::fmt;
use std::sync::Arc;

use minijinja::value::{DynObject, Enumerator, Object, ObjectExt as _, Serde, Value};

use super::list::Items;
use super::{Item, Table, View, paths, texts};
use crate::allocation::address::{Standpoint, address};
use crate::allocation::facts::{self, Fact, Field};

/// One object.
#[derive(Debug)]
pub(super) struct Node {
    pub(super) view: View,
    pub(super) item: Item,
}

/// The names that templates can ask a group for.
const GROUP: &[&str] = &["id", "title", "label", "ranges", "services"];
/// What a service has besides its id and the facts of ports.toml.
const OF_SERVICE: &[&str] = &[
    "runs",
    "bindings",
    "published",
    "internal",
    "listed",
    "reachable",
    "needs",
    "starts_after",
    "mapped",
    "calls_host",
    "start_order",
    "image",
    "environment",
    "build_context",
];
/// What a binding has besides the facts of ports.toml.
const OF_BINDING: &[&str] = &[
    "last",
    "container_last",
    "count",
    "ports",
    "published",
    "reachable",
    "mapping",
    "env",
    "variable",
    "node_port",
    "url",
];
/// `kubernetes` of a service.
const KUBERNETES: &[&str] = &["name", "type", "target", "selector", "labels"];
/// `url` of a binding.
const URLS: &[&str] = &["host", "compose", "cluster"];

impl Object for Node {
    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        self.get_value_by_str(key.as_str()?)
    }

    fn get_value_by_str(self: &Arc<Self>, key: &str) -> Option<Value> {
        match self.item {
            Item::Group(index) => self.group(index, key),
            Item::Service(index) => self.service(index, key),
            Item::Binding(service, index) => self.binding(service, index, key),
            Item::Urls(service, index) => self.url(service, index, key),
            Item::Kubernetes(service) => self.kubernetes(service, key),
        }
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        match self.item {
            Item::Group(_) => Enumerator::Str(GROUP),
            Item::Service(_) => names(&["id"], &facts::SERVICE, OF_SERVICE),
            Item::Binding(..) => names(&[], &facts::BINDING, OF_BINDING),
            Item::Urls(..) => Enumerator::Str(URLS),
            Item::Kubernetes(_) => Enumerator::Str(KUBERNETES),
        }
    }

    /// A service holds its group, which holds its services: they are compared by their place, not by all that they hold.
    fn custom_cmp(self: &Arc<Self>, other: &DynObject) -> Option<Ordering> {
        match (self.item, other.downcast_ref::<Self>()?.item) {
            (Item::Service(one), Item::Service(other)) | (Item::Group(one), Item::Group(other)) => {
                Some(one.cmp(&other))
            }
            _ => None,
        }
    }

    /// As minijinja has it, but for services and groups, which would never end.
    fn render(self: &Arc<Self>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.item {
            Item::Service(_) | Item::Group(_) => f.write_str("{...}"),
            _ => f.debug_map().entries(self.try_iter_pairs().into_iter().flatten()).finish(),
        }
    }
}

/// What templates call the fields, between `first` and `last`.
fn names<T>(first: &[&str], fields: &[Field<T>], last: &[&str]) -> Enumerator {
    let fields = fields.iter().filter_map(|field| field.template);
    Enumerator::Values(first.iter().copied().chain(fields).chain(last.iter().copied()).map(Value::from).collect())
}

impl Node {
    fn group(&self, index: usize, key: &str) -> Option<Value> {
        let group = &self.view.context.allocation.groups[index];
        Some(match key {
            "id" => Value::from(&*group.id),
            "title" => Value::from(&*group.title),
            "label" => Value::from(&*group.label),
            "ranges" => group.ranges.iter().map(|range| self.view.ranges[*range].clone()).collect(),
            "services" => self.view.list(Items::Members(&self.view.context.members[index])),
            _ => return None,
        })
    }

    fn service(&self, index: usize, key: &str) -> Option<Value> {
        let services = &self.view.context.allocation.services;
        let service = &services[index];
        Some(match key {
            "id" => Value::from(&*service.id),
            "runs" => Value::from(service.runs()),
            "bindings" => self.view.list(Items::Bindings(index)),
            "published" => self.view.list(Items::published(services, index)),
            "internal" => self.view.list(Items::internal(services, index)),
            "listed" => self.view.list(Items::listed(services, index)),
            "reachable" => self.view.list(Items::reachable(services, index)),
            "needs" => self.view.list(Items::needs(services, index)),
            "starts_after" => self.view.list(Items::starts_after(services, index)),
            "mapped" => Value::from(service.is_mapped()),
            "calls_host" => Value::from(texts::calls_host(&self.view, index)),
            "start_order" => texts::start_order(self.view.context, index),
            "image" => Value::from(self.view.context.allocation.own_image(service)),
            "environment" => Table::of(texts::environment(self.view.context, index)),
            "compose" if service.compose.is_empty() => Table::of(Vec::new()),
            "compose" => Value::from(Serde(paths::service(&service.compose, service.dir.as_ref(), self.view))),
            "build_context" => Value::from(service.dir.as_ref().map(|dir| paths::way_to(dir, self.view))),
            "kubernetes" if service.kubernetes_name().is_some() => self.view.item(Item::Kubernetes(index)),
            "kubernetes" => Value::from(false),
            _ => self.fact((facts::in_templates(&facts::SERVICE, key)?.get)(service)),
        })
    }

    fn binding(&self, service: usize, index: usize, key: &str) -> Option<Value> {
        let owner = &self.view.context.allocation.services[service];
        let binding = &owner.bindings[index];
        Some(match key {
            "last" => Value::from(binding.hosts().last().get()),
            "container_last" => Value::from(binding.containers().last().get()),
            "count" => Value::from(binding.count),
            "host" => Value::from(binding.host.get()),
            "ports" => Value::from(binding.shown()),
            "mapping" => texts::mapping(&self.view.context.allocation, owner, binding),
            "published" => Value::from(binding.published()),
            "reachable" => Value::from(binding.is_reachable()),
            "env" => self.view.env_names[service][index].clone(),
            "variable" => Value::from(owner.port_variable(index)),
            "node_port" => binding.node_port.as_deref().map_or(Value::from(()), |(port, _)| Value::from(port.get())),
            "url" if binding.scheme().is_some() => self.view.item(Item::Urls(service, index)),
            "url" => Value::from(()),
            _ => self.fact((facts::in_templates(&facts::BINDING, key)?.get)(binding)),
        })
    }

    /// What a service or a port has under a key.
    fn fact(&self, fact: Fact<'_>) -> Value {
        match fact {
            Fact::Absent => Value::from(()),
            Fact::Text(text) | Fact::Id(text) => Value::from(text),
            Fact::Expose(expose) => Value::from(expose.to_string()),
            Fact::Ports(ports) => Value::from(ports.first().get()),
            Fact::Group(group) => self.view.item(Item::Group(group)),
            Fact::Services(services) => {
                let items = services.iter().map(|(at, _)| Item::Service(*at)).collect();
                self.view.list(Items::Found(items))
            }
            Fact::Texts(texts) => texts.iter().map(|text| Value::from(&**text)).collect(),
            Fact::Kubernetes(kubernetes) => Value::from(Serde(kubernetes.json())),
            Fact::Compose(keys) => Value::from(Serde(keys)),
        }
    }

    /// One number differs by where one stands: from the host, inside Compose's network, inside the cluster.
    fn url(&self, service: usize, index: usize, key: &str) -> Option<Value> {
        let owner = &self.view.context.allocation.services[service];
        let binding = &owner.bindings[index];
        binding.scheme()?;
        let from = match key {
            "host" => Standpoint::Host,
            "compose" => Standpoint::Compose,
            "cluster" => Standpoint::Cluster,
            _ => return None,
        };
        if from == Standpoint::Cluster && owner.kubernetes_name().is_none() {
            return Some(Value::from(()));
        }
        Some(Value::from(address(&self.view.context.allocation, owner, binding, from)))
    }

    /// The Kubernetes Service of a service, with every default.
    fn kubernetes(&self, index: usize, key: &str) -> Option<Value> {
        let allocation = &self.view.context.allocation;
        let service = &allocation.services[index];
        let stated = service.kubernetes.stated();
        Some(match key {
            "name" => Value::from(service.kubernetes_name()?),
            "type" => Value::from(stated.map(|stated| stated.kind).unwrap_or_default().as_str()),
            "target" => Value::from(stated.map(|stated| stated.target).unwrap_or_default().as_str()),
            "selector" => labels(service.selector()),
            "labels" => labels(service.labels(allocation)),
            _ => return None,
        })
    }
}

fn labels(pairs: Vec<(&'static str, &'static str)>) -> Value {
    Table::of(pairs.into_iter().map(|(key, value)| (Cow::Borrowed(key), Value::from(value))).collect())
}
