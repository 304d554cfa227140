//! What is known of a service and of a port besides its id: one row for each key of ports.toml. `list`, `show`, `review`, templates
//! and the reader of ports.toml go through these tables, so that none of them forgets a key.

use std::ops::Range as Span;

use serde_json::{Map, Value};

use super::kubernetes::Kubernetes;
use super::{ANYWHERE, Allocation, Binding, Environment, Expose, Ports, Service};
use crate::diagnostic::quoted;

/// One key of ports.toml: what it is called elsewhere, and what a service or a port has under it.
#[derive(Debug)]
pub struct Field<T: 'static> {
    /// Its name in ports.toml.
    pub key: &'static str,
    /// Its name in the text of `show`; none where that does not show it.
    pub label: Option<&'static str>,
    /// Its name in JSON.
    pub json: JsonName,
    /// Its name in templates; none where they cannot ask for it.
    pub template: Option<&'static str>,
    /// How `review` speaks of it.
    pub review: Review,
    /// What `T` has under it.
    pub get: for<'a> fn(&'a T) -> Fact<'a>,
}

/// The name of a field in the JSON of `list` and `show`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JsonName {
    /// In both.
    Listed(&'static str),
    /// In that of `show` alone.
    Shown(&'static str),
    /// In none.
    Nowhere,
}

/// How `review` speaks of a field that has changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Review {
    /// By its key.
    ByKey,
    /// In lines of their own, with other words.
    OwnLines,
}

/// What a service or a port has under a key.
#[derive(Clone, Copy, Debug)]
pub enum Fact<'a> {
    /// Nothing.
    Absent,
    /// A text; default: empty.
    Text(&'a str),
    /// The id, which stands for a text that is not written.
    Id(&'a str),
    /// How far a port is published.
    Expose(Expose),
    /// A number, or a range of them.
    Ports(Ports),
    /// The index of a group.
    Group(usize),
    /// The indices of services, each with its place.
    Services(&'a [(usize, Span<usize>)]),
    /// Several texts.
    Texts(&'a [String]),
    /// Keys of the Compose service.
    Compose(&'a Map<String, Value>),
    /// The Kubernetes Service.
    Kubernetes(&'a Kubernetes),
}

impl<'a> Fact<'a> {
    fn text(text: Option<&'a str>) -> Self {
        text.map_or(Self::Absent, Self::Text)
    }

    /// It as a text for people; empty where there is nothing.
    pub fn shown(self, allocation: &Allocation) -> String {
        match self {
            Self::Absent => String::new(),
            Self::Text(text) | Self::Id(text) => text.to_owned(),
            Self::Expose(expose) => expose.to_string(),
            Self::Ports(ports) => ports.to_string(),
            Self::Group(group) => allocation.groups[group].id.clone(),
            Self::Services(services) => allocation.ids(services).collect::<Vec<_>>().join(", "),
            Self::Texts(texts) => texts.join(", "),
            Self::Compose(keys) => keys.keys().map(|key| quoted(key)).collect::<Vec<_>>().join(", "),
            Self::Kubernetes(Kubernetes::Default) => String::new(),
            Self::Kubernetes(Kubernetes::Off) => "no Service".to_owned(),
            Self::Kubernetes(Kubernetes::Stated(stated)) => entries(&stated.written, " ", ", "),
        }
    }
}

/// The entries of a table, and of the tables in it.
fn entries(table: &Map<String, Value>, equals: &str, between: &str) -> String {
    let mut shown = Vec::with_capacity(table.len());
    for (key, value) in table {
        let value = match value {
            Value::Object(inner) => entries(inner, "=", " "),
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        shown.push([key, equals, &value].concat());
    }
    shown.join(between)
}

/// The keys of a service.
pub const SERVICE: [Field<Service>; 15] = [
    plain(
        "title",
        |service| {
            if service.title == service.id { Fact::Id(&service.title) } else { Fact::Text(&service.title) }
        },
    ),
    plain("description", |service| Fact::Text(&service.description)),
    plain("aliases", |service| service.aliases.as_deref().map_or(Fact::Absent, Fact::Texts)),
    plain("group", |service| service.group.map_or(Fact::Absent, Fact::Group)),
    of_bindings("port"),
    of_bindings("ports"),
    plain("main", |service| {
        let main = service.main.and_then(|main| service.bindings.get(main));
        Fact::text(main.map(|main| &*main.name))
    }),
    // Templates have the variables themselves under this name.
    Field {
        template: None,
        ..plain("environment", |service| Fact::text(service.environment.map(Environment::as_str)))
    },
    plain("dir", |service| Fact::text(service.dir.as_ref().map(|dir| dir.as_str()))),
    plain("package", |service| Fact::text(service.package.as_ref().map(|(path, _)| path.as_str()))),
    Field {
        label: None,
        json: JsonName::Nowhere,
        template: None,
        ..plain("scripts", |service| service.scripts.as_deref().map_or(Fact::Absent, Fact::Texts))
    },
    Field {
        label: Some("depends on"),
        json: JsonName::Listed("dependsOn"),
        template: Some("depends_on"),
        ..plain("depends-on", |service| Fact::Services(&service.depends_on))
    },
    Field {
        label: Some("out of range"),
        json: JsonName::Listed("outOfRange"),
        template: Some("exception"),
        review: Review::OwnLines,
        ..plain("out-of-range", |service| Fact::text(service.exception.as_ref().map(|exception| &*exception.reason)))
    },
    Field {
        label: Some("compose keys"),
        json: JsonName::Shown("composeKeys"),
        ..plain("compose", |service| if service.outside { Fact::Absent } else { Fact::Compose(&service.compose) })
    },
    plain("kubernetes", |service| Fact::Kubernetes(&service.kubernetes)),
];

/// The keys of a port; an entry of `ports` has its name for a key.
pub const BINDING: [Field<Binding>; 8] =
    [
        of_port("name", "NAME", |binding| Fact::Text(&binding.name)),
        of_port(
            "host",
            "PORT",
            |binding| {
                if binding.is_anywhere { Fact::Text(ANYWHERE) } else { Fact::Ports(binding.hosts()) }
            },
        ),
        of_port("container", "CONTAINER", |binding| Fact::Ports(binding.containers())),
        of_port("service", "SERVICE", |binding| {
            if binding.is_range() { Fact::Absent } else { Fact::Ports(binding.service.into()) }
        }),
        of_port("protocol", "PROTOCOL", |binding| Fact::Text(binding.protocol.as_str())),
        Field {
            label: Some("APP PROTOCOL"),
            json: JsonName::Listed("appProtocol"),
            template: Some("app_protocol"),
            review: Review::ByKey,
            ..plain("app-protocol", |binding| Fact::text(binding.app_protocol.as_deref()))
        },
        of_port("expose", "EXPOSE", |binding| Fact::Expose(binding.expose)),
        // Templates have whether it is published at all under this name.
        Field {
            label: Some("PUBLISHED AS"),
            json: JsonName::Listed("publishedAs"),
            template: Some("published_as"),
            ..plain("published", |binding| Fact::text(binding.published_as.as_deref().map(|one| &*one.text)))
        },
    ];

/// A field that has one name everywhere.
const fn plain<T>(key: &'static str, get: for<'a> fn(&'a T) -> Fact<'a>) -> Field<T> {
    Field { key, label: Some(key), json: JsonName::Listed(key), template: Some(key), review: Review::ByKey, get }
}

/// A key that says which bindings a service has, whose own fields are those of [`BINDING`].
const fn of_bindings(key: &'static str) -> Field<Service> {
    let get = |_: &Service| Fact::Absent;
    Field { key, label: None, json: JsonName::Nowhere, template: None, review: Review::OwnLines, get }
}

/// A field of a port, of which `review` has a line of its own.
const fn of_port(key: &'static str, label: &'static str, get: for<'a> fn(&'a Binding) -> Fact<'a>) -> Field<Binding> {
    Field { label: Some(label), review: Review::OwnLines, ..plain(key, get) }
}

/// The names of fields in ports.toml.
pub const fn keys<T, const N: usize>(fields: &[Field<T>; N]) -> [&'static str; N] {
    let mut keys = [""; N];
    let mut at = 0;
    while at < N {
        keys[at] = fields[at].key;
        at += 1;
    }
    keys
}

/// The field that templates call `name`.
pub fn in_templates<T>(fields: &'static [Field<T>], name: &str) -> Option<&'static Field<T>> {
    fields.iter().find(|field| field.template == Some(name))
}
