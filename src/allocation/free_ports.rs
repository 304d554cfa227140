//! Numbers that can still be given out.

use super::hazards::HAZARDS;
use crate::allocation::{Allocation, Level, Port, Range};

/// The first port of `ranges`, in their order, that is free in every one of the allocations, with its range.
///
/// Free is what no service has as a host port (published or not, so that publishing it later collides with nothing), what
/// is neither reserved nor retired, and what no lint about numbers objects to, unless that lint is allowed.
pub fn first_free<'r>(allocations: &[&Allocation], ranges: &[&'r Range]) -> Option<(Port, &'r Range)> {
    Free::without(allocations.iter().copied().flat_map(Free::taken)).first_of(ranges)
}

/// Why a number is not free.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Taken {
    /// A lint about numbers objects to it.
    Linted,
    /// It is reserved.
    Reserved,
    /// It is retired.
    Retired,
    /// A service has it as a host port.
    Used,
}

/// What is not free in `allocation`, and why: intervals from first to last number, both included. Of several reasons for one
/// number, the weightiest comes last.
pub fn taken(allocation: &Allocation) -> impl Iterator<Item = (Taken, u16, u16)> {
    let hazards = HAZARDS.iter().filter(|hazard| allocation.level(hazard.code) != Level::Allow);
    let hazards = hazards.flat_map(|hazard| hazard.zones.iter().map(|zone| (Taken::Linted, zone.first, zone.last)));
    let reserved = allocation.reserved.iter().map(|one| (Taken::Reserved, one.first.get(), one.last.get()));
    let retired = allocation.retired.iter().map(|one| (Taken::Retired, one.port.get(), one.port.get()));
    let used = allocation.bindings().map(|(_, one)| (Taken::Used, one.host.get(), one.host.get()));
    hazards.chain(reserved).chain(retired).chain(used)
}

/// The free numbers of an allocation.
#[derive(Debug)]
pub struct Free {
    /// By number: the first free one that is not below it.
    from: Vec<Option<Port>>,
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
        // At its last number an interval begins, counting downwards; below its first number it has ended.
        let mut edges = vec![0_i64; 1 << 16];
        for (first, last) in taken {
            edges[usize::from(last)] += 1;
            edges[usize::from(first.saturating_sub(1))] -= 1;
        }
        let mut from = vec![None; 1 << 16];
        let (mut depth, mut next) = (0, None);
        for number in (1..=u16::MAX).rev() {
            depth += edges[usize::from(number)];
            if depth == 0 {
                next = Port::new(number.into());
            }
            from[usize::from(number)] = next;
        }
        Self { from }
    }

    /// The first free port of `ranges`, in their order, with its range.
    pub fn first_of<'r>(&self, ranges: &[&'r Range]) -> Option<(Port, &'r Range)> {
        ranges.iter().find_map(|range| {
            let port = self.from[usize::from(range.first.get())].filter(|port| range.contains(*port));
            port.map(|port| (port, *range))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn range(first: i64, last: i64) -> Range {
        let port = |number| Port::new(number).unwrap();
        Range { id: "r".to_owned(), first: port(first), last: port(last), purpose: String::new(), span: 0..0 }
    }

    fn first_of(taken: &[(u16, u16)], ranges: &[(i64, i64)]) -> Option<u16> {
        let ranges: Vec<_> = ranges.iter().map(|(first, last)| range(*first, *last)).collect();
        let free = Free::without(taken.iter().copied());
        free.first_of(&ranges.iter().collect::<Vec<_>>()).map(|(port, _)| port.get())
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
