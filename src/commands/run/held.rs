//! A program is not started where somebody has its port: it would fail, or go on with another one.

use super::Program;
use crate::allocation::{Allocation, Binding, Protocol, Service};
use crate::diagnostic::{Diagnostic, Diagnostics, codes};
use crate::files::tree::Tree;
use crate::machine::holder::Machine;
use crate::machine::sockets::{Listeners, answering};

/// Refuses every port of the programs that somebody holds, and says who.
///
/// # Errors
/// Somebody holds one, or the system does not say who listens.
pub(super) fn refuse(
    allocation: &Allocation,
    tree: &Tree,
    instance: u16,
    programs: &[Program],
) -> Result<(), Diagnostics> {
    let listeners = Listeners::now()?;
    let own = programs.iter().flat_map(|program| ports(&allocation.services[program.service]));
    let held: Vec<_> = own.filter(|(_, _, port, protocol)| is_held(&listeners, *port, *protocol)).collect();
    if held.is_empty() {
        return Ok(());
    }
    let numbers = held.iter().map(|(_, _, port, protocol)| (*port, *protocol));
    let machine = Machine::now(allocation, tree.root(), instance, numbers)?;
    let said = held.into_iter().map(|one| finding(allocation, &machine, one)).collect();
    Err(Diagnostics(said))
}

/// The ports on which a program of a service listens on the machine.
fn ports(service: &Service) -> impl Iterator<Item = (&Service, &Binding, u16, Protocol)> {
    let own = service.bindings.iter().filter(|binding| !binding.is_anywhere);
    own.flat_map(move |binding| binding.hosts().iter().map(move |port| (service, binding, port, binding.protocol)))
}

fn is_held(listeners: &Listeners, port: u16, protocol: Protocol) -> bool {
    !listeners.on(port, protocol).is_empty() || protocol == Protocol::Tcp && !answering(port).is_empty()
}

fn finding(
    allocation: &Allocation,
    machine: &Machine,
    (service, binding, port, protocol): (&Service, &Binding, u16, Protocol),
) -> Diagnostic {
    let holders = machine.holders(port, protocol);
    let who: Vec<String> = holders.iter().map(|held| machine.shown(&held.who)).collect();
    let who = if who.is_empty() { "somebody who has gone meanwhile".to_owned() } else { who.join(" and ") };
    let is_running = holders.iter().any(|held| machine.is_right(&held.who, service));
    let running = if is_running { ": it runs already" } else { "" };
    Diagnostic::error(
        codes::PORT_HELD,
        format!("port `{port}` of {} is held by {who}{running}", service.party(binding)),
    )
    .at(allocation.place(&binding.span), "this port")
    .help(format!("`portgen doctor {port} --end` ends who holds it, after a question"))
    .help("or run with the ports of another instance: `portgen instance next`, or `--instance`")
}
