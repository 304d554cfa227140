//! The services of ports.toml as written, with their ports.

use std::collections::BTreeMap;

use schemars::JsonSchema;

use super::Text;
use crate::allocation::kubernetes::{Kind, Target};
use crate::allocation::{Environment, Expose, Protocol};

/// An IANA_SVC_NAME but for what a pattern without look-ahead cannot say (Taplo's has none): at least one letter.
const PORT_NAME: &str = "^[a-z0-9]+(-[a-z0-9]+)*$";

/// A service. `port` is its only port or `"none"`; `ports` are several.
#[derive(Debug, JsonSchema)]
#[schemars(deny_unknown_fields, rename_all = "kebab-case")]
#[schemars(extend("oneOf" = [{"required": ["port"]}, {"required": ["ports"]}], "dependencies" = {"scripts": ["package"]}))]
pub struct Service {
    /// The display name. Default: the key.
    pub title: Option<Text>,
    /// What the service does, in one line.
    pub description: Option<Text>,
    /// Its other names in files of people: keys of Compose files, host names, the start of variables such as `AUTH_PORT`.
    #[schemars(extend("uniqueItems" = true))]
    pub aliases: Option<Vec<Text>>,
    /// The key of the group that it belongs to.
    pub group: Option<String>,
    /// The only port: a number, `"none"`, or a table.
    pub port: Option<Port>,
    /// The ports by name.
    #[schemars(extend("propertyNames" = {"pattern": PORT_NAME, "maxLength": 15}, "minProperties" = 1))]
    pub ports: Option<BTreeMap<String, NamedPort>>,
    /// The name of the main port. Default: the first of tcp that is published, else the first.
    pub main: Option<String>,
    /// Which variables with ports and addresses portgen writes into its container. Default: `all` with `dir` or `build`, else `none`.
    pub environment: Option<Environment>,
    /// The folder of its code, relative to ports.toml; `.` is the folder of ports.toml itself.
    pub dir: Option<String>,
    /// The package.json whose scripts follow the port, relative to ports.toml.
    #[schemars(extend("pattern" = "^([^/]+/)*package\\.json$"))]
    pub package: Option<String>,
    /// The scripts of `package` that follow the port. Default: the usual ones, such as `dev` and `start`.
    #[schemars(extend("minItems" = 1, "uniqueItems" = true))]
    pub scripts: Option<Vec<String>>,
    /// The keys of the services that it calls.
    #[schemars(extend("uniqueItems" = true))]
    pub depends_on: Option<Vec<String>>,
    /// Why its port may be outside the ranges of its group.
    pub out_of_range: Option<Text>,
    /// Keys of the Compose service. They are passed through unchanged; portgen itself writes `ports` and `expose`.
    pub compose: Option<Compose>,
    /// The Kubernetes Service, or `false` for none.
    pub kubernetes: Option<Kubernetes>,
}

/// The Compose service.
#[derive(Debug, JsonSchema)]
#[schemars(untagged)]
pub enum Compose {
    /// Compose does not run it: it runs on the host.
    Off(#[schemars(extend("const" = false))] bool),
    /// Its keys.
    Keys(
        #[schemars(extend("propertyNames" = {"not": {"enum": ["ports", "expose"]}}))]
        serde_json::Map<String, serde_json::Value>,
    ),
}

/// The Kubernetes Service.
#[derive(Debug, JsonSchema)]
#[schemars(untagged)]
pub enum Kubernetes {
    /// No Service.
    Off(#[schemars(extend("const" = false))] bool),
    /// What is not the default.
    Table(KubernetesTable),
}

/// A Kubernetes Service.
#[derive(Debug, JsonSchema)]
#[schemars(deny_unknown_fields, rename_all = "kebab-case")]
pub struct KubernetesTable {
    /// The name of the Service. Default: the key of the service.
    #[schemars(extend("pattern" = "^[a-z]([-a-z0-9]*[a-z0-9])?$", "maxLength" = 63))]
    pub name: Option<String>,
    /// The type of the Service. `Headless` has no address of its own.
    #[schemars(extend("default" = "ClusterIP"))]
    pub r#type: Option<Kind>,
    /// The port on the nodes, or those of several ports by name. Default: the cluster chooses it.
    pub node_port: Option<NodePort>,
    /// How `targetPort` says which port of the pods it is.
    #[schemars(extend("default" = "name"))]
    pub target: Option<Target>,
    /// The labels of its pods. Default: `app.kubernetes.io/name` with the key of the service.
    pub selector: Option<BTreeMap<String, String>>,
    /// Labels of the Service, besides those of portgen or in their place.
    pub labels: Option<BTreeMap<String, String>>,
}

/// The ports of a Kubernetes Service on the nodes.
#[derive(Debug, JsonSchema)]
#[schemars(untagged)]
pub enum NodePort {
    /// That of the only port.
    One(NodePortNumber),
    /// Those of several ports, by name.
    Several(BTreeMap<String, NodePortNumber>),
}

/// A port on the nodes.
#[derive(Debug, JsonSchema)]
#[schemars(transparent)]
pub struct NodePortNumber(#[schemars(range(min = 30000, max = 32767))] pub u16);

/// A port number.
#[derive(Debug, JsonSchema)]
#[schemars(transparent)]
pub struct PortNumber(#[schemars(range(min = 1, max = 65535))] pub u16);

/// A range of ports, `50000-50100`.
#[derive(Debug, JsonSchema)]
#[schemars(transparent)]
pub struct PortRange(#[schemars(extend("pattern" = "^[1-9][0-9]{0,4}-[1-9][0-9]{0,4}$"))] pub String);

/// A port, or a range of them.
#[derive(Debug, JsonSchema)]
#[schemars(untagged)]
pub enum Ports {
    /// One port.
    One(PortNumber),
    /// Several next to each other.
    Range(PortRange),
}

/// A port of the host, a range of them, or whichever is free.
#[derive(Debug, JsonSchema)]
#[schemars(untagged)]
pub enum HostPorts {
    /// One port.
    One(PortNumber),
    /// Several next to each other.
    Range(PortRange),
    /// Docker chooses one.
    Any(#[schemars(extend("const" = "any"))] String),
}

/// The only port of a service.
#[derive(Debug, JsonSchema)]
#[schemars(untagged)]
pub enum Port {
    /// The host port. Everything else has its default.
    Number(PortNumber),
    /// A range of host ports.
    Range(PortRange),
    /// The service has no port.
    None(#[schemars(extend("const" = "none"))] String),
    /// The host port, and what is not the default.
    Table(PortTable),
}

/// One of several ports of a service.
#[derive(Debug, JsonSchema)]
#[schemars(untagged)]
pub enum NamedPort {
    /// The host port. Everything else has its default.
    Number(PortNumber),
    /// A range of host ports.
    Range(PortRange),
    /// The host port, and what is not the default.
    Table(Binding),
}

/// One port with its name.
#[derive(Debug, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct PortTable {
    /// The name, at most 15 characters. Default: the app-protocol, else `http` for tcp and the protocol for others.
    #[schemars(extend("pattern" = PORT_NAME, "maxLength" = 15))]
    pub name: Option<String>,
    /// The other keys.
    #[schemars(flatten)]
    pub binding: Binding,
}

/// One port.
#[derive(Debug, JsonSchema)]
#[schemars(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Binding {
    /// The allocated port, as in `localhost:4000`, a range of ports, or `any`: Docker chooses one.
    pub host: HostPorts,
    /// The port on which the process listens in its container, or as many ports as `host` has. Default: `host`.
    pub container: Option<Ports>,
    /// The port of the Kubernetes Service, which a range does not have. Default: `host`.
    pub service: Option<PortNumber>,
    /// The transport protocol.
    #[schemars(extend("default" = "tcp"))]
    pub protocol: Option<Protocol>,
    /// The application protocol: an IANA service name, or a prefixed name such as `kubernetes.io/h2c`.
    #[schemars(extend("minLength" = 1))]
    pub app_protocol: Option<String>,
    /// Where the host port is published: on 127.0.0.1, on every interface, on one IP address of the host, or not at all.
    #[schemars(extend("default" = "loopback"))]
    pub expose: Option<Expose>,
    /// What Compose publishes it under, where a variable decides it, with `host` as its default: `${API_PORT:-4000}`.
    #[schemars(extend("pattern" = "[$]", "minLength" = 1))]
    pub published: Option<String>,
}
