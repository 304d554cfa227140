//! Which port a service may get: the first free one, or one that somebody asks for.

use super::free_ports;
use super::holders::{Holder, Holders};
use super::occupancy::Occupancy;
use super::shortage::{Wanted, shortage};
use crate::allocation::{Allocation, Level, Port, Range};
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

/// Whether `port` may be given out, to a service that has its ports from `ranges`; `offer` is the command that would do
/// instead, up to the number. A number that `former` had before it may have again.
///
/// # Errors
/// Somebody has it, or it is reserved, retired, out of range, or trouble by a lint.
pub fn judge(
    allocation: &Allocation,
    former: Option<&str>,
    port: Port,
    ranges: &[&Range],
    offer: &str,
) -> Result<(), Diagnostic> {
    judge_number(allocation, former, port).and_then(|()| judge_range(allocation, port, ranges)).map_err(|refused| {
        match free_ports::first_free(&[allocation], ranges) {
            Some((free, range)) => {
                refused.help(format!("`{offer}{free}` works: it is the first free port of {}", quoted(&range.id)))
            }
            None => refused,
        }
    })
}

fn judge_number(allocation: &Allocation, former: Option<&str>, port: Port) -> Result<(), Diagnostic> {
    let service = former.and_then(|id| allocation.services.iter().find(|service| service.id == id));
    let leaves_it = |holder: &Holder<'_>| match holder {
        Holder::Service(other, _) => service.is_some_and(|service| !service.runs_beside(other)),
        Holder::Retired(one) => Some(&*one.service) == former,
        Holder::Reserved(_) | Holder::Hazard(..) => false,
    };
    let Some(holder) = Holders::new(allocation).of(port).find(|holder| !leaves_it(holder)) else { return Ok(()) };
    let refused = Diagnostic::error(holder.code(), format!("port {port} is {holder}"));
    let refused = holder.shown_in(allocation, refused);
    Err(match holder {
        Holder::Service(..) => refused,
        Holder::Reserved(_) => refused.help(format!("or give it back: `portgen unreserve {port}`")),
        Holder::Retired(_) => refused.help(format!(
            "once nothing uses the old number, take it off the `retired` list: `portgen unreserve {port}`"
        )),
        Holder::Hazard(hazard, _) => {
            let allow = quoted(&format!("{} = \"allow\"", hazard.code));
            refused.help(format!("to accept it, set {allow} in `[lints]`"))
        }
    })
}

/// Whether `port` lies in one of `ranges`, or there is none to lie in. Below the level `deny`, the lint `out-of-range` says no
/// more than a warning.
///
/// # Errors
/// It does not; the ranges are shown.
pub fn judge_range(allocation: &Allocation, port: Port, ranges: &[&Range]) -> Result<(), Diagnostic> {
    let is_free = allocation.level(codes::OUT_OF_RANGE) < Level::Deny;
    if is_free || ranges.is_empty() || ranges.iter().any(|range| range.contains(port)) {
        return Ok(());
    }
    let names: Vec<String> = ranges.iter().map(|range| format!("{} ({range})", quoted(&range.id))).collect();
    let refused = Diagnostic::error(codes::OUT_OF_RANGE, format!("port {port} is not in {}", names.join(", ")));
    Err(refused.at_each(places(allocation, ranges), "its range").help("or state a reason: `--out-of-range REASON`"))
}

fn places(allocation: &Allocation, ranges: &[&Range]) -> Vec<Place> {
    ranges.iter().map(|range| allocation.place(&range.span)).collect()
}
