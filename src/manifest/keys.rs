//! The keys of each table of ports.toml: what the reader knows, and what the JSON schema has.

/// The whole file.
pub const FILE: &[&str] =
    &["version", "platform", "ranges", "groups", "services", "reserved", "retired", "lints", "outputs"];
/// `[platform]`.
pub const PLATFORM: &[&str] = &["name", "id"];
/// An entry of `[ranges]`.
pub const RANGE: &[&str] = &["ports", "purpose"];
/// `[groups.*]`.
pub const GROUP: &[&str] = &["title", "label", "ranges"];
/// `[services.*]`.
pub const SERVICE: &[&str] = &[
    "title",
    "description",
    "group",
    "port",
    "ports",
    "dir",
    "package",
    "scripts",
    "depends-on",
    "out-of-range",
    "compose",
];
/// `port` of a service, as a table.
pub const PORT: &[&str] = &["name", "host", "container", "service", "protocol", "app-protocol", "expose"];
/// An entry of `ports` of a service, as a table: its key is its name.
pub const BINDING: &[&str] = &["host", "container", "service", "protocol", "app-protocol", "expose"];
/// An entry of `reserved`.
pub const RESERVED: &[&str] = &["port", "ports", "reason"];
/// An entry of `retired`.
pub const RETIRED: &[&str] = &["port", "service", "since", "reason"];
/// `[outputs]`.
pub const OUTPUTS: &[&str] = &["directory", "disable", "paths"];
/// The keys of a Compose service that portgen writes itself, each with the key of ports.toml that says so.
pub const COMPOSE_OWN: [(&str, &str); 2] =
    [("ports", "`port` or `ports`"), ("expose", "`expose = \"none\"` of a port")];
