//! Which of many intervals ports lie in, without a look at each of them.

use crate::allocation::{Port, Ports};

/// Intervals of ports, each standing for a `T`; they may overlap.
#[derive(Debug)]
pub struct Intervals<'a, T> {
    /// Sorted by first port. A row's last port is the greatest up to and including that row, and it names whose that is.
    rows: Vec<(Port, Port, &'a T)>,
}

impl<'a, T> Intervals<'a, T> {
    /// Gathers intervals.
    pub fn new(intervals: impl Iterator<Item = (Ports, &'a T)>) -> Self {
        let mut rows: Vec<_> = intervals.map(|(ports, owner)| (ports.first(), ports.last(), owner)).collect();
        rows.sort_by_key(|(first, _, _)| *first);
        for index in 1..rows.len() {
            let (_, reach, owner) = rows[index - 1];
            if reach >= rows[index].1 {
                rows[index].1 = reach;
                rows[index].2 = owner;
            }
        }
        Self { rows }
    }

    /// What the first interval stands for that has one of `ports` in it.
    pub fn meeting(&self, ports: Ports) -> Option<&'a T> {
        let after = self.after(ports.first());
        if let Some((_, reach, owner)) = self.rows[..after].last()
            && *reach >= ports.first()
        {
            return Some(owner);
        }
        self.rows.get(after).filter(|(first, _, _)| *first <= ports.last()).map(|(_, _, owner)| *owner)
    }

    /// Whether each of `ports` is in an interval, though not all in the same.
    pub fn covers(&self, ports: Ports) -> bool {
        let after = self.after(ports.first());
        let Some(&(_, mut reach, _)) = self.rows[..after].last().filter(|(_, reach, _)| *reach >= ports.first()) else {
            return false;
        };
        for (first, next, _) in &self.rows[after..] {
            if reach >= ports.last() || first.get() - 1 > reach.get() {
                break;
            }
            reach = *next;
        }
        reach >= ports.last()
    }

    /// How many rows start at `port` or before it.
    fn after(&self, port: Port) -> usize {
        self.rows.partition_point(|(first, _, _)| *first <= port)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn port(number: i64) -> Port {
        Port::new(number).unwrap()
    }

    #[test]
    fn what_is_found_agrees_with_a_look_at_each_interval() {
        let ports = |first, last| Ports::new(port(first), port(last)).unwrap();
        let intervals = [(20, 29), (10, 19), (22, 24), (40, 60), (41, 42), (60, 61)].map(|(a, b)| ports(a, b));
        let index = Intervals::new(intervals.iter().map(|interval| (*interval, interval)));
        for first in 1..70 {
            for last in first..70 {
                let asked = ports(first, last);
                let found = index.meeting(asked);
                assert_eq!(found.is_some(), intervals.iter().any(|one| one.meets(asked)), "{asked}");
                assert!(found.is_none_or(|one| one.meets(asked)), "{asked}: {found:?}");
                let is_in = |number| intervals.iter().any(|one| one.contains(port(number)));
                assert_eq!(index.covers(asked), (first..=last).all(is_in), "{asked}");
            }
        }
    }
}
