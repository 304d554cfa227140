//! What to say where too few numbers are free.

use std::fmt::Write as _;

use super::free_ports::Taken;
use super::hazards::HAZARDS;
use super::occupancy::Occupancy;
use crate::allocation::{Allocation, Level, Range};
use crate::diagnostic::{Diagnostic, codes, counted};

/// The most ranges that an error points at.
const MOST: usize = 5;

/// What was asked for.
#[derive(Clone, Copy, Debug)]
pub struct Wanted<'a> {
    /// Where from: the end of a sentence that starts with `not enough free ports in`.
    pub whose: &'a str,
    /// How many numbers.
    pub count: usize,
    /// Whether they have to be consecutive.
    pub contiguous: bool,
    /// Where else they could come from, as the end of the help: `, or name another one`; may be empty.
    pub elsewhere: &'a str,
}

/// The error for ranges that have too few free numbers: what became of the others, and how to get more.
pub fn shortage(allocation: &Allocation, ranges: &[&Range], wanted: Wanted<'_>) -> Diagnostic {
    if ranges.is_empty() {
        return Diagnostic::error(codes::NO_FREE_PORT, "there are no ranges to take a port from")
            .help("add one to `[ranges]` in ports.toml: `backend = { ports = \"4000-4099\", purpose = \"...\" }`");
    }
    let occupancy = Occupancy::of(allocation);
    let mut error = Diagnostic::error(codes::NO_FREE_PORT, message(&occupancy, ranges, wanted));
    for range in ranges.iter().take(MOST) {
        error = error.at(allocation.place(&range.span), stand(wanted.contiguous, &occupancy, range));
    }
    let elsewhere = wanted.elsewhere;
    error =
        error.help(format!("widen a range in `[ranges]`{elsewhere}: `portgen list --free` shows what is left of each"));
    ways(allocation, &occupancy, ranges).into_iter().fold(error, Diagnostic::help)
}

fn message(occupancy: &Occupancy, ranges: &[&Range], Wanted { whose, count, contiguous, .. }: Wanted<'_>) -> String {
    let row = if contiguous { " in a row" } else { "" };
    let left = counted(occupancy.first(ranges, usize::MAX).len(), "free port");
    format!("not enough free ports in {whose}: {}{row} wanted, {left} left", counted(count, "port"))
}

/// How to get more numbers out of the ranges as they are.
fn ways(allocation: &Allocation, occupancy: &Occupancy, ranges: &[&Range]) -> Vec<String> {
    let has = |why| ranges.iter().any(|range| occupancy.count(range, Some(why)) > 0);
    let mut ways = Vec::new();
    if has(Taken::Linted) {
        let lints: Vec<String> = objecting(allocation, ranges).map(|code| format!("`{code} = \"allow\"`")).collect();
        if !lints.is_empty() {
            ways.push(format!("or accept the numbers that lints reject: {} in `[lints]`", lints.join(", ")));
        }
        if allocation.instances.is_some() {
            ways.push("or take fewer instances, or another `step`, in `[instances]`".to_owned());
        }
    }
    if has(Taken::Retired) {
        ways.push("or reuse a number of `[[retired]]`: `portgen unreserve` takes it off the list".to_owned());
    }
    if has(Taken::Reserved) {
        ways.push("or reserve less: `portgen unreserve` gives numbers of `[[reserved]]` back".to_owned());
    }
    ways
}

/// The lints about numbers that reject some number of `ranges`.
pub fn objecting(allocation: &Allocation, ranges: &[&Range]) -> impl Iterator<Item = &'static str> {
    let hazards = HAZARDS.iter().filter(|hazard| allocation.level(hazard.code) != Level::Allow);
    let hazards = hazards.filter(|hazard| {
        hazard.zones.iter().any(|zone| {
            ranges.iter().any(|range| zone.first <= range.ports.last().get() && zone.last >= range.ports.first().get())
        })
    });
    hazards.map(|hazard| hazard.code.as_str())
}

/// How many numbers of a range are left, and what became of the others.
fn stand(contiguous: bool, occupancy: &Occupancy, range: &Range) -> String {
    let mut text = counted(occupancy.count(range, None), "free port");
    if contiguous {
        let longest = occupancy.free(range).iter().map(|(first, last)| last - first + 1).max().unwrap_or(0);
        let _ = write!(text, ", at most {longest} in a row");
    }
    let reasons = [
        (Taken::Used, "used"),
        (Taken::Retired, "retired"),
        (Taken::Reserved, "reserved"),
        (Taken::Linted, "unallocated but rejected by lints"),
    ];
    for (why, name) in reasons {
        let count = occupancy.count(range, Some(why));
        if count > 0 {
            let _ = write!(text, ", {count} {name}");
        }
    }
    text
}
