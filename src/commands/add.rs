//! `portgen add`: a new service, its port, and everything that repeats it.

use super::args::{complete, editing, lookup};
use crate::allocation::pick::{self, Asking};
use crate::allocation::{Allocation, Port, Ports, Range};
use crate::diagnostic::{Diagnostic, codes, quoted};
use crate::manifest::edit::{Draft, Field, NewService, string, strings, written};
use crate::manifest::validate::names;
use crate::session::{Exit, Session};

/// The new service.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  portgen add billing --group backend           the next free port of the group
  portgen add kafka --binding broker=9092 --binding metrics=next
  portgen add turn --binding signal=3478 --binding relay=50000-50100
  PORT=$(portgen -q add billing -g backend)     in a script")]
pub struct Args {
    /// Its id: a name that Compose allows
    service: String,
    /// The group it joins; its port comes from the group's ranges
    #[arg(short, long, add = complete::groups())]
    group: Option<String>,
    /// Its title; default: the id
    #[arg(long)]
    title: Option<String>,
    /// One line on what it does
    #[arg(long)]
    description: Option<String>,
    /// Its port, or a range of ports: `4090`, `50000-50100`; default: the first free one
    #[arg(short, long, value_parser = lookup::ports, conflicts_with = "bindings")]
    port: Option<Ports>,
    /// Take the port from this range instead of the group's
    #[arg(long, add = complete::ranges())]
    range: Option<String>,
    /// The port inside its container; default: its port
    #[arg(long, value_name = "PORT", value_parser = lookup::ports, conflicts_with = "bindings")]
    container: Option<Ports>,
    /// A named port, a range, or the next free port: `broker=9092`, `relay=50000-50100`, `metrics=next`; may be repeated
    #[arg(long = "binding", value_name = "NAME=PORT", value_parser = binding)]
    bindings: Vec<(String, Option<Ports>)>,
    /// The folder of its code
    #[arg(long, value_name = "PATH")]
    dir: Option<String>,
    /// The package.json whose scripts follow the port
    #[arg(long, value_name = "PATH")]
    package: Option<String>,
    /// The name of its Kubernetes Service; default: its id
    #[arg(long, value_name = "NAME")]
    kubernetes_name: Option<String>,
    /// The services that it depends on
    #[arg(long, value_name = "SERVICE", value_delimiter = ',', add = complete::services())]
    depends_on: Vec<String>,
    /// Why its port may lie outside its ranges
    #[arg(long, value_name = "REASON")]
    out_of_range: Option<String>,
    /// How it is done.
    #[command(flatten)]
    edit: editing::Args,
}

/// Adds the service, and prints its port alone, or one line for each of several.
///
/// # Errors
/// The id is no name or is taken, the group or range is unknown, the port cannot be had, or the outputs cannot be written.
pub fn run(args: &Args, session: &Session) -> anyhow::Result<Exit> {
    names::service(&args.service)?;
    editing::run(&args.edit, session, |allocation, draft| Ok(add(args, allocation, draft)?))
}

fn add(args: &Args, allocation: &Allocation, draft: &mut Draft) -> Result<editing::Edited, Diagnostic> {
    let instead = format!("to give it another port, `portgen move {}`", args.service);
    lookup::refuse_taken(allocation, &args.service, &instead)?;
    for dependency in &args.depends_on {
        lookup::service(allocation, dependency)?;
    }
    prove_kubernetes_name(args, allocation)?;
    let ranges = ranges(args, allocation)?;
    let ports = ports(args, allocation, &ranges)?;
    prove_ranges(args, allocation, &ports)?;
    let fields = fields(args, &ports);
    let numbers: Vec<String> = ports.iter().map(|(_, ports)| ports.to_string()).collect();
    let mut by_name = Vec::new();
    if !args.bindings.is_empty() {
        by_name.extend(ports.iter().map(|(name, ports)| (name.clone(), written(*ports))));
    }
    let mut near = Vec::new();
    for service in &allocation.services {
        if service.group.map(|group| &*allocation.groups[group].id) == args.group.as_deref() {
            near.push(&*service.id);
        }
    }
    draft.add_service(NewService { id: &args.service, fields: &fields, ports: &by_name }, &near)?;
    let said = format!("{} has {}{}", args.service, numbers.join(", "), from_all(args, allocation)?);
    Ok(editing::Edited { result: numbers.join("\n"), said })
}

/// What is said of a port that comes from all ranges though a group is named.
fn from_all(args: &Args, allocation: &Allocation) -> Result<String, Diagnostic> {
    let (None, None, Some(group)) = (args.port, &args.range, &args.group) else { return Ok(String::new()) };
    let is_empty = allocation.own_ranges(lookup::group(allocation, group)?).is_empty();
    Ok(if is_empty { format!(" (group {} has no ranges: from all of them)", quoted(group)) } else { String::new() })
}

fn ranges<'a>(args: &Args, allocation: &'a Allocation) -> Result<Vec<&'a Range>, Diagnostic> {
    let group = args.group.as_deref().map(|group| lookup::group(allocation, group)).transpose()?;
    match &args.range {
        Some(range) => Ok(vec![lookup::range(allocation, range)?]),
        None => Ok(allocation.ranges_for(group)),
    }
}

/// Its ports with their names, chosen or asked for.
fn ports(args: &Args, allocation: &Allocation, ranges: &[&Range]) -> Result<Vec<(String, Ports)>, Diagnostic> {
    let asking = Asking::New(&args.service);
    let allowed: &[&Range] = if args.out_of_range.is_some() { &[] } else { ranges };
    let mut command = format!("portgen add {}", args.service);
    for (flag, value) in [("group", &args.group), ("range", &args.range)] {
        if let Some(value) = value {
            command = format!("{command} --{flag} {value}");
        }
    }
    if args.bindings.is_empty() {
        let port = match args.port {
            Some(port) => {
                pick::judge(allocation, asking, port, allowed, &format!("{command} --port ")).map(|()| port)?
            }
            None => pick::first(allocation, ranges, 1)?[0].into(),
        };
        return Ok(vec![(String::new(), port)]);
    }
    let wanted = args.bindings.iter().filter(|(_, port)| port.is_none()).count();
    let mut free = pick::first(allocation, ranges, wanted)?.into_iter();
    let mut ports = Vec::new();
    for (at, (name, port)) in args.bindings.iter().enumerate() {
        names::port(name)?;
        if args.bindings[..at].iter().any(|(other, _)| other == name) {
            let twice = Diagnostic::error(codes::DUPLICATE_BINDING, format!("binding {} is given twice", quoted(name)));
            return Err(twice.help("each port of a service needs its own name"));
        }
        let port = match port {
            Some(port) => {
                pick::judge(allocation, asking, *port, allowed, &format!("{command} --binding {name}="))?;
                Some(*port)
            }
            None => {
                let is_asked =
                    |free: Port| args.bindings.iter().any(|(_, asked)| asked.is_some_and(|it| it.contains(free)));
                free.find(|free| !is_asked(*free)).map(Ports::from)
            }
        };
        ports.extend(port.map(|port| (name.clone(), port)));
    }
    Ok(ports)
}

/// Kubernetes allows fewer names than Compose.
fn prove_kubernetes_name(args: &Args, allocation: &Allocation) -> Result<(), Diagnostic> {
    let id = &args.service;
    if args.kubernetes_name.is_some() || !allocation.has_kubernetes() || names::is_service_name(id) {
        return Ok(());
    }
    let message = format!("{} cannot be the name of a Kubernetes Service", quoted(id));
    let name = names::for_kubernetes(id);
    Err(Diagnostic::error(codes::INVALID_NAME, message)
        .help(format!("give it another name there: `--kubernetes-name {name}`"))
        .help("or make nothing for Kubernetes: `disable = [\"k8s\"]` in `[outputs]`"))
}

/// A range that is asked for may be another than the group's.
fn prove_ranges(args: &Args, allocation: &Allocation, ports: &[(String, Ports)]) -> Result<(), Diagnostic> {
    let Some(group) = args.group.as_deref().filter(|_| args.out_of_range.is_none()) else { return Ok(()) };
    let own = allocation.own_ranges(lookup::group(allocation, group)?);
    ports.iter().try_for_each(|(_, port)| pick::judge_range(allocation, *port, &own))
}

fn fields(args: &Args, ports: &[(String, Ports)]) -> Vec<Field> {
    let mut fields = texts(&[("title", &args.title), ("description", &args.description), ("group", &args.group)]);
    if let ([(_, ports)], true) = (ports, args.bindings.is_empty()) {
        let value = match args.container {
            Some(container) if container != *ports => {
                format!("{{ host = {}, container = {} }}", written(*ports), written(container))
            }
            _ => written(*ports),
        };
        fields.push(("port", value));
    }
    fields.extend(texts(&[("out-of-range", &args.out_of_range), ("dir", &args.dir), ("package", &args.package)]));
    if let Some(name) = &args.kubernetes_name {
        fields.push(("kubernetes", format!("{{ name = {} }}", string(name))));
    }
    if !args.depends_on.is_empty() {
        fields.push(("depends-on", strings(args.depends_on.iter().map(String::as_str))));
    }
    fields
}

/// The keys that have a value.
fn texts(fields: &[(&'static str, &Option<String>)]) -> Vec<Field> {
    fields.iter().filter_map(|(key, text)| Some((*key, string(text.as_deref()?)))).collect()
}

/// `name=4000`, `name=50000-50100`, or `name=next`; for clap.
fn binding(text: &str) -> Result<(String, Option<Ports>), String> {
    let (name, port) =
        text.split_once('=').ok_or("expected a name and a port, as in `metrics=9100` or `metrics=next`")?;
    let port = if port == "next" { None } else { Some(lookup::ports(port)?) };
    Ok((name.to_owned(), port))
}
