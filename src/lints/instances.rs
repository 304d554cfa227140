//! Host ports whose instances meet something.

use super::scope::Scope;
use crate::allocation::holders::{Holder, Holders};
use crate::allocation::{Allocation, Binding, Instances, Ports, Service};
use crate::diagnostic::{Diagnostic, quoted};

/// `instance-port`: each host port of which an instance is no port, or not free; the first one that is not.
///
/// Two bindings that share a number because they never run together, by their profiles, may still run in two instances.
pub(super) fn instance_port(scope: &Scope<'_>) -> Vec<Diagnostic> {
    let Some(instances) = &scope.allocation.instances else { return Vec::new() };
    let published = || scope.published().filter(|(_, binding)| !binding.is_anywhere);
    let met: Vec<_> =
        published().filter_map(|own| Some((own, first_meeting(scope.holders, instances, own)?))).collect();
    if met.is_empty() {
        return Vec::new();
    }
    let help = another_step(scope, instances);
    met.into_iter().map(|(own, (number, met))| finding(scope, own, number, met).help(help.clone())).collect()
}

/// A binding with its service.
type Held<'a> = (&'a Service, &'a Binding);

/// What an instance meets: ports, and what has them; none where there are no such ports.
type Met<'a> = Option<(Ports, Holder<'a>)>;

/// The first instance of `own` that cannot be, with what it meets.
fn first_meeting<'a>(holders: &Holders<'a>, instances: &Instances, own: Held<'_>) -> Option<(u16, Met<'a>)> {
    instances.others().find_map(|number| {
        let Some(ports) = instances.ports(own.1.hosts(), number) else { return Some((number, None)) };
        let holder = holders.of(ports).find(|holder| is_met(holders.allocation, *holder, own))?;
        Some((number, Some((ports, holder))))
    })
}

/// Whether an instance of `own` cannot have a number because of `holder`.
fn is_met(allocation: &Allocation, holder: Holder<'_>, own: Held<'_>) -> bool {
    match holder {
        Holder::Service(service, binding) => {
            service.takes_host_port(binding)
                && !binding.is_anywhere
                && binding.protocol == own.1.protocol
                && (std::ptr::eq(binding, own.1) || binding.expose.collides_with(own.1.expose))
        }
        Holder::Elsewhere(other) => other.protocol == own.1.protocol,
        Holder::Reserved(_) | Holder::Retired(_) => true,
        // Who accepts a number of that kind in ports.toml accepts it in an instance, too.
        Holder::Hazard(hazard, _) => hazard.concerns(allocation, own.0, own.1) && hazard.zone(own.1.hosts()).is_none(),
    }
}

fn finding(scope: &Scope<'_>, own: Held<'_>, number: u16, met: Met<'_>) -> Diagnostic {
    let allocation = scope.allocation;
    let (service, binding) = own;
    let party = service.party(binding);
    let place = (allocation.place(&binding.span), "its ports are counted from here");
    let Some((ports, holder)) = met else {
        let message = format!("instance {number} of {party} would have a port above 65535");
        return scope.found(message).at(place.0, place.1);
    };
    let others = holder.of(ports);
    let are = if others.is_one() { "is" } else { "are" };
    let by = if others.is_one() { format!("{holder}") } else { format!("{holder:#}") };
    let message = format!("instance {number} of {party} would have {}, which {are} {by}", others.named());
    let found = scope.found(message).at(place.0, place.1);
    if holder.service().is_some_and(|(_, held)| std::ptr::eq(held, binding)) {
        return found;
    }
    holder.shown_in(allocation, found)
}

/// What to do about the step: the next one with which nothing meets.
fn another_step(scope: &Scope<'_>, instances: &Instances) -> String {
    match free_step(scope.allocation, scope.holders, instances) {
        Some(step) => format!("write `step = {step}` in `[instances]`: every port of every instance is free then"),
        None => {
            let count = quoted(&format!("count = {}", instances.count));
            format!("no step leaves room for so many instances: lower {count} in `[instances]`, or move the service")
        }
    }
}

/// The lowest step that people like, else the lowest multiple of ten, with which all instances are free.
fn free_step(allocation: &Allocation, holders: &Holders<'_>, instances: &Instances) -> Option<u16> {
    const ROUND: [u16; 9] = [10, 20, 50, 100, 200, 500, 1000, 2000, 5000];
    let published: Vec<Held<'_>> =
        allocation.bindings().filter(|(service, one)| service.takes_host_port(one) && !one.is_anywhere).collect();
    let most = u16::MAX / instances.count.max(1);
    let tens = (1..=most / 10).map(|tens| tens * 10);
    ROUND.into_iter().chain(tens).find(|step| {
        let instances = Instances { step: *step, ..instances.clone() };
        published.iter().all(|own| first_meeting(holders, &instances, *own).is_none())
    })
}
