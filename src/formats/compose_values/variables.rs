//! The ports in environment variables and build arguments.

use std::collections::HashMap;

use serde_json::Value as Json;

use super::{Form, Hosts, Reader, View, Whose, pairs, whole_number};
use crate::formats::{names_a_port, url};
use crate::manifest::document::Step;

/// One variable.
struct Variable<'v> {
    name: &'v str,
    /// The value at the path: in a list the whole `NAME=value`.
    text: String,
    /// Where the value of the variable starts in it.
    start: usize,
    step: Step<'v>,
}

impl Variable<'_> {
    fn value(&self) -> &str {
        &self.text[self.start..]
    }
}

/// The variables beside `<NAME>_PORT` that name its host: `<NAME>_HOST`.
const HOSTS: [&str; 6] = ["HOST", "HOSTNAME", "SERVER", "ADDR", "ADDRESS", "SERVICE_HOST"];

/// The databases of Temporal, whose hosts are `<NAME>_SEEDS` and whose port is `DB_PORT`.
///
/// Source: <https://github.com/temporalio/docker-builds/blob/main/docker/auto-setup.sh>.
const SEEDED: [&str; 2] = ["MYSQL", "POSTGRES"];

impl<'v> Reader<'v> {
    /// Variables as a table, or as a list of `NAME=value`.
    pub(super) fn variables(&mut self, value: &'v Json) {
        let variables = variables(value);
        let hosts = hosts(&variables);
        for variable in &variables {
            if !variable.value().bytes().any(|byte| byte.is_ascii_digit()) {
                continue;
            }
            self.path.push(variable.step);
            self.variable(variable, &hosts);
            self.path.pop();
        }
    }

    fn variable(&mut self, variable: &Variable<'_>, hosts_of: &HashMap<&str, &str>) {
        let Variable { name, text, start, .. } = variable;
        if let Some(digits) = whole_number(variable.value()) {
            let digits = start + digits.start..start + digits.end;
            if *name == "PORT" {
                self.add(text, digits, Whose::Own, Form::Port);
            } else if *name == "VIRTUAL_PORT" {
                self.add(text, digits, Whose::Own, Form::Label);
            } else if name.ends_with("HTTP_PORTS") || name.ends_with("HTTPS_PORTS") {
                // ASP.NET Core: `ASPNETCORE_HTTP_PORTS`.
                self.add(text, digits, Whose::Own, Form::Named);
            } else if names_a_port(name) || has_host(name, hosts_of) {
                let whose = whose(name, hosts_of);
                self.add(text, digits, whose, Form::Named);
            }
            return;
        }
        if self.connection(text, *start) {
            return;
        }
        let view = view(&name.to_ascii_uppercase(), variable.value());
        let hosts = if pairs::is_of_variable(name) { Hosts::WithScheme } else { Hosts::All };
        self.addresses(text, *start..text.len(), view, hosts);
        // `NODE_OPTIONS`, `JAVA_OPTS`: flags of the process.
        if variable.value().starts_with('-') || variable.value().contains(" -") {
            self.flags(text);
        }
    }
}

/// The hosts that variables such as `<NAME>_HOST` name, by that name.
fn hosts<'v>(all: &'v [Variable<'_>]) -> HashMap<&'v str, &'v str> {
    let mut hosts = HashMap::new();
    for variable in all {
        for end in HOSTS {
            if let Some(name) = variable.name.strip_suffix(end) {
                hosts.entry(name.trim_end_matches('_')).or_insert(host(variable.value()));
            }
        }
        if let Some(name) = variable.name.strip_suffix("_SEEDS").filter(|_| !variable.value().contains(',')) {
            let name = if SEEDED.contains(&name) { "DB" } else { name };
            hosts.entry(name).or_insert(host(variable.value()));
        }
    }
    hosts
}

/// Whether a variable is beside one that names its host: `PGPORT` beside `PGHOST`.
fn has_host(name: &str, hosts: &HashMap<&str, &str>) -> bool {
    name.strip_suffix("PORT").is_some_and(|prefix| !prefix.is_empty() && hosts.contains_key(prefix))
}

/// Whose port `<NAME>_PORT` is: that of the host that `<NAME>_HOST` names, if that is there.
fn whose(name: &str, hosts: &HashMap<&str, &str>) -> Whose {
    let prefix = name[..name.len() - "PORT".len()].trim_end_matches(['_', '-']);
    match hosts.get(prefix).filter(|_| !prefix.is_empty()) {
        None => Whose::Variable(prefix.to_owned()),
        // Kafka's `JMX_HOSTNAME=localhost` and `JMX_PORT` say where the process itself listens.
        Some(&("localhost" | "127.0.0.1")) => Whose::Local(View::InsideFirst),
        Some(&"host.docker.internal") => Whose::Local(View::Outside),
        Some(&("0.0.0.0" | "::")) => Whose::Own,
        Some(host) => Whose::Host((*host).to_owned()),
    }
}

/// A host's name, also as the default of a variable.
fn host(value: &str) -> &str {
    let default = &value[url::before_default(value)..];
    default.trim_end_matches('}')
}

/// Parts of the names of variables with an address where a process listens, or a Kafka of one node finds itself.
///
/// Sources: <https://learn.microsoft.com/aspnet/core/fundamentals/servers/kestrel/endpoints>,
/// <https://kafka.apache.org/documentation/#brokerconfigs_controller.quorum.voters>.
const LISTENING_WORDS: [&str; 5] = ["LISTEN", "BIND", "HEALTH", "KESTREL", "QUORUM"];

/// Variables with such an address: where ASP.NET Core and Caddy listen, and where the clients that images have inside find their server.
///
/// Sources: <https://learn.microsoft.com/aspnet/core/fundamentals/host/web-host#server-urls>, <https://caddyserver.com/docs/api>,
/// <https://developer.hashicorp.com/vault/docs/commands#environment-variables> and those of Consul and Nomad.
const LISTENING: [&str; 8] = [
    "ASPNETCORE_URLS",
    "CADDY_ADMIN",
    "CONSUL_HTTP_ADDR",
    "DOTNET_URLS",
    "HTTP_ADDR",
    "NOMAD_ADDR",
    "URLS",
    "VAULT_ADDR",
];

/// Parts of the names of variables with an address that a process calls.
const INSIDE_WORDS: [&str; 4] = ["PROBE", "LIVENESS", "READINESS", "INTERNAL"];

/// Variables with an address that servers listen on, or clients call.
const INSIDE: [&str; 4] = ["ADDR", "ADDRESS", "SERVER_ADDR", "SERVER_ADDRESS"];

/// Parts of the names of variables with an address for browsers and other outsiders.
const OUTSIDE_WORDS: [&str; 8] =
    ["ADVERTISED", "PUBLIC", "EXTERNAL", "ORIGIN", "CORS", "REDIRECT", "CALLBACK", "ISSUER"];

/// As [`OUTSIDE_WORDS`], where the address is one for browsers.
const WEB_WORDS: [&str; 2] = ["URL", "URI"];

/// The schemes of browsers.
const WEB: [&str; 4] = ["http", "https", "ws", "wss"];

/// Where the `localhost` of a variable is, as its name in capitals says.
fn view(name: &str, value: &str) -> View {
    let has = |words: &[&str]| words.iter().any(|word| name.contains(word));
    let is_for_browsers =
        || value.match_indices("://").all(|(at, _)| WEB.iter().any(|scheme| value[..at].ends_with(scheme)));
    if !name.contains("ADVERTISED") && (LISTENING.contains(&name) || has(&LISTENING_WORDS)) {
        View::Inside
    } else if INSIDE.contains(&name) || has(&INSIDE_WORDS) {
        View::InsideFirst
    } else if has(&OUTSIDE_WORDS) || has(&WEB_WORDS) && is_for_browsers() {
        View::OutsideFirst
    } else {
        View::Either
    }
}

fn variables(value: &Json) -> Vec<Variable<'_>> {
    let mut all = Vec::new();
    match value {
        Json::Object(map) => {
            for (name, value) in map {
                if let Some(text) = text(value) {
                    all.push(Variable { name, text, start: 0, step: Step::Key(name) });
                }
            }
        }
        Json::Array(list) => {
            for (index, entry) in list.iter().enumerate() {
                if let Some((name, _)) = entry.as_str().and_then(|entry| entry.split_once('=')) {
                    let text = entry.as_str().unwrap_or_default().to_owned();
                    all.push(Variable { name, text, start: name.len() + 1, step: Step::Index(index) });
                }
            }
        }
        _ => {}
    }
    all
}

/// A value as the process sees it.
pub(super) fn text(value: &Json) -> Option<String> {
    match value {
        Json::String(text) => Some(text.clone()),
        Json::Number(number) => Some(number.to_string()),
        _ => None,
    }
}
