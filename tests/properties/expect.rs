//! What the outputs of an allocation have to say, worked out from the test's own model and read with other parsers than
//! portgen's.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::document;
use super::generate::variable;
use super::model::{Binding, Model, Service};
use crate::expect::assert_holds;

/// What one file has to say.
type Check<'m> = Box<dyn Fn(&str) + 'm>;

/// Every file that `model` makes is there and right, and no other.
pub(super) fn outputs(model: &Model, files: &BTreeMap<String, String>) {
    let mut expected = of_platform(model);
    model.services.iter().for_each(|service| expected.extend(of_service(model, service)));
    let lock = format!("{}/portgen.lock", model.outputs.directory);
    let owned: BTreeSet<String> = expected.iter().map(|(path, _)| path.clone()).collect();
    assert_eq!(owned.len(), expected.len());
    let found: BTreeSet<String> = files.keys().filter(|path| **path != lock).cloned().collect();
    let checked = "`of_platform` or `of_service` of tests/properties/expect.rs";
    assert_holds(checked, &owned, &found);
    expected.iter().for_each(|(path, check)| check(&files[path]));
    let lines = files[&lock].lines().filter(|line| !line.starts_with('#'));
    let listed: Vec<&str> = lines.filter_map(|line| line.split_once("  ")).map(|(_, path)| path).collect();
    assert_eq!(listed, owned.iter().collect::<Vec<_>>());
}

fn of_platform(model: &Model) -> Vec<(String, Check<'_>)> {
    let compose_path = placed(model, "docker-compose.yml", "docker-compose.yml", "");
    let path = compose_path.clone().unwrap_or_default();
    let all: BTreeMap<String, String> = model.services.iter().flat_map(addresses).collect();
    let over = model.outputs.enable.then(|| "compose.ports.yml".to_owned());
    let rows: [(_, Check<'_>); 6] = [
        (over, Box::new(|text| compose_ports(model, text))),
        (compose_path, Box::new(move |text| compose(model, &path, &yaml(text)))),
        (placed(model, "PORT_ALLOCATION.md", "PORT_ALLOCATION.md", ""), Box::new(|text| document::check(model, text))),
        (placed(model, "env/platform.env", "env/.env", ""), Box::new(move |text| assert_eq!(dotenv(text), all))),
        (
            placed(model, "k8s/kustomization.yaml", "k8s/kustomization.yaml", ""),
            Box::new(|text| kustomization(model, &yaml(text))),
        ),
        (placed(model, "k8s/namespace.yaml", "k8s/namespace.yaml", ""), Box::new(|text| namespace(model, &yaml(text)))),
    ];
    rows.into_iter().filter_map(|(path, check)| Some((path?, check))).collect()
}

fn of_service<'m>(model: &'m Model, service: &'m Service) -> Vec<(String, Check<'m>)> {
    let (id, ports) = (service.id(), !service.bindings.is_empty());
    let single = service.single().next().is_some();
    let place = |template: &str, path: String, when: bool| placed(model, template, &path, id).filter(|_| when);
    let package = |text: &str| package_json(service, &serde_json::from_str(text).unwrap());
    let rows: [(_, Check<'_>); 3] = [
        (
            place("k8s/service.yaml", format!("k8s/{id}.yaml"), single),
            Box::new(|text| kubernetes(service, &yaml(text))),
        ),
        (
            place("env/service.env", format!("env/{id}.env"), ports || !service.depends_on.is_empty()),
            Box::new(|text| assert_eq!(dotenv(text), own_variables(model, service))),
        ),
        (
            place("package-json/service.json", format!("package-json/{id}.json"), ports && service.package.is_some()),
            Box::new(package),
        ),
    ];
    rows.into_iter().filter_map(|(path, check)| Some((path?, check))).collect()
}

/// Where the output of a template goes; none where it is switched off.
fn placed(model: &Model, template: &str, path: &str, id: &str) -> Option<String> {
    let within = |off: &str| template == off || template.starts_with(&format!("{off}/"));
    if model.outputs.disable.iter().any(|off| within(off)) {
        return None;
    }
    let moved = model.outputs.paths.iter().find(|(name, _)| *name == template);
    Some(match moved {
        Some((_, path)) => path.replace("{{ service.id }}", id),
        None => format!("{}/{path}", model.outputs.directory),
    })
}

/// A YAML file as plain data.
fn yaml(text: &str) -> Value {
    let read: serde_yaml::Value = serde_yaml::from_str(text).unwrap_or_else(|error| panic!("{error}\n{text}"));
    serde_json::to_value(read).unwrap()
}

fn dotenv(text: &str) -> BTreeMap<String, String> {
    let lines: Vec<&str> = text.lines().filter(|line| !line.starts_with('#')).collect();
    let variables: BTreeMap<String, String> = lines
        .iter()
        .map(|line| line.split_once('=').unwrap())
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
    assert_eq!(variables.len(), lines.len(), "a name stands twice:\n{text}");
    variables
}

/// The variables of a binding whose ports start with `first`: `PORT` or `<SERVICE>_<BINDING>_PORT`, or those of both ends of a range.
fn own_ports(service: &Service, at: usize, first: u16) -> Vec<(String, String)> {
    let binding = &service.bindings[at];
    if Some(at) == main(service) {
        vec![("PORT".to_owned(), first.to_string())]
    } else {
        ports(service, binding, first)
    }
}

fn ports(service: &Service, binding: &Binding, first: u16) -> Vec<(String, String)> {
    let name = variable(service, binding);
    if !binding.is_range() {
        return vec![(format!("{name}_PORT"), first.to_string())];
    }
    let last = first + binding.more;
    vec![(format!("{name}_MIN_PORT"), first.to_string()), (format!("{name}_MAX_PORT"), last.to_string())]
}

/// The first binding of TCP that is published, else the first; no range is one.
fn main(service: &Service) -> Option<usize> {
    let all = || service.bindings.iter().enumerate().filter(|(_, one)| !one.is_range());
    let tcp = all().find(|(_, one)| one.protocol() == "tcp" && one.published());
    tcp.or_else(|| all().next()).map(|(at, _)| at)
}

fn scheme(binding: &Binding) -> Option<&'static str> {
    if binding.is_range() {
        return None;
    }
    match (binding.protocol(), binding.app_protocol) {
        ("tcp", None | Some("http" | "kubernetes.io/h2c")) => Some("http"),
        ("tcp", Some(known @ ("https" | "postgresql"))) => Some(known),
        _ => None,
    }
}

/// The ports and URLs of a service as seen from the host.
fn addresses(service: &Service) -> impl Iterator<Item = (String, String)> {
    service.bindings.iter().filter(|binding| binding.published()).flat_map(|binding| {
        let name = variable(service, binding);
        let url =
            scheme(binding).map(|scheme| (format!("{name}_URL"), format!("{scheme}://localhost:{}", binding.host)));
        ports(service, binding, binding.host).into_iter().chain(url)
    })
}

fn own_variables(model: &Model, service: &Service) -> BTreeMap<String, String> {
    let own = service.bindings.iter().enumerate().flat_map(|(at, one)| own_ports(service, at, one.host));
    own.chain(service.depends_on.iter().flat_map(|needed| addresses(&model.services[*needed]))).collect()
}

fn package_json(service: &Service, file: &Value) {
    let main = main(service);
    let mut config = serde_json::Map::new();
    for (at, one) in service.bindings.iter().enumerate() {
        if one.is_range() {
            config.insert(format!("{}-min-port", one.name), json!(one.host.to_string()));
            config.insert(format!("{}-max-port", one.name), json!((one.host + one.more).to_string()));
        } else {
            let key = if Some(at) == main { "port".to_owned() } else { format!("{}-port", one.name) };
            config.insert(key, json!(one.host.to_string()));
        }
    }
    assert_eq!(file, &json!({ "config": config }));
}

fn kubernetes(service: &Service, file: &Value) {
    let ports: Vec<Value> = service
        .single()
        .map(|one| {
            let port = one.service.unwrap_or(one.host);
            let mut entry = json!({ "name": one.name, "port": port, "targetPort": one.name, "protocol": one.protocol().to_uppercase() });
            if let Some(app_protocol) = one.app_protocol {
                entry["appProtocol"] = json!(app_protocol);
            }
            entry
        })
        .collect();
    assert_eq!((&file["kind"], &file["apiVersion"]), (&json!("Service"), &json!("v1")));
    assert_eq!(file["metadata"]["name"], service.id());
    assert_eq!(file["spec"]["ports"], json!(ports));
    assert_eq!(file["spec"]["selector"], json!({ "app.kubernetes.io/name": service.id() }));
}

fn kustomization(model: &Model, file: &Value) {
    let services = model.services.iter().filter(|service| service.single().next().is_some());
    let files =
        ["namespace.yaml".to_owned()].into_iter().chain(services.map(|service| format!("{}.yaml", service.id())));
    assert_eq!(file["resources"], json!(files.collect::<Vec<_>>()));
    assert_eq!(file["namespace"], *model.id);
}

fn namespace(model: &Model, file: &Value) {
    assert_eq!((&file["kind"], &file["metadata"]["name"]), (&json!("Namespace"), &json!(model.id)));
}

fn compose(model: &Model, path: &str, file: &Value) {
    assert_eq!(file["name"], *model.id);
    let running: Vec<&Service> = model.services.iter().filter(|service| service.runs()).collect();
    let ids: Vec<&str> = running.iter().map(|service| service.id()).collect();
    let found = file["services"].as_object();
    assert_eq!(found.map(|map| map.keys().map(String::as_str).collect::<Vec<_>>()).unwrap_or_default(), ids);
    for service in running {
        let mut stated = file["services"][service.id()].as_object().unwrap().clone();
        let mut expected: serde_json::Map<String, Value> = service.compose.iter().cloned().collect();
        TEXTS.iter().for_each(|path| set_nulls(&mut expected, path));
        let environment = environment(model, service, expected.remove("environment"));
        assert_eq!(stated.remove("environment").unwrap_or(json!({})), Value::Object(environment), "{}", service.id());
        let up = "../".repeat(path.matches('/').count());
        let dir = service.dir.as_ref().map(|dir| if up.is_empty() { format!("./{dir}") } else { up + dir });
        let dir = dir.map(|dir| json!(dir.replace('$', "$$")));
        if !expected.contains_key("image") && !expected.contains_key("build") {
            expected.insert("image".to_owned(), json!(format!("{}/{}", model.id, service.id())));
            expected.extend(dir.map(|dir| ("build".to_owned(), dir)));
        } else if let (Some(Value::Object(build)), Some(dir)) = (expected.get_mut("build"), dir) {
            build.insert("context".to_owned(), dir);
        }
        let needed = service.depends_on.iter().map(|needed| &model.services[*needed]).filter(|one| one.runs());
        let needed: Vec<&str> = needed.map(Service::id).collect();
        expected.extend((!needed.is_empty()).then(|| ("depends_on".to_owned(), json!(needed))));
        for (key, published) in [("ports", true), ("expose", false)] {
            let entries = service.bindings.iter().filter(|binding| binding.published() == published);
            let entries: Vec<String> = entries.map(|binding| mapping(model, service, binding)).collect();
            expected.extend((!entries.is_empty()).then(|| (key.to_owned(), json!(entries))));
        }
        assert_eq!(Value::Object(stated), Value::Object(expected), "{}", service.id());
    }
}

/// Where Compose takes a text or nothing by each key.
const TEXTS: [&[&str]; 7] = [
    &["annotations"],
    &["build", "args"],
    &["build", "labels"],
    &["deploy", "labels"],
    &["labels"],
    &["logging", "options"],
    &["sysctls"],
];

/// TOML has no null: there an empty table is one.
fn set_nulls(keys: &mut serde_json::Map<String, Value>, path: &[&str]) {
    let Some(Value::Object(found)) = keys.get_mut(path[0]) else { return };
    match path {
        [_] => found.values_mut().filter(|value| **value == json!({})).for_each(|value| *value = Value::Null),
        _ => set_nulls(found, &path[1..]),
    }
}

/// The published ports of each service with a port, and nothing else. Every list replaces the one below it.
fn compose_ports(model: &Model, text: &str) {
    let with_ports = model.services.iter().filter(|service| !service.bindings.is_empty());
    let expected: serde_json::Map<String, Value> = with_ports
        .map(|service| {
            let published = service.bindings.iter().filter(|binding| binding.published());
            (
                service.id().to_owned(),
                json!({ "ports": published.map(|binding| mapping(model, service, binding)).collect::<Vec<_>>() }),
            )
        })
        .collect();
    assert_eq!(text.matches(": !override\n").count() + text.matches(": !override []\n").count(), expected.len());
    assert_eq!(yaml(&text.replace("!override", "")), json!({ "services": expected }));
}

fn mapping(model: &Model, service: &Service, binding: &Binding) -> String {
    let [mut host, container] = [binding.host, binding.container()].map(|first| binding.from(first));
    if model.outputs.variables && !binding.is_range() {
        host = format!("${{{}_PORT:-{host}}}", variable(service, binding));
    }
    let ports = match binding.expose {
        None | Some("loopback") => format!("127.0.0.1:{host}:{container}"),
        Some("all") => format!("{host}:{container}"),
        _ => container,
    };
    if binding.protocol() == "tcp" { ports } else { format!("{ports}/{}", binding.protocol()) }
}

/// What the allocation says, less what the Compose keys say themselves.
fn environment(model: &Model, service: &Service, own: Option<Value>) -> serde_json::Map<String, Value> {
    let ports = service
        .bindings
        .iter()
        .enumerate()
        .flat_map(|(at, one)| own_ports(service, at, one.container()))
        .map(|(name, port)| (name, json!(port)));
    let is_built_here = service.dir.is_some() || service.compose.iter().any(|(key, _)| key == "build");
    let mut all: serde_json::Map<String, Value> = ports.filter(|_| is_built_here).collect();
    for needed in service.depends_on.iter().map(|needed| &model.services[*needed]).filter(|_| is_built_here) {
        for binding in &needed.bindings {
            let (name, id, port) = (variable(needed, binding), needed.id(), binding.container());
            all.extend(match scheme(binding) {
                Some(scheme) => vec![(format!("{name}_URL"), json!(format!("{scheme}://{id}:{port}")))],
                None => {
                    let host = (format!("{name}_HOST"), json!(id));
                    let ports = self::ports(needed, binding, port).into_iter().map(|(name, port)| (name, json!(port)));
                    [host].into_iter().chain(ports).collect()
                }
            });
        }
    }
    match own {
        Some(Value::Array(list)) => {
            for entry in list.iter().filter_map(Value::as_str) {
                match entry.split_once('=') {
                    Some((name, value)) => all.insert(name.to_owned(), json!(value)),
                    // Without a value it stands for what portgen knows, or else for the caller's environment.
                    None => Some(all.entry(entry).or_insert(Value::Null).clone()),
                };
            }
        }
        Some(Value::Object(map)) => all.extend(map),
        _ => {}
    }
    all
}
