//! `portgen list`: the services with their ports.

use unicode_width::UnicodeWidthStr as _;

use crate::allocation::{Allocation, Binding, Service};
use crate::commands::{Exit, Session};
use crate::pipeline;

/// In which form.
#[derive(Debug, clap::Args)]
pub struct Args {
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

/// Prints every service, in the order of ports.toml.
///
/// # Errors
/// A mistake in ports.toml.
pub fn run(args: &Args, session: &Session) -> anyhow::Result<Exit> {
    let tree = session.tree()?;
    let (allocation, _) = pipeline::allocation(&tree)?;
    let text = match args.format {
        Format::Table => table(&allocation),
        Format::Json => json(&allocation)?,
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
    let mut widths = [0; 7];
    for row in &rows {
        row.iter().zip(&mut widths).for_each(|(cell, width)| *width = (*width).max(cell.width()));
    }
    let mut out = String::new();
    for row in &rows {
        let mut line = String::new();
        for (cell, width) in row.iter().zip(widths) {
            line.push_str(cell);
            line.extend(std::iter::repeat_n(' ', width - cell.width() + 2));
        }
        out.push_str(line.trim_end());
        out.push('\n');
    }
    out
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

fn service_json(allocation: &Allocation, service: &Service) -> serde_json::Value {
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

fn binding_json(binding: &Binding) -> serde_json::Value {
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
