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
    /// A port or a range of ports: `4090`, `4090-4099`
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
    draft.add_item("reserved", &[numbers(first, last), ("reason", string(&args.reason))])?;
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

/// Takes numbers off the `reserved` and `retired` lists; of a reserved range, what is left stays reserved.
///
/// # Errors
/// None of the numbers is on either list, or the outputs cannot be written.
pub fn run_unreserve(args: &UnreserveArgs, session: &Session) -> anyhow::Result<Exit> {
    editing::run(&args.edit, session, |allocation, draft| Ok(unreserved(args.ports, allocation, draft)?))
}

fn unreserved((first, last): (Port, Port), allocation: &Allocation, draft: &mut Draft) -> Result<Edited, Diagnostic> {
    let reserved =
        allocation.reserved.iter().enumerate().rev().filter(|(_, one)| one.first <= last && first <= one.last);
    let retired = allocation.retired.iter().enumerate().rev().filter(|(_, one)| first <= one.port && one.port <= last);
    let mut is_any = false;
    for (index, _) in retired {
        draft.remove_item("retired", index)?;
        is_any = true;
    }
    for (index, one) in reserved {
        draft.remove_item("reserved", index)?;
        for (first, last) in left_of((one.first, one.last), (first, last)) {
            draft.add_item("reserved", &[numbers(first, last), ("reason", string(&one.reason))])?;
        }
        is_any = true;
    }
    if !is_any {
        let is = if first == last { "is" } else { "are" };
        let message = format!("{} {is} neither reserved nor retired", shown(first, last));
        let unknown = Diagnostic::error(codes::NOT_RESERVED, message);
        return Err(unknown.help("`portgen list --free` shows which numbers are free"));
    }
    Ok(Edited::silent(format!("{} can be given out again", shown(first, last))))
}

/// What is left of a range without another one: below and above it.
fn left_of((first, last): (Port, Port), (from, to): (Port, Port)) -> Vec<(Port, Port)> {
    let below = Port::new(i64::from(from.get()) - 1).filter(|below| *below >= first).map(|below| (first, below));
    let above = Port::new(i64::from(to.get()) + 1).filter(|above| *above <= last).map(|above| (above, last));
    below.into_iter().chain(above).collect()
}

/// The key of an entry of the `reserved` list that names its numbers.
fn numbers(first: Port, last: Port) -> Field {
    if first == last { ("port", first.to_string()) } else { ("ports", string(&range(first, last))) }
}

fn range(first: Port, last: Port) -> String {
    if first == last { first.to_string() } else { format!("{first}-{last}") }
}

fn shown(first: Port, last: Port) -> String {
    if first == last { format!("port {first}") } else { format!("ports {first}-{last}") }
}
