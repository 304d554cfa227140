//! `portgen port <service>`: the number alone, for scripts.

use crate::allocation::{Allocation, Binding, Service};
use crate::commands::{Exit, Session, named};
use crate::diagnostic::{Diagnostic, Diagnostics, quoted};
use crate::pipeline;

/// Which port.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// A service, or one of its bindings: `kafka`, `kafka.controller`
    #[arg(value_name = "SERVICE[.BINDING]")]
    service: String,
    /// Which of its numbers
    #[arg(long, value_name = "WHICH", default_value = "host")]
    number: Number,
}

/// The three numbers of a binding.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Number {
    /// As seen from the host: `localhost:<port>`
    Host,
    /// Inside Compose's network
    Container,
    /// Inside the cluster
    Service,
}

/// Prints the port of the service's first binding, or of the one named.
///
/// # Errors
/// No such service or binding, or one without a port.
pub fn run(args: &Args, session: &Session) -> anyhow::Result<Exit> {
    let tree = session.tree()?;
    let (allocation, _) = pipeline::allocation(&tree)?;
    let binding = find(&allocation, &args.service).map_err(Diagnostics::from)?;
    let port = match args.number {
        Number::Host => binding.host,
        Number::Container => binding.container,
        Number::Service => binding.service,
    };
    session.result(format!("{port}\n").as_bytes())?;
    Ok(Exit::Clean)
}

fn find<'a>(allocation: &'a Allocation, wanted: &str) -> Result<&'a Binding, Diagnostic> {
    let (id, name) = wanted.split_once('.').map_or((wanted, None), |(id, name)| (id, Some(name)));
    let service = &allocation.services[named::service(allocation, id)?];
    let found = match name {
        None => service.bindings.first(),
        Some(name) => service.bindings.iter().find(|binding| binding.name == name),
    };
    found.ok_or_else(|| without(allocation, service, name))
}

fn without(allocation: &Allocation, service: &Service, name: Option<&str>) -> Diagnostic {
    let names: Vec<String> =
        service.bindings.iter().map(|binding| format!("`{}.{}`", service.id, binding.name)).collect();
    let message = match name {
        Some(name) => format!("{} has no binding {}", quoted(&service.id), quoted(name)),
        None => format!("{} has no port", quoted(&service.id)),
    };
    let help = if names.is_empty() {
        "it is allocated without one".to_owned()
    } else {
        format!("it has {}", names.join(", "))
    };
    Diagnostic::error("unknown-binding", message).at(allocation.place(&service.span), "this service").help(help)
}
