//! `portgen show <service>`: everything that is known of one service.

use std::collections::HashSet;

use crate::allocation::address::{Standpoint, reachable};
use crate::allocation::facts::{self, BINDING, Fact, JsonName};
use crate::allocation::{Allocation, Binding, Service};
use crate::commands::args::columns::columns;
use crate::commands::args::{complete, lookup, scanning};
use crate::commands::list;
use crate::diagnostic::Diagnostics;
use crate::files::tree::Tree;
use crate::manifest::earlier::Earlier;
use crate::outputs::locate::{Carrier, carriers};
use crate::path::RelPath;
use crate::pipeline;
use crate::references::{follow, table};
use crate::session::{Exit, Session};
use crate::templates::context::Context;

/// Which service, and in which form.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  portgen show api                its ports, its addresses, the files that state them
  portgen show api --format json  for programs")]
pub struct Args {
    /// A service
    #[arg(add = complete::services())]
    service: String,
    /// The form of the result
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: Format,
}

/// The forms of the result.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Format {
    /// For people
    Text,
    /// For programs
    Json,
}

/// Prints the service with its ports, its addresses and the files that carry it.
///
/// # Errors
/// No such service; a mistake in ports.toml, in a template that can carry it, or in a file of yours that follows it.
pub fn run(args: &Args, session: &Session) -> anyhow::Result<Exit> {
    let tree = session.tree()?;
    let (allocation, _) = pipeline::allocation(&tree)?;
    let index = lookup::service_index(&allocation, &args.service)?;
    let context = Context::leak(allocation);
    let files = files(&tree, context, index)?;
    match args.format {
        Format::Text => session.print(&text(&context.allocation, index, &files))?,
        Format::Json => session.json(&json(&context.allocation, index, &files))?,
    }
    Ok(Exit::Clean)
}

/// The files that state a port of the service, by path.
fn files(tree: &Tree, context: &'static Context, service: usize) -> Result<Vec<Carrier>, Diagnostics> {
    let outputs = carriers(tree, context, &table::taken(&context.allocation), service);
    let references = follow::carriers(tree, &context.allocation, service);
    let mut found = Vec::new();
    let mut wrong = Vec::new();
    for carriers in [outputs, references] {
        match carriers {
            Ok(carriers) => found.extend(carriers),
            Err(errors) => wrong.extend(errors),
        }
    }
    Diagnostics(wrong).into_result()?;
    found.extend(kept(tree, context, service)?);
    found.retain(|carrier| !carrier.lines.is_empty());
    found.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(found)
}

/// The files of `[references]` that state a port of the service, right or wrong.
fn kept(tree: &Tree, context: &'static Context, service: usize) -> Result<Vec<Carrier>, Diagnostics> {
    let allocation = &context.allocation;
    if allocation.references.files.is_empty() {
        return Ok(Vec::new());
    }
    let named: HashSet<&str> = table::all(allocation).map(|(_, reference)| reference.path.as_str()).collect();
    let is_kept = |path: &str| allocation.references.keeps(path) && !named.contains(path);
    let scanned = scanning::scanned(tree, allocation, &Earlier::in_git(tree), &is_kept)?;
    let in_blocks = scanning::in_blocks(tree, context, &scanned)?;
    let mut carriers = Vec::new();
    for file in &scanned.files {
        let own = file.judged.iter().filter(|one| one.owner.is_some_and(|(owner, _)| owner == service));
        let inside = in_blocks.iter().filter(|(path, port)| {
            path.as_str() == file.path && port.owners.iter().any(|(owner, _)| *owner == service)
        });
        let mut lines: Vec<usize> = own.map(|one| one.line).chain(inside.map(|(_, port)| port.line)).collect();
        lines.sort_unstable();
        lines.dedup();
        carriers.extend(RelPath::parse(&file.path).ok().map(|path| Carrier { path, lines }));
    }
    Ok(carriers)
}

fn text(allocation: &Allocation, index: usize, files: &[Carrier]) -> String {
    let service = &allocation.services[index];
    let mut out = format!("{}\n{}", service.id, columns(&known(allocation, index)));
    if service.bindings.is_empty() {
        out.push_str("\nno ports\n");
    } else {
        out = out + "\n" + &columns(&ports(allocation, service)) + "\n" + &columns(&addresses(allocation, service));
    }
    if !files.is_empty() {
        out.push_str("\nFILES\n");
    }
    for file in files {
        let lines: Vec<String> = file.lines.iter().map(ToString::to_string).collect();
        out = out + file.path.as_str() + ":" + &lines.join(",") + "\n";
    }
    out
}

/// What there is besides ports, first of the service alone, then how it stands to others; what it does not have is left out.
fn known(allocation: &Allocation, index: usize) -> Vec<[String; 2]> {
    let service = &allocation.services[index];
    let facts = facts::SERVICE.iter().filter_map(|field| Some((field.label?, (field.get)(service))));
    let (of_others, own): (Vec<_>, Vec<_>) = facts.partition(|(_, fact)| matches!(fact, Fact::Services(_)));
    let facts = own.into_iter().chain(of_others).map(|(label, fact)| (label, fact.shown(allocation)));
    let facts = facts.chain([("needed by", dependents(allocation, index).join(", "))]);
    facts.filter(|(_, fact)| !fact.is_empty()).map(|(label, fact)| [label.to_owned(), fact]).collect()
}

/// The services that depend on one.
fn dependents(allocation: &Allocation, index: usize) -> Vec<&str> {
    let mut dependents = Vec::new();
    for service in &allocation.services {
        if service.depends_on.iter().any(|(at, _)| *at == index) {
            dependents.push(&*service.id);
        }
    }
    dependents
}

/// The ports with what is known of each. Few are published as a variable: without one, there is no column for it.
fn ports(allocation: &Allocation, service: &Service) -> Vec<Vec<String>> {
    let is_there = |field: &&facts::Field<Binding>| {
        let has = |binding: &Binding| !matches!((field.get)(binding), Fact::Absent);
        field.key != "published" || service.bindings.iter().any(has)
    };
    let fields: Vec<_> = BINDING.iter().filter(|field| is_there(field)).collect();
    let mut rows = vec![fields.iter().map(|field| field.label.unwrap_or_default().to_owned()).collect()];
    for binding in &service.bindings {
        rows.push(
            fields
                .iter()
                .map(|field| match (field.get)(binding) {
                    Fact::Absent => "-".to_owned(),
                    fact => fact.shown(allocation),
                })
                .collect(),
        );
    }
    rows
}

/// Where one can stand, with its key in JSON.
const STANDPOINTS: [(&str, Standpoint); 3] =
    [("host", Standpoint::Host), ("compose", Standpoint::Compose), ("cluster", Standpoint::Cluster)];

fn addresses(allocation: &Allocation, service: &Service) -> Vec<[String; 4]> {
    let mut rows = vec![["NAME", "FROM THE HOST", "INSIDE COMPOSE", "IN THE CLUSTER"].map(str::to_owned)];
    for binding in &service.bindings {
        let [host, compose, cluster] = STANDPOINTS
            .map(|(_, from)| reachable(allocation, service, binding, from).unwrap_or_else(|| "-".to_owned()));
        rows.push([binding.name.to_string(), host, compose, cluster]);
    }
    rows
}

/// The service as `list --format json` has it, and besides: `composeKeys`, `neededBy`, `addresses` of each binding (null where
/// it cannot be reached), and `files` with their `lines`.
fn json(allocation: &Allocation, index: usize, files: &[Carrier]) -> serde_json::Value {
    let service = &allocation.services[index];
    let mut all = list::service_json(allocation, service);
    let bindings = service.bindings.iter().map(|binding| {
        let addresses = STANDPOINTS.map(|(key, from)| {
            (key.to_owned(), serde_json::Value::from(reachable(allocation, service, binding, from)))
        });
        let mut one = list::binding_json(allocation, binding);
        one.insert("addresses".to_owned(), serde_json::Map::from_iter(addresses).into());
        serde_json::Value::from(one)
    });
    all.insert("bindings".to_owned(), bindings.collect());
    for field in &facts::SERVICE {
        if let JsonName::Shown(name) = field.json {
            all.insert(name.to_owned(), list::fact_json(allocation, (field.get)(service)));
        }
    }
    all.insert("neededBy".to_owned(), dependents(allocation, index).into_iter().collect());
    let files = files.iter().map(|file| serde_json::json!({ "path": file.path.as_str(), "lines": file.lines }));
    all.insert("files".to_owned(), files.collect());
    serde_json::json!({ "version": 1, "service": all })
}
