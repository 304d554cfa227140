//! What templates see: the allocation and nothing else. Most objects look into it when asked; nothing is copied beforehand.

mod list;
mod node;
pub mod paths;
mod root;
mod table;
mod texts;

pub use root::Root;
pub(super) use table::Table;

use std::ops::Deref;

use minijinja::value::Value;

use crate::allocation::{Allocation, Binding, Range, Reserved, Retired};
use list::{Items, List};
use node::Node;

/// The allocation with what templates ask for often, made once.
#[derive(Debug)]
pub struct Context {
    /// The allocation.
    pub allocation: Allocation,
    /// Indices of the services of each group, in the order of the file.
    members: Vec<Vec<usize>>,
    /// Indices of the services of no group.
    ungrouped: Vec<usize>,
    /// [`Service::env_name`](crate::allocation::Service::env_name) of the bindings of each service.
    env_names: Vec<Vec<Value>>,
    platform: Value,
    ranges: Vec<Value>,
    reserved: Value,
    retired: Value,
}

impl Context {
    /// The context of `allocation`, which lives as long as the process.
    ///
    /// The objects of templates must own what they show, and they come and go by the hundred thousand: threads that counted them all
    /// on one counter would wait for each other.
    pub fn leak(allocation: Allocation) -> &'static Self {
        let mut members = vec![Vec::new(); allocation.groups.len()];
        let mut ungrouped = Vec::new();
        let mut env_names = Vec::with_capacity(allocation.services.len());
        for (index, service) in allocation.services.iter().enumerate() {
            service.group.map_or(&mut ungrouped, |group| &mut members[group]).push(index);
            env_names.push(service.bindings.iter().map(|binding| Value::from(service.env_name(binding))).collect());
        }
        let platform = Value::from_pairs([("name", &allocation.platform.name), ("id", &allocation.platform.id)]);
        let ranges = allocation.ranges.iter().map(range).collect();
        let reserved = allocation.reserved.iter().map(reserved).collect();
        let retired = allocation.retired.iter().map(retired).collect();
        Box::leak(Box::new(Self { allocation, members, ungrouped, env_names, platform, ranges, reserved, retired }))
    }

    /// The names of the variables in the `environment` of a service, by its index.
    pub fn environment_names(&'static self, service: usize) -> Vec<String> {
        texts::environment(self, service).into_iter().map(|(name, _)| name.into_owned()).collect()
    }

    /// The variables that portgen writes into the `environment` of a service, with their values.
    pub fn told(&self, service: usize) -> Vec<(String, String)> {
        texts::told(self, service).into_iter().map(|(name, value)| (name.into_owned(), value.to_string())).collect()
    }

    /// The bindings that an output about `subject` has to state, in the order of the file: the service's index and its own.
    pub fn bindings_of(&self, subject: Subject) -> Vec<((usize, usize), &Binding)> {
        let services = match subject {
            Subject::Platform => (0..self.allocation.services.len()).collect(),
            Subject::Group(group) => self.members[group].clone(),
            Subject::Service(service) | Subject::Binding(service, _) => vec![service],
        };
        let mut bindings = Vec::with_capacity(services.len());
        for service in services {
            for (index, binding) in self.allocation.services[service].bindings.iter().enumerate() {
                bindings.push(((service, index), binding));
            }
        }
        if let Subject::Binding(service, binding) = subject {
            bindings.retain(|(at, _)| *at == (service, binding));
        }
        bindings
    }
}

fn range(range: &Range) -> Value {
    Value::from_pairs([
        ("id", Value::from(&range.id)),
        ("first", Value::from(range.ports.first().get())),
        ("last", Value::from(range.ports.last().get())),
        ("purpose", Value::from(&range.purpose)),
    ])
}

fn reserved(reserved: &Reserved) -> Value {
    Value::from_pairs([
        ("first", Value::from(reserved.ports.first().get())),
        ("last", Value::from(reserved.ports.last().get())),
        ("reason", Value::from(&reserved.reason)),
    ])
}

fn retired(retired: &Retired) -> Value {
    Value::from_pairs([
        ("port", Value::from(retired.ports.first().get())),
        ("last", Value::from(retired.ports.last().get())),
        ("service", Value::from(&retired.service)),
        ("since", Value::from(&retired.since)),
        ("reason", Value::from(&retired.reason)),
    ])
}

/// The context as one output sees it: paths count from the folder that the output lies in.
#[derive(Clone, Copy, Debug)]
struct View {
    context: &'static Context,
    /// How many folders lie between the output and the root; none while it has no path.
    depth: Option<usize>,
}

impl Deref for View {
    type Target = Context;

    fn deref(&self) -> &Context {
        self.context
    }
}

impl View {
    fn item(self, item: Item) -> Value {
        Value::from_object(Node { view: self, item })
    }

    fn list(self, items: Items) -> Value {
        Value::from_object(List { view: self, items })
    }

    fn is_at_root(self) -> bool {
        matches!(self.depth, None | Some(0))
    }

    /// The way from the output's folder back to the root: `..`, `../..`, or `.`.
    fn way_back(self) -> String {
        match self.depth {
            None => String::new(),
            Some(0) => ".".to_owned(),
            Some(depth) => {
                let mut way = "../".repeat(depth);
                way.pop();
                way
            }
        }
    }
}

/// What an object stands for, by index; a binding by those of its service and its own.
#[derive(Clone, Copy, Debug)]
enum Item {
    Group(usize),
    Service(usize),
    Binding(usize, usize),
    /// The addresses of a binding.
    Urls(usize, usize),
    /// The Kubernetes Service of a service.
    Kubernetes(usize),
}

/// What one output is about, by index.
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
