//! `portgen move`: another port for a service.

use super::args::{editing, lookup, retire};
use crate::allocation::{Allocation, Binding, Numbers, Port, Service, pick};
use crate::claims::compose;
use crate::diagnostic::{Diagnostic, codes, counted, quoted};
use crate::manifest::edit::{Draft, string};
use crate::session::{Exit, Session};

/// Which service, and where to.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  portgen move postgres 5433             publish it on 5433; inside, it still listens on 5432
  portgen move api --next                take the next free port of its group
  portgen move kafka.metrics 9405        move one of several ports")]
pub struct Args {
    /// A service, or one of its bindings: `kafka`, `kafka.controller`
    #[arg(value_name = "SERVICE[.BINDING]")]
    service: String,
    /// Its new port
    #[arg(value_parser = lookup::port, required_unless_present = "next")]
    port: Option<Port>,
    /// Take the first free port of its ranges
    #[arg(long, conflicts_with = "port")]
    next: bool,
    /// Change this number alone, also of a service that portgen tells its port
    #[arg(long, value_name = "WHICH", conflicts_with_all = ["container", "kubernetes"])]
    only: Option<Only>,
    /// The port inside its container; default: as it is, or the new port where portgen tells the service its port (`dir`, `build`)
    #[arg(long, value_name = "PORT", value_parser = lookup::port)]
    container: Option<Port>,
    /// The port of its Kubernetes Service; default: as `--container`
    #[arg(long = "service", value_name = "PORT", value_parser = lookup::port)]
    kubernetes: Option<Port>,
    /// Why its port may lie outside its ranges
    #[arg(long, value_name = "REASON")]
    out_of_range: Option<String>,
    /// What becomes of the old port.
    #[command(flatten)]
    retire: retire::Args,
    /// How it is done.
    #[command(flatten)]
    edit: editing::Args,
}

/// The numbers of a port that can move alone.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Only {
    /// As seen from the host
    Host,
}

/// Moves the port, and prints the new one alone.
///
/// # Errors
/// There is no such service or binding, the port cannot be had, or the outputs cannot be written.
pub fn run(args: &Args, session: &Session) -> anyhow::Result<Exit> {
    editing::run(&args.edit, session, |allocation, draft| Ok(moved(args, allocation, draft)?))
}

fn moved(args: &Args, allocation: &Allocation, draft: &mut Draft) -> Result<editing::Edited, Diagnostic> {
    let at = lookup::binding_index(allocation, &args.service)?;
    let (service, binding) = allocation.binding(at);
    let ranges = allocation.ranges_of(service);
    let port = match args.port {
        Some(port) if port == binding.host => {
            let message = format!("{} already has port {port}", quoted(&args.service));
            return Err(Diagnostic::error(codes::DUPLICATE_PORT, message)
                .at(allocation.place(&binding.span), "here")
                .help(format!("`portgen move {} --next` takes the first free port", args.service)));
        }
        Some(port) => {
            let allowed = if args.out_of_range.is_some() { Vec::new() } else { ranges };
            pick::judge(allocation, Some(&service.id), port, &allowed, &format!("portgen move {} ", args.service))
                .map(|()| port)?
        }
        None => pick::first(allocation, &ranges, 1)?[0],
    };
    // Where somebody else writes the Compose file, portgen tells no container its port.
    let follows = args.only.is_none() && service.is_told_its_port() && allocation.outputs.has_compose();
    let numbers = Move { args, service, binding, follows }.numbers(port, draft);
    let followed = draft.edit_values(compose::follow(allocation, at, numbers))?;
    draft.set_numbers(&service.id, &binding.name, numbers)?;
    let back = allocation.retired.iter().position(|one| one.port == port && one.service == service.id);
    if let Some(back) = back {
        draft.remove_item("retired", back)?;
    }
    restate_exception(args, allocation, (service, binding, port), draft)?;
    args.retire.retire(draft, allocation, (&service.id, binding.host), &format!("moved to {port}"))?;
    let others = binding.numbers().others_in(numbers);
    let mut said = format!("{} moved from {} to {port}; {others}", args.service, binding.host);
    if followed > 0 {
        said = format!("{said}; {} in `compose` changed", counted(followed, "number"));
    }
    Ok(editing::Edited { result: port.to_string(), said })
}

/// The move of one binding.
struct Move<'a> {
    args: &'a Args,
    service: &'a Service,
    binding: &'a Binding,
    /// Whether its other numbers move too. What listens on a number of its own choice is not asked to move: a service of other
    /// people's listens where its image does.
    follows: bool,
}

impl Move<'_> {
    fn numbers(&self, host: Port, draft: &mut Draft) -> Numbers {
        let mut other = |asked: Option<Port>, key: &str, now: Port| {
            let follows = self.follows && !draft.states(&self.service.id, &self.binding.name, key);
            asked.unwrap_or(if follows { host } else { now })
        };
        Numbers {
            host,
            container: other(self.args.container, "container", self.binding.container),
            service: other(self.args.kubernetes, "service", self.binding.service),
        }
    }
}

/// An exception that is asked for is stated; one that nothing needs any more goes.
fn restate_exception(
    args: &Args,
    allocation: &Allocation,
    (service, binding, port): (&Service, &Binding, Port),
    draft: &mut Draft,
) -> Result<(), Diagnostic> {
    if let Some(reason) = &args.out_of_range {
        return draft.set_field(&service.id, &("out-of-range", string(reason)));
    }
    let ranges = allocation.ranges_of(service);
    for other in &service.bindings {
        let host = if other.name == binding.name { port } else { other.host };
        if !ranges.is_empty() && !ranges.iter().any(|range| range.contains(host)) {
            return Ok(());
        }
    }
    if service.exception.is_some() {
        draft.remove_field(&service.id, "out-of-range")?;
    }
    Ok(())
}
