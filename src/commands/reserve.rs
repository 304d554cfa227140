//! `portgen reserve` and `portgen unreserve`: numbers that are not given out.

use super::args::editing::Edited;
use super::args::{editing, lookup};
use crate::allocation::holders::{Holder, Holders};
use crate::allocation::{Allocation, Port};
use crate::diagnostic::{Diagnostic, codes, quoted};
use crate::manifest::edit::{Draft, Field, string};
use crate::session::{Exit, Session};

/// Which numbers, and why.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// A port or a range of ports: `4090`, `4090-4099`
    #[arg(value_parser = lookup::ports)]
    ports: (Port, Port),
    /// Why they are reserved
    #[arg(long)]
    reason: String,
    /// How it is done.
    #[command(flatten)]
    edit: editing::Args,
}

/// Which numbers.
#[derive(Debug, clap::Args)]
pub struct UnreserveArgs {
    /// A port or a range of ports, as it was reserved
    #[arg(value_parser = lookup::ports)]
    ports: (Port, Port),
    /// How it is done.
    #[command(flatten)]
    edit: editing::Args,
}

/// Reserves the numbers.
///
/// # Errors
/// Somebody has one of them, they are reserved already, or the outputs cannot be written.
pub fn run(args: &Args, session: &Session) -> anyhow::Result<Exit> {
    editing::run(&args.edit, session, |allocation, draft| Ok(reserved(args, allocation, draft)?))
}

fn reserved(args: &Args, allocation: &Allocation, draft: &mut Draft) -> Result<Edited, Diagnostic> {
    let (first, last) = args.ports;
    refuse_held(allocation, args.ports)?;
    let numbers: Field =
        if first == last { ("port", first.to_string()) } else { ("ports", string(&range(first, last))) };
    draft.add_item("reserved", &[numbers, ("reason", string(&args.reason))])?;
    Ok(Edited::silent(format!("{} reserved", shown(first, last))))
}

fn refuse_held(allocation: &Allocation, (first, last): (Port, Port)) -> Result<(), Diagnostic> {
    let holders = Holders::new(allocation);
    let services = holders.within(first, last).filter(|holder| holder.service().is_some());
    let reserved = holders.within(first, last).filter(|holder| holder.reserved().is_some());
    let Some(holder) = services.chain(reserved).next() else { return Ok(()) };
    let (message, help) = match holder {
        Holder::Service(service, binding) => (
            format!("port {} is {holder}", binding.host),
            format!("move the service first: `portgen move {} --next`", service.id),
        ),
        Holder::Reserved(other) => (
            format!("already reserved: {}: {}", shown(other.first, other.last), quoted(&other.reason)),
            format!("`portgen unreserve {}` releases them", range(other.first, other.last)),
        ),
        Holder::Retired(_) | Holder::Hazard(..) => return Ok(()),
    };
    let refused = Diagnostic::error(codes::RESERVED_PORT, message);
    Err(holder.shown_in(allocation, refused).help(help))
}

/// Takes a reservation back.
///
/// # Errors
/// There is none of exactly these numbers, or the outputs cannot be written.
pub fn run_unreserve(args: &UnreserveArgs, session: &Session) -> anyhow::Result<Exit> {
    let (first, last) = args.ports;
    editing::run(&args.edit, session, |allocation, draft| {
        let index = allocation.reserved.iter().position(|one| (one.first, one.last) == (first, last));
        let Some(index) = index else { return Err(is_not_reserved(args, allocation).into()) };
        draft.remove_item("reserved", index)?;
        Ok(Edited::silent(format!("{} can be given out again", shown(first, last))))
    })
}

fn is_not_reserved(args: &UnreserveArgs, allocation: &Allocation) -> Diagnostic {
    let (first, last) = args.ports;
    let unknown = Diagnostic::error(codes::NOT_RESERVED, format!("there is no reservation of {}", shown(first, last)));
    let reserved = Holders::new(allocation).within(first, last).find_map(Holder::reserved);
    match reserved {
        Some(other) => unknown.at(allocation.place(&other.span), "reserved together").help(format!(
            "run `portgen unreserve {}`, then reserve again what you want to keep",
            range(other.first, other.last)
        )),
        None => unknown.help("`portgen list --free` shows which numbers are free"),
    }
}

fn range(first: Port, last: Port) -> String {
    if first == last { first.to_string() } else { format!("{first}-{last}") }
}

fn shown(first: Port, last: Port) -> String {
    if first == last { format!("port {first}") } else { format!("ports {first}-{last}") }
}
