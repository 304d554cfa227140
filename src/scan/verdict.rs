//! Whether the port that a file states is right.

use std::ops::Range;

use super::names::{Meant, Names};
use super::owner::{By, Owner};
use super::statement::{Statement, View, Whose};
use crate::allocation::Allocation;

/// How a statement compares with ports.toml; the worst first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// Two services take it on one machine.
    Collides,
    /// Its owner has another number.
    Contradicts,
    /// Nobody has the number now; a service had it.
    Stale,
    /// It is clearly a port, of something that ports.toml does not have.
    Unallocated,
    /// It is another number on purpose.
    Accepted,
    /// Nobody can tell whose it is.
    Unknown,
    /// Its owner has the number.
    Agrees,
}

impl Verdict {
    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Collides => "collides",
            Self::Contradicts => "contradicts",
            Self::Stale => "stale",
            Self::Unallocated => "unallocated",
            Self::Accepted => "accepted",
            Self::Unknown => "unknown",
            Self::Agrees => "agrees",
        }
    }

    /// Whether it has to be mended.
    pub fn is_wrong(self) -> bool {
        matches!(self, Self::Collides | Self::Contradicts | Self::Stale)
    }
}

/// A statement with its place and what is to be said of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judged {
    /// The number.
    pub port: u16,
    /// The bytes of its digits.
    pub digits: Range<usize>,
    /// The line, from 1.
    pub line: usize,
    /// Which of the numbers of a service it is.
    pub view: View,
    /// The form that says that it is a port.
    pub form: &'static str,
    /// The service whose port it is, and the binding where only one can be meant.
    pub owner: Option<Meant>,
    /// What it belongs to, if that is not in ports.toml.
    pub stranger: Option<Box<str>>,
    /// What tells the owner.
    pub by: By,
    /// Whether it takes the number on the machine.
    pub publishes: bool,
    /// What is to be said of it.
    pub verdict: Verdict,
}

/// Judges a statement of which `owner` is known.
pub(super) fn judge(
    one: &Statement<'_>,
    owner: Owner,
    line: usize,
    allocation: &Allocation,
    names: &Names<'_>,
) -> Judged {
    let Statement { port, view, form, publishes, .. } = *one;
    let of = |owner, stranger, by, verdict| {
        let digits = one.digits.clone();
        Judged { port, digits, line, view, form, owner, stranger, by, publishes, verdict }
    };
    match owner {
        Owner::Service(meant, by) => {
            if let Some(binding) = holder(allocation, meant, view, port) {
                return of(Some((meant.0, Some(binding))), None, by, Verdict::Agrees);
            }
            match elsewhere(one, meant, allocation, names) {
                Some(other) => of(Some(other), None, By::Number, Verdict::Agrees),
                None if one.is_strong && allocation.services[meant.0].bindings.is_empty() => {
                    of(Some(meant), None, by, Verdict::Unallocated)
                }
                None if one.is_strong => of(Some(meant), None, by, Verdict::Contradicts),
                None => of(Some(meant), None, by, Verdict::Unknown),
            }
        }
        Owner::Stranger(name) => {
            let verdict = if publishes { Verdict::Unallocated } else { Verdict::Unknown };
            of(None, Some(name), By::Structure, verdict)
        }
        Owner::Nobody => match by_number(allocation, view, port) {
            Some(meant) => of(Some(meant), None, By::Number, Verdict::Agrees),
            None => of(None, None, By::Number, Verdict::Unknown),
        },
    }
}

/// The binding of a service that has a number.
fn holder(allocation: &Allocation, (service, binding): Meant, view: View, port: u16) -> Option<usize> {
    let bindings = &allocation.services[service].bindings;
    let is_meant = |at: usize| binding.is_none_or(|meant| meant == at);
    (0..bindings.len()).find(|at| is_meant(*at) && view.has(&bindings[*at], port))
}

/// The service with a number; `None` if several have it, or none.
pub(super) fn by_number(allocation: &Allocation, view: View, port: u16) -> Option<Meant> {
    let mut found = None;
    for (index, service) in allocation.services.iter().enumerate() {
        if let Some(at) = service.bindings.iter().position(|binding| view.has(binding, port)) {
            if found.is_some() {
                return None;
            }
            found = Some((index, Some(at)));
        }
    }
    found
}

/// The service that a number is right of, where what the file says of the owner may mean it too.
fn elsewhere(one: &Statement<'_>, meant: Meant, allocation: &Allocation, names: &Names<'_>) -> Option<Meant> {
    let other = by_number(allocation, one.view, one.port).filter(|other| other.0 != meant.0)?;
    let may_be = match &one.whose {
        Whose::Variable(name) | Whose::LocalOf(name) => names.may_mean(name, other.0),
        Whose::LocalIn(_) => names.may_mean(&allocation.services[meant.0].id, other.0),
        Whose::Inside(_) => true,
        _ => !one.is_strong,
    };
    may_be.then_some(other)
}

/// The numbers that the owner of a statement has in its view, for people.
pub(super) fn right(allocation: &Allocation, (service, binding): Meant, view: View) -> Vec<u16> {
    let bindings = &allocation.services[service].bindings;
    let mut numbers = Vec::new();
    for (at, one) in bindings.iter().enumerate().filter(|(at, _)| binding.is_none_or(|meant| meant == *at)) {
        let _ = at;
        let all = match view {
            View::Listen => vec![one.container.get(), one.host.get()],
            View::Network => vec![one.container.get(), one.service.get()],
            View::Any => vec![one.host.get(), one.container.get(), one.service.get()],
            view => view.of(one).into_iter().collect(),
        };
        numbers.extend(all);
    }
    numbers.sort_unstable();
    numbers.dedup();
    numbers
}
