//! The types of ports.toml as written, from which its JSON schema is made: editors complete and check by it.
//!
//! The reader in [`crate::manifest::validate`] does not deserialize into them: it has to go on after the first mistake.

use std::collections::BTreeMap;

use schemars::generate::SchemaSettings;
use schemars::transform::RecursiveTransform;
use schemars::{JsonSchema, Schema};
use serde_json::{Map, Value, json};

use super::keys;
use crate::allocation::{Environment, Level};
use crate::lints::LINTS;

mod service;
mod text;

pub use text::text;

pub use service::{Binding, NamedPort, Port, PortNumber, PortTable, Service};

/// Words of lower-case letters and digits with hyphens between them.
const WORD: &str = "^[a-z0-9]+(-[a-z0-9]+)*$";

/// The JSON schema of ports.toml, for editors: the bytes of `ports.schema.json`.
///
/// Draft 7, because that is what Taplo and the editors built on it read.
pub fn schema() -> String {
    let settings = SchemaSettings::draft07().with_transform(RecursiveTransform(plain));
    let schema = settings.into_generator().into_root_schema_for::<Manifest>();
    text(schema.as_value())
}

/// Takes back what TOML has not: the `null` that schemars adds to what is optional, and Rust's integer formats.
fn plain(schema: &mut Schema) {
    if schema.get("format").and_then(Value::as_str).is_some_and(|format| format.starts_with("uint")) {
        schema.remove("format");
    }
    if let Some(Value::Array(types)) = schema.get_mut("type") {
        types.retain(|one| one != "null");
        if let [one] = types.as_slice() {
            let one = one.clone();
            schema.insert("type".into(), one);
        }
    }
    if let Some(Value::Array(choices)) = schema.get_mut("anyOf") {
        choices.retain(|one| one.get("type") != Some(&Value::from("null")));
        if choices.len() == 1 {
            let choices = schema.remove("anyOf");
            schema.insert("allOf".into(), choices.unwrap_or_default());
        }
    }
}

/// One line of text, not blank, without control or invisible characters.
#[derive(Debug, JsonSchema)]
#[schemars(inline)]
pub struct Text(#[schemars(length(min = 1, max = 500))] pub String);

/// Every port of a platform. portgen generates from it everything that repeats a port.
#[derive(Debug, JsonSchema)]
#[schemars(title = "ports.toml", deny_unknown_fields)]
pub struct Manifest {
    /// The version of this format: 1.
    #[schemars(extend("const" = 1))]
    pub version: u8,
    /// The platform that has these ports.
    pub platform: Platform,
    /// The ranges from which new services get their ports.
    #[schemars(extend("propertyNames" = {"pattern": WORD, "maxLength": 63}))]
    pub ranges: Option<BTreeMap<String, Range>>,
    /// The groups of services. Each is a table of the port document.
    #[schemars(extend("propertyNames" = {"pattern": WORD, "maxLength": 63}))]
    pub groups: Option<BTreeMap<String, Group>>,
    /// The services. The key is the name in Compose and in host names. In Kubernetes another may be needed: `kubernetes`.
    #[schemars(extend("propertyNames" = {"pattern": "^[a-zA-Z0-9._-]+$", "maxLength": 253}))]
    pub services: Option<BTreeMap<String, Service>>,
    /// More sections of the Compose file, such as `volumes`, `networks` and `x-…`. They are passed through unchanged.
    #[schemars(extend("properties" = compose_definitions(), "propertyNames" = {"not": {"enum": compose_own()}}))]
    pub compose: Option<Map<String, Value>>,
    /// Ports that are not allocated.
    pub reserved: Option<Vec<Reserved>>,
    /// Ports that a service used to have and that are not allocated again.
    pub retired: Option<Vec<Retired>>,
    /// The level of each lint. `portgen explain <code>` explains the lint.
    #[schemars(extend("propertyNames" = {"enum": lint_codes()}))]
    pub lints: Option<BTreeMap<String, Level>>,
    /// Which outputs are generated, and where.
    pub outputs: Option<Outputs>,
    /// Files that people own and portgen keeps in step.
    pub references: Option<References>,
    /// How many copies of the platform run on one machine at once, each on host ports of its own: one for each worktree, for example.
    pub instances: Option<Instances>,
}

/// Copies of the platform on one machine.
#[derive(Debug, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Instances {
    /// How many there are. The first one has the ports of this file.
    #[schemars(range(min = 2, max = 100))]
    pub count: u16,
    /// What each instance adds to the host ports of the one before it.
    #[schemars(range(min = 1, max = 65535))]
    pub step: u16,
}

/// The platform that has these ports.
#[derive(Debug, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Platform {
    /// The display name.
    pub name: Text,
    /// The identifier, a DNS-1123 label: Compose project, Kubernetes namespace, `app.kubernetes.io/part-of`.
    #[schemars(extend("pattern" = "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$", "maxLength" = 63))]
    pub id: String,
}

/// A range of ports with a purpose.
#[derive(Debug, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Range {
    /// The first and the last port, such as `3000-3099`, or a single port.
    #[schemars(extend("pattern" = "^[0-9]{1,5}(-[0-9]{1,5})?$"))]
    pub ports: String,
    /// What the range is for.
    pub purpose: Text,
}

/// A group of services: a table of the port document.
#[derive(Debug, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Group {
    /// The heading of the table. Default: the key.
    pub title: Option<Text>,
    /// The heading of the first column.
    #[schemars(extend("default" = "Service"))]
    pub label: Option<Text>,
    /// The ranges from which new services of the group get a port, in order of preference. Default: all ranges.
    pub ranges: Option<Vec<String>>,
}

/// Ports that are not allocated: `port` for one, `ports` for a range.
#[derive(Debug, JsonSchema)]
#[schemars(deny_unknown_fields)]
#[schemars(extend("oneOf" = [{"required": ["port"]}, {"required": ["ports"]}]))]
pub struct Reserved {
    /// The port.
    pub port: Option<PortNumber>,
    /// The first and the last port, such as `5000-5010`.
    #[schemars(extend("pattern" = "^[0-9]{1,5}(-[0-9]{1,5})?$"))]
    pub ports: Option<String>,
    /// Why they are reserved.
    pub reason: Text,
}

/// Ports that a service used to have and that are not allocated again: `port` for one, `ports` for a range.
#[derive(Debug, JsonSchema)]
#[schemars(deny_unknown_fields)]
#[schemars(extend("oneOf" = [{"required": ["port"]}, {"required": ["ports"]}]))]
pub struct Retired {
    /// The port.
    pub port: Option<PortNumber>,
    /// The first and the last port, such as `50000-50100`.
    #[schemars(extend("pattern" = "^[0-9]{1,5}(-[0-9]{1,5})?$"))]
    pub ports: Option<String>,
    /// The service that had the port.
    pub service: Text,
    /// The date on which it was retired, such as `2026-01-31`.
    #[schemars(extend("format" = "date"))]
    pub since: String,
    /// Why it was retired.
    pub reason: Text,
}

/// Which outputs are generated, and where.
#[derive(Debug, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Outputs {
    /// The folder of the outputs, relative to ports.toml.
    #[schemars(extend("default" = "generated", "minLength" = 1))]
    pub directory: Option<String>,
    /// Outputs that are not generated: names of templates without `.j2`, or folders of templates.
    #[schemars(extend("uniqueItems" = true))]
    pub disable: Option<Vec<String>>,
    /// Outputs that are generated although they are off by default, such as `compose.ports.yml`.
    #[schemars(extend("uniqueItems" = true))]
    pub enable: Option<Vec<String>>,
    /// How the Compose file is written.
    pub compose: Option<ComposeOutput>,
    /// Outputs with another path: the name of a template without `.j2`, and the path relative to ports.toml, which is itself a template.
    pub paths: Option<BTreeMap<String, String>>,
}

/// How the Compose file is written.
#[derive(Debug, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct ComposeOutput {
    /// Which variables with ports and addresses portgen writes into containers, where a service does not say. Default: `all` for
    /// services with `dir` or `build`, `none` for others.
    pub environment: Option<Environment>,
    /// The name of the project; `false` has Compose take that of the folder. Default: `id` of `[platform]`.
    #[schemars(extend("default" = true))]
    pub name: Option<ProjectName>,
    /// Whether Compose publishes each port under a variable, `${AUTH_SERVICE_PORT:-4001}`, so that one machine can publish it elsewhere;
    /// a port with `published` has its own. Default: `true` with `[instances]`, else `false`.
    pub variables: Option<bool>,
}

/// The name of the project of a Compose file.
#[derive(Debug, JsonSchema)]
#[schemars(untagged)]
pub enum ProjectName {
    /// Whether the file has one.
    Written(bool),
    /// Another one than the `id` of the platform.
    Stated(#[schemars(extend("pattern" = "^[a-z0-9][a-z0-9_-]*$"))] String),
}

/// Files that people own and portgen keeps in step: only the digits of ports change there, and what lies between `portgen:begin TEMPLATE` and
/// `portgen:end`.
#[derive(Debug, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct References {
    /// The files, as patterns relative to ports.toml: `docker-compose*.yml`, `k8s/**/*.yaml`, `**/.env.example`.
    #[schemars(extend("uniqueItems" = true))]
    pub files: Option<Vec<String>>,
    /// Files that `scan` and `check` do not look at.
    #[schemars(extend("uniqueItems" = true))]
    pub ignore: Option<Vec<String>>,
    /// Numbers that files state on purpose although their service has another one.
    pub accept: Option<Vec<Accept>>,
    /// Places that portgen does not find by itself.
    pub place: Option<Vec<Located>>,
}

/// A number that files state on purpose: `port` for one, `ports` for a range.
#[derive(Debug, JsonSchema)]
#[schemars(deny_unknown_fields)]
#[schemars(extend("oneOf" = [{"required": ["port"]}, {"required": ["ports"]}]))]
pub struct Accept {
    /// The file, or a pattern of files.
    pub file: String,
    /// The number.
    pub port: Option<PortNumber>,
    /// The first and the last number, such as `8080-8089`.
    #[schemars(extend("pattern" = "^[0-9]{1,5}(-[0-9]{1,5})?$"))]
    pub ports: Option<String>,
    /// Why it is another number.
    pub reason: Text,
}

/// A place that portgen does not find by itself: `at` in JSON and YAML, `pattern` anywhere.
#[derive(Debug, JsonSchema)]
#[schemars(deny_unknown_fields)]
#[schemars(extend("oneOf" = [{"required": ["at"]}, {"required": ["pattern"]}]))]
pub struct Located {
    /// The file, or a pattern of files.
    pub file: String,
    /// A JSON pointer to the number: `/auth/httpPort`.
    #[schemars(extend("pattern" = "^/"))]
    pub at: Option<String>,
    /// A regular expression with a group around the digits.
    pub pattern: Option<String>,
    /// The service whose port it is, or one of its ports: `auth-service.metrics`.
    pub service: String,
}

fn lint_codes() -> Vec<&'static str> {
    LINTS.iter().map(|lint| lint.code.as_str()).collect()
}

fn compose_definitions() -> Map<String, Value> {
    keys::COMPOSE_DEFINITIONS.map(|key| (key.to_owned(), json!({"type": "object"}))).into_iter().collect()
}

fn compose_own() -> [&'static str; 4] {
    keys::COMPOSE_FILE_OWN.map(|own| own.key)
}
