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
        self.rows(ports).flatten().filter(move |row| row.ports.meets(ports)).map(|row| row.one)
    }

    /// The first in the order given that has one of `ports` and is as it has to be.
    pub fn first(&self, ports: Ports, is_so: impl Fn(T) -> bool) -> Option<T> {
        let mut first: Option<&Row<T>> = None;
        for rows in self.rows(ports) {
            // Many may have one number: none of them is earlier than the first of them that will do.
            for same in rows.chunk_by(|one, next| one.ports.first() == next.ports.first()) {
                let found = same.iter().find(|row| row.ports.meets(ports) && is_so(row.one));
                first = found.into_iter().chain(first).min_by_key(|row| row.at);
            }
        }
        first.map(|row| row.one)
    }

    /// By length, those that start where they may meet `ports`.
    fn rows(&self, ports: Ports) -> impl Iterator<Item = &[Row<T>]> {
        self.lengths.iter().enumerate().map(move |(length, rows)| {
            let longest = (1_u32 << (length + 1)) - 1;
            let least = (u32::from(ports.first().get()) + 1).saturating_sub(longest);
            let rows = &rows[rows.partition_point(|row| u32::from(row.ports.first().get()) < least)..];
            &rows[..rows.partition_point(|row| row.ports.first() <= ports.last())]
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
