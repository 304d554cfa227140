//! `portgen port <service>`: the number alone, for scripts.

use crate::allocation::{Allocation, Binding};
use crate::commands::args::{complete, lookup};
use crate::diagnostic::{Diagnostic, codes, quoted};
use crate::pipeline;
use crate::session::{Exit, Session};

/// Which port.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  portgen port postgres                     5432
  portgen port kafka.controller             the port of one binding
  portgen port postgres --number container  the port inside its container")]
pub struct Args {
    /// A service, or one of its bindings: `kafka`, `kafka.controller`
    #[arg(value_name = "SERVICE[.BINDING]", add = complete::bindings())]
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

/// Prints the port of the service's main binding, or of the one named.
///
/// # Errors
/// No such service or binding, or one without a port.
pub fn run(args: &Args, session: &Session) -> anyhow::Result<Exit> {
    let tree = session.tree()?;
    let (allocation, _) = pipeline::allocation(&tree)?;
    let (_, binding) = allocation.binding(lookup::binding_index(&allocation, &args.service)?);
    let ports = match args.number {
        Number::Host => binding.hosts(),
        Number::Container => binding.containers(),
        Number::Service if binding.is_range() => return Err(of_range(args, &allocation, binding).into()),
        Number::Service => binding.service.into(),
    };
    session.print(&format!("{ports}\n"))?;
    Ok(Exit::Clean)
}

/// Says that a range has no port in a Kubernetes Service.
fn of_range(args: &Args, allocation: &Allocation, binding: &Binding) -> Diagnostic {
    let message = format!("{} is a range, which has no port in a Kubernetes Service", quoted(&args.service));
    Diagnostic::error(codes::UNKNOWN_BINDING, message)
        .at(allocation.place(&binding.span), "the range")
        .help("`--number host` and `--number container` print its ports")
}
