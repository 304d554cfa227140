//! What has ports that others have too, without a look at each of them.

use super::Ports;

/// Things with ports, which may be of several.
#[derive(Debug)]
pub struct Meetings<T> {
    /// By length: one port, two or three, four to seven, and so on. Each is sorted by the first port, then in the order given.
    lengths: Vec<Vec<Row<T>>>,
}

#[derive(Clone, Copy, Debug)]
struct Row<T> {
    ports: Ports,
    /// Its place in the order given.
    at: u32,
    one: T,
}

impl<T: Copy> Meetings<T> {
    /// Gathers things with their ports.
    pub fn new(all: impl Iterator<Item = (Ports, T)>) -> Self {
        let mut lengths = vec![Vec::with_capacity(all.size_hint().0)];
        for (at, (ports, one)) in (0..).zip(all) {
            let length = ports.count().ilog2() as usize;
            if lengths.len() <= length {
                lengths.resize_with(length + 1, Vec::new);
            }
            lengths[length].push(Row { ports, at, one });
        }
        for rows in &mut lengths {
            rows.sort_by_key(|row| row.ports.first());
        }
        Self { lengths }
    }

    /// Those that have one of `ports`: of one port first, by number; of one number in the order given.
    pub fn of(&self, ports: Ports) -> impl Iterator<Item = T> {
        let rows =
            self.rows(ports).flat_map(move |rows| rows.iter().take_while(move |row| row.ports.first() <= ports.last()));
        rows.filter(move |row| row.ports.last() >= ports.first()).map(|row| row.one)
    }

    /// The first in the order given that has one of `ports` and is as it has to be.
    pub fn first(&self, ports: Ports, is_so: impl Fn(T) -> bool) -> Option<T> {
        let mut first: Option<&Row<T>> = None;
        for mut rows in self.rows(ports) {
            while let Some(at) = rows.iter().position(|row| {
                row.ports.first() > ports.last() || (row.ports.last() >= ports.first() && is_so(row.one))
            }) {
                let found = &rows[at];
                let number = found.ports.first();
                if number > ports.last() {
                    break;
                }
                if first.is_none_or(|first| found.at < first.at) {
                    first = Some(found);
                }
                if number == ports.last() {
                    break;
                }
                // Many may have one number: none of the others is earlier.
                rows = &rows[rows.partition_point(|row| row.ports.first() <= number)..];
            }
        }
        first.map(|row| row.one)
    }

    /// By length, those from the first one on that may meet `ports`.
    fn rows(&self, ports: Ports) -> impl Iterator<Item = &[Row<T>]> {
        self.lengths.iter().enumerate().map(move |(length, rows)| {
            let longest = u16::MAX >> (15 - length);
            let least = ports.first().get().saturating_sub(longest - 1);
            &rows[rows.partition_point(|row| row.ports.first().get() < least)..]
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::allocation::Port;

    #[test]
    fn what_is_found_agrees_with_a_look_at_each() {
        let port = |number| Port::new(number).unwrap();
        let ports = |(first, last)| Ports::new(port(first), port(last)).unwrap();
        let all = [(9, 9), (5, 5), (1, 60), (5, 7), (5, 5), (7, 8), (20, 35), (34, 41), (60, 60), (5, 6)].map(ports);
        let meetings = Meetings::new((0..).zip(all).map(|(at, ports)| (ports, at)));
        for first in 1..64 {
            for last in first..64 {
                let asked = ports((first, last));
                let mut found: Vec<usize> = meetings.of(asked).collect();
                found.sort_unstable();
                let expected: Vec<usize> = (0..all.len()).filter(|at| all[*at].meets(asked)).collect();
                assert_eq!(found, expected, "{asked}");
                for least in 0..all.len() {
                    let expected = expected.iter().find(|at| **at >= least).copied();
                    assert_eq!(meetings.first(asked, |at| at >= least), expected, "{asked} from {least}");
                }
            }
        }
    }
}
