//! `portgen next`: free numbers alone, for scripts.

use std::collections::HashSet;
use std::fmt::Write as _;

use crate::allocation::free_ports::Taken;
use crate::allocation::occupancy::Occupancy;
use crate::allocation::{Allocation, Range};
use crate::diagnostic::{Diagnostic, codes, counted, nearest, quoted};
use crate::pipeline;
use crate::session::{Exit, Session};

/// How many, and from where.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// A group (all its ranges) or a range; if both have this name, the group. Default: all ranges
    #[arg(value_name = "GROUP|RANGE")]
    name: Option<String>,
    /// How many numbers to print, one per line
    #[arg(short = 'n', long, value_name = "K", default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..))]
    count: u16,
    /// Consecutive numbers, within one range
    #[arg(long)]
    contiguous: bool,
}

/// Prints free numbers, in the order of the ranges.
///
/// # Errors
/// No such group or range, or too few free numbers.
pub fn run(args: &Args, session: &Session) -> anyhow::Result<Exit> {
    let tree = session.tree()?;
    let (allocation, _) = pipeline::allocation(&tree)?;
    let ranges = ranges(&allocation, args.name.as_deref())?;
    let occupancy = Occupancy::of(&allocation);
    let found = match args.contiguous {
        true => in_a_row(ranges.iter().flat_map(|range| occupancy.free(range)), args.count),
        false => {
            Some(occupancy.first(&ranges, args.count.into())).filter(|found| found.len() == usize::from(args.count))
        }
    };
    let found = found.ok_or_else(|| too_few(args, &allocation, &ranges, &occupancy))?;
    let mut text = String::new();
    for port in found {
        writeln!(text, "{port}")?;
    }
    session.print(&text)?;
    Ok(Exit::Clean)
}

/// The ranges that a name means; a group without ranges takes its ports from all.
fn ranges<'a>(allocation: &'a Allocation, name: Option<&str>) -> Result<Vec<&'a Range>, Diagnostic> {
    let all = || allocation.ranges.iter().collect();
    let Some(name) = name else { return Ok(all()) };
    if let Some(group) = allocation.groups.iter().find(|group| group.id == name) {
        let own = group.ranges.iter().map(|index| &allocation.ranges[*index]);
        return Ok(if group.ranges.is_empty() { all() } else { own.collect() });
    }
    if let Some(range) = allocation.ranges.iter().find(|range| range.id == name) {
        return Ok(vec![range]);
    }
    let groups = allocation.groups.iter().map(|group| &*group.id);
    let known = groups.chain(allocation.ranges.iter().map(|range| &*range.id));
    let unknown = Diagnostic::error(codes::UNKNOWN_RANGE, format!("there is no group or range {}", quoted(name)));
    Err(match nearest(name, known) {
        Some(near) => unknown.help(format!("did you mean `{near}`?")),
        None => unknown.help("`portgen list --free` shows the ranges"),
    })
}

fn in_a_row(mut runs: impl Iterator<Item = (u16, u16)>, count: u16) -> Option<Vec<u16>> {
    let (first, _) = runs.find(|(first, last)| last - first >= count - 1)?;
    Some((first..=first + (count - 1)).collect())
}

/// The most ranges that an error points at.
const MOST: usize = 5;

fn too_few(args: &Args, allocation: &Allocation, ranges: &[&Range], occupancy: &Occupancy) -> Diagnostic {
    let whose = args.name.as_deref().map_or_else(|| "all ranges together".to_owned(), quoted);
    if ranges.is_empty() {
        return Diagnostic::error(codes::NO_FREE_PORT, "there are no ranges to take a port from")
            .help("add one to `[ranges]` in ports.toml: `backend = { ports = \"4000-4099\", purpose = \"...\" }`");
    }
    let free: HashSet<u16> =
        ranges.iter().flat_map(|range| occupancy.free(range)).flat_map(|(first, last)| first..=last).collect();
    let (row, left) = (if args.contiguous { " in a row" } else { "" }, counted(free.len(), "free port"));
    let message =
        format!("not enough free ports in {whose}: {}{row} wanted, {left} left", counted(args.count.into(), "port"));
    let mut error = Diagnostic::error(codes::NO_FREE_PORT, message);
    for range in ranges.iter().take(MOST) {
        error = error.at(allocation.place(&range.span), stand(args.contiguous, occupancy, range));
    }
    let held = |why| ranges.iter().any(|range| occupancy.count(range, Some(why)) > 0);
    let retired = held(Taken::Retired).then_some("or reuse a number of `[[retired]]`: remove its entry");
    let reserved = held(Taken::Reserved).then_some("or shorten an entry of `[[reserved]]`");
    let all = if args.name.is_some() { ", or name another one" } else { "" };
    error = error.help(format!("widen a range in ports.toml{all}: `portgen list --free` shows what is left of each"));
    retired.into_iter().chain(reserved).fold(error, Diagnostic::help)
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
        (Taken::Linted, "rejected by lints"),
    ];
    for (why, name) in reasons {
        let count = occupancy.count(range, Some(why));
        if count > 0 {
            let _ = write!(text, ", {count} {name}");
        }
    }
    text
}
