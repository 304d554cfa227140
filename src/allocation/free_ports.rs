//! Numbers that can still be given out.

use super::hazards::HAZARDS;
use crate::allocation::{Allocation, Level, Port, Ports, Range};

/// The first so many ports next to each other of one of `ranges`, in their order, that are free in every one of the allocations,
/// with their range.
///
/// Free is what no service has as a host port (published or not, so that publishing it later collides with nothing), what
/// is neither reserved nor retired, and what no lint about numbers objects to, unless that lint is allowed.
pub fn first_free<'r>(allocations: &[&Allocation], ranges: &[&'r Range], count: u16) -> Option<(Ports, &'r Range)> {
    Free::without(allocations.iter().copied().flat_map(Free::taken)).first_of(ranges, count)
}

/// Why a number is not free.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Taken {
    /// A lint about numbers objects to it, or to one of its instances.
    Linted,
    /// It is reserved.
    Reserved,
    /// It is retired.
    Retired,
    /// A service has it as a host port, here or in somebody else's Compose file.
    Used,
}

/// What is not free in `allocation`, and why: intervals from first to last number, both included. Of several reasons for one
/// number, the weightiest comes last.
pub fn taken(allocation: &Allocation) -> impl Iterator<Item = (Taken, u16, u16)> {
    let own = taken_once(allocation);
    // A number is not free, either, where one of its instances would meet something, or is an instance of another.
    let around = allocation.instances.iter().flat_map(move |instances| {
        taken_once(allocation).flat_map(move |(why, ports)| {
            instances.around(ports, why == Taken::Used).map(|ports| (Taken::Linted, ports))
        })
    });
    around.chain(own).map(|(why, ports)| (why, ports.first().get(), ports.last().get()))
}

/// The same as if there were no instances.
fn taken_once(allocation: &Allocation) -> impl Iterator<Item = (Taken, Ports)> {
    let hazards = HAZARDS.iter().filter(|hazard| allocation.level(hazard.code) != Level::Allow);
    let hazards =
        hazards.flat_map(|hazard| hazard.zones.iter().filter_map(|zone| Some((Taken::Linted, zone.ports()?))));
    let reserved = allocation.reserved.iter().map(|one| (Taken::Reserved, one.ports));
    let retired = allocation.retired.iter().map(|one| (Taken::Retired, one.ports));
    let used = allocation.bindings().map(|(_, one)| (Taken::Used, one.hosts()));
    let elsewhere = allocation.elsewhere.iter().map(|one| (Taken::Used, one.ports));
    let own = reserved.chain(retired).chain(elsewhere).chain(used);
    hazards.chain(own)
}

/// The free numbers of an allocation.
#[derive(Debug)]
pub struct Free {
    /// Runs as long as can be, by number.
    runs: Vec<Ports>,
}

impl Free {
    /// The free numbers of `allocation`.
    pub fn of(allocation: &Allocation) -> Self {
        Self::without(Self::taken(allocation))
    }

    /// What is not free in `allocation`: intervals from first to last number, both included.
    fn taken(allocation: &Allocation) -> impl Iterator<Item = (u16, u16)> {
        taken(allocation).map(|(_, first, last)| (first, last))
    }

    /// What is left of all ports without `taken`: intervals from first to last number, both included.
    fn without(taken: impl Iterator<Item = (u16, u16)>) -> Self {
        let mut taken: Vec<(u16, u16)> = taken.collect();
        taken.sort_unstable();
        let mut runs = Vec::new();
        let run = |first: u32, behind: u32| {
            let [first, last] = [first, behind.saturating_sub(1)].map(|number| Port::new(number.into()));
            Ports::new(first?, last?)
        };
        let mut next = 1;
        for (first, last) in taken {
            runs.extend(run(next, first.into()));
            next = next.max(u32::from(last) + 1);
        }
        runs.extend(run(next, u32::from(u16::MAX) + 1));
        Self { runs }
    }

    /// The first so many free ports next to each other of one of `ranges`, in their order, with their range.
    pub fn first_of<'r>(&self, ranges: &[&'r Range], count: u16) -> Option<(Ports, &'r Range)> {
        ranges.iter().find_map(|range| {
            let runs = &self.runs[self.runs.partition_point(|run| run.last() < range.ports.first())..];
            let mut left = runs.iter().map_while(|run| run.shared(range.ports));
            let run = left.find(|run| run.count() >= count)?;
            Some((Ports::starting(run.first(), count)?, *range))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn range(first: i64, last: i64) -> Range {
        let port = |number| Port::new(number).unwrap();
        let ports = Ports::new(port(first), port(last)).unwrap();
        Range { id: "r".to_owned(), ports, purpose: String::new(), span: 0..0 }
    }

    fn first_of(taken: &[(u16, u16)], ranges: &[(i64, i64)]) -> Option<u16> {
        run_of(taken, ranges, 1).map(|ports| ports.first().get())
    }

    fn run_of(taken: &[(u16, u16)], ranges: &[(i64, i64)], count: u16) -> Option<Ports> {
        let ranges: Vec<_> = ranges.iter().map(|(first, last)| range(*first, *last)).collect();
        let free = Free::without(taken.iter().copied());
        free.first_of(&ranges.iter().collect::<Vec<_>>(), count).map(|(ports, _)| ports)
    }

    #[test]
    fn a_run_lies_in_one_range() {
        let run = |ranges: &[(i64, i64)], count| run_of(&[(4003, 4003), (4010, 4010)], ranges, count);
        let shown = |ports: Option<Ports>| ports.map(|ports| ports.to_string()).unwrap_or_default();
        assert_eq!(shown(run(&[(4000, 4009)], 3)), "4000-4002");
        assert_eq!(shown(run(&[(4000, 4009)], 4)), "4004-4007");
        assert_eq!(shown(run(&[(4000, 4009)], 6)), "4004-4009");
        assert_eq!(shown(run(&[(4000, 4009)], 7)), "");
        assert_eq!(shown(run(&[(4008, 4009), (5000, 5001)], 3)), "");
        assert_eq!(shown(run_of(&[], &[(1, 65535)], u16::MAX)), "1-65535");
    }

    #[test]
    fn the_first_number_that_nobody_has() {
        let taken = [(4000, 4000), (4001, 4001), (4001, 4001), (4000, 4003), (4005, 4005)];
        assert_eq!(first_of(&taken, &[(4000, 4099)]), Some(4004));
        assert_eq!(first_of(&taken, &[(4005, 4099)]), Some(4006));
    }

    #[test]
    fn a_full_range_gives_way_to_the_next_and_then_to_none() {
        let taken = [(4000, 4001), (1, 1), (65535, 65535)];
        assert_eq!(first_of(&taken, &[(4000, 4001), (5000, 5000)]), Some(5000));
        assert_eq!(first_of(&taken, &[(4000, 4001)]), None);
        assert_eq!(first_of(&taken, &[(65535, 65535)]), None);
        assert_eq!(first_of(&taken, &[]), None);
    }

    #[test]
    fn both_ends_of_all_numbers_can_be_free() {
        assert_eq!(first_of(&[(2, 65534)], &[(1, 65535)]), Some(1));
        assert_eq!(first_of(&[(1, 65534)], &[(1, 65535)]), Some(65535));
    }
}
