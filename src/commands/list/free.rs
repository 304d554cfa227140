//! `portgen list --free`: how full each range is, and what is left of it.

use crate::allocation::free_ports::Taken;
use crate::allocation::occupancy::Occupancy;
use crate::allocation::{Allocation, Range};
use crate::commands::args::columns::columns;

const HEAD: [&str; 9] = ["RANGE", "PORTS", "FULL", "USED", "RETIRED", "RESERVED", "LINTED", "FREE", "FREE PORTS"];

/// The cells of a bar.
const CELLS: usize = 20;

/// What the numbers of a range are, each counted once.
struct Count {
    size: usize,
    used: usize,
    retired: usize,
    reserved: usize,
    linted: usize,
    free: usize,
}

impl Count {
    fn of(occupancy: &Occupancy, range: &Range) -> Self {
        Self {
            size: range.ports.count().into(),
            used: occupancy.count(range, Some(Taken::Used)),
            retired: occupancy.count(range, Some(Taken::Retired)),
            reserved: occupancy.count(range, Some(Taken::Reserved)),
            linted: occupancy.count(range, Some(Taken::Linted)),
            free: occupancy.count(range, None),
        }
    }

    fn cells(&self, count: usize) -> usize {
        (count * CELLS).div_ceil(self.size)
    }

    /// `#` for what services have, `x` for what else is not free, `.` for what is free. Some of a thing shows as at least one
    /// cell, free ones above all.
    fn bar(&self) -> String {
        let most = if self.free > 0 { CELLS - 1 } else { CELLS };
        let taken = self.cells(self.size - self.free).min(most);
        let used = self.cells(self.used).min(taken);
        format!("[{}{}{}]", "#".repeat(used), "x".repeat(taken - used), ".".repeat(CELLS - taken))
    }
}

/// A line for each range.
pub(super) fn table(allocation: &Allocation) -> String {
    let occupancy = Occupancy::of(allocation);
    let mut rows = vec![HEAD.map(str::to_owned)];
    for range in &allocation.ranges {
        let count = Count::of(&occupancy, range);
        let free = runs(&occupancy, range);
        rows.push([
            range.id.clone(),
            range.to_string(),
            count.bar(),
            format!("{}/{}", count.used, count.size),
            count.retired.to_string(),
            count.reserved.to_string(),
            count.linted.to_string(),
            count.free.to_string(),
            if free.is_empty() { "-".to_owned() } else { free.join(", ") },
        ]);
    }
    columns(&rows)
}

/// One object: `ranges`, each with how many numbers are what, and its `freePorts`.
pub(super) fn json(allocation: &Allocation) -> serde_json::Value {
    let occupancy = Occupancy::of(allocation);
    let ranges = allocation.ranges.iter().map(|range| {
        let count = Count::of(&occupancy, range);
        serde_json::json!({
            "id": range.id,
            "first": range.ports.first().get(),
            "last": range.ports.last().get(),
            "purpose": range.purpose,
            "size": count.size,
            "used": count.used,
            "retired": count.retired,
            "reserved": count.reserved,
            "linted": count.linted,
            "free": count.free,
            "freePorts": runs(&occupancy, range),
        })
    });
    serde_json::json!({ "version": 1, "ranges": ranges.collect::<Vec<_>>() })
}

/// `4006-4099`, or `4006` where a number stands alone.
fn runs(occupancy: &Occupancy, range: &Range) -> Vec<String> {
    let mut runs = Vec::new();
    for (first, last) in occupancy.free(range) {
        runs.push(if first == last { format!("{first}") } else { format!("{first}-{last}") });
    }
    runs
}
