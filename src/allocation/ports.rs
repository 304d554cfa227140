//! Numbers next to each other: one port, or a range of them.

use std::fmt;
use std::num::NonZeroU16;

use super::Port;

/// One port, or several next to each other. Displayed as people write them: `4000`, `4000-4099`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ports {
    first: Port,
    last: Port,
}

impl Ports {
    /// The ports from `first` to `last`; none where the last one is lower.
    pub fn new(first: Port, last: Port) -> Option<Self> {
        (first <= last).then_some(Self { first, last })
    }

    /// So many ports from `first`; none where there are not so many.
    pub fn starting(first: Port, count: u16) -> Option<Self> {
        let last = first.0.checked_add(count.checked_sub(1)?)?;
        Some(Self { first, last: Port(last) })
    }

    /// The first one.
    pub fn first(self) -> Port {
        self.first
    }

    /// The last one, at least the first.
    pub fn last(self) -> Port {
        self.last
    }

    /// How many they are, at least one.
    pub fn count(self) -> u16 {
        self.last.get() - self.first.get() + 1
    }

    /// Whether it is one port alone.
    pub fn is_one(self) -> bool {
        self.first == self.last
    }

    /// Whether `port` is one of them.
    pub fn contains(self, port: Port) -> bool {
        (self.first..=self.last).contains(&port)
    }

    /// Whether `number` is one of them.
    pub fn has(self, number: u16) -> bool {
        (self.first.get()..=self.last.get()).contains(&number)
    }

    /// What `number`, which is one of them, becomes where they move to `new`: the ends become the ends, and what is between them
    /// keeps its place; none where there are fewer or more than before.
    pub fn moved(self, number: u16, new: Self) -> Option<Port> {
        if number == self.first.get() {
            return Some(new.first);
        }
        if number == self.last.get() {
            return Some(new.last);
        }
        let is_between = self.has(number) && self.count() == new.count();
        let offset = i64::from(number) - i64::from(self.first.get());
        is_between.then(|| Port::new(i64::from(new.first.get()) + offset)).flatten()
    }

    /// Those that are of `other` too.
    pub fn shared(self, other: Self) -> Option<Self> {
        Self::new(self.first.max(other.first), self.last.min(other.last))
    }

    /// Whether some of them are of `other` too.
    pub fn meets(self, other: Self) -> bool {
        self.first <= other.last && other.first <= self.last
    }

    /// Those that are not of `other`: what is below it, and what is above.
    pub fn without(self, other: Self) -> impl Iterator<Item = Self> {
        let before = other.first.0.get().checked_sub(1).and_then(NonZeroU16::new).map(Port);
        let behind = other.last.0.checked_add(1).map(Port);
        let below = before.and_then(|before| Self::new(self.first, self.last.min(before)));
        let above = behind.and_then(|behind| Self::new(self.first.max(behind), self.last));
        below.into_iter().chain(above)
    }

    /// The numbers.
    pub fn iter(self) -> impl Iterator<Item = u16> {
        self.first.get()..=self.last.get()
    }

    /// They in a message: ``port `4000` ``, ``ports `4000-4099` ``.
    pub fn named(self) -> String {
        format!("{} `{self}`", self.noun())
    }

    /// `port` or `ports`.
    pub fn noun(self) -> &'static str {
        if self.is_one() { "port" } else { "ports" }
    }
}

impl From<Port> for Ports {
    fn from(port: Port) -> Self {
        Self { first: port, last: port }
    }
}

impl fmt::Display for Ports {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.first.fmt(f)?;
        if self.is_one() { Ok(()) } else { write!(f, "-{}", self.last) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ports(first: i64, last: i64) -> Ports {
        Ports::new(Port::new(first).unwrap(), Port::new(last).unwrap()).unwrap()
    }

    #[test]
    fn what_is_left_is_below_and_above() {
        for first in 1..12 {
            for last in first..12 {
                let (all, other) = (ports(4, 8), ports(first, last));
                let left: Vec<u16> = all.without(other).flat_map(Ports::iter).collect();
                let expected: Vec<u16> = all.iter().filter(|number| !other.has(*number)).collect();
                assert_eq!(left, expected, "{other}");
            }
        }
        assert_eq!(ports(1, 65535).without(ports(1, 65535)).count(), 0);
    }

    #[test]
    fn the_ends_of_a_range_become_the_ends() {
        let (old, same, longer) = (ports(10, 12), ports(20, 22), ports(20, 29));
        let moved = |number, new| old.moved(number, new).map(Port::get);
        assert_eq!([10, 11, 12, 13].map(|number| moved(number, same)), [Some(20), Some(21), Some(22), None]);
        assert_eq!([10, 11, 12].map(|number| moved(number, longer)), [Some(20), None, Some(29)]);
    }
}
