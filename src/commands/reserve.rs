//! `portgen reserve` and `portgen unreserve`: numbers that are not given out.

use super::args::editing::Edited;
use super::args::{editing, lookup, retire};
use crate::allocation::holders::{Holder, Holders};
use crate::allocation::{Allocation, Binding, Ports, Reserved, Service};
use crate::diagnostic::{Diagnostic, codes, quoted};
use crate::manifest::edit::{Draft, string};
use crate::session::{Exit, Session};

/// Which numbers, and why.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  portgen reserve 5000 --reason \"AirPlay on macOS\"
  portgen reserve 6000-6063 --reason \"X11\"")]
pub struct Args {
    /// A port or a range of ports: `4090`, `4090-4099`
    #[arg(value_parser = lookup::ports)]
    ports: Ports,
    /// Why they are reserved
    #[arg(long)]
    reason: String,
    /// How it is done.
    #[command(flatten)]
    edit: editing::Args,
}

/// Which numbers.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  portgen unreserve 5000  give it out again")]
pub struct UnreserveArgs {
    /// A port or a range of ports: `4090`, `4090-4099`
    #[arg(value_parser = lookup::ports)]
    ports: Ports,
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
    let ports = args.ports;
    refuse_held(allocation, ports)?;
    draft.add_item("reserved", &[retire::numbers(ports), ("reason", string(&args.reason))])?;
    Ok(Edited::silent(format!("{} {ports} reserved", ports.noun())))
}

fn refuse_held(allocation: &Allocation, ports: Ports) -> Result<(), Diagnostic> {
    let holders = Holders::new(allocation);
    let is_held = |holder: &Holder<'_>| holder.service().is_some() || holder.reserved().is_some();
    let Some(holder) = holders.of(ports).find(is_held) else { return Ok(()) };
    let (message, help) = match holder {
        Holder::Service(service, binding) if binding.is_range() => (
            format!("ports {} are {holder}", binding.hosts()),
            format!("move the service first: `portgen move {} --next`", named(service, binding)),
        ),
        Holder::Service(service, binding) => (
            format!("port {} is {holder}", binding.host),
            format!("move the service first: `portgen move {} --next`", named(service, binding)),
        ),
        Holder::Reserved(Reserved { ports, reason, .. }) => (
            format!("already reserved: {} {ports}: {}", ports.noun(), quoted(reason)),
            format!("`portgen unreserve {ports}` releases them"),
        ),
        Holder::Elsewhere(_) | Holder::Retired(_) | Holder::Hazard(..) => return Ok(()),
    };
    let refused = Diagnostic::error(codes::RESERVED_PORT, message);
    Err(holder.shown_in(allocation, refused).help(help))
}

/// Takes numbers off the `reserved` and `retired` lists; what is left of a range stays there.
///
/// # Errors
/// None of the numbers is on either list, or the outputs cannot be written.
pub fn run_unreserve(args: &UnreserveArgs, session: &Session) -> anyhow::Result<Exit> {
    editing::run(&args.edit, session, |allocation, draft| Ok(unreserved(args.ports, allocation, draft)?))
}

fn unreserved(ports: Ports, allocation: &Allocation, draft: &mut Draft) -> Result<Edited, Diagnostic> {
    let reserved = allocation.reserved.iter().enumerate().rev().filter(|(_, one)| one.ports.meets(ports));
    let mut is_any = retire::take_back(draft, allocation, ports, |_| true)?;
    for (index, one) in reserved {
        let entry = |left| vec![retire::numbers(left), ("reason", string(&one.reason))];
        retire::leave(draft, ("reserved", index), one.ports.without(ports), entry)?;
        is_any = true;
    }
    let noun = ports.noun();
    if !is_any {
        let is = if ports.is_one() { "is" } else { "are" };
        let message = format!("{noun} {ports} {is} neither reserved nor retired");
        let unknown = Diagnostic::error(codes::NOT_RESERVED, message);
        return Err(unknown.help("`portgen list --free` shows which numbers are free"));
    }
    Ok(Edited::silent(format!("{noun} {ports} can be given out again")))
}

/// A binding as the commands take it: `web`, or `kafka.metrics` of a service with several.
fn named(service: &Service, binding: &Binding) -> String {
    match service.bindings.len() {
        1 => service.id.clone(),
        _ => format!("{}.{}", service.id, binding.name),
    }
}
