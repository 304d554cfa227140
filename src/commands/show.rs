//! `portgen show <service>`: everything that is known of one service.

use crate::allocation::address::{Standpoint, reachable};
use crate::allocation::{Allocation, Binding, Service};
use crate::commands::args::columns::columns;
use crate::commands::args::lookup;
use crate::commands::list;
use crate::diagnostic::{Diagnostics, quoted};
use crate::files::tree::Tree;
use crate::outputs::locate::{Carrier, carriers};
use crate::session::{Exit, Session};
use crate::templates::context::World;
use crate::{pipeline, references};

/// Which service, and in which form.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// A service
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
/// No such service; a mistake in ports.toml, in a template that can carry it, or in its package.json.
pub fn run(args: &Args, session: &Session) -> anyhow::Result<Exit> {
    let tree = session.tree()?;
    let (allocation, _) = pipeline::allocation(&tree)?;
    let index = lookup::service_index(&allocation, &args.service).map_err(Diagnostics::from)?;
    let world = World::new(allocation);
    let files = files(&tree, &world, index)?;
    let text = match args.format {
        Format::Text => text(&world.allocation, index, &files),
        Format::Json => serde_json::to_string_pretty(&json(&world.allocation, index, &files))? + "\n",
    };
    session.result(text.as_bytes())?;
    Ok(Exit::Clean)
}

/// The files that state a port of the service, by path.
fn files(tree: &Tree, world: &World, service: usize) -> Result<Vec<Carrier>, Diagnostics> {
    let outputs = carriers(tree, world, service);
    let package = references::carrier(tree, &world.allocation, service).map_err(Diagnostics);
    let (mut found, package) = match (outputs, package) {
        (Ok(outputs), Ok(package)) => (outputs, package),
        (outputs, package) => {
            let wrong = [outputs.err(), package.err()];
            return Err(Diagnostics(wrong.into_iter().flatten().flat_map(|Diagnostics(all)| all).collect()));
        }
    };
    found.extend(package.filter(|carrier| !carrier.lines.is_empty()));
    found.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(found)
}

fn text(allocation: &Allocation, index: usize, files: &[Carrier]) -> String {
    let service = &allocation.services[index];
    let mut out = format!("{}\n{}", service.id, columns(&facts(allocation, index)));
    if service.bindings.is_empty() {
        out.push_str("\nno ports\n");
    } else {
        out = out + "\n" + &columns(&ports(service)) + "\n" + &columns(&addresses(allocation, service));
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

/// What there is besides ports; what the service does not have is left out.
fn facts(allocation: &Allocation, index: usize) -> Vec<[String; 2]> {
    let service = &allocation.services[index];
    let keys: Vec<String> = service.compose.keys().map(|key| quoted(key)).collect();
    let needs: Vec<&str> = service.depends_on.iter().map(|(at, _)| &*allocation.services[*at].id).collect();
    let facts = [
        ("title", service.title.clone()),
        ("description", service.description.clone()),
        ("group", service.group.map(|group| allocation.groups[group].id.clone()).unwrap_or_default()),
        ("dir", service.dir.as_ref().map(ToString::to_string).unwrap_or_default()),
        ("package", service.package.as_ref().map(|(path, _)| path.to_string()).unwrap_or_default()),
        ("out of range", service.exception.as_ref().map(|(reason, _)| reason.clone()).unwrap_or_default()),
        ("compose keys", keys.join(", ")),
        ("depends on", needs.join(", ")),
        ("needed by", dependents(allocation, index).join(", ")),
    ];
    facts.into_iter().filter(|(_, fact)| !fact.is_empty()).map(|(name, fact)| [name.to_owned(), fact]).collect()
}

/// The services that depend on one.
fn dependents(allocation: &Allocation, index: usize) -> Vec<&str> {
    let needs = |service: &&Service| service.depends_on.iter().any(|(at, _)| *at == index);
    allocation.services.iter().filter(needs).map(|service| &*service.id).collect()
}

fn ports(service: &Service) -> Vec<[String; 7]> {
    let head = ["NAME", "PORT", "CONTAINER", "SERVICE", "PROTOCOL", "APP PROTOCOL", "EXPOSE"];
    let row = |binding: &Binding| {
        [
            binding.name.clone(),
            binding.host.to_string(),
            binding.container.to_string(),
            binding.service.to_string(),
            binding.protocol.as_str().to_owned(),
            binding.app_protocol.clone().unwrap_or_else(|| "-".to_owned()),
            binding.expose.as_str().to_owned(),
        ]
    };
    [head.map(str::to_owned)].into_iter().chain(service.bindings.iter().map(row)).collect()
}

/// Where one can stand, with its key in JSON.
const STANDPOINTS: [(&str, Standpoint); 3] =
    [("host", Standpoint::Host), ("compose", Standpoint::Compose), ("cluster", Standpoint::Cluster)];

fn addresses(allocation: &Allocation, service: &Service) -> Vec<[String; 4]> {
    let head = ["NAME", "FROM THE HOST", "INSIDE COMPOSE", "IN THE CLUSTER"].map(str::to_owned);
    let row = |binding: &Binding| {
        let [host, compose, cluster] = STANDPOINTS
            .map(|(_, from)| reachable(allocation, service, binding, from).unwrap_or_else(|| "-".to_owned()));
        [binding.name.clone(), host, compose, cluster]
    };
    [head].into_iter().chain(service.bindings.iter().map(row)).collect()
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
        let mut one = list::binding_json(binding);
        one["addresses"] = serde_json::Map::from_iter(addresses).into();
        one
    });
    all["bindings"] = bindings.collect();
    all["composeKeys"] = service.compose.keys().map(String::as_str).collect();
    all["neededBy"] = dependents(allocation, index).into_iter().collect();
    let files = files.iter().map(|file| serde_json::json!({ "path": file.path.as_str(), "lines": file.lines }));
    all["files"] = files.collect();
    serde_json::json!({ "version": 1, "service": all })
}
