//! The names of objects, and what names of ports say.

use super::Reader;
use crate::formats::yaml::tree::Id;

/// The labels that say of what an object is a part, the surest first.
///
/// Source: <https://kubernetes.io/docs/concepts/overview/working-with-objects/common-labels/>.
const LABELS: [&str; 4] = ["app.kubernetes.io/name", "app", "k8s-app", "name"];

/// What the name of an object ends in that says of what kind it is.
const KINDS: [&str; 24] = [
    "-deployment",
    "-deploy",
    "-statefulset",
    "-daemonset",
    "-sts",
    "-ds",
    "-pod",
    "-headless",
    "-monitor",
    "-configmap",
    "-configuration",
    "-config",
    "-conf",
    "-cm",
    "-settings",
    "-environment",
    "-env",
    "-vars",
    "-properties",
    "-scripts",
    "-script",
    "-code",
    "-secrets",
    "-secret",
];

/// Names of ports beside the one that a service is known by.
const BESIDE: [&str; 11] =
    ["metric", "prom", "health", "probe", "live", "ready", "debug", "pprof", "admin", "manage", "mgmt"];

/// Names of the port that a service is known by.
const MAIN: [&str; 12] =
    ["http", "web", "main", "app", "api", "server", "service", "default", "http-web", "http1", "http-api", "http-main"];

impl Reader<'_, '_> {
    /// The name of an object; empty where it has none.
    pub(super) fn name(&self, id: Id) -> String {
        self.text(id, &["metadata", "name"]).map_or_else(String::new, |name| name.value.to_string())
    }

    /// The name of what an object is: that of a label, if the name of the object has it in it, else its name without its kind.
    pub(super) fn owner(&self, id: Id, labels: Option<Id>) -> String {
        let name = self.name(id);
        match labels.and_then(|labels| self.label(labels)) {
            Some(label) if name.is_empty() || name.contains(&label) => label,
            Some(label) if name.starts_with(['$', '{']) => label,
            _ => stem(&name).to_owned(),
        }
    }

    /// The name that labels or a selector state.
    pub(super) fn label(&self, labels: Id) -> Option<String> {
        let value = |key: &&str| self.tree.text(labels, key).map(|text| text.value.to_string());
        LABELS.iter().find_map(value).filter(|value| !value.is_empty())
    }
}

/// The name of an object without what says of what kind it is.
pub(super) fn stem(name: &str) -> &str {
    KINDS.iter().find_map(|kind| name.strip_suffix(kind)).filter(|stem| !stem.is_empty()).unwrap_or(name)
}

/// Whether a port of this name is one beside the port that a service is known by.
fn is_beside(name: &str) -> bool {
    BESIDE.iter().any(|beside| name.contains(beside))
}

/// Which of several ports a service is known by, by their names.
pub(super) fn main_of(names: &[&str]) -> Option<usize> {
    let by_name = MAIN.iter().find_map(|main| names.iter().position(|name| name == main));
    by_name.or_else(|| names.iter().position(|name| !is_beside(name)))
}
