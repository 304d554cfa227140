//! The services of ports.toml as written, with their ports.

use std::collections::BTreeMap;

use schemars::JsonSchema;

use super::Text;

/// An IANA_SVC_NAME but for what a pattern without look-ahead cannot say (Taplo's has none): at least one letter.
const PORT_NAME: &str = "^[a-z0-9]+(-[a-z0-9]+)*$";

/// A service: with `port` for one port or none, or with `ports` for several.
#[derive(Debug, JsonSchema)]
#[schemars(deny_unknown_fields, rename_all = "kebab-case")]
#[schemars(extend("oneOf" = [{"required": ["port"]}, {"required": ["ports"]}], "dependencies" = {"scripts": ["package"]}))]
pub struct Service {
    /// The name for people; default: the key.
    pub title: Option<Text>,
    /// One line on what it does.
    pub description: Option<Text>,
    /// The key of its group.
    pub group: Option<String>,
    /// Its one port: a number, `"none"`, or a table.
    pub port: Option<Port>,
    /// Its ports by name; the first is the main one.
    #[schemars(extend("propertyNames" = {"pattern": PORT_NAME, "maxLength": 15}, "minProperties" = 1))]
    pub ports: Option<BTreeMap<String, NamedPort>>,
    /// The folder of its code, from the root.
    pub dir: Option<String>,
    /// The package.json whose scripts follow the port, from the root.
    #[schemars(extend("pattern" = "^([^/]+/)*package\\.json$"))]
    pub package: Option<String>,
    /// The scripts of `package` that follow the port; default: the usual ones.
    #[schemars(extend("minItems" = 1, "uniqueItems" = true))]
    pub scripts: Option<Vec<String>>,
    /// The keys of the services it calls.
    #[schemars(extend("uniqueItems" = true))]
    pub depends_on: Option<Vec<String>>,
    /// Why its port may lie outside the ranges of its group.
    pub out_of_range: Option<Text>,
    /// Keys of the Compose service, passed through as they are. `ports` and `expose` are portgen's own.
    #[schemars(extend("propertyNames" = {"not": {"enum": ["ports", "expose"]}}))]
    pub compose: Option<serde_json::Map<String, serde_json::Value>>,
}

/// A port number.
#[derive(Debug, JsonSchema)]
#[schemars(transparent)]
pub struct PortNumber(#[schemars(range(min = 1, max = 65535))] pub u16);

/// The one port of a service.
#[derive(Debug, JsonSchema)]
#[schemars(untagged)]
pub enum Port {
    /// The host port, with the default for everything else.
    Number(PortNumber),
    /// No port at all.
    None(#[schemars(extend("const" = "none"))] String),
    /// The host port and what differs from the default.
    Table(PortTable),
}

/// One of several ports of a service.
#[derive(Debug, JsonSchema)]
#[schemars(untagged)]
pub enum NamedPort {
    /// The host port, with the default for everything else.
    Number(PortNumber),
    /// The host port and what differs from the default.
    Table(Binding),
}

/// One port with its name.
#[derive(Debug, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct PortTable {
    /// Its name, at most 15 characters; default: the app-protocol, `http` for tcp, else the protocol.
    #[schemars(extend("pattern" = PORT_NAME, "maxLength" = 15))]
    pub name: Option<String>,
    /// The rest of it.
    #[schemars(flatten)]
    pub binding: Binding,
}

/// One port.
#[derive(Debug, JsonSchema)]
#[schemars(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Binding {
    /// The allocated port: what a developer types after `localhost:`.
    pub host: PortNumber,
    /// What the process listens on inside its container; default: `host`.
    pub container: Option<PortNumber>,
    /// The port of the Kubernetes Service; default: `host`.
    pub service: Option<PortNumber>,
    /// The transport.
    #[schemars(extend("default" = "tcp"))]
    pub protocol: Option<Protocol>,
    /// An IANA service name, or a prefixed name such as `kubernetes.io/h2c`.
    #[schemars(extend("minLength" = 1))]
    pub app_protocol: Option<String>,
    /// How far the host port is published: on 127.0.0.1, on every interface, or not at all.
    #[schemars(extend("default" = "loopback"))]
    pub expose: Option<Expose>,
}

/// A transport protocol.
#[derive(Debug, JsonSchema)]
#[schemars(rename_all = "lowercase")]
pub enum Protocol {
    /// TCP.
    Tcp,
    /// UDP.
    Udp,
    /// SCTP.
    Sctp,
}

/// How far a host port is published.
#[derive(Debug, JsonSchema)]
#[schemars(rename_all = "lowercase")]
pub enum Expose {
    /// On 127.0.0.1.
    Loopback,
    /// On every interface.
    All,
    /// Not on the host at all, so that it cannot collide there.
    None,
}
