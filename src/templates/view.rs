//! What templates see: the allocation and nothing else. Objects look into it when asked; nothing is copied beforehand.

use std::sync::Arc;

use minijinja::value::{Enumerator, Object, ObjectRepr, Serde, Value};
use serde_json::{Map, Value as Json};

use super::keys;
use super::list::{Items, List};
use crate::allocation::{Allocation, Binding, Expose, Protocol, Service};

/// The allocation with what templates ask for often, made once.
#[derive(Debug)]
pub struct World {
    /// The allocation.
    pub allocation: Allocation,
    /// The services of each group, in the order of the file.
    pub(super) members: Vec<Vec<usize>>,
    /// The services of no group.
    pub(super) ungrouped: Vec<usize>,
}

impl World {
    /// The world of `allocation`.
    pub fn new(allocation: Allocation) -> Arc<Self> {
        let mut members = vec![Vec::new(); allocation.groups.len()];
        let mut ungrouped = Vec::new();
        for (index, service) in allocation.services.iter().enumerate() {
            service.group.map_or(&mut ungrouped, |group| &mut members[group]).push(index);
        }
        Arc::new(Self { allocation, members, ungrouped })
    }
}

/// What one output is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// Everything.
    Platform,
    /// One group.
    Group(usize),
    /// One service.
    Service(usize),
    /// One binding: the service's index and its own.
    Binding(usize, usize),
}

/// The variables of a template: `platform`, `services`, `ungrouped`, `groups`, `ranges`, `reserved`, `retired`, `compose`,
/// `root`, and what `each` says: `group`, `service`, `binding`.
pub fn context(world: &Arc<World>, subject: Subject, root: &str) -> Value {
    Value::from_object(Node { world: Arc::new(Arc::clone(world)), what: What::Root(subject, root.into()) })
}

/// The world behind a counter of the rendering's own: objects are made and dropped by the thousand, and threads that count
/// them on one counter wait for each other.
pub(super) type Shared = Arc<Arc<World>>;

/// One object: a place in the allocation.
#[derive(Debug)]
pub(super) struct Node {
    pub(super) world: Shared,
    pub(super) what: What,
}

/// Which place; the numbers are indices.
#[derive(Clone, Debug)]
pub(super) enum What {
    Root(Subject, Arc<str>),
    Platform,
    Range(usize),
    Group(usize),
    Service(usize),
    Binding(usize, usize),
    Urls(usize, usize),
    Reserved(usize),
    Retired(usize),
}

impl Object for Node {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Map
    }

    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        self.get_value_by_str(key.as_str()?)
    }

    fn get_value_by_str(self: &Arc<Self>, key: &str) -> Option<Value> {
        let allocation = &self.world.allocation;
        match self.what {
            What::Root(subject, ref root) => self.root(subject, root, key),
            What::Platform => match key {
                "name" => Some(Value::from(&*allocation.platform.name)),
                "id" => Some(Value::from(&*allocation.platform.id)),
                _ => None,
            },
            What::Range(index) => range(&allocation.ranges[index], key),
            What::Group(index) => self.group(index, key),
            What::Service(index) => self.service(index, key),
            What::Binding(service, index) => self.binding(service, index, key),
            What::Urls(service, index) => self.url(service, index, key),
            What::Reserved(index) => {
                let reserved = &allocation.reserved[index];
                match key {
                    "first" => Some(Value::from(reserved.first.get())),
                    "last" => Some(Value::from(reserved.last.get())),
                    "reason" => Some(Value::from(&*reserved.reason)),
                    _ => None,
                }
            }
            What::Retired(index) => {
                let retired = &allocation.retired[index];
                match key {
                    "port" => Some(Value::from(retired.port.get())),
                    "service" => Some(Value::from(&*retired.service)),
                    "since" => Some(Value::from(&*retired.since)),
                    "reason" => Some(Value::from(&*retired.reason)),
                    _ => None,
                }
            }
        }
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        Enumerator::Str(self.keys())
    }
}

impl Node {
    fn keys(&self) -> &'static [&'static str] {
        match self.what {
            What::Root(..) => keys::ROOT,
            What::Platform => keys::PLATFORM,
            What::Range(_) => keys::RANGE,
            What::Group(_) => keys::GROUP,
            What::Service(_) => keys::SERVICE,
            What::Binding(..) => keys::BINDING,
            What::Urls(..) => keys::URLS,
            What::Reserved(_) => keys::RESERVED,
            What::Retired(_) => keys::RETIRED,
        }
    }

    fn node(&self, what: What) -> Value {
        Value::from_object(Self { world: Arc::clone(&self.world), what })
    }

    fn list(&self, list: Items) -> Value {
        Value::from_object(List { world: Arc::clone(&self.world), items: list })
    }

    fn root(&self, subject: Subject, root: &str, key: &str) -> Option<Value> {
        Some(match (key, subject) {
            ("platform", _) => self.node(What::Platform),
            ("services", _) => self.list(Items::Services),
            ("ungrouped", _) => self.list(Items::Ungrouped),
            ("groups", _) => self.list(Items::Groups),
            ("ranges", _) => self.list(Items::Ranges),
            ("reserved", _) => self.list(Items::Reserved),
            ("retired", _) => self.list(Items::Retired),
            ("compose", _) => Value::from(Serde(&self.world.allocation.compose)),
            ("root", _) => Value::from(root),
            ("group", Subject::Group(group)) => self.node(What::Group(group)),
            ("service", Subject::Service(service) | Subject::Binding(service, _)) => self.node(What::Service(service)),
            ("binding", Subject::Binding(service, binding)) => self.node(What::Binding(service, binding)),
            _ => return None,
        })
    }

    fn group(&self, index: usize, key: &str) -> Option<Value> {
        let group = &self.world.allocation.groups[index];
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
        let service = &self.world.allocation.services[index];
        Some(match key {
            "id" => Value::from(&*service.id),
            "title" => Value::from(&*service.title),
            "description" => Value::from(&*service.description),
            "group" => service.group.map_or(Value::from(()), |group| self.node(What::Group(group))),
            "dir" => service.dir.as_ref().map_or(Value::from(()), |dir| Value::from(dir.as_str())),
            "package" => service.package.as_ref().map_or(Value::from(()), |(path, _)| Value::from(path.as_str())),
            "exception" => service.exception.as_ref().map_or(Value::from(()), |(reason, _)| Value::from(&**reason)),
            "runs" => Value::from(service.runs()),
            "bindings" => self.list(Items::Bindings(index)),
            "published" => self.list(Items::BindingsOnHost(index, true)),
            "internal" => self.list(Items::BindingsOnHost(index, false)),
            "depends_on" => self.list(Items::DependsOn(index)),
            "needs" => self.list(Items::Needs(index)),
            "starts_after" => self.list(Items::StartsAfter(index)),
            "compose" => Value::from(Serde(&service.compose)),
            "environment" => self.environment(service),
            _ => return None,
        })
    }

    fn binding(&self, service: usize, index: usize, key: &str) -> Option<Value> {
        let owner = &self.world.allocation.services[service];
        let binding = &owner.bindings[index];
        Some(match key {
            "name" => Value::from(&*binding.name),
            "host" => Value::from(binding.host.get()),
            "container" => Value::from(binding.container.get()),
            "service" => Value::from(binding.service.get()),
            "protocol" => Value::from(binding.protocol.as_str()),
            "app_protocol" => binding.app_protocol.as_deref().map_or(Value::from(()), Value::from),
            "expose" => Value::from(binding.expose.as_str()),
            "mapping" => Value::from(mapping(binding)),
            "published" => Value::from(binding.published()),
            "env" => Value::from(owner.env_name(binding)),
            "variable" => Value::from(owner.port_variable(index)),
            "url" if binding.scheme().is_some() => self.node(What::Urls(service, index)),
            "url" => Value::from(()),
            _ => return None,
        })
    }

    /// What a container gets in Compose: its own ports, the addresses of what its service depends on as seen inside the network,
    /// and over them what the Compose keys state.
    fn environment(&self, service: &Service) -> Value {
        let stated = stated_environment(&service.compose);
        let mut all: Vec<(Value, Value)> = Vec::new();
        let mut add = |name: String, value: String| {
            if !stated.iter().any(|(known, _)| *known == name) {
                all.push((Value::from(name), Value::from(value)));
            }
        };
        for (index, binding) in service.bindings.iter().enumerate() {
            add(service.port_variable(index), binding.container.to_string());
        }
        for dependency in service.depends_on.iter().map(|(index, _)| &self.world.allocation.services[*index]) {
            for binding in &dependency.bindings {
                let name = dependency.env_name(binding);
                if let Some(scheme) = binding.scheme() {
                    add(name + "_URL", format!("{scheme}://{}:{}", dependency.id, binding.container));
                } else {
                    add(format!("{name}_HOST"), dependency.id.clone());
                    add(name + "_PORT", binding.container.to_string());
                }
            }
        }
        all.extend(stated.into_iter().map(|(name, value)| (Value::from(name), value)));
        Value::from_pairs(all)
    }

    /// One number differs by where one stands: from the host, inside Compose's network, inside the cluster.
    fn url(&self, service: usize, index: usize, key: &str) -> Option<Value> {
        let owner = &self.world.allocation.services[service];
        let binding = &owner.bindings[index];
        let (scheme, id) = (binding.scheme()?, &owner.id);
        let namespace = &self.world.allocation.platform.id;
        Some(Value::from(match key {
            "host" => format!("{scheme}://localhost:{}", binding.host),
            "compose" => format!("{scheme}://{id}:{}", binding.container),
            "cluster" => format!("{scheme}://{id}.{namespace}.svc:{}", binding.service),
            _ => return None,
        }))
    }
}

fn range(range: &crate::allocation::Range, key: &str) -> Option<Value> {
    Some(match key {
        "id" => Value::from(&*range.id),
        "first" => Value::from(range.first.get()),
        "last" => Value::from(range.last.get()),
        "purpose" => Value::from(&*range.purpose),
        _ => return None,
    })
}

/// The entry in Compose's `ports` in its short form, or in `expose` where the port is not published.
///
/// Source: <https://github.com/compose-spec/compose-spec/blob/main/05-services.md#short-syntax-4>
fn mapping(binding: &Binding) -> String {
    let (host, container) = (binding.host, binding.container);
    let transport = match binding.protocol {
        Protocol::Tcp => String::new(),
        other => format!("/{}", other.as_str()),
    };
    match binding.expose {
        Expose::Loopback => format!("127.0.0.1:{host}:{container}{transport}"),
        Expose::All => format!("{host}:{container}{transport}"),
        Expose::None => format!("{container}{transport}"),
    }
}

/// The entries of `environment` among the Compose keys, whichever of Compose's two forms it has.
fn stated_environment(compose: &Map<String, Json>) -> Vec<(&str, Value)> {
    match compose.get("environment") {
        Some(Json::Object(map)) => map.iter().map(|(name, value)| (&**name, Value::from(Serde(value)))).collect(),
        Some(Json::Array(list)) => list
            .iter()
            .filter_map(Json::as_str)
            .map(|entry| match entry.split_once('=') {
                Some((name, value)) => (name, Value::from(value)),
                None => (entry, Value::from(())),
            })
            .collect(),
        _ => Vec::new(),
    }
}

/// The bindings that an output about `subject` has to state.
pub fn bindings_of(world: &World, subject: Subject) -> Vec<(usize, usize, &Binding)> {
    let of = |service: usize| {
        let bindings = world.allocation.services[service].bindings.iter().enumerate();
        bindings.map(move |(index, binding)| (service, index, binding))
    };
    match subject {
        Subject::Platform => (0..world.allocation.services.len()).flat_map(of).collect(),
        Subject::Group(group) => world.members[group].iter().copied().flat_map(of).collect(),
        Subject::Service(service) => of(service).collect(),
        Subject::Binding(service, binding) => of(service).filter(|(_, index, _)| *index == binding).collect(),
    }
}
