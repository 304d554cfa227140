//! The keys of each table of ports.toml: what the reader knows, and what the JSON schema has.

use crate::allocation::facts;

/// The whole file.
pub const FILE: &[&str] = &[
    "version",
    "platform",
    "ranges",
    "groups",
    "services",
    "compose",
    "reserved",
    "retired",
    "lints",
    "outputs",
    "references",
    "instances",
];
/// `[platform]`.
pub const PLATFORM: &[&str] = &["name", "id"];
/// An entry of `[ranges]`.
pub const RANGE: &[&str] = &["ports", "purpose"];
/// `[groups.*]`.
pub const GROUP: &[&str] = &["title", "label", "ranges"];
/// `[services.*]`.
pub const SERVICE: &[&str] = &facts::keys(&facts::SERVICE);
/// `port` of a service, as a table.
pub const PORT: &[&str] = &facts::keys(&facts::BINDING);
/// An entry of `ports` of a service, as a table: its key is its name.
pub const BINDING: &[&str] = match PORT {
    [_name, others @ ..] => others,
    [] => PORT,
};
/// `kubernetes` of a service.
pub const KUBERNETES: &[&str] = &["name", "type", "node-port", "target", "selector", "labels"];
/// An entry of `reserved`.
pub const RESERVED: &[&str] = &["port", "ports", "reason"];
/// An entry of `retired`.
pub const RETIRED: &[&str] = &["port", "ports", "service", "since", "reason"];
/// `[references]`.
pub const REFERENCES: &[&str] = &["files", "ignore", "accept", "place"];
/// An entry of `accept` in `[references]`.
pub const ACCEPT: &[&str] = &["file", "port", "ports", "reason"];
/// An entry of `place` in `[references]`.
pub const PLACE: &[&str] = &["file", "at", "pattern", "service"];
/// `[instances]`.
pub const INSTANCES: &[&str] = &["count", "step"];
/// `[outputs]`.
pub const OUTPUTS: &[&str] = &["directory", "disable", "enable", "paths", "compose"];
/// `[outputs.compose]`.
pub const OUTPUTS_COMPOSE: &[&str] = &["environment", "name", "variables"];
/// The keys of a Compose service that portgen writes itself, each with the key of ports.toml that says so.
pub const COMPOSE_OWN: [(&str, &str); 2] =
    [("ports", "`port` or `ports`"), ("expose", "`expose = \"none\"` of a port")];
/// The sections of a Compose file that define what services name.
pub const COMPOSE_DEFINITIONS: [&str; 5] = ["volumes", "networks", "secrets", "configs", "models"];
/// A section of a Compose file that `[compose]` cannot have.
#[derive(Debug)]
pub struct ComposeFileOwn {
    /// Its key.
    pub key: &'static str,
    /// Why not: the predicate of a sentence.
    pub why: &'static str,
    /// What to do instead.
    pub instead: &'static str,
}

/// The sections of a Compose file that `[compose]` cannot have.
pub const COMPOSE_FILE_OWN: [ComposeFileOwn; 4] = [
    ComposeFileOwn {
        key: "services",
        why: "is written by portgen, from `[services]`",
        instead: "put the keys of a service in its `compose`",
    },
    ComposeFileOwn {
        key: "name",
        why: "is written by portgen, from `[platform]`",
        instead: "set `id` in `[platform]`",
    },
    ComposeFileOwn { key: "version", why: "is obsolete: Docker Compose only warns about it", instead: "remove it" },
    ComposeFileOwn {
        key: "include",
        why: "brings in services whose ports are not in ports.toml",
        instead: "add the services here, or pass the other file to Compose: `docker compose -f … -f …`",
    },
];
