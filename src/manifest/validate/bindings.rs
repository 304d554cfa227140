//! `port` and `ports` of a service.

use std::borrow::Cow;

use toml::de::DeValue;

use super::fields::Fields;
use super::names;
use super::published;
use super::value::{Owner, Value};
use crate::allocation::{ANYWHERE, Binding, Expose, Ports, Protocol};
use crate::diagnostic::{codes, counted, nearest};
use crate::manifest::document;
use crate::manifest::keys;

const PROTOCOLS: &[(&str, Protocol)] = &[("tcp", Protocol::Tcp), ("udp", Protocol::Udp), ("sctp", Protocol::Sctp)];
const EXPOSES: &[(&str, Expose)] =
    &[("loopback", Expose::Loopback), ("all", Expose::All), ("none", Expose::None), ("unlisted", Expose::Unlisted)];

/// The bindings of a service, and whether they are all there.
pub(super) fn read<'t>(fields: &Fields<'t>, service: &'t str) -> (Vec<Binding>, bool) {
    let Some(value) = fields.either("port", "ports") else {
        if !fields.has_dotted_service {
            fields.missing("port", "add `port = 4000`; or `port = \"none\"` for a service without one");
        }
        return (Vec::new(), false);
    };
    if fields.get("port").is_some() {
        return single(value, service);
    }
    let Some(table) = value.table("{ http = 8080, metrics = 9100 }") else { return (Vec::new(), false) };
    if table.is_empty() {
        let help = "write `port = \"none\"` for a service without a port";
        value.refuse(codes::INVALID_VALUE, "contains no port", "empty", help);
    }
    let bindings: Vec<Binding> = document::items(table).filter_map(|item| named(value.entry(item), service)).collect();
    let complete = bindings.len() == table.len() && !table.is_empty();
    (bindings, complete)
}

/// `port = 4000`, `port = "none"`, `port = { host = 4000 }`.
fn single<'t>(value: Value<'t>, service: &'t str) -> (Vec<Binding>, bool) {
    let binding = match value.raw() {
        DeValue::String(text) if text == "none" => return (Vec::new(), true),
        DeValue::String(text) if text == ANYWHERE => {
            let help = format!("write {}", value.example("{ host = \"any\", container = 3000 }"));
            value.refuse(codes::INVALID_PORT, "is any free port, which needs a table", "of which port?", help);
            None
        }
        DeValue::String(text) if nearest(&text.to_lowercase(), ["none"]).is_some() => {
            let rest = format!("cannot be {}", value.quoted(text));
            let help = format!("did you mean {}?", value.example("\"none\""));
            value.refuse(codes::INVALID_PORT, &rest, "neither a number nor `none`", help);
            None
        }
        DeValue::Table(_) => Fields::read(value, Owner::Port { service }, keys::PORT, "{ host = 4000 }")
            .and_then(|fields| table(&fields, None)),
        _ => value.ports().map(|ports| Binding { name: of_short(ports).into(), ..of_ports(ports, value) }),
    };
    let complete = binding.is_some();
    (binding.into_iter().collect(), complete)
}

/// One entry of `ports`: its key is its name.
fn named<'t>(entry: Value<'t>, service: &'t str) -> Option<Binding> {
    let name = entry.key.name();
    let entry = Value { owner: Owner::Named("service", service), ..entry };
    names::check(entry.report, name, entry.key.key_span(), &names::PORT);
    let DeValue::Table(fields) = entry.raw() else {
        return Some(Binding { name: name.to_owned().into(), ..of_ports(entry.ports()?, entry) });
    };
    let owner = Owner::NamedPort { service, name };
    let mut known = keys::BINDING;
    if let Some(second) = document::item(fields, "name") {
        let message = format!("{owner} has a `name`, but in `ports` the key is the name");
        let help = "remove it, and rename the key if need be";
        entry.report.refuse(codes::UNKNOWN_KEY, message, (second.key_span(), "a second name"), help);
        known = keys::PORT;
    }
    table(&Fields::read(entry, owner, known, "{ host = 4000 }")?, Some(name))
}

/// The name of the short form.
fn of_short(ports: Ports) -> &'static str {
    if ports.is_one() { "http" } else { "tcp" }
}

/// The short form: everything but the host port is the default.
fn of_ports(ports: Ports, value: Value<'_>) -> Binding {
    let port = ports.first();
    Binding {
        name: "".into(),
        host: port,
        container: port,
        service: port,
        count: ports.count(),
        protocol: Protocol::default(),
        app_protocol: None,
        expose: Expose::default(),
        is_anywhere: false,
        published_as: None,
        node_port: None,
        span: value.span(),
        service_span: value.span(),
    }
}

fn protocol(value: Value<'_>) -> Option<Protocol> {
    if value.raw().is_array() {
        let help = "write two bindings: `ports = { tcp = 53, udp = { host = 53, protocol = \"udp\" } }`";
        value.wrong_type("one protocol", help);
        return None;
    }
    value.choice(PROTOCOLS)
}

fn table<'t>(fields: &Fields<'t>, name: Option<&str>) -> Option<Binding> {
    let container_value = fields.get("container");
    if !fields.has("host") {
        missing_host(fields, container_value);
    }
    let host_value = fields.get("host");
    let container = container_value.and_then(|value| Some((value, value.ports()?)));
    // Where it is not valid nobody knows what it collides with.
    let expose = fields.get("expose").map_or(Expose::default(), |value| expose(value).unwrap_or(Expose::None));
    let is_anywhere = host_value.is_some_and(|value| value.raw().as_str() == Some(ANYWHERE));
    let host = match host_value {
        Some(value) if is_anywhere => anywhere(value, container, expose),
        value => value.and_then(Value::ports),
    };
    let service_value = fields.get("service");
    let service = service_value.and_then(Value::port);
    if let Some(host) = host {
        prove_lengths(host, container, service_value);
    }
    let protocol = fields.get("protocol").and_then(protocol).unwrap_or_default();
    let app_protocol = fields.get("app-protocol").and_then(|value| checked(value, &names::APP_PROTOCOL));
    let stated_name = || fields.get("name").and_then(|value| checked(value, &names::PORT));
    let own_name = name.map(str::to_owned).or_else(stated_name).map(Cow::Owned);
    let (host, host_value) = (host?, host_value?);
    let containers = container.map_or(host, |(_, container)| container);
    let published_as = fields
        .get("published")
        .and_then(|value| published::read(value, (!is_anywhere).then_some(host), containers, expose));
    Some(Binding {
        name: own_name.unwrap_or_else(|| default_name(app_protocol.as_deref(), protocol, host)),
        container: containers.first(),
        service: service.unwrap_or(host.first()),
        protocol,
        app_protocol: app_protocol.map(String::into_boxed_str),
        expose,
        is_anywhere,
        published_as,
        service_span: service_value.unwrap_or(host_value).span(),
        ..of_ports(host, host_value)
    })
}

/// The ports of the container, which stand for those that Docker chooses.
fn anywhere(value: Value<'_>, container: Option<(Value<'_>, Ports)>, expose: Expose) -> Option<Ports> {
    if matches!(expose, Expose::None | Expose::Unlisted) {
        let rest = format!("is any free port, but with `expose = \"{expose}\"` there is none");
        value.refuse(codes::INVALID_PORT, &rest, "not on the host", "remove one of the two");
    }
    if container.is_none() {
        let rest = "is any free port, so `container` has to say which port is published";
        value.refuse(codes::INVALID_PORT, rest, "of which port?", "add `container = 3000`");
    }
    container.map(|(_, ports)| ports)
}

/// Proves that the container has as many ports as the host, and that a range has no port of a Kubernetes Service.
fn prove_lengths(host: Ports, container: Option<(Value<'_>, Ports)>, service: Option<Value<'_>>) {
    if let Some((value, container)) = container
        && container.count() != host.count()
    {
        let [own, other] = [container, host].map(|ports| counted(ports.count().into(), "port"));
        let rest = format!("is {own}, but `host` is {other}");
        let mistake = value.mistake(codes::INVALID_PORT, &rest, "of another length");
        let help = match Ports::starting(container.first(), host.count()) {
            Some(same) if same.is_one() => format!("write {}", value.example(&same.to_string())),
            Some(same) => format!("write {}", value.example(&format!("\"{same}\""))),
            None => "write as many ports as `host` has".to_owned(),
        };
        let mistake = mistake.help(help);
        value.report.add(if host.is_one() {
            mistake.help(format!("or make `host` a range, too: `host = \"{container}\"`"))
        } else {
            mistake
        });
    }
    if let Some(value) = service.filter(|_| !host.is_one()) {
        let rest = "is set for a range, which a Kubernetes Service cannot have";
        value.refuse(codes::INVALID_VALUE, rest, "of a range", "remove it");
    }
}

/// Asks for the port on the host, which others may never see.
fn missing_host(fields: &Fields<'_>, container: Option<Value<'_>>) {
    let help = match container.and_then(|container| document::number(container.raw().as_integer()?)) {
        Some(port) => {
            format!(
                "add `host = {port}`, or another number for the host; with `expose = \"none\"` it is in the container alone"
            )
        }
        None => "add `host = 4000`".to_owned(),
    };
    fields.missing("`host`", &help);
}

/// A word, or an IP address of the host.
fn expose(value: Value<'_>) -> Option<Expose> {
    match value.raw().as_str().and_then(|text| text.parse().ok()) {
        Some(address) => Some(Expose::Address(address)),
        None => value.choice_or(EXPOSES, ", or an IP address of the host such as `\"192.168.1.5\"`"),
    }
}

fn checked(value: Value<'_>, rule: &names::Rule) -> Option<String> {
    let name = value.string()?;
    names::check(value.report, name, value.span(), rule).then(|| name.to_owned())
}

fn default_name(app_protocol: Option<&str>, protocol: Protocol, ports: Ports) -> Cow<'static, str> {
    match (app_protocol.filter(|name| names::is_iana_name(name)), protocol) {
        (Some(name), _) => name.to_owned().into(),
        (None, Protocol::Tcp) => of_short(ports).into(),
        (None, other) => other.as_str().into(),
    }
}
