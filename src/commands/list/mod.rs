//! `portgen list`: the services with their ports, or the ports that are free.

mod free;

use serde_json::Value as Json;

use crate::allocation::facts::{self, Fact, JsonName};
use crate::allocation::{Allocation, Binding, Service};
use crate::commands::args::columns::columns;
use crate::pipeline;
use crate::session::{Exit, Session};

/// Of what, and in which form.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  portgen list                the services with their ports
  portgen list --free         what each range has left
  portgen list --format json  for programs")]
pub struct Args {
    /// List the free ports of each range instead, and how full it is: `#` is used, `x` is retired, reserved or
    /// rejected by a lint, `.` is free
    #[arg(long)]
    free: bool,
    /// The form of the list
    #[arg(long, value_name = "FORMAT", default_value = "table")]
    format: Format,
}

/// The forms of the list.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Format {
    /// For people
    Table,
    /// For programs
    Json,
}

/// Prints every service, or every range, in the order of ports.toml.
///
/// # Errors
/// A mistake in ports.toml.
pub fn run(args: &Args, session: &Session) -> anyhow::Result<Exit> {
    let tree = session.tree()?;
    let (allocation, _) = pipeline::allocation(&tree)?;
    match (args.format, args.free) {
        (Format::Table, false) => session.print(&table(&allocation))?,
        (Format::Table, true) => session.print(&free::table(&allocation))?,
        (Format::Json, false) => session.json(&json(&allocation))?,
        (Format::Json, true) => session.json(&free::json(&allocation))?,
    }
    Ok(Exit::Clean)
}

const HEAD: [&str; 7] = ["SERVICE", "PORT", "CONTAINER", "NAME", "EXPOSE", "GROUP", "TITLE"];

fn table(allocation: &Allocation) -> String {
    let mut rows: Vec<[String; 7]> = vec![HEAD.map(str::to_owned)];
    for service in &allocation.services {
        if service.bindings.is_empty() {
            rows.push(row(allocation, service, None));
        }
        rows.extend(service.bindings.iter().map(|binding| row(allocation, service, Some(binding))));
    }
    columns(&rows)
}

fn row(allocation: &Allocation, service: &Service, binding: Option<&Binding>) -> [String; 7] {
    let group = service.group.map(|group| allocation.groups[group].id.clone()).unwrap_or_default();
    let (id, title) = (service.id.clone(), service.title.clone());
    let Some(binding) = binding else {
        return [id, "-".into(), "-".into(), "-".into(), "-".into(), group, title];
    };
    let transport = match binding.protocol {
        crate::allocation::Protocol::Tcp => String::new(),
        other => format!("/{}", other.as_str()),
    };
    let (host, container) = (format!("{}{transport}", binding.shown()), binding.containers().to_string());
    [id, host, container, binding.name.to_string(), binding.expose.to_string(), group, title]
}

/// One object: `platform`, and `services`, each with its `bindings`.
fn json(allocation: &Allocation) -> Json {
    let services: Vec<_> = allocation.services.iter().map(|service| service_json(allocation, service)).collect();
    let platform = serde_json::json!({ "id": allocation.platform.id, "name": allocation.platform.name });
    serde_json::json!({ "version": 1, "platform": platform, "services": services })
}

pub(super) fn service_json(allocation: &Allocation, service: &Service) -> serde_json::Map<String, Json> {
    let mut all = serde_json::Map::new();
    all.insert("id".to_owned(), service.id.as_str().into());
    for field in &facts::SERVICE {
        if let JsonName::Listed(name) = field.json {
            all.insert(name.to_owned(), fact_json(allocation, (field.get)(service)));
        }
    }
    let bindings = service.bindings.iter().map(|binding| Json::from(binding_json(allocation, binding)));
    all.insert("bindings".to_owned(), bindings.collect());
    all
}

pub(super) fn binding_json(allocation: &Allocation, binding: &Binding) -> serde_json::Map<String, Json> {
    let named = facts::BINDING.iter().filter_map(|field| match field.json {
        JsonName::Listed(name) => Some((name.to_owned(), fact_json(allocation, (field.get)(binding)))),
        JsonName::Shown(_) | JsonName::Nowhere => None,
    });
    named.collect()
}

pub(super) fn fact_json(allocation: &Allocation, fact: Fact<'_>) -> Json {
    match fact {
        Fact::Absent => Json::Null,
        Fact::Text(text) | Fact::Id(text) => text.into(),
        Fact::Expose(expose) => expose.to_string().into(),
        Fact::Ports(ports) if ports.is_one() => ports.first().get().into(),
        Fact::Ports(ports) => ports.to_string().into(),
        Fact::Group(group) => allocation.groups[group].id.as_str().into(),
        Fact::Services(services) => allocation.ids(services).collect(),
        Fact::Texts(texts) => texts.into(),
        Fact::Kubernetes(kubernetes) => kubernetes.json(),
        Fact::Compose(keys) => keys.keys().map(String::as_str).collect(),
    }
}
