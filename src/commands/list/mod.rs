//! `portgen list`: the services with their ports, or the ports that are free.

mod free;

use crate::allocation::{Allocation, Binding, Service};
use crate::commands::args::columns::columns;
use crate::pipeline;
use crate::session::{Exit, Session};

/// Of what, and in which form.
#[derive(Debug, clap::Args)]
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
    let text = match (args.format, args.free) {
        (Format::Table, false) => table(&allocation),
        (Format::Table, true) => free::table(&allocation),
        (Format::Json, false) => json(&allocation)?,
        (Format::Json, true) => serde_json::to_string_pretty(&free::json(&allocation))? + "\n",
    };
    session.result(text.as_bytes())?;
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
    let (host, container) = (format!("{}{transport}", binding.host), binding.container.to_string());
    [id, host, container, binding.name.clone(), binding.expose.as_str().into(), group, title]
}

/// One object: `platform`, and `services`, each with its `bindings`.
fn json(allocation: &Allocation) -> serde_json::Result<String> {
    let services: Vec<serde_json::Value> =
        allocation.services.iter().map(|service| service_json(allocation, service)).collect();
    let platform = serde_json::json!({ "id": allocation.platform.id, "name": allocation.platform.name });
    let all = serde_json::json!({ "version": 1, "platform": platform, "services": services });
    Ok(serde_json::to_string_pretty(&all)? + "\n")
}

pub(super) fn service_json(allocation: &Allocation, service: &Service) -> serde_json::Value {
    let depends_on: Vec<&str> =
        service.depends_on.iter().map(|(index, _)| allocation.services[*index].id.as_str()).collect();
    serde_json::json!({
        "id": service.id,
        "title": service.title,
        "description": service.description,
        "group": service.group.map(|group| allocation.groups[group].id.as_str()),
        "dir": service.dir.as_ref().map(crate::path::RelPath::as_str),
        "package": service.package.as_ref().map(|(path, _)| path.as_str()),
        "dependsOn": depends_on,
        "outOfRange": service.exception.as_ref().map(|(reason, _)| reason.as_str()),
        "bindings": service.bindings.iter().map(binding_json).collect::<Vec<_>>(),
    })
}

pub(super) fn binding_json(binding: &Binding) -> serde_json::Value {
    serde_json::json!({
        "name": binding.name,
        "host": binding.host.get(),
        "container": binding.container.get(),
        "service": binding.service.get(),
        "protocol": binding.protocol.as_str(),
        "appProtocol": binding.app_protocol,
        "expose": binding.expose.as_str(),
    })
}
