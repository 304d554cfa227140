//! Settings in YAML whose meaning their place gives: Spring and its like, the values of Helm charts, Envoy.
//!
//! Sources: <https://docs.spring.io/spring-boot/appendix/application-properties/>, <https://helm.sh/docs/chart_template_guide/values_files/>,
//! <https://www.envoyproxy.io/docs/envoy/latest/api-v3/config/core/v3/address.proto>.

use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::Range;

use super::{File, with_forms};
use crate::formats::yaml::tree::{Id, Tree};
use crate::formats::{Role, Written, names_a_port, url};
use crate::scan::statement::{Statement, View, Whose};

/// Settings of the port that the program listens on.
const OWN: [&str; 3] = ["server.port", "quarkus.http.port", "micronaut.server.port"];

/// Settings that say for which of several stages a document is.
const STAGES: [&str; 2] = ["spring.config.activate.on-profile", "spring.profiles"];

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

/// The most numbers of a document, through whatever aliases.
const MOST: usize = 1 << 14;

/// What a file is that has settings.
enum Kind {
    Spring { is_of_a_stage: bool },
    Values,
    Envoy,
}

impl Kind {
    fn of(file: &File<'_>) -> Option<Self> {
        if !file.is_yaml() {
            return None;
        }
        let stem = file.name().rsplit_once('.').map_or("", |(stem, _)| stem);
        match stem {
            "application" | "bootstrap" => Some(Self::Spring { is_of_a_stage: false }),
            _ if stem.starts_with("application-") || stem.starts_with("bootstrap-") => {
                Some(Self::Spring { is_of_a_stage: true })
            }
            "values" => Some(Self::Values),
            _ if stem.starts_with("values-") || stem.starts_with("values.") || stem.ends_with("-values") => {
                Some(Self::Values)
            }
            _ => file.text.contains("port_value:").then_some(Self::Envoy),
        }
    }
}

/// Reads settings.
pub(super) fn read<'t>(file: &File<'t>) -> Option<Vec<Statement<'t>>> {
    let kind = Kind::of(file)?;
    let tree = Tree::read(file.text);
    let mut found = Vec::new();
    for document in &tree.documents {
        let all = Settings::read(&tree, *document);
        for (way, text) in &all.ordered {
            found.extend(match kind {
                Kind::Spring { is_of_a_stage } => all.of_spring(way, text, is_of_a_stage),
                Kind::Values => value(way, text),
                Kind::Envoy => all.of_envoy(way, text),
            });
        }
    }
    Some(with_forms(file, found))
}

/// The texts of a document by the keys on the way to them: `server.port`.
struct Settings<'s, 't> {
    ordered: Vec<(String, &'s Written<'t>)>,
    by_way: HashMap<String, &'s Written<'t>>,
}

impl<'s, 't> Settings<'s, 't> {
    fn read(tree: &'s Tree<'t>, document: Id) -> Self {
        let (mut ordered, mut by_way) = (Vec::new(), HashMap::new());
        tree.scalars(document, &mut |keys, text| {
            let way = keys.join(".");
            // The number, or what may stand beside it.
            if ordered.len() < MOST && ["port", "Port", "port_value"].iter().any(|end| way.ends_with(end)) {
                ordered.push((way, text));
            } else if ["host", "hostname", "address", "profile", "profiles"].iter().any(|end| way.ends_with(end)) {
                by_way.insert(way, text);
            }
        });
        Self { ordered, by_way }
    }

    fn of_spring(&self, way: &str, text: &Written<'t>, is_of_a_stage: bool) -> Option<Statement<'t>> {
        if OWN.contains(&way) {
            let is_of_a_stage = is_of_a_stage || STAGES.iter().any(|way| self.by_way.contains_key(*way));
            return Some(stated(text, View::Listen, Whose::Own)?.weak_unless(!is_of_a_stage));
        }
        let (above, key) = way.rsplit_once('.')?;
        let host = ["host", "hostname", "address"].iter().find_map(|key| self.by_way.get(&format!("{above}.{key}")));
        match host.filter(|_| key == "port") {
            Some(host) => at_host(text, &host.value[default(&host.value)]),
            None => names_a_port(key).then(|| stated(text, View::Listen, Whose::Own)).flatten().map(Statement::weak),
        }
    }

    fn of_envoy(&self, way: &str, text: &Written<'t>) -> Option<Statement<'t>> {
        let above = way.strip_suffix("port_value")?;
        at_host(text, &self.by_way.get(&format!("{above}address"))?.value)
    }
}

/// The port of a host beside it.
fn at_host<'t>(text: &Written<'t>, host: &str) -> Option<Statement<'t>> {
    match host {
        "0.0.0.0" | "::" => Some(stated(text, View::Listen, Whose::Own)?.weak()),
        host if url::is_local(host) => stated(text, View::Host, Whose::Local),
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
    Some(Statement::new(number.port, number.digits, view, whose, "setting"))
}

/// The bytes of a value, or of the default of a placeholder that it is: `${PORT:4001}`.
fn default(value: &str) -> Range<usize> {
    let Some(inner) = value.strip_suffix('}').filter(|inner| inner.starts_with("${")) else { return 0..value.len() };
    let inner = inner.trim_end_matches('}');
    inner.rfind(':').map_or(0..0, |colon| colon + 1..inner.len())
}

#[cfg(test)]
mod tests {
    use crate::scan::readers::tests::said;

    #[test]
    fn places_give_settings_their_meaning() {
        for (path, text, wanted) in [
            ("application.yml", "server:\n  port: 4001\n", "l4001 own"),
            (
                "application.yml",
                "server: {port: \"${PORT:4001}\"}\nspring: {redis: {host: redis, port: 6379, timeout: 3000}}\n",
                "l4001 own, w6379 @redis",
            ),
            (
                "application.yml",
                "management.server: {port: 9090}\ndb: {host: '${DB_HOST:localhost}', port: '${DB_PORT:5432}'}\n",
                "l9090 own?, h5432 local",
            ),
            ("application-prod.yml", "server.port: 80\n", "l80 own?"),
            (
                "application.yaml",
                "server: {port: 1}\n---\nspring: {config: {activate: {on-profile: test}}}\nserver: {port: 4009}\n",
                "l1 own, l4009 own?",
            ),
            ("application.yml", "server: {port: '${PORT}'}\nurl: http://auth:4001/x\n", "w4001 @auth"),
            (
                "chart/values.yaml",
                "service: {port: 4001, targetPort: 3000, nodePort: 30001}\ncontainerPort: 3000\nreplicas: 3000\n",
                "s4001 own?, c3000 own?, n30001 own?, c3000 own?",
            ),
            (
                "chart/values-dev.yaml",
                "auth: {service: {port: 4001}}\nservices: {web: {port: 4002}}\n",
                "s4001 auth?, a4002 web?",
            ),
            (
                "envoy.yaml",
                "a: {address: {socket_address: {address: auth, port_value: 4001}}}\nb: {socket_address: {address: 0.0.0.0, port_value: 8080}}\n",
                "w4001 @auth, l8080 own?",
            ),
        ] {
            assert_eq!(said("settings", path, text), wanted, "{text}");
        }
    }
}
