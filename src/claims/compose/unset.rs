//! A variable with the port of a service that says no number: it is empty, or the caller's environment has it.

use serde_json::Value as Json;

use crate::allocation::{Allocation, Environment, Network, Ports, Service};
use crate::diagnostic::{Diagnostic, codes, quoted};
use crate::formats::compose_values;
use crate::lints;
use crate::manifest::document::Step;
use crate::manifest::places::Places;

/// `container-port` of each `PORT` in `environment` without a number.
pub fn unset_ports(allocation: &Allocation) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    if !allocation.outputs.has_compose() {
        return found;
    }
    let places = Places::new(allocation);
    for service in allocation.services.iter().filter(|service| service.runs()) {
        for index in (0..service.bindings.len()).filter(|index| !service.bindings[*index].is_range()) {
            if let Some(stated) = Stated::of(service, index) {
                found.extend(stated.diagnostic(&places, service, index));
            }
        }
    }
    found
}

/// What `environment` states instead of a number.
struct Stated<'a> {
    step: Step<'a>,
    instead: Instead,
}

#[derive(Clone, Copy)]
enum Instead {
    /// No value: Compose takes that of its caller.
    Nothing,
    Empty,
    /// The value of another variable.
    Variable,
    /// A text or a number that is no port.
    NotAPort,
}

impl Instead {
    /// What a value says instead of a number; `None` if it may have one, as `0.0.0.0:3000` has the port of the service.
    fn of(value: &str, port: Ports) -> Option<Self> {
        let value = value.trim();
        let has_number = value.bytes().any(|byte| byte.is_ascii_digit());
        match value {
            "" => Some(Self::Empty),
            text if text.replace("$$", "").contains('$') && !has_number => Some(Self::Variable),
            text if compose_values::stated_port(text).is_none() && !text.contains(&port.to_string()) => {
                Some(Self::NotAPort)
            }
            _ => None,
        }
    }
}

impl<'a> Stated<'a> {
    /// The entry of `environment` for the variable of a binding, if it has no number. A variable without a value gets that of portgen, where it has one.
    fn of(service: &'a Service, binding: usize) -> Option<Self> {
        let (name, port) = (&*service.port_variable(binding), service.bindings[binding].containers());
        let is_told = service.told() != Environment::None;
        let nothing = Some(Instead::Nothing).filter(|_| !is_told);
        match service.compose.get("environment")? {
            Json::Object(map) => {
                let (key, value) = map.get_key_value(name)?;
                let instead = match value {
                    Json::Null => nothing,
                    Json::String(text) => Instead::of(text, port),
                    other => Instead::of(&other.to_string(), port),
                };
                Some(Self { step: Step::Key(key), instead: instead? })
            }
            Json::Array(list) => {
                let names = |entry: &Json| entry.as_str().is_some_and(|entry| entry.split('=').next() == Some(name));
                let index = list.iter().rposition(names)?;
                let value = list[index].as_str()?.split_once('=').map(|(_, value)| value);
                Some(Self {
                    step: Step::Index(index),
                    instead: value.map_or(nothing, |value| Instead::of(value, port))?,
                })
            }
            _ => None,
        }
    }

    fn diagnostic(&self, places: &Places<'_>, service: &Service, binding: usize) -> Option<Diagnostic> {
        let (name, id) = (service.port_variable(binding), quoted(&service.id));
        let port = service.bindings[binding].container;
        let how = match self.instead {
            Instead::Nothing => "has no value, so Compose takes that of the shell",
            Instead::Empty => "is empty",
            Instead::Variable => "is the value of another variable",
            Instead::NotAPort => "is not a port number",
        };
        let message = format!("{} of {id} {how}, and {id} listens on {port}", quoted(&name));
        let found = lints::diagnostic(places.allocation(), codes::CONTAINER_PORT, message)?;
        let way = [Step::Key("compose"), Step::Key("environment"), self.step];
        let found = found.at(places.of(service, &way), "no port number");
        let named =
            if service.bindings.len() == 1 { String::new() } else { format!(".{}", service.bindings[binding].name) };
        let number = if service.network() == Network::Host { "host" } else { "container" };
        let placeholder = quoted(&format!("${{ports.{}{named}.{number}}}", service.id));
        let is_told = service.told() != Environment::None;
        let remove = if is_told { ", or remove it: portgen writes the port" } else { "" };
        Some(
            found
                .help(format!("write {placeholder}{remove}"))
                .help("or accept it: `container-port = \"allow\"` in `[lints]`"),
        )
    }
}
