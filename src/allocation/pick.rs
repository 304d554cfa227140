//! Which port a service may get: the first free one, or one that somebody asks for.

use std::ptr;

use super::free_ports;
use super::holders::{Holder, Holders};
use super::intervals::Intervals;
use super::occupancy::Occupancy;
use super::shortage::{Wanted, shortage};
use crate::allocation::{Allocation, Binding, Level, Port, Ports, Range, Service};
use crate::diagnostic::{Diagnostic, Place, codes, quoted};

/// The first `count` free ports of `ranges`, in their order.
///
/// # Errors
/// There are not so many; the ranges are shown.
pub fn first(allocation: &Allocation, ranges: &[&Range], count: usize) -> Result<Vec<Port>, Diagnostic> {
    let found = Occupancy::of(allocation).first(ranges, count);
    let found: Vec<Port> = found.into_iter().filter_map(|number| Port::new(number.into())).collect();
    if found.len() == count {
        return Ok(found);
    }
    let names: Vec<String> = ranges.iter().map(|range| quoted(&range.id)).collect();
    let elsewhere = ", or take the port from another one";
    Err(shortage(allocation, ranges, Wanted { whose: &names.join(", "), count, contiguous: false, elsewhere }))
}

/// The first `count` free ports next to each other of one of `ranges`.
///
/// # Errors
/// There are not so many; the ranges are shown.
pub fn first_run(allocation: &Allocation, ranges: &[&Range], count: u16) -> Result<Ports, Diagnostic> {
    if count == 1 {
        return Ok(first(allocation, ranges, 1)?[0].into());
    }
    let found = free_ports::first_free(&[allocation], ranges, count);
    found.map(|(ports, _)| ports).ok_or_else(|| {
        let names: Vec<String> = ranges.iter().map(|range| quoted(&range.id)).collect();
        let elsewhere = ", or take the ports from another one";
        let wanted = Wanted { whose: &names.join(", "), count: count.into(), contiguous: true, elsewhere };
        shortage(allocation, ranges, wanted)
    })
}

/// Who asks for ports.
#[derive(Clone, Copy, Debug)]
pub enum Asking<'a> {
    /// A service that is not in ports.toml, by its id: a Compose file may have it.
    New(&'a str),
    /// A port of a service of ports.toml, which is to move: it may have again what it has or had before.
    Known(&'a Service, &'a Binding),
}

impl<'a> Asking<'a> {
    fn id(self) -> &'a str {
        match self {
            Self::New(id) => id,
            Self::Known(service, _) => &service.id,
        }
    }
}

/// Whether `ports` may be given to who asks for them and has its ports from `ranges`; `offer` is the command that would do
/// instead, up to the numbers.
///
/// # Errors
/// Somebody has one of them, or it is reserved, retired or out of range. What lints object to is for them to say.
pub fn judge(
    allocation: &Allocation,
    asking: Asking<'_>,
    ports: Ports,
    ranges: &[&Range],
    offer: &str,
) -> Result<(), Diagnostic> {
    judge_numbers(allocation, asking, ports).and_then(|()| judge_range(allocation, ports, ranges)).map_err(|refused| {
        match free_ports::first_free(&[allocation], ranges, ports.count()) {
            Some((free, range)) if free.is_one() => {
                refused.help(format!("`{offer}{free}` works: it is the first free port of {}", quoted(&range.id)))
            }
            Some((free, range)) => {
                refused.help(format!("`{offer}{free}` works: they are the first free ports of {}", quoted(&range.id)))
            }
            None => refused,
        }
    })
}

fn judge_numbers(allocation: &Allocation, asking: Asking<'_>, ports: Ports) -> Result<(), Diagnostic> {
    let leaves_it = |holder: &Holder<'_>| match (holder, asking) {
        (Holder::Service(other, held), Asking::Known(service, own)) => {
            ptr::eq(own, *held) || !service.runs_beside(other)
        }
        (Holder::Retired(one), Asking::Known(service, _)) => one.service == service.id,
        (Holder::Elsewhere(other), _) => other.service == asking.id(),
        (Holder::Service(..) | Holder::Retired(_), Asking::New(_)) => false,
        (Holder::Hazard(..), _) => true,
        (Holder::Reserved(_), _) => false,
    };
    let Some(holder) = Holders::new(allocation).of(ports).find(|holder| !leaves_it(holder)) else { return Ok(()) };
    let held = holder.of(ports);
    let is_what = if held.is_one() { format!("is {holder}") } else { format!("are {holder:#}") };
    let refused = Diagnostic::error(holder.code(), format!("{} {held} {is_what}", held.noun()));
    let refused = holder.shown_in(allocation, refused);
    Err(match holder {
        Holder::Service(..) | Holder::Elsewhere(_) | Holder::Hazard(..) => refused,
        Holder::Reserved(_) => refused.help(format!("or give it back: `portgen unreserve {held}`")),
        Holder::Retired(_) => refused.help(format!(
            "once nothing uses the old number, take it off the `retired` list: `portgen unreserve {held}`"
        )),
    })
}

/// Whether `ports` lie in `ranges`, or there is none to lie in. Below the level `deny`, the lint `out-of-range` says no
/// more than a warning.
///
/// # Errors
/// They do not; the ranges are shown.
pub fn judge_range(allocation: &Allocation, ports: Ports, ranges: &[&Range]) -> Result<(), Diagnostic> {
    let is_free = allocation.level(codes::OUT_OF_RANGE) < Level::Deny;
    if is_free || ranges.is_empty() || is_within(ports, ranges) {
        return Ok(());
    }
    let names: Vec<String> = ranges.iter().map(|range| format!("{} ({range})", quoted(&range.id))).collect();
    let is = if ports.is_one() { "is" } else { "are" };
    let refused =
        Diagnostic::error(codes::OUT_OF_RANGE, format!("{} {ports} {is} not in {}", ports.noun(), names.join(", ")));
    Err(refused.at_each(places(allocation, ranges), "its range").help("or state a reason: `--out-of-range REASON`"))
}

/// Whether each of `ports` is in one of `ranges`.
pub fn is_within(ports: Ports, ranges: &[&Range]) -> bool {
    Intervals::new(ranges.iter().map(|range| (range.ports, *range))).covers(ports)
}

fn places(allocation: &Allocation, ranges: &[&Range]) -> Vec<Place> {
    ranges.iter().map(|range| allocation.place(&range.span)).collect()
}
