//! How full the ranges are.

use std::collections::HashSet;

use super::free_ports::{self, Taken};
use crate::allocation::{Allocation, Port, Ports, Range};

/// Every number of an allocation: free, or why not. Free is what [`super::free_ports::first_free`] gives out.
#[derive(Debug)]
pub struct Occupancy(Vec<Option<Taken>>);

impl Occupancy {
    /// That of `allocation`.
    pub fn of(allocation: &Allocation) -> Self {
        let mut numbers = vec![None; 1 << 16];
        for (why, first, last) in free_ports::taken(allocation) {
            numbers[usize::from(first)..=usize::from(last)].fill(Some(why));
        }
        Self(numbers)
    }

    /// How many numbers of `range` are not free for the reason `why`, each counted once; the free ones for none.
    pub fn count(&self, range: &Range, why: Option<Taken>) -> usize {
        self.numbers(range).iter().filter(|number| **number == why).count()
    }

    /// The free numbers of `range`, in runs as long as can be: first and last number, both included.
    pub fn free(&self, range: &Range) -> Vec<(u16, u16)> {
        self.runs(range, None).into_iter().map(|run| (run.first().get(), run.last().get())).collect()
    }

    /// The numbers of `range` that are not free for the reason `why`, in runs as long as can be; the free ones for none.
    pub fn runs(&self, range: &Range, why: Option<Taken>) -> Vec<Ports> {
        let mut at = range.ports.first();
        let mut runs = Vec::new();
        for run in self.numbers(range).chunk_by(|one, other| one == other) {
            let Some(ports) = u16::try_from(run.len()).ok().and_then(|count| Ports::starting(at, count)) else { break };
            runs.extend((run[0] == why).then_some(ports));
            let Some(next) = Port::new(i64::from(ports.last().get()) + 1) else { break };
            at = next;
        }
        runs
    }

    /// The first `count` free numbers of `ranges`, in their order, each once; fewer where there are no more.
    pub fn first(&self, ranges: &[&Range], count: usize) -> Vec<u16> {
        let mut seen = HashSet::new();
        let numbers = ranges.iter().flat_map(|range| self.free(range)).flat_map(|(first, last)| first..=last);
        numbers.filter(|number| seen.insert(*number)).take(count).collect()
    }

    fn numbers(&self, range: &Range) -> &[Option<Taken>] {
        &self.0[usize::from(range.ports.first().get())..=usize::from(range.ports.last().get())]
    }
}
