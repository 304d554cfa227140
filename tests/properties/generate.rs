//! Random allocations that portgen has to take: what only a fixed lint refuses is put right.

use std::collections::{HashMap, HashSet};

use portgen::diagnostic::is_hidden;
use proptest::collection::vec;
use proptest::option::of;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use serde_json::{Value, json};

use super::model::{Binding, Group, IDS, Model, Outputs, Service};
use crate::traps::TRAPS;

const KEYS: &[&str] =
    &["image", "command", "labels", "healthcheck", "no", "1e3", "a: b", "<<", "# x", "🦀", "build", "x-é"];
const BINDING_NAMES: &[&str] = &["http", "x", "port", "metrics", "h2", "a", "y-z"];
const APP_PROTOCOLS: &[&str] =
    &["http", "https", "tcp", "postgresql", "kubernetes.io/h2c", "3com-tsmux", "example.com/Own_1"];
const DIRS: &[&str] = &["services/a", "apps/b c", "é", "no", "a/b/c/$(id)", "#x"];
const TEMPLATES: &[&str] =
    &["docker-compose.yml", "k8s", "env", "env/service.env", "env/platform.env", "package-json", "PORT_ALLOCATION.md"];
const PATHS: &[(&str, &str)] = &[
    ("PORT_ALLOCATION.md", "docs/PORTS.md"),
    ("docker-compose.yml", "compose.yaml"),
    ("env/service.env", "services/{{ service.id }}/.env"),
    ("package-json/service.json", "docs/{{ service.id }}.json"),
];

/// One line for people.
fn text() -> impl Strategy<Value = String> {
    let any = prop_oneof![4 => select(TRAPS).prop_map(str::to_owned), 1 => any::<String>(), 2 => "[ -~]{1,30}"];
    any.prop_filter_map("nothing hidden, not blank", |text| {
        let text: String = text.chars().filter(|c| !is_hidden(*c)).collect();
        (!text.trim().is_empty()).then_some(text)
    })
}

/// What Compose keys may have; nothing in it reads like an address.
fn data() -> impl Strategy<Value = String> {
    let lines = (text(), select(&["", "\n", "\n\n", "\t"][..]), text()).prop_map(|(a, between, b)| a + between + &b);
    prop_oneof![Just(String::new()), text(), lines].prop_map(|text| text.replace("://", ":/"))
}

fn scalar() -> impl Strategy<Value = Value> {
    prop_oneof![
        4 => data().prop_map(Value::from),
        1 => any::<bool>().prop_map(Value::from),
        1 => any::<i64>().prop_map(Value::from),
        1 => proptest::num::f64::NORMAL.prop_map(Value::from),
    ]
}

fn nested() -> impl Strategy<Value = Value> {
    scalar().prop_recursive(4, 16, 3, |inner| {
        let key = prop_oneof![select(KEYS).prop_map(str::to_owned), text()];
        prop_oneof![
            vec(inner.clone(), 0..3).prop_map(Value::from),
            vec((key, inner), 0..3).prop_map(|entries| Value::Object(entries.into_iter().collect())),
        ]
    })
}

fn environment() -> impl Strategy<Value = Value> {
    let names = || subsequence(vec!["MODE", "DEBUG", "A_URL", "API_URL"], 0..4);
    let map = (names(), vec(scalar(), 4))
        .prop_map(|(names, values)| Value::Object(names.into_iter().map(str::to_owned).zip(values).collect()));
    let list = (names(), vec(of(data()), 4)).prop_map(|(names, values)| {
        let entry =
            |(name, value): (&str, Option<String>)| value.map_or(name.to_owned(), |value| format!("{name}={value}"));
        names.into_iter().zip(values).map(entry).map(Value::from).collect()
    });
    prop_oneof![map, list]
}

fn binding() -> impl Strategy<Value = Binding> {
    let port = || prop_oneof![3 => 3000_u16..3020, 1 => 1_u16..60_000];
    let words = (
        of(select(&["tcp", "udp", "sctp"][..])),
        of(select(APP_PROTOCOLS)),
        of(select(&["loopback", "all", "none"][..])),
    );
    let more = prop_oneof![5 => Just(0_u16), 1 => 1_u16..40];
    let numbers = (port(), more, of(port()), of(port()));
    (numbers, words).prop_map(|((host, more, container, service), (protocol, app_protocol, expose))| {
        let service = service.filter(|_| more == 0);
        Binding { name: "http".to_owned(), host, more, container, service, protocol, app_protocol, expose }
    })
}

fn service() -> impl Strategy<Value = Service> {
    let bindings = (vec(binding(), 0..4), subsequence(BINDING_NAMES, BINDING_NAMES.len()).prop_shuffle());
    let bindings = bindings.prop_map(|(mut bindings, names)| {
        bindings.iter_mut().zip(names).for_each(|(binding, name)| binding.name = name.to_owned());
        bindings
    });
    let keys = (subsequence(KEYS, 0..3), vec(nested(), 3), of(environment()));
    let compose = keys.prop_map(|(keys, values, environment)| {
        let mut compose: Vec<_> = keys.into_iter().map(str::to_owned).zip(values).collect();
        for (key, value) in &mut compose {
            // As a string it is a path, which is written for where the file lies.
            if key == "build" {
                *value = json!({ "target": value });
            }
        }
        compose.extend(environment.map(|environment| ("environment".to_owned(), environment)));
        compose
    });
    let texts = (of(text()), of(text()), of(text()), of(select(DIRS)), of(any::<bool>()));
    let names = (of(0_usize..3), vec(0_usize..IDS.len(), 0..4));
    (texts, names, bindings, compose).prop_map(|(texts, (group, depends_on), bindings, compose)| {
        let (title, description, exception, dir, package) = texts;
        let dir = dir.map(str::to_owned);
        Service { id: 0, title, description, exception, dir, package, group, bindings, depends_on, compose }
    })
}

fn outputs() -> impl Strategy<Value = Outputs> {
    let directory = select(&["generated", "generated", "out/ports", "deploy"][..]);
    (directory, subsequence(TEMPLATES, 0..3), any::<[bool; 2]>(), subsequence(PATHS, 0..PATHS.len())).prop_map(
        |(directory, disable, [enable, variables], paths)| {
            let off = |name: &str| disable.iter().any(|off| name == *off || name.starts_with(&format!("{off}/")));
            let paths = paths.into_iter().filter(|(name, _)| !off(name)).collect();
            Outputs { directory, paths, enable, variables, disable }
        },
    )
}

/// Any allocation.
pub(super) fn models() -> impl Strategy<Value = Model> {
    let range = (1_u16..60_000, 0_u16..2_000, text()).prop_map(|(first, more, purpose)| (first, first + more, purpose));
    let label = prop_oneof![text(), Just("Port".to_owned())];
    let group = (of(text()), of(label), subsequence(vec![0, 1, 2], 0..4)).prop_map(|(title, label, ranges)| Group {
        title,
        label,
        ranges,
    });
    let ids = subsequence((0..IDS.len()).collect::<Vec<_>>(), 0..=8).prop_shuffle();
    let services = (ids, vec(service(), 8));
    let frame = (text(), select(&["p", "unified-health", "no", "1e3", "22"][..]), outputs());
    (frame, vec(range, 0..4), vec(group, 3), services, vec((1_u16.., text()), 0..3)).prop_map(
        |((name, id, outputs), ranges, mut groups, (ids, services), withheld)| {
            groups.iter_mut().for_each(|group| group.ranges.retain(|range| *range < ranges.len()));
            let services = ids.into_iter().zip(services).map(|(id, service)| Service { id, ..service }).collect();
            Model { name, id: id.to_owned(), ranges, groups, services: sound(services), withheld, outputs }
        },
    )
}

/// No host port twice, no Service port of one service twice, no environment variable twice, and no circle of dependencies: who has the lower id is needed.
fn sound(mut services: Vec<Service>) -> Vec<Service> {
    let mut variables = HashSet::new();
    services.retain(|service| {
        let own: Vec<String> = service.bindings.iter().map(|binding| variable(service, binding)).collect();
        let free = own.iter().all(|name| !variables.contains(name));
        variables.extend(own.into_iter().filter(|_| free));
        free
    });
    let at: HashMap<usize, usize> = services.iter().enumerate().map(|(index, service)| (service.id, index)).collect();
    let mut hosts = HashSet::new();
    for service in &mut services {
        for binding in service.bindings.iter_mut().filter(|binding| binding.published()) {
            let (more, protocol) = (binding.more, binding.protocol());
            let numbers = |first: u16| (first..=first + more).map(move |number| (number, protocol));
            while numbers(binding.host).any(|number| hosts.contains(&number)) {
                binding.host += 1;
            }
            hosts.extend(numbers(binding.host));
        }
        let mut ports = HashSet::new();
        for binding in service.bindings.iter_mut().filter(|binding| !binding.is_range()) {
            while !ports.insert((binding.service.unwrap_or(binding.host), binding.protocol())) {
                binding.service = Some(binding.service.unwrap_or(binding.host) + 1);
            }
        }
        if service.single().next().is_none() && !service.bindings.is_empty() {
            service.package = None;
        }
        let mut seen = HashSet::new();
        service.depends_on.retain(|id| *id < service.id && at.contains_key(id) && seen.insert(*id));
        service.depends_on.iter_mut().for_each(|id| *id = at[id]);
    }
    services
}

/// The environment name of a binding, before `_PORT`.
pub(super) fn variable(service: &Service, binding: &Binding) -> String {
    let name = if service.bindings.len() == 1 {
        service.id().to_owned()
    } else {
        format!("{}-{}", service.id(), binding.name)
    };
    name.to_uppercase().replace('-', "_")
}
