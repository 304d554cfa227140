//! The types of ports.toml as written, from which its JSON schema is made: editors complete and check by it.
//!
//! The reader in [`crate::manifest::validate`] does not deserialize into them: it has to go on after the first mistake.

use std::collections::BTreeMap;

use schemars::generate::SchemaSettings;
use schemars::transform::RecursiveTransform;
use schemars::{JsonSchema, Schema};
use serde_json::{Map, Value, json};

use super::keys;
use crate::lints::LINTS;

mod service;

pub use service::{Binding, Expose, NamedPort, Port, PortNumber, PortTable, Protocol, Service};

/// Words of lower-case letters and digits with hyphens between them.
const WORD: &str = "^[a-z0-9]+(-[a-z0-9]+)*$";

/// The JSON schema of ports.toml, for editors: the bytes of `ports.schema.json`.
///
/// Draft 7, because that is what Taplo and the editors built on it read.
pub fn schema() -> String {
    let settings = SchemaSettings::draft07().with_transform(RecursiveTransform(plain));
    let schema = settings.into_generator().into_root_schema_for::<Manifest>();
    format!("{:#}\n", schema.as_value())
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

/// A text for people: one line, not blank, without control and invisible characters.
#[derive(Debug, JsonSchema)]
#[schemars(inline)]
pub struct Text(#[schemars(length(min = 1, max = 500))] pub String);

/// Every port of a platform. portgen makes from it everything that repeats a port.
#[derive(Debug, JsonSchema)]
#[schemars(title = "ports.toml", deny_unknown_fields)]
pub struct Manifest {
    /// The version of this format: 1.
    #[schemars(extend("const" = 1))]
    pub version: u8,
    /// Whose allocation it is.
    pub platform: Platform,
    /// The blocks of numbers that new services get their ports from.
    #[schemars(extend("propertyNames" = {"pattern": WORD, "maxLength": 63}))]
    pub ranges: Option<BTreeMap<String, Range>>,
    /// The tables of the port document.
    #[schemars(extend("propertyNames" = {"pattern": WORD, "maxLength": 63}))]
    pub groups: Option<BTreeMap<String, Group>>,
    /// The services. The key is the name in Compose, in Kubernetes and in host names: a DNS-1035 label.
    #[schemars(extend("propertyNames" = {"pattern": "^[a-z]([-a-z0-9]*[a-z0-9])?$", "maxLength": 63}))]
    pub services: Option<BTreeMap<String, Service>>,
    /// Further sections of the Compose file, passed through as they are: `volumes`, `networks`, `x-…`.
    #[schemars(extend("properties" = compose_definitions(), "propertyNames" = {"not": {"enum": compose_own()}}))]
    pub compose: Option<Map<String, Value>>,
    /// Numbers that are not given out.
    pub reserved: Option<Vec<Reserved>>,
    /// Numbers that somebody had and nobody gets again.
    pub retired: Option<Vec<Retired>>,
    /// What each lint does: `portgen explain <code>` says what it is about.
    #[schemars(extend("propertyNames" = {"enum": lint_codes()}))]
    pub lints: Option<BTreeMap<String, Level>>,
    /// Where outputs go.
    pub outputs: Option<Outputs>,
}

/// Whose allocation it is.
#[derive(Debug, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Platform {
    /// The name for people.
    pub name: Text,
    /// The name for machines, a DNS-1123 label: Compose project, Kubernetes namespace, `app.kubernetes.io/part-of`.
    #[schemars(extend("pattern" = "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$", "maxLength" = 63))]
    pub id: String,
}

/// A range of ports with a purpose.
#[derive(Debug, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Range {
    /// Its ports: `3000-3099`, or one number.
    #[schemars(extend("pattern" = "^[0-9]{1,5}(-[0-9]{1,5})?$"))]
    pub ports: String,
    /// What it is for.
    pub purpose: Text,
}

/// A table of the port document.
#[derive(Debug, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Group {
    /// Its heading in the document; default: the key.
    pub title: Option<Text>,
    /// The heading of the table's first column.
    #[schemars(extend("default" = "Service"))]
    pub label: Option<Text>,
    /// The ranges that its new services get a port from, the first first; default: every range.
    pub ranges: Option<Vec<String>>,
}

/// Numbers that are not given out: `port` for one, `ports` for a range.
#[derive(Debug, JsonSchema)]
#[schemars(deny_unknown_fields)]
#[schemars(extend("oneOf" = [{"required": ["port"]}, {"required": ["ports"]}]))]
pub struct Reserved {
    /// The number.
    pub port: Option<PortNumber>,
    /// The numbers: `5000-5010`.
    #[schemars(extend("pattern" = "^[0-9]{1,5}(-[0-9]{1,5})?$"))]
    pub ports: Option<String>,
    /// Why.
    pub reason: Text,
}

/// A number that somebody had and nobody gets again.
#[derive(Debug, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Retired {
    /// The number.
    pub port: PortNumber,
    /// Who had it.
    pub service: Text,
    /// Since when it is retired: a date, `2026-01-31`.
    #[schemars(extend("format" = "date"))]
    pub since: String,
    /// Why.
    pub reason: Text,
}

/// What a lint does when it finds something.
#[derive(Debug, JsonSchema)]
#[schemars(rename_all = "lowercase")]
pub enum Level {
    /// Nothing.
    Allow,
    /// A warning.
    Warn,
    /// An error.
    Deny,
}

/// Where outputs go.
#[derive(Debug, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Outputs {
    /// The folder of the outputs, from the root.
    #[schemars(extend("default" = "generated", "minLength" = 1))]
    pub directory: Option<String>,
    /// Outputs that are switched off: names of templates without `.j2`, or folders of them.
    #[schemars(extend("uniqueItems" = true))]
    pub disable: Option<Vec<String>>,
    /// Outputs that go elsewhere: the name of a template without `.j2` = the path from the root, itself a template.
    pub paths: Option<BTreeMap<String, String>>,
}

fn lint_codes() -> Vec<&'static str> {
    LINTS.iter().map(|lint| lint.code.as_str()).collect()
}

fn compose_definitions() -> Map<String, Value> {
    keys::COMPOSE_DEFINITIONS.map(|key| (key.to_owned(), json!({"type": "object"}))).into_iter().collect()
}

fn compose_own() -> [&'static str; 4] {
    keys::COMPOSE_FILE_OWN.map(|(key, ..)| key)
}
