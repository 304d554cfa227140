//! The names that templates can ask each object for, as iterating over it shows them.

/// The variables of every template.
pub(super) const ROOT: &[&str] = &[
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
/// `platform`.
pub(super) const PLATFORM: &[&str] = &["name", "id"];
/// An entry of `ranges`.
pub(super) const RANGE: &[&str] = &["id", "first", "last", "purpose"];
/// An entry of `groups`.
pub(super) const GROUP: &[&str] = &["id", "title", "label", "ranges", "services"];
/// An entry of `services`.
pub(super) const SERVICE: &[&str] = &[
    "id",
    "title",
    "description",
    "group",
    "dir",
    "package",
    "exception",
    "runs",
    "bindings",
    "published",
    "internal",
    "depends_on",
    "needs",
    "starts_after",
    "compose",
    "environment",
];
/// An entry of `bindings`.
pub(super) const BINDING: &[&str] = &[
    "name",
    "host",
    "container",
    "service",
    "protocol",
    "app_protocol",
    "expose",
    "published",
    "mapping",
    "env",
    "variable",
    "url",
];
/// `url` of a binding.
pub(super) const URLS: &[&str] = &["host", "compose", "cluster"];
/// An entry of `reserved`.
pub(super) const RESERVED: &[&str] = &["first", "last", "reason"];
/// An entry of `retired`.
pub(super) const RETIRED: &[&str] = &["port", "service", "since", "reason"];
