//! The objects that templates go through: each is a place in the allocation, and looks there when asked for a name.

use std::cmp::Ordering;
use std::fmt;
use std::sync::Arc;

use minijinja::value::{DynObject, Enumerator, Object, ObjectExt as _, Serde, Value};

use super::list::Items;
use super::{Seen, What, keys, texts};
use crate::allocation::address::{Standpoint, address};
use crate::allocation::facts::{self, Fact, Field};

/// One object.
#[derive(Debug)]
pub(super) struct Node {
    pub(super) seen: &'static Seen,
    pub(super) what: What,
}

impl Object for Node {
    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        self.get_value_by_str(key.as_str()?)
    }

    fn get_value_by_str(self: &Arc<Self>, key: &str) -> Option<Value> {
        match self.what {
            What::Platform => self.platform(key),
            What::Range(index) => self.range(index, key),
            What::Group(index) => self.group(index, key),
            What::Service(index) => self.service(index, key),
            What::Binding(service, index) => self.binding(service, index, key),
            What::Urls(service, index) => self.url(service, index, key),
            What::Reserved(index) => self.reserved(index, key),
            What::Retired(index) => self.retired(index, key),
        }
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        Enumerator::Str(match self.what {
            What::Platform => keys::PLATFORM,
            What::Range(_) => keys::RANGE,
            What::Group(_) => keys::GROUP,
            What::Service(_) => return names(&["id"], &facts::SERVICE, keys::OF_SERVICE),
            What::Binding(..) => return names(&[], &facts::BINDING, keys::OF_BINDING),
            What::Urls(..) => keys::URLS,
            What::Reserved(_) => keys::RESERVED,
            What::Retired(_) => keys::RETIRED,
        })
    }

    /// A service holds its group, which holds its services: they are told apart by their place, not by all that they hold.
    fn custom_cmp(self: &Arc<Self>, other: &DynObject) -> Option<Ordering> {
        match (self.what, other.downcast_ref::<Self>()?.what) {
            (What::Service(one), What::Service(other)) | (What::Group(one), What::Group(other)) => {
                Some(one.cmp(&other))
            }
            _ => None,
        }
    }

    /// As minijinja has it, but for services and groups, which would never end.
    fn render(self: &Arc<Self>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.what {
            What::Service(_) | What::Group(_) => f.write_str("{...}"),
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
    fn node(&self, what: What) -> Value {
        self.seen.node(what)
    }

    fn list(&self, items: Items) -> Value {
        self.seen.list(items)
    }

    fn platform(&self, key: &str) -> Option<Value> {
        let platform = &self.seen.allocation.platform;
        Some(match key {
            "name" => Value::from(&*platform.name),
            "id" => Value::from(&*platform.id),
            _ => return None,
        })
    }

    fn range(&self, index: usize, key: &str) -> Option<Value> {
        let range = &self.seen.allocation.ranges[index];
        Some(match key {
            "id" => Value::from(&*range.id),
            "first" => Value::from(range.first.get()),
            "last" => Value::from(range.last.get()),
            "purpose" => Value::from(&*range.purpose),
            _ => return None,
        })
    }

    fn group(&self, index: usize, key: &str) -> Option<Value> {
        let group = &self.seen.allocation.groups[index];
        Some(match key {
            "id" => Value::from(&*group.id),
            "title" => Value::from(&*group.title),
            "label" => Value::from(&*group.label),
            "ranges" => self.list(Items::RangesOf(index)),
            "services" => self.list(Items::Members(index)),
            _ => return None,
        })
    }

    fn service(&self, index: usize, key: &str) -> Option<Value> {
        let allocation = &self.seen.allocation;
        let service = &allocation.services[index];
        Some(match key {
            "id" => Value::from(&*service.id),
            "runs" => Value::from(service.runs()),
            "bindings" => self.list(Items::Bindings(index)),
            "published" => self.list(Items::published(service, index, true)),
            "internal" => self.list(Items::published(service, index, false)),
            "needs" => self.list(Items::needs(allocation, index)),
            "starts_after" => self.list(Items::starts_after(allocation, index)),
            "environment" => Value::from_pairs(texts::environment(self.seen, index)),
            _ => self.fact((facts::in_templates(&facts::SERVICE, key)?.get)(service)),
        })
    }

    fn binding(&self, service: usize, index: usize, key: &str) -> Option<Value> {
        let owner = &self.seen.allocation.services[service];
        let binding = &owner.bindings[index];
        Some(match key {
            "mapping" => Value::from(texts::mapping(binding)),
            "published" => Value::from(binding.published()),
            "env" => self.seen.env_name(service, index).clone(),
            "variable" => Value::from(owner.port_variable(index)),
            "url" if binding.scheme().is_some() => self.node(What::Urls(service, index)),
            "url" => Value::from(()),
            _ => self.fact((facts::in_templates(&facts::BINDING, key)?.get)(binding)),
        })
    }

    /// What a service or a port has under a key.
    fn fact(&self, fact: Fact<'_>) -> Value {
        match fact {
            Fact::Absent => Value::from(()),
            Fact::Text(text) | Fact::Id(text) => Value::from(text),
            Fact::Port(port) => Value::from(port.get()),
            Fact::Group(group) => self.node(What::Group(group)),
            Fact::Services(services) => self.list(Items::services(services.iter().map(|(at, _)| *at))),
            Fact::Texts(texts) => texts.iter().map(|text| Value::from(&**text)).collect(),
            Fact::Compose(keys) => Value::from(Serde(keys)),
        }
    }

    /// One number differs by where one stands: from the host, inside Compose's network, inside the cluster.
    fn url(&self, service: usize, index: usize, key: &str) -> Option<Value> {
        let owner = &self.seen.allocation.services[service];
        let binding = &owner.bindings[index];
        binding.scheme()?;
        let from = match key {
            "host" => Standpoint::Host,
            "compose" => Standpoint::Compose,
            "cluster" => Standpoint::Cluster,
            _ => return None,
        };
        Some(Value::from(address(&self.seen.allocation, owner, binding, from)))
    }

    fn reserved(&self, index: usize, key: &str) -> Option<Value> {
        let reserved = &self.seen.allocation.reserved[index];
        Some(match key {
            "first" => Value::from(reserved.first.get()),
            "last" => Value::from(reserved.last.get()),
            "reason" => Value::from(&*reserved.reason),
            _ => return None,
        })
    }

    fn retired(&self, index: usize, key: &str) -> Option<Value> {
        let retired = &self.seen.allocation.retired[index];
        Some(match key {
            "port" => Value::from(retired.port.get()),
            "service" => Value::from(&*retired.service),
            "since" => Value::from(&*retired.since),
            "reason" => Value::from(&*retired.reason),
            _ => return None,
        })
    }
}
