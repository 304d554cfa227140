//! `kubernetes` of a service.

use std::ops::RangeInclusive;

use toml::de::DeValue;

use super::fields::Fields;
use super::value::{Owner, Value};
use super::{compose, names};
use crate::allocation::kubernetes::{Kind, Kubernetes, Labels, Stated, Target};
use crate::allocation::{Binding, Port};
use crate::diagnostic::{Diagnostic, codes, quoted};
use crate::manifest::{document, keys};

const EXAMPLE: &str = "{ name = \"web\" }";

const KINDS: &[(&str, Kind)] = {
    const fn row(kind: Kind) -> (&'static str, Kind) {
        (kind.as_str(), kind)
    }
    &[row(Kind::ClusterIp), row(Kind::NodePort), row(Kind::LoadBalancer), row(Kind::Headless)]
};

const TARGETS: &[(&str, Target)] = &[(Target::Name.as_str(), Target::Name), (Target::Number.as_str(), Target::Number)];

/// The default of kube-apiserver's `--service-node-port-range`.
const NODE_PORTS: RangeInclusive<u16> = 30000..=32767;

/// The Kubernetes Service of `service`; its node ports go to the bindings, if those are all known.
pub(super) fn read<'t>(of: &Fields<'t>, service: &'t str, bindings: Option<&mut [Binding]>) -> Kubernetes {
    let Some(value) = of.get("kubernetes") else { return Kubernetes::Default };
    match value.raw() {
        DeValue::Boolean(false) => Kubernetes::Off,
        DeValue::Table(_) => stated(value, service, bindings).map_or(Kubernetes::Default, Kubernetes::Stated),
        _ => {
            let help = format!("write {}, or `kubernetes = false` for no Service", value.example(EXAMPLE));
            value.wrong_type("a table or `false`", help);
            Kubernetes::Default
        }
    }
}

fn stated<'t>(value: Value<'t>, service: &'t str, bindings: Option<&mut [Binding]>) -> Option<Box<Stated>> {
    let owner = Owner::Named("the Kubernetes Service of", service);
    let fields = Fields::read(value, owner, keys::KUBERNETES, EXAMPLE)?;
    let name = fields.get("name").and_then(|value| {
        let name = value.string()?;
        names::check(value.report, name, value.span(), &names::KUBERNETES).then(|| (name.to_owned(), value.span()))
    });
    let kind = fields.get("type").map(|value| value.choice(KINDS));
    if let Some(value) = fields.get("node-port") {
        // Where the type is not valid, that is the mistake.
        if kind.flatten().is_some_and(Kind::has_node_ports) {
            bindings.into_iter().for_each(|bindings| node_ports(value, bindings));
        } else if kind != Some(None) {
            let help = "add `type = \"NodePort\"`, or remove it";
            value.refuse(codes::INVALID_VALUE, "needs the type `NodePort` or `LoadBalancer`", "not on the nodes", help);
        }
    }
    Some(Box::new(Stated {
        name,
        kind: kind.flatten().unwrap_or_default(),
        selector: fields.get("selector").and_then(labels),
        labels: fields.get("labels").and_then(labels).unwrap_or_default(),
        target: fields.get("target").and_then(|value| value.choice(TARGETS)).unwrap_or_default(),
        written: compose::table(value, value.raw().as_table()?, 1),
    }))
}

/// Labels, as of a Service or of the pods that it selects.
fn labels(value: Value<'_>) -> Option<Labels> {
    let table = value.table("{ \"app.kubernetes.io/name\" = \"web\" }")?;
    let mut labels = Vec::with_capacity(table.len());
    for item in document::items(table) {
        let entry = value.entry(item);
        let is_key = names::check(entry.report, item.name(), item.key_span(), &names::LABEL);
        let Some(text) = entry.string() else { continue };
        if is_key && names::check(entry.report, text, item.span(), &names::LABEL_VALUE) {
            labels.push((item.name().to_owned(), text.to_owned()));
        }
    }
    Some(labels)
}

/// `node-port = 30080`, or `node-port = { http = 30080 }` for a service with several ports.
fn node_ports(value: Value<'_>, bindings: &mut [Binding]) {
    if bindings.is_empty() {
        let help = "give the service a port, or remove it";
        return value.refuse(codes::INVALID_VALUE, "needs a port, and the service has none", "no port", help);
    }
    let DeValue::Table(table) = value.raw() else {
        match bindings {
            [only] => set_node_port(value, only),
            [] => {}
            [first, ..] => {
                let example = value.example(&format!("{{ {} = 30080 }}", first.name));
                value.wrong_type("a table, where a service has several ports", format!("write {example}"));
            }
        }
        return;
    };
    for item in document::items(table) {
        match bindings.iter_mut().find(|binding| binding.name == item.name()) {
            Some(binding) => set_node_port(value.entry(item), binding),
            None => value.report.add(unknown(value, item, bindings)),
        }
    }
}

fn unknown(value: Value<'_>, item: document::Item<'_>, bindings: &[Binding]) -> Diagnostic {
    let known: Vec<&str> = bindings.iter().map(|binding| &*binding.name).collect();
    Diagnostic::error(codes::UNKNOWN_BINDING, format!("{value} names the port {}", quoted(item.name())))
        .at(value.report.place(item.key_span()), "no such port")
        .did_you_mean(item.name(), known.iter().copied(), format!("its ports are {}", known.join(", ")))
}

fn set_node_port(value: Value<'_>, binding: &mut Binding) {
    let Some(port) = value.port() else { return };
    if binding.is_range() {
        let rest = "is set for a range, which a Kubernetes Service cannot have";
        return value.refuse(codes::INVALID_VALUE, rest, "of a range", "remove it");
    }
    if is_node_port(port) {
        binding.node_port = Some(Box::new((port, value.span())));
        return;
    }
    let rest = format!("is {port}, which is not a node port");
    value.refuse(codes::INVALID_PORT, &rest, "out of the range", "choose a number from 30000 to 32767");
}

fn is_node_port(port: Port) -> bool {
    NODE_PORTS.contains(&port.get())
}
