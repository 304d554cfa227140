//! `portgen move`: another port for a service.

use super::args::{editing, lookup, retire};
use crate::allocation::{Allocation, Binding, Port, Service, pick};
use crate::diagnostic::{Diagnostic, codes, quoted};
use crate::manifest::edit::{Draft, string};
use crate::session::{Exit, Session};

/// Which service, and where to.
#[derive(Debug, clap::Args)]
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

/// Moves the port, and prints the new one alone.
///
/// # Errors
/// There is no such service or binding, the port cannot be had, or the outputs cannot be written.
pub fn run(args: &Args, session: &Session) -> anyhow::Result<Exit> {
    editing::run(&args.edit, session, |allocation, draft| Ok(moved(args, allocation, draft)?))
}

fn moved(args: &Args, allocation: &Allocation, draft: &mut Draft) -> Result<editing::Edited, Diagnostic> {
    let (service, binding) = lookup::binding(allocation, &args.service)?;
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
    draft.set_number(binding.span.clone(), binding.host.get(), port.get())?;
    let back = allocation.retired.iter().position(|one| one.port == port && one.service == service.id);
    if let Some(back) = back {
        draft.remove_item("retired", back)?;
    }
    restate_exception(args, allocation, (service, binding, port), draft)?;
    args.retire.retire(draft, allocation, (&service.id, binding.host), &format!("moved to {port}"))?;
    let said = format!("{} moved from {} to {port}", args.service, binding.host);
    Ok(editing::Edited { result: port.to_string(), said })
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
