//! The ranges that a service's ports come from, gathered once per group however many services it has.

use std::cell::OnceCell;
use std::fmt;
use std::iter;

use super::free_ports::Free;
use super::intervals::Intervals;
use crate::allocation::{Allocation, Ports, Range, Service};
use crate::diagnostic::quoted;

/// The pool of each group, made when it is first asked for.
#[derive(Debug)]
pub struct Pools<'a> {
    allocation: &'a Allocation,
    /// That of services without a group, then that of each group.
    pools: Vec<OnceCell<Pool<'a>>>,
    free: OnceCell<Free>,
}

impl<'a> Pools<'a> {
    /// The pools of `allocation`, none of them made as yet.
    pub fn new(allocation: &'a Allocation) -> Self {
        let pools = iter::repeat_with(OnceCell::new).take(allocation.groups.len() + 1).collect();
        Self { allocation, pools, free: OnceCell::new() }
    }

    /// The pool of a service.
    pub fn of(&self, service: &Service) -> &Pool<'a> {
        let index = service.group.map_or(0, |group| group + 1);
        self.pools[index].get_or_init(|| Pool::new(self.allocation.ranges_of(service)))
    }

    /// The free numbers of the whole allocation.
    pub fn free(&self) -> &Free {
        self.free.get_or_init(|| Free::of(self.allocation))
    }
}

/// Ranges that ports come from. Displayed as their names and numbers.
#[derive(Debug)]
pub struct Pool<'a> {
    ranges: Vec<&'a Range>,
    by_port: Intervals<'a, Range>,
    first_free: OnceCell<Option<(Ports, &'a Range)>>,
}

impl<'a> Pool<'a> {
    fn new(ranges: Vec<&'a Range>) -> Self {
        let by_port = Intervals::new(ranges.iter().map(|range| (range.ports, *range)));
        Self { ranges, by_port, first_free: OnceCell::new() }
    }

    /// Whether there is no range at all.
    pub fn is_empty(&self) -> bool {
        self.ranges.is_empty()
    }

    /// The ranges.
    pub fn ranges(&self) -> &[&'a Range] {
        &self.ranges
    }

    /// Whether ports are as they should be: in the ranges, or there is none to be in.
    pub fn accepts(&self, ports: Ports) -> bool {
        self.is_empty() || self.by_port.covers(ports)
    }

    /// The first so many free ports next to each other, with their range.
    pub fn first_free(&self, free: &Free, count: u16) -> Option<(Ports, &'a Range)> {
        match count {
            1 => *self.first_free.get_or_init(|| free.first_of(&self.ranges, 1)),
            _ => free.first_of(&self.ranges, count),
        }
    }
}

impl fmt::Display for Pool<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        /// More are counted: a message is one line.
        const SHOWN: usize = 4;
        for (index, range) in self.ranges.iter().take(SHOWN).enumerate() {
            let comma = if index == 0 { "" } else { ", " };
            write!(f, "{comma}{} ({range})", quoted(&range.id))?;
        }
        match self.ranges.len() {
            many if many > SHOWN => write!(f, " and {} more", many - SHOWN),
            _ => Ok(()),
        }
    }
}
