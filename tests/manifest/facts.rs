//! No key of a service or of a port is forgotten by what tells of them: `review`, `show` and templates.

use minijinja::{Environment, Value};
use portgen::allocation::Allocation;
use portgen::allocation::facts;
use portgen::diagnostic::Source;
use portgen::manifest::keys;
use portgen::manifest::validate::validate;
use portgen::review::{Side, review};
use portgen::templates::context::{Context, Root, Subject};
use serde_json::Value as Json;

use crate::sandbox::Sandbox;

/// Two ways to write a service that differ in one key, and what a template asks for to see the difference.
struct Case {
    key: &'static str,
    was: &'static str,
    is: &'static str,
    asks: &'static str,
}

const fn case(key: &'static str, was: &'static str, is: &'static str, asks: &'static str) -> Case {
    Case { key, was, is, asks }
}

const SERVICE: [Case; 15] = [
    case("title", "title = 'A'\nport = 4000", "title = 'B'\nport = 4000", "service.title"),
    case("description", "port = 4000", "description = 'A'\nport = 4000", "service.description"),
    case("group", "group = 'a'\nport = 4000", "group = 'b'\nport = 4000", "service.group.id"),
    case("port", "port = 4000", "port = 4001", "service.bindings[0].host"),
    case("ports", "ports = { a = 4000, b = 4001 }", "ports = { a = 4000, b = 4002 }", "service.bindings[1].host"),
    case(
        "main",
        "ports = { a = 4000, b = 4001 }",
        "ports = { a = 4000, b = 4001 }\nmain = 'b'",
        "service.bindings[1].variable",
    ),
    case("environment", "port = 4000", "port = 4000\nenvironment = 'all'", "service.environment | items | join"),
    case("aliases", "port = 4000", "port = 4000\naliases = ['site', 'portal']", "service.aliases | join"),
    case("dir", "port = 4000", "dir = 'apps/web'\nport = 4000", "service.dir"),
    case("package", "port = 4000", "port = 4000\npackage = 'web/package.json'", "service.package"),
    case(
        "scripts",
        "port = 4000\npackage = 'web/package.json'\nscripts = ['dev']",
        "port = 4000\npackage = 'web/package.json'\nscripts = ['start']",
        "none",
    ),
    case(
        "depends-on",
        "port = 4000\ndepends-on = ['db']",
        "port = 4000\ndepends-on = ['cache']",
        "service.depends_on | map(attribute = 'id') | join",
    ),
    case("out-of-range", "port = 9000\nout-of-range = 'A'", "port = 9000\nout-of-range = 'B'", "service.exception"),
    case(
        "compose",
        "port = 4000\ncompose = { image = 'a' }",
        "port = 4000\ncompose = { build = 'a' }",
        "service.compose | items | join",
    ),
    case(
        "kubernetes",
        "port = 4000\nkubernetes = { type = 'NodePort', node-port = 30080 }",
        "port = 4000\nkubernetes = { type = 'NodePort', node-port = 30081 }",
        "service.bindings[0].node_port",
    ),
];

const PORT: [Case; 8] = [
    case(
        "name",
        "port = { name = 'a', host = 4000 }",
        "port = { name = 'b', host = 4000 }",
        "service.bindings[0].name",
    ),
    case(
        "host",
        "port = { host = 4000, container = 80, service = 80 }",
        "port = { host = 4001, container = 80, service = 80 }",
        "service.bindings[0].host",
    ),
    case("container", "port = 4000", "port = { host = 4000, container = 80 }", "service.bindings[0].container"),
    case("service", "port = 4000", "port = { host = 4000, service = 80 }", "service.bindings[0].service"),
    case(
        "protocol",
        "port = { name = 'a', host = 4000 }",
        "port = { name = 'a', host = 4000, protocol = 'udp' }",
        "service.bindings[0].protocol",
    ),
    case(
        "app-protocol",
        "port = 4000",
        "port = { name = 'http', host = 4000, app-protocol = 'grpc' }",
        "service.bindings[0].app_protocol or 'none'",
    ),
    case("expose", "port = 4000", "port = { host = 4000, expose = 'all' }", "service.bindings[0].expose"),
    case(
        "published",
        "port = 4000",
        "port = { host = 4000, published = '${WEB_PORT:-4000}' }",
        "service.bindings[0].published_as or 'none'",
    ),
];

/// What only package.json files show: `show` and templates do not tell of it.
const OF_FILES_ALONE: [&str; 1] = ["scripts"];

fn ports_toml(service: &str) -> String {
    let head = "version = 1\nplatform = { name = 'A', id = 'a' }\nlints = { missing-package = 'allow' }\n\
        [ranges]\nall = { ports = '4000-4999', purpose = 'everything' }\n[groups]\na = {}\nb = {}\n";
    format!("{head}[services.web]\n{service}\n[services.db]\nport = 4998\n[services.cache]\nport = 4999\n")
}

fn allocation(text: &str) -> Allocation {
    let validated = validate(&Source::new("ports.toml", text));
    assert!(validated.diagnostics.is_empty(), "{text}\n{:?}", validated.diagnostics);
    validated.allocation.unwrap()
}

fn answer(allocation: Allocation, question: &str) -> String {
    let root = Root::new(Context::leak(allocation), Subject::Service(0), None);
    let environment = Environment::new();
    environment.compile_expression(question).unwrap().eval(Value::from_object(root)).unwrap().to_string()
}

fn show(text: &str, format: &str) -> String {
    let sandbox = Sandbox::new();
    sandbox.put("ports.toml", text);
    let output = sandbox.portgen(["show", "web", "--format", format]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// The service and its ports, without the addresses that follow from them.
fn shown(text: &str) -> String {
    show(text, "text").split("\n\n").take(2).collect()
}

/// As [`shown`], as JSON.
fn shown_json(text: &str) -> Json {
    let mut service = serde_json::from_str::<Json>(&show(text, "json")).unwrap()["service"].take();
    for binding in service["bindings"].as_array_mut().unwrap() {
        assert!(binding["addresses"].take().is_object());
    }
    service
}

fn is_seen(key: &str, cases: &[Case]) {
    let case = cases.iter().find(|case| case.key == key).unwrap_or_else(|| panic!("add a case of `{key}`"));
    let [was, is] = [case.was, case.is].map(ports_toml);
    let [before, after] = [&was, &is].map(|text| allocation(text));
    let side = |allocation| Side { allocation, templates: &[] };
    assert_ne!(review(side(&before), side(&after)), [], "`review` says nothing of `{key}`");
    if OF_FILES_ALONE.contains(&key) {
        return;
    }
    assert_ne!(shown(&was), shown(&is), "`show` does not tell of `{key}`");
    assert_ne!(shown_json(&was), shown_json(&is), "`show --format json` does not tell of `{key}`");
    assert_ne!(answer(before, case.asks), answer(after, case.asks), "templates do not see `{key}`");
}

#[test]
fn every_key_of_a_service_is_seen() {
    keys::SERVICE.iter().for_each(|key| is_seen(key, &SERVICE));
}

#[test]
fn every_key_of_a_port_is_seen() {
    keys::PORT.iter().for_each(|key| is_seen(key, &PORT));
}

/// Going through a service or a port in a template shows every fact, and whatever it shows can be asked for.
#[test]
fn templates_can_ask_for_all_that_is_listed() {
    let context = Context::leak(allocation(&ports_toml("port = 4000")));
    let environment = Environment::new();
    let root = Value::from_object(Root::new(context, Subject::Binding(0, 0), None));
    let listed = |object: &str| -> Vec<String> {
        let names = root.get_attr(object).unwrap().try_iter().unwrap();
        names.map(|name| name.to_string()).collect()
    };
    let of_tables = [
        ("service", facts::SERVICE.iter().filter_map(|field| field.template).collect::<Vec<_>>()),
        ("binding", facts::BINDING.iter().filter_map(|field| field.template).collect()),
    ];
    for (object, names) in of_tables {
        let listed = listed(object);
        for name in names {
            assert!(listed.iter().any(|listed| listed == name), "{object}.{name} is not listed");
        }
        for name in listed {
            let question = format!("{object}.{name} is defined");
            let answer = environment.compile_expression(&question).unwrap().eval(&root).unwrap();
            assert!(answer.is_true(), "{object}.{name} is undefined");
        }
    }
}
