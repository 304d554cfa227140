//! Settings in YAML and JSON whose meaning their place gives: Spring and its like, the values of Helm charts, Envoy, and any other in
//! which a host or a name stands beside a port.
//!
//! Sources: <https://docs.spring.io/spring-boot/appendix/application-properties/>, <https://helm.sh/docs/chart_template_guide/values_files/>,
//! <https://www.envoyproxy.io/docs/envoy/latest/api-v3/config/core/v3/address.proto>.

mod group;

use std::borrow::Cow;
use std::ops::Range;

use group::{Group, is_port, of_json, of_yaml};

use super::{File, with_forms};
use crate::formats::{Role, Written, names_a_port, url};
use crate::scan::form::Form;
use crate::scan::stage::{Stage, is_in_tests, stage};
use crate::scan::statement::{Statement, View, Whose, before_port};

/// Settings of the port that the program listens on.
const OWN: [&str; 3] = ["server.port", "quarkus.http.port", "micronaut.server.port"];

/// Keys of the values of a chart that name a part of its only program.
const PARTS: [&str; 20] = [
    "app",
    "autoscaling",
    "config",
    "container",
    "containerPorts",
    "deployment",
    "env",
    "global",
    "ingress",
    "livenessProbe",
    "metrics",
    "ports",
    "prometheus",
    "readinessProbe",
    "server",
    "service",
    "serviceMonitor",
    "startupProbe",
    "probes",
    "image",
];

/// Keys of the values of a chart under which programs stand by name.
const LISTS: [&str; 6] = ["apps", "components", "deployments", "microservices", "services", "workloads"];

/// Keys that name the host of the port beside them.
const HOSTS: [&str; 5] = ["host", "hostname", "address", "server", "ip"];

/// Keys that name what has the port beside them.
const NAMES: [&str; 5] = ["name", "service", "servicename", "id", "app"];

/// Keys above a port that say nothing of whose it is.
const GENERIC: [&str; 12] = [
    "app",
    "application",
    "config",
    "configuration",
    "default",
    "development",
    "env",
    "listen",
    "options",
    "server",
    "service",
    "settings",
];

/// Keys above a port that say only how one listens.
const LISTENING: [&str; 5] = ["bind", "http", "listener", "rest", "socket_address"];

/// What the files are called in which a program finds its settings, and the folders that they lie in.
const OF_A_PROGRAM: [&str; 6] = ["app", "conf", "config", "configuration", "configs", "settings"];

/// What a file is that has settings.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Spring {
        is_of_a_stage: bool,
    },
    Values,
    /// What a program reads when it starts to be worked on.
    Program,
    Other,
}

impl Kind {
    fn of(file: &File<'_>) -> Option<Self> {
        let is_json = matches!(file.extension(), "json" | "jsonc" | "json5");
        if !is_json && !file.is_yaml() {
            return None;
        }
        let stem = file.name().rsplit_once('.').map_or("", |(stem, _)| stem);
        Some(match stem {
            _ if is_of_a_program(file.path, stem) => Self::Program,
            _ if is_json => Self::Other,
            "application" | "bootstrap" => {
                let is_of_tests = ["src/test/", "src/it/"].iter().any(|folder| file.path.contains(folder));
                Self::Spring { is_of_a_stage: is_of_tests }
            }
            _ if stem.starts_with("application-") || stem.starts_with("bootstrap-") => {
                Self::Spring { is_of_a_stage: true }
            }
            "values" => Self::Values,
            _ if stem.starts_with("values-") || stem.starts_with("values.") || stem.ends_with("-values") => {
                Self::Values
            }
            _ => Self::Other,
        })
    }
}

/// Whether a file is where a program finds its settings: `config.yml`, `config/default.json`.
fn is_of_a_program(path: &str, stem: &str) -> bool {
    let folder = path.rsplit('/').nth(1).unwrap_or_default();
    let is_in_folder = OF_A_PROGRAM.contains(&folder) && ["default", "development", "local"].contains(&stem);
    (OF_A_PROGRAM.contains(&stem) || is_in_folder) && stage(path) == Stage::Development && !is_in_tests(path)
}

/// Reads settings.
pub(super) fn read<'t>(file: &File<'t>) -> Option<Vec<Statement<'t>>> {
    let kind = Kind::of(file)?;
    let has = |word: &str| memchr::memmem::find(file.text.as_bytes(), word.as_bytes()).is_some();
    if !has("ort") && !has("ORT") {
        return Some(with_forms(file, Vec::new()));
    }
    let groups = if file.is_yaml() { of_yaml(file.text) } else { of_json(file)? };
    let mut found: Vec<_> = groups.iter().flat_map(|group| group.statements(kind)).collect();
    // Of several, nobody knows which one others call.
    let mut own = found.iter().filter(|one| one.whose == Whose::Own && one.is_strong).map(|one| one.port);
    if kind == Kind::Program && own.next().is_some_and(|first| own.any(|other| other != first)) {
        found = found.into_iter().map(|one| if one.whose == Whose::Own { one.weak() } else { one }).collect();
    }
    Some(with_forms(file, found))
}

/// The ports in YAML that a name or a host stands beside.
pub(super) fn named<'t>(text: &'t str) -> impl Iterator<Item = Statement<'t>> {
    of_yaml(text).into_iter().flat_map(|group| group.statements(Kind::Other))
}

impl<'t> Group<'t> {
    fn statements(&self, kind: Kind) -> Vec<Statement<'t>> {
        if self.is_of_ports() {
            return self.texts.iter().filter_map(|(key, text)| self.named(key, text)).collect();
        }
        let ports = self.texts.iter().filter(|(key, _)| is_port(key));
        ports.filter_map(|(key, text)| self.statement(kind, key, text)).chain(self.variable()).collect()
    }

    /// A number of such a mapping.
    fn named(&self, key: &str, text: &Written<'t>) -> Option<Statement<'t>> {
        let key = || Cow::Owned(key.to_owned());
        let whose = match &*self.above {
            [.., above, _] if !PARTS.contains(&&**above) && !GENERIC.contains(&&**above) => {
                Whose::VariableOf(key(), Cow::Owned(above.clone()))
            }
            _ => Whose::Variable(key()),
        };
        Some(stated(text, View::Any, whose)?.weak())
    }

    /// The number of a variable that is given as a pair: `name: PORT` or `key: PORT`, and `value: 4001`.
    fn variable(&self) -> Option<Statement<'t>> {
        let of = |wanted: &str| self.by_key.get(wanted).map(|at| &self.texts[*at].1);
        let name = ["name", "key"].iter().find_map(|key| of(key)).map(|text| &*text.value);
        let name = name.filter(|name| names_a_port(name))?;
        let whose = Whose::of_prefix(Cow::Owned(before_port(name).to_owned()));
        Some(stated(of("value")?, View::Any, whose)?.weak())
    }

    fn statement(&self, kind: Kind, key: &str, text: &Written<'t>) -> Option<Statement<'t>> {
        let prefix = key.strip_suffix("port_value").unwrap_or_else(|| &key[..key.len() - "port".len()]);
        if let Some(host) = self.beside(prefix, &HOSTS) {
            let key = prefix.trim_end_matches(['.', '_', '-']);
            let above = self.above.last().map_or("", |key| &**key);
            let name = if key.is_empty() { above } else { key };
            return match &host[default(host)] {
                "0.0.0.0" | "::" | "*" if key.is_empty() && (above.is_empty() || says_nothing(above)) => {
                    listening(if self.is_listening() { kind } else { Kind::Other }, text)
                }
                // What is called there: `product_host` and `product_port`.
                "0.0.0.0" | "::" | "*" => {
                    Some(stated(text, View::Listen, Whose::Process(Cow::Owned(name.to_owned())))?.weak())
                }
                _ => at_host(text, host, name),
            };
        }
        let way = || self.above.iter().map(|key| &**key).chain([key]).collect::<Vec<_>>().join(".");
        match kind {
            Kind::Spring { is_of_a_stage } if OWN.contains(&&*way()) => {
                let one = stated(text, View::Listen, Whose::Own)?;
                let is_of_a_stage = is_of_a_stage || self.is_of_a_stage;
                Some(if is_of_a_stage { Statement { form: Form::OfStage, ..one }.weak() } else { one })
            }
            Kind::Spring { .. } => Some(stated(text, View::Listen, Whose::Own)?.weak()),
            Kind::Values => value(&way(), text),
            Kind::Program if prefix.is_empty() && self.is_listening() && self.beside("", &NAMES).is_none() => {
                listening(kind, text)
            }
            Kind::Program | Kind::Other => {
                Some(stated(text, View::Any, Whose::Variable(Cow::Owned(self.name(prefix)?)))?.weak())
            }
        }
    }

    /// Whether the keys above say nothing but that something listens.
    fn is_listening(&self) -> bool {
        self.above.iter().all(|key| says_nothing(key))
    }

    /// The name that has a port of the key `prefix` and `port`, where that is not in the key itself.
    fn name(&self, prefix: &str) -> Option<String> {
        if !prefix.is_empty() {
            return None;
        }
        let is_name = |name: &&str| !name.is_empty() && !GENERIC.contains(&&*name.to_lowercase());
        let name = self.beside("", &NAMES).or_else(|| self.above.last().map(|key| &**key));
        name.filter(is_name).map(str::to_owned)
    }

    /// The text at one of the keys that a prefix makes with `ends`, in letters of any case.
    fn beside(&self, prefix: &str, ends: &[&str]) -> Option<&str> {
        let prefix = prefix.to_lowercase();
        let at = ends.iter().find_map(|end| self.by_key.get(&format!("{prefix}{end}")))?;
        Some(&self.texts[*at].1.value)
    }
}

/// Whether a key above a port says nothing of whose it is.
fn says_nothing(key: &str) -> bool {
    let key = key.to_lowercase();
    LISTENING.contains(&&*key) || GENERIC.contains(&&*key)
}

/// Where the program of the file listens.
fn listening<'t>(kind: Kind, text: &Written<'t>) -> Option<Statement<'t>> {
    Some(stated(text, View::Listen, Whose::Own)?.weak_unless(kind == Kind::Program))
}

/// The port of a host beside it, below the key `above`.
fn at_host<'t>(text: &Written<'t>, host: &str, above: &str) -> Option<Statement<'t>> {
    if let Some(variable) = host.strip_prefix("${").and_then(|inner| inner.strip_suffix('}'))
        && !variable.contains([':', '$'])
    {
        return Some(stated(text, View::Network, Whose::LocalOf(Cow::Owned(variable.to_owned())))?.weak());
    }
    match &host[default(host)] {
        host if url::is_local(host) => stated(text, View::Host, Whose::LocalOf(Cow::Owned(above.to_owned()))),
        host => stated(text, View::Network, Whose::Host(Cow::Owned(host.to_owned()))),
    }
}

/// A port in the values of a chart, which says nothing of itself.
fn value<'t>(way: &str, text: &Written<'t>) -> Option<Statement<'t>> {
    let keys: Vec<&str> = way.split('.').collect();
    let (key, above) = keys.split_last()?;
    if !names_a_port(key) {
        return None;
    }
    let view = match *key {
        "nodePort" => View::Node,
        "containerPort" | "targetPort" => View::Container,
        "servicePort" => View::Service,
        _ if above.last() == Some(&"service") => View::Service,
        _ => View::Any,
    };
    let owner = match above {
        [list, name, ..] if LISTS.contains(list) => Some(name),
        [name, ..] if !PARTS.contains(name) => Some(name),
        _ => None,
    };
    let whose = owner.map_or(Whose::Own, |name| Whose::Named(Cow::Owned((*name).to_owned())));
    Some(stated(text, view, whose)?.weak())
}

fn stated<'t>(text: &Written<'t>, view: View, whose: Whose<'t>) -> Option<Statement<'t>> {
    let number = text.port_in(Role::Unknown, default(&text.value))?;
    Some(Statement::new(number.port, number.digits, view, whose, Form::Setting))
}

/// The bytes of a value, or of the default of a placeholder that it is: `${PORT:4001}`.
fn default(value: &str) -> Range<usize> {
    let Some(inner) = value.strip_suffix('}').filter(|inner| inner.starts_with("${")) else { return 0..value.len() };
    let inner = inner.trim_end_matches('}');
    inner.rfind(':').map_or(0..0, |colon| colon + 1..inner.len())
}

#[cfg(test)]
mod tests;
