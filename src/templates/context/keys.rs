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
/// What an entry of `services` has besides its id and the facts of ports.toml.
pub(super) const OF_SERVICE: &[&str] =
    &["runs", "bindings", "published", "internal", "needs", "starts_after", "environment"];
/// What an entry of `bindings` has besides the facts of ports.toml.
pub(super) const OF_BINDING: &[&str] = &["published", "mapping", "env", "variable", "url"];
/// `url` of a binding.
pub(super) const URLS: &[&str] = &["host", "compose", "cluster"];
/// An entry of `reserved`.
pub(super) const RESERVED: &[&str] = &["first", "last", "reason"];
/// An entry of `retired`.
pub(super) const RETIRED: &[&str] = &["port", "service", "since", "reason"];
