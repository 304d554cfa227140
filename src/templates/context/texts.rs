//! The texts that templates can ask for and that nobody wrote: addresses, mappings, what a container gets.

use minijinja::value::{Serde, Value};
use serde_json::{Map, Value as Json};

use super::Context;
use crate::allocation::address::{Standpoint, address, push_decimal};
use crate::allocation::{Binding, Expose, Port, Protocol};

/// The entry in Compose's `ports` in its short form, or in `expose` where the port is not published.
///
/// Source: <https://github.com/compose-spec/compose-spec/blob/main/05-services.md#short-syntax-4>
pub(super) fn mapping(binding: &Binding) -> String {
    let mut mapping = String::with_capacity("127.0.0.1:65535:65535/sctp".len());
    if binding.expose == Expose::Loopback {
        mapping.push_str("127.0.0.1:");
    }
    if binding.expose != Expose::None {
        push_decimal(binding.host.get().into(), &mut mapping);
        mapping.push(':');
    }
    push_decimal(binding.container.get().into(), &mut mapping);
    if binding.protocol != Protocol::Tcp {
        mapping.push('/');
        mapping.push_str(binding.protocol.as_str());
    }
    mapping
}

/// What a container of `services[index]` gets in Compose: its own ports, the addresses of what its service depends on as seen
/// inside the network, and over them what the Compose keys state.
pub(super) fn environment(context: &Context, index: usize) -> Vec<(Value, Value)> {
    let services = &context.allocation.services;
    let service = &services[index];
    let stated = stated_environment(&service.compose);
    let mut all: Vec<(Value, Value)> = Vec::with_capacity(service.bindings.len() + service.depends_on.len());
    let mut add = |name: &str, value: &str| {
        if !stated.iter().any(|(known, _)| *known == name) {
            all.push((Value::from(name), Value::from(value)));
        }
    };
    for (index, binding) in service.bindings.iter().enumerate() {
        add(&service.port_variable(index), &decimal(binding.container));
    }
    for at in service.depends_on.iter().map(|(at, _)| *at) {
        for (binding_at, binding) in services[at].bindings.iter().enumerate() {
            let name = context.env_names[at][binding_at].as_str().unwrap_or_default();
            if binding.scheme().is_some() {
                let url = address(&context.allocation, &services[at], binding, Standpoint::Compose);
                add(&[name, "_URL"].concat(), &url);
            } else {
                add(&[name, "_HOST"].concat(), &services[at].id);
                add(&[name, "_PORT"].concat(), &decimal(binding.container));
            }
        }
    }
    all.extend(stated.into_iter().map(|(name, value)| (Value::from(name), value)));
    all
}

/// The entries of `environment` among the Compose keys, whichever of Compose's two forms it has.
fn stated_environment(compose: &Map<String, Json>) -> Vec<(&str, Value)> {
    match compose.get("environment") {
        Some(Json::Object(map)) => map.iter().map(|(name, value)| (&**name, Value::from(Serde(value)))).collect(),
        Some(Json::Array(list)) => list
            .iter()
            .filter_map(Json::as_str)
            .map(|entry| match entry.split_once('=') {
                Some((name, value)) => (name, Value::from(value)),
                None => (entry, Value::from(())),
            })
            .collect(),
        _ => Vec::new(),
    }
}

fn decimal(port: Port) -> String {
    let mut text = String::with_capacity("65535".len());
    push_decimal(port.get().into(), &mut text);
    text
}
