//! The variables of a template.

use std::sync::Arc;

use minijinja::value::{Enumerator, Object, Serde, Value};

use super::list::Items;
use super::{Context, Item, Subject, View, paths};
use crate::allocation::ProjectName;

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
    "project_name",
    "kubernetes",
    "root",
    "group",
    "service",
    "binding",
];

/// The variables of the template of one output.
#[derive(Clone, Debug)]
pub struct Root {
    view: View,
    subject: Subject,
    /// The group or the service that the output is about, which templates ask for again and again; else nothing.
    object: Value,
}

impl Root {
    /// Those of the output about `subject`; `depth` is how many folders lie between it and the root, none while it has no path.
    pub fn new(context: &'static Context, subject: Subject, depth: Option<usize>) -> Self {
        let view = View { context, depth };
        let object = match subject {
            Subject::Platform => Value::UNDEFINED,
            Subject::Group(group) => view.item(Item::Group(group)),
            Subject::Service(service) | Subject::Binding(service, _) => view.item(Item::Service(service)),
        };
        Self { view, subject, object }
    }
}

impl Object for Root {
    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        self.get_value_by_str(key.as_str()?)
    }

    fn get_value_by_str(self: &Arc<Self>, key: &str) -> Option<Value> {
        let view = self.view;
        Some(match (key, self.subject) {
            ("platform", _) => view.platform.clone(),
            ("services", _) => view.list(Items::Services),
            ("ungrouped", _) => view.list(Items::Members(&view.context.ungrouped)),
            ("groups", _) => view.list(Items::Groups),
            ("ranges", _) => Value::from(&*view.ranges),
            ("reserved", _) => view.reserved.clone(),
            ("retired", _) => view.retired.clone(),
            ("compose", _) => Value::from(Serde(paths::sections(&view.allocation.compose, view))),
            ("project_name", _) => match &view.allocation.outputs.project_name {
                ProjectName::Platform => Value::from(&*view.allocation.platform.id),
                ProjectName::Stated(name) => Value::from(&**name),
                ProjectName::Folder => Value::from(false),
            },
            ("kubernetes", _) => Value::from(view.allocation.has_kubernetes()),
            ("root", _) => Value::from(view.way_back()),
            ("group", Subject::Group(_)) | ("service", Subject::Service(_) | Subject::Binding(..)) => {
                self.object.clone()
            }
            ("binding", Subject::Binding(service, binding)) => view.item(Item::Binding(service, binding)),
            _ => return None,
        })
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        Enumerator::Str(NAMES)
    }
}
