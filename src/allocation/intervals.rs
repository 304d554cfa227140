//! Which of many intervals a port lies in, without a look at each of them.

use crate::allocation::Port;

/// Intervals of ports, each standing for a `T`; they may overlap.
#[derive(Debug)]
pub struct Intervals<'a, T> {
    /// Sorted by first port. A row's last port is the greatest up to and including that row, and it names whose that is.
    rows: Vec<(Port, Port, &'a T)>,
}

impl<'a, T> Intervals<'a, T> {
    /// Gathers intervals from first to last port, both included.
    pub fn new(intervals: impl Iterator<Item = (Port, Port, &'a T)>) -> Self {
        let mut rows: Vec<_> = intervals.collect();
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

    /// What an interval with `port` in it stands for.
    pub fn holding(&self, port: Port) -> Option<&'a T> {
        let after = self.rows.partition_point(|(first, _, _)| *first <= port);
        let (_, reach, owner) = self.rows[..after].last()?;
        (*reach >= port).then_some(*owner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn port(number: i64) -> Port {
        Port::new(number).unwrap()
    }

    #[test]
    fn holding_agrees_with_a_look_at_each_interval() {
        let intervals = [(20, 29), (10, 19), (22, 24), (40, 60), (41, 42), (60, 61)];
        let index = Intervals::new(intervals.iter().map(|interval| (port(interval.0), port(interval.1), interval)));
        for number in 1..70 {
            let found = index.holding(port(number));
            let expected = intervals.iter().any(|(first, last)| (*first..=*last).contains(&number));
            assert_eq!(found.is_some(), expected, "{number}");
            assert!(found.is_none_or(|(first, last)| (*first..=*last).contains(&number)), "{number}: {found:?}");
        }
    }
}
