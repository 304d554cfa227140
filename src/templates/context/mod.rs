//! What templates see: the allocation and nothing else. Objects look into it when asked; nothing is copied beforehand.

pub mod keys;
pub mod list;
pub mod node;
pub mod texts;

use std::ops::Deref;
use std::sync::Arc;

use minijinja::value::{Enumerator, Object, Serde, Value};

use crate::allocation::{Allocation, Binding};
use list::{Items, List};
use node::Node;

/// The allocation with what templates ask for often, made once.
///
/// It lives as long as the process. The objects of templates must own what they show, and they come and go by the hundred
/// thousand: threads that counted them all on one counter would wait for each other.
#[derive(Clone, Copy, Debug)]
pub struct World(pub(super) &'static Seen);

/// What there is in a [`World`].
#[derive(Debug)]
pub struct Seen {
    /// The allocation.
    pub allocation: Allocation,
    /// The services of each group, in the order of the file.
    pub(super) members: Vec<Vec<usize>>,
    /// The services of no group.
    pub(super) ungrouped: Vec<usize>,
    /// [`Service::env_name`](crate::allocation::Service::env_name) of every binding, in the order of the file.
    env_names: Vec<Value>,
    /// Where those of each service start.
    first_env_names: Vec<usize>,
}

impl World {
    /// The world of `allocation`.
    pub fn new(allocation: Allocation) -> Self {
        let mut members = vec![Vec::new(); allocation.groups.len()];
        let mut ungrouped = Vec::new();
        for (index, service) in allocation.services.iter().enumerate() {
            service.group.map_or(&mut ungrouped, |group| &mut members[group]).push(index);
        }
        let mut env_names = Vec::with_capacity(allocation.services.len());
        let mut first_env_names = Vec::with_capacity(allocation.services.len());
        for service in &allocation.services {
            first_env_names.push(env_names.len());
            env_names.extend(service.bindings.iter().map(|binding| Value::from(service.env_name(binding))));
        }
        Self(Box::leak(Box::new(Seen { allocation, members, ungrouped, env_names, first_env_names })))
    }
}

impl Seen {
    /// The name of a binding in environment variables: the index of its service and its own.
    pub(super) fn env_name(&self, service: usize, binding: usize) -> &Value {
        &self.env_names[self.first_env_names[service] + binding]
    }

    /// The object at a place.
    fn node(&'static self, what: What) -> Value {
        Value::from_object(Node { seen: self, what })
    }

    /// The list of `items`.
    fn list(&'static self, items: Items) -> Value {
        Value::from_object(List { seen: self, items })
    }
}

impl Deref for World {
    type Target = Seen;

    fn deref(&self) -> &Seen {
        self.0
    }
}

/// Which place of the allocation an object is; the numbers are indices.
#[derive(Clone, Copy, Debug)]
enum What {
    Platform,
    Range(usize),
    Group(usize),
    Service(usize),
    Binding(usize, usize),
    Urls(usize, usize),
    Reserved(usize),
    Retired(usize),
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
#[derive(Clone, Debug)]
pub struct Root {
    seen: &'static Seen,
    subject: Subject,
    /// The group or the service that the output is about, which templates ask for again and again; else nothing.
    object: Value,
    depth: Option<usize>,
}

impl Root {
    /// Those of the output about `subject`; `depth` is how many folders lie between it and the root, none while it has no path.
    pub fn new(world: &World, subject: Subject, depth: Option<usize>) -> Self {
        let object = match subject {
            Subject::Platform => Value::UNDEFINED,
            Subject::Group(group) => world.0.node(What::Group(group)),
            Subject::Service(service) | Subject::Binding(service, _) => world.0.node(What::Service(service)),
        };
        Self { seen: world.0, subject, object, depth }
    }

    /// A variable.
    pub fn get(&self, key: &str) -> Option<Value> {
        let node = |what| self.seen.node(what);
        let list = |items| self.seen.list(items);
        Some(match (key, self.subject) {
            ("platform", _) => node(What::Platform),
            ("services", _) => list(Items::Services),
            ("ungrouped", _) => list(Items::Ungrouped),
            ("groups", _) => list(Items::Groups),
            ("ranges", _) => list(Items::Ranges),
            ("reserved", _) => list(Items::Reserved),
            ("retired", _) => list(Items::Retired),
            ("compose", _) => Value::from(Serde(&self.seen.allocation.compose)),
            ("root", _) => Value::from(self.way_back()),
            ("group", Subject::Group(_)) | ("service", Subject::Service(_) | Subject::Binding(..)) => {
                self.object.clone()
            }
            ("binding", Subject::Binding(service, binding)) => node(What::Binding(service, binding)),
            _ => return None,
        })
    }

    /// The way from an output's folder back to the root: `..`, `../..`, or `.`.
    fn way_back(&self) -> String {
        match self.depth {
            None => String::new(),
            Some(0) => ".".to_owned(),
            Some(depth) => vec![".."; depth].join("/"),
        }
    }
}

impl Object for Root {
    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        self.get(key.as_str()?)
    }

    fn get_value_by_str(self: &Arc<Self>, key: &str) -> Option<Value> {
        self.get(key)
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        Enumerator::Str(keys::ROOT)
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
