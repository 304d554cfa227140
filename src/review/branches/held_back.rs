//! Numbers that one side gives out, and the other has begun to keep back.

use std::ops::Range as Span;

use crate::allocation::{Allocation, Port, Reserved, Retired, Service};

/// What keeps a number from a service.
#[derive(Clone, Copy, Debug)]
pub(super) enum Withheld<'a> {
    Reserved(&'a Reserved),
    Retired(&'a Retired),
}

impl<'a> Withheld<'a> {
    /// What keeps `port` from `service` in `side` since it left `base`, if `base` did not.
    pub(super) fn since(
        base: Option<&Allocation>,
        side: &'a Allocation,
        service: &'a Service,
        port: Port,
    ) -> Option<Self> {
        Self::all(side, service, port).find(|one| base.is_none_or(|base| !one.is_in(base, port)))
    }

    /// Everything that keeps `port` from `service`, which may take back what it had itself.
    pub(super) fn all(side: &'a Allocation, service: &'a Service, port: Port) -> impl Iterator<Item = Self> {
        let reserved = side.reserved.iter().filter(move |one| holds(one, port)).map(Self::Reserved);
        let retired = side.retired.iter().filter(move |one| one.port == port && one.service != service.id);
        reserved.chain(retired.map(Self::Retired))
    }

    fn is_in(&self, base: &Allocation, port: Port) -> bool {
        match self {
            Self::Reserved(_) => base.reserved.iter().any(|one| holds(one, port)),
            Self::Retired(now) => base.retired.iter().any(|one| one.port == port && one.service == now.service),
        }
    }

    /// In a word.
    pub(super) fn word(&self) -> &'static str {
        match self {
            Self::Reserved(_) => "reserved",
            Self::Retired(_) => "retired",
        }
    }

    /// Where the number is written.
    pub(super) fn span(&self) -> &'a Span<usize> {
        match self {
            Self::Reserved(one) => &one.span,
            Self::Retired(one) => &one.span,
        }
    }
}

fn holds(reserved: &Reserved, port: Port) -> bool {
    (reserved.first..=reserved.last).contains(&port)
}
