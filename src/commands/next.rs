//! `portgen next`: free numbers alone, for scripts.

use crate::allocation::occupancy::Occupancy;
use crate::allocation::shortage::{Wanted, shortage};
use crate::allocation::{Allocation, Range};
use crate::commands::args::complete;
use crate::diagnostic::{Diagnostic, codes, quoted};
use crate::pipeline;
use crate::session::{Exit, Session};

/// How many, and from where.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  portgen next backend                    the first free port of the group
  portgen next backend -n 3 --contiguous  three in a row")]
pub struct Args {
    /// A group (all its ranges) or a range; if both have this name, the group. Default: all ranges
    #[arg(value_name = "GROUP|RANGE", add = complete::groups_and_ranges())]
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
    let found = if args.contiguous {
        in_a_row(ranges.iter().flat_map(|range| occupancy.free(range)), args.count)
    } else {
        occupancy.first(&ranges, args.count.into())
    };
    if found.len() < usize::from(args.count) {
        let whose = args.name.as_deref().map_or_else(|| "all ranges together".to_owned(), quoted);
        let elsewhere = if args.name.is_some() { ", or name another one" } else { "" };
        let wanted = Wanted { whose: &whose, count: args.count.into(), contiguous: args.contiguous, elsewhere };
        return Err(shortage(&allocation, &ranges, wanted).into());
    }
    let lines: String = found.iter().map(|port| format!("{port}\n")).collect();
    session.print(&lines)?;
    Ok(Exit::Clean)
}

/// The ranges that a name means; a group without ranges takes its ports from all.
fn ranges<'a>(allocation: &'a Allocation, name: Option<&str>) -> Result<Vec<&'a Range>, Diagnostic> {
    let Some(name) = name else { return Ok(allocation.ranges_for(None)) };
    if let Some(group) = allocation.groups.iter().find(|group| group.id == name) {
        return Ok(allocation.ranges_for(Some(group)));
    }
    if let Some(range) = allocation.ranges.iter().find(|range| range.id == name) {
        return Ok(vec![range]);
    }
    let groups = allocation.groups.iter().map(|group| &*group.id);
    let known = groups.chain(allocation.ranges.iter().map(|range| &*range.id));
    let unknown = Diagnostic::error(codes::UNKNOWN_RANGE, format!("there is no group or range {}", quoted(name)));
    Err(unknown.did_you_mean(name, known, "`portgen list --free` shows the ranges"))
}

/// The first numbers of a run that is long enough; nothing where none is.
fn in_a_row(mut runs: impl Iterator<Item = (u16, u16)>, count: u16) -> Vec<u16> {
    let run = runs.find(|(first, last)| last - first >= count - 1);
    run.map_or(Vec::new(), |(first, _)| (first..=first + (count - 1)).collect())
}
