//! What templates see: the allocation and nothing else. Objects look into it when asked; nothing is copied beforehand.

use std::sync::Arc;

use minijinja::value::{Enumerator, Object, ObjectRepr, Serde, Value};
use serde_json::{Map, Value as Json};

use crate::allocation::{Allocation, Binding, Service};

/// The allocation with what templates ask for often, made once.
#[derive(Debug)]
pub struct World {
    /// The allocation.
    pub allocation: Allocation,
    /// The services of each group, in the order of the file.
    members: Vec<Vec<usize>>,
    /// The services of no group.
    ungrouped: Vec<usize>,
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

    /// The services of a group, in the order of the file.
    pub fn members(&self, group: usize) -> &[usize] {
        &self.members[group]
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

/// The variables of a template: `platform`, `services`, `ungrouped`, `groups`, `ranges`, `reserved`, `retired`, `root`, and
/// what `each` says: `group`, `service`, `binding`.
pub fn context(world: &Arc<World>, subject: Subject, root: &str) -> Value {
    Value::from_object(Node { world: Arc::clone(world), what: What::Root(subject, root.into()) })
}

#[derive(Debug)]
struct Node {
    world: Arc<World>,
    what: What,
}

#[derive(Clone, Debug)]
enum What {
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
            What::Root(..) => &[
                "platform",
                "services",
                "ungrouped",
                "groups",
                "ranges",
                "reserved",
                "retired",
                "root",
                "group",
                "service",
                "binding",
            ],
            What::Platform => &["name", "id"],
            What::Range(_) => &["id", "first", "last", "purpose"],
            What::Group(_) => &["id", "title", "label", "ranges", "services"],
            What::Service(_) => &[
                "id",
                "title",
                "description",
                "group",
                "dir",
                "package",
                "exception",
                "runs",
                "bindings",
                "depends_on",
                "compose",
                "environment",
            ],
            What::Binding(..) => &[
                "name",
                "host",
                "container",
                "service",
                "protocol",
                "app_protocol",
                "expose",
                "published",
                "env",
                "url",
            ],
            What::Urls(..) => &["host", "compose", "cluster"],
            What::Reserved(_) => &["first", "last", "reason"],
            What::Retired(_) => &["port", "service", "since", "reason"],
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
            "runs" => Value::from(runs(service)),
            "bindings" => self.list(Items::Bindings(index)),
            "depends_on" => self.list(Items::DependsOn(index)),
            "compose" => Value::from(Serde(&service.compose)),
            "environment" => Value::from(Serde(environment(&service.compose))),
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
            "published" => Value::from(binding.published()),
            "env" => Value::from(owner.env_name(binding)),
            "url" if binding.scheme().is_some() => self.node(What::Urls(service, index)),
            "url" => Value::from(()),
            _ => return None,
        })
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

/// Whether there is anything to run in Compose: a service without a port and without Compose keys (a mobile application) is none.
fn runs(service: &Service) -> bool {
    !service.bindings.is_empty() || !service.compose.is_empty()
}

/// The `environment` of the Compose keys as a map, whichever of Compose's two forms it has.
fn environment(compose: &Map<String, Json>) -> Map<String, Json> {
    match compose.get("environment") {
        Some(Json::Object(map)) => map.clone(),
        Some(Json::Array(list)) => list
            .iter()
            .filter_map(Json::as_str)
            .map(|entry| match entry.split_once('=') {
                Some((name, value)) => (name.to_owned(), Json::from(value)),
                None => (entry.to_owned(), Json::Null),
            })
            .collect(),
        _ => Map::new(),
    }
}

#[derive(Debug)]
struct List {
    world: Arc<World>,
    items: Items,
}

#[derive(Debug)]
enum Items {
    Services,
    Ungrouped,
    Groups,
    Ranges,
    Reserved,
    Retired,
    RangesOf(usize),
    Members(usize),
    Bindings(usize),
    DependsOn(usize),
}

impl List {
    fn len(&self) -> usize {
        let allocation = &self.world.allocation;
        match self.items {
            Items::Services => allocation.services.len(),
            Items::Ungrouped => self.world.ungrouped.len(),
            Items::Groups => allocation.groups.len(),
            Items::Ranges => allocation.ranges.len(),
            Items::Reserved => allocation.reserved.len(),
            Items::Retired => allocation.retired.len(),
            Items::RangesOf(group) => allocation.groups[group].ranges.len(),
            Items::Members(group) => self.world.members[group].len(),
            Items::Bindings(service) => allocation.services[service].bindings.len(),
            Items::DependsOn(service) => allocation.services[service].depends_on.len(),
        }
    }

    fn what(&self, at: usize) -> What {
        let allocation = &self.world.allocation;
        match self.items {
            Items::Services => What::Service(at),
            Items::Ungrouped => What::Service(self.world.ungrouped[at]),
            Items::Groups => What::Group(at),
            Items::Ranges => What::Range(at),
            Items::Reserved => What::Reserved(at),
            Items::Retired => What::Retired(at),
            Items::RangesOf(group) => What::Range(allocation.groups[group].ranges[at]),
            Items::Members(group) => What::Service(self.world.members[group][at]),
            Items::Bindings(service) => What::Binding(service, at),
            Items::DependsOn(service) => What::Service(allocation.services[service].depends_on[at]),
        }
    }
}

impl Object for List {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Seq
    }

    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        let at = key.as_usize().filter(|at| *at < self.len())?;
        Some(Value::from_object(Node { world: Arc::clone(&self.world), what: self.what(at) }))
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        Enumerator::Seq(self.len())
    }
}

/// The bindings that an output about `subject` has to state.
pub fn bindings_of<'a>(world: &'a World, subject: Subject) -> Vec<(usize, usize, &'a Binding)> {
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
