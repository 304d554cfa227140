//! The variables of a template.

use std::sync::Arc;

use minijinja::value::{Enumerator, Object, Serde, Value};

use super::list::Items;
use super::{Context, Item, Subject};

/// Their names, as `docs/templates.md` lists them.
const NAMES: &[&str] = &[
    "platform",
    "services",
    "ungrouped",
    "groups",
    "ranges",
    "reserved",
    "retired",
    "compose",
    "root",
    "group",
    "service",
    "binding",
];

/// The variables of the template of one output.
#[derive(Clone, Debug)]
pub struct Root {
    context: &'static Context,
    subject: Subject,
    /// The group or the service that the output is about, which templates ask for again and again; else nothing.
    object: Value,
    depth: Option<usize>,
}

impl Root {
    /// Those of the output about `subject`; `depth` is how many folders lie between it and the root, none while it has no path.
    pub fn new(context: &'static Context, subject: Subject, depth: Option<usize>) -> Self {
        let object = match subject {
            Subject::Platform => Value::UNDEFINED,
            Subject::Group(group) => context.item(Item::Group(group)),
            Subject::Service(service) | Subject::Binding(service, _) => context.item(Item::Service(service)),
        };
        Self { context, subject, object, depth }
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
        self.get_value_by_str(key.as_str()?)
    }

    fn get_value_by_str(self: &Arc<Self>, key: &str) -> Option<Value> {
        let context = self.context;
        Some(match (key, self.subject) {
            ("platform", _) => context.platform.clone(),
            ("services", _) => context.list(Items::Services),
            ("ungrouped", _) => context.list(Items::Members(&context.ungrouped)),
            ("groups", _) => context.list(Items::Groups),
            ("ranges", _) => Value::from(&*context.ranges),
            ("reserved", _) => context.reserved.clone(),
            ("retired", _) => context.retired.clone(),
            ("compose", _) => Value::from(Serde(&context.allocation.compose)),
            ("root", _) => Value::from(self.way_back()),
            ("group", Subject::Group(_)) | ("service", Subject::Service(_) | Subject::Binding(..)) => {
                self.object.clone()
            }
            ("binding", Subject::Binding(service, binding)) => context.item(Item::Binding(service, binding)),
            _ => return None,
        })
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        Enumerator::Str(NAMES)
    }
}
