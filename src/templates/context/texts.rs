//! The texts that templates can ask for and that nobody wrote: addresses, mappings, what a container gets.

use std::borrow::Cow;
use std::net::IpAddr;

use minijinja::value::{Serde, Value};
use serde_json::{Map, Value as Json};

use super::Context;
use crate::allocation::address::{address_for, push_decimal};
use crate::allocation::{Allocation, Binding, ENDS, Environment, Expose, HOST, Port, Ports, Protocol, Service};
use crate::manifest::placeholder::{placeholders, service_of};

/// Variables and their values, in order.
pub(super) type Variables = Vec<(Cow<'static, str>, Value)>;

/// The entry in Compose's `ports` in its short form, or in `expose` where the port is not published.
///
/// Source: <https://github.com/compose-spec/compose-spec/blob/main/05-services.md#short-syntax-4>
pub(super) fn mapping(allocation: &Allocation, service: &Service, binding: &Binding) -> Value {
    let variable = variable(allocation, service, binding);
    let mut mapping = String::with_capacity("127.0.0.1:65535:65535/sctp".len());
    match &binding.published_as {
        Some(stated) if stated.is_whole() => mapping.push_str(&stated.text),
        stated => {
            push_address(binding, &mut mapping);
            if let Some(text) = stated.as_ref().map(|stated| &*stated.text).or(variable.as_deref()) {
                mapping.push_str(text);
                mapping.push(':');
            } else if binding.published() {
                push_ports(binding.hosts(), &mut mapping);
                mapping.push(':');
            }
            push_ports(binding.containers(), &mut mapping);
        }
    }
    if binding.protocol != Protocol::Tcp {
        mapping.push('/');
        mapping.push_str(binding.protocol.as_str());
    }
    if variable.is_some() || binding.published_as.is_some() {
        // Compose replaces its variables, so it is written as it is: no byte of it needs an escape.
        return Value::from_safe_string(["\"", &mapping, "\""].concat());
    }
    Value::from(mapping)
}

/// The variable that Compose publishes a port under because `[outputs.compose]` says so: not a range, which Compose takes from no variable
/// with one number.
fn variable(allocation: &Allocation, service: &Service, binding: &Binding) -> Option<String> {
    let has_variable = allocation.outputs.has_variables && binding.published() && !binding.is_range();
    let name = || service.env_name(binding);
    (has_variable && binding.published_as.is_none()).then(|| format!("${{{}_PORT:-{}}}", name(), binding.host))
}

/// The address that a port is published on, before its number: `127.0.0.1:`, or `127.0.0.1::` where Docker chooses the number.
fn push_address(binding: &Binding, out: &mut String) {
    match binding.expose {
        Expose::Loopback => out.push_str("127.0.0.1:"),
        Expose::Address(IpAddr::V4(address)) => out.push_str(&format!("{address}:")),
        Expose::Address(IpAddr::V6(address)) => out.push_str(&format!("[{address}]:")),
        Expose::All | Expose::None | Expose::Unlisted => return,
    }
    if binding.is_anywhere && binding.published_as.is_none() {
        out.push(':');
    }
}

fn push_ports(ports: Ports, out: &mut String) {
    push_decimal(ports.first().get().into(), out);
    if !ports.is_one() {
        out.push('-');
        push_decimal(ports.last().get().into(), out);
    }
}

/// What a container of `services[index]` gets in Compose: what portgen tells it, and over that what the Compose keys state.
pub(super) fn environment(context: &'static Context, index: usize) -> Variables {
    let service = &context.allocation.services[index];
    let mut all = told(context, index);
    let mut stated = stated_environment(&service.compose);
    // A name without a value asks the caller's environment, which knows less of ports.
    stated.retain(|(name, value)| !value.is_none() || !all.iter().any(|(known, _)| known == name));
    all.retain(|(name, _)| !stated.iter().any(|(known, _)| known == name));
    all.extend(stated);
    all
}

/// What portgen tells a container of `services[index]`.
pub(super) fn told(context: &Context, index: usize) -> Variables {
    let service = &context.allocation.services[index];
    match service.told() {
        Environment::None => Vec::new(),
        Environment::Port => service.main().map(|main| ("PORT".into(), decimal(main.container))).into_iter().collect(),
        Environment::All => ports_and_addresses(context, index),
    }
}

/// Whether a container calls a service that is on the host, so that it has to know the host by a name.
pub(super) fn calls_host(context: &Context, index: usize) -> bool {
    let services = &context.allocation.services;
    let service = &services[index];
    let mut needed = service.depends_on.iter().map(|(at, _)| &services[*at]);
    service.is_mapped() && (needed.any(Service::is_on_host) || asks_for_host(context, service))
}

/// Whether a placeholder in `compose` of a service is about one on the host, and an address has the name of the host.
fn asks_for_host(context: &Context, service: &Service) -> bool {
    let Some(written) = &service.compose_as_written else { return false };
    let services = &context.allocation.services;
    let is_on_host = |text: &str| {
        placeholders(text).iter().any(|one| {
            let named = service_of(&text[one.name.clone()], |id| services.iter().find(|service| service.id == id));
            named.is_some_and(|(named, _)| named.is_on_host())
        })
    };
    has_text(service.compose.values(), &|text| text.contains(HOST)) && has_text(written.values(), &is_on_host)
}

/// Whether a text anywhere in the values is such a one.
fn has_text<'v>(mut values: impl Iterator<Item = &'v Json>, is_such: &impl Fn(&str) -> bool) -> bool {
    values.any(|value| match value {
        Json::String(text) => is_such(text),
        Json::Array(list) => has_text(list.iter(), is_such),
        Json::Object(table) => has_text(table.values(), is_such),
        _ => false,
    })
}

/// What Compose starts before a service: what its Compose keys state, else the ids, or, where one of them may be missing because its
/// profile is not active, what Compose waits for by id.
pub(super) fn start_order(context: &'static Context, index: usize) -> Value {
    let services = &context.allocation.services;
    let service = &services[index];
    if let Some(stated) = service.compose.get("depends_on") {
        return Value::from(Serde(stated));
    }
    let needed = service.depends_on.iter().map(|(at, _)| &services[*at]).filter(|needed| needed.runs());
    let needed: Vec<&Service> = needed.collect();
    if !needed.iter().any(|needed| service.runs_without(needed)) {
        return needed.iter().map(|needed| Value::from(&*needed.id)).collect();
    }
    let mut conditions = Vec::with_capacity(needed.len());
    for needed in needed {
        let mut condition = vec![("condition", Value::from("service_started"))];
        if service.runs_without(needed) {
            condition.push(("required", Value::from(false)));
        }
        conditions.push((&*needed.id, Value::from_pairs(condition)));
    }
    Value::from_pairs(conditions)
}

/// The ports of a service, and the addresses of what it depends on as seen inside the network.
fn ports_and_addresses(context: &Context, at: usize) -> Variables {
    let services = &context.allocation.services;
    let service = &services[at];
    let mut own = Vec::with_capacity(service.bindings.len() + service.depends_on.len());
    for (index, binding) in service.bindings.iter().enumerate() {
        if binding.is_range() {
            let name = context.env_names[at][index].as_str().unwrap_or_default();
            own.extend(ends(name, binding.containers()));
        } else {
            own.push((service.port_variable(index).into(), decimal(binding.container)));
        }
    }
    for (at, _) in &service.depends_on {
        let needed = &services[*at];
        for (binding, name) in needed.bindings.iter().zip(&context.env_names[*at]) {
            let name = name.as_str().unwrap_or_default();
            if binding.scheme().is_some() {
                own.push(([name, "_URL"].concat().into(), Value::from(address_for(service, needed, binding))));
            } else {
                let (host, port) = needed.seen_by(service, binding);
                own.push(([name, "_HOST"].concat().into(), Value::from(host)));
                match Ports::starting(port, binding.count).filter(|ports| !ports.is_one()) {
                    Some(ports) => own.extend(ends(name, ports)),
                    None => own.push(([name, "_PORT"].concat().into(), decimal(port))),
                }
            }
        }
    }
    own
}

/// The variables with the ends of a range.
fn ends(name: &str, ports: Ports) -> [(Cow<'static, str>, Value); 2] {
    let [min, max] = ENDS.map(|end| [name, end, "_PORT"].concat().into());
    [(min, decimal(ports.first())), (max, decimal(ports.last()))]
}

/// The entries of `environment` among the Compose keys, whichever of Compose's two forms it has.
fn stated_environment(compose: &'static Map<String, Json>) -> Variables {
    let mut stated = Vec::new();
    match compose.get("environment") {
        Some(Json::Object(map)) => {
            for (name, value) in map {
                stated.push((Cow::Borrowed(&**name), Value::from(Serde(value))));
            }
        }
        Some(Json::Array(list)) => {
            for entry in list.iter().filter_map(Json::as_str) {
                stated.push(match entry.split_once('=') {
                    Some((name, value)) => (name.into(), Value::from(value)),
                    None => (entry.into(), Value::from(())),
                });
            }
        }
        _ => {}
    }
    stated
}

fn decimal(port: Port) -> Value {
    Value::from(itoa::Buffer::new().format(port.get()))
}
