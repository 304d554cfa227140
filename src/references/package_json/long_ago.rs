//! Numbers that bindings had before the last `write`, in a file that is older than that.

use std::cell::LazyCell;
use std::collections::HashMap;

use super::held::{Holder, Port};
use super::port::Kind;
use super::target::Target;
use crate::claims::At;
use crate::manifest::last_write::{LastWrite, count};

/// How often each number stands in a file, counted where somebody asks.
pub(super) type Counts<'a> = LazyCell<HashMap<u16, usize>, Box<dyn FnOnce() -> HashMap<u16, usize> + 'a>>;

/// How often each number stands in a file, and in what the last `write` left there.
pub(super) struct LongAgo<'a, 'w> {
    pub(super) target: &'a Target<'a, 'w>,
    /// Of the numbers that portgen.lock remembers, once the file has followed: one that follows says of what time the file is.
    pub(super) counts: Counts<'a>,
}

impl LongAgo<'_, '_> {
    /// The binding that had a number before the last `write`, if the file is of that time: what the binding has now stands there less often
    /// than the last `write` left it; or nobody has the number, which is not of the last `write`, and another one that it left is gone.
    pub(super) fn of(&self, port: &Port) -> Option<At> {
        // Where ports have changed since, it is not known yet how the file follows.
        let is_settled = || matches!(self.target.owners.last_write(), LastWrite::Unchanged);
        let mut had = self.all(port).iter().copied().filter(|_| is_settled());
        let is_brought = |number| port.holder == Holder::Nobody && self.is_brought(number);
        had.find(|at| self.is_less(self.target.owners.get(*at).1.host.get()) || is_brought(port.number.port))
    }

    /// As [`LongAgo::of`], whatever the rest of the file says, where no form says that the number is a port: it never follows.
    pub(super) fn of_unknown(&self, port: &Port) -> Option<At> {
        let first = || self.all(port).first().copied();
        self.of(port).or_else(|| first().filter(|_| port.kind == Kind::Unknown))
    }

    fn all(&self, port: &Port) -> &[At] {
        let may_mean_it = port.kind <= Kind::Database || port.kind == Kind::Unknown;
        if may_mean_it { self.target.owners.had_long_ago(port.number.port) } else { &[] }
    }

    fn is_less(&self, number: u16) -> bool {
        self.target.written_numbers().any(|written| count(written, number) > self.here(number))
    }

    /// Whether a number stands more often in the file than the last `write` left it, in place of others.
    fn is_brought(&self, number: u16) -> bool {
        let is_gone = |written: &str| {
            written.split(' ').filter_map(|one| one.parse().ok()).any(|one| count(written, one) > self.here(one))
        };
        self.target.written_numbers().any(|written| count(written, number) < self.here(number) && is_gone(written))
    }

    fn here(&self, number: u16) -> usize {
        self.counts.get(&number).copied().unwrap_or_default()
    }
}
