//! Who holds a number: what keeps it from being given out.

use std::fmt;
use std::ops::Range as Span;

use super::hazards::{HAZARDS, Hazard};
use super::intervals::Intervals;
use super::zone::Zone;
use super::{Allocation, Binding, Level, Port, Reserved, Retired, Service};
use crate::diagnostic::{Code, Diagnostic, codes, quoted};

/// What holds a number. Displayed as the end of a sentence that starts with `port 4000 is`.
#[derive(Clone, Copy, Debug)]
pub enum Holder<'a> {
    /// A service has it as a host port, published or not.
    Service(&'a Service, &'a Binding),
    /// It is reserved.
    Reserved(&'a Reserved),
    /// Somebody had it before.
    Retired(&'a Retired),
    /// A lint about numbers objects to it, and is not allowed.
    Hazard(&'static Hazard, &'static Zone),
}

impl<'a> Holder<'a> {
    /// The lint that objects where the number is given out all the same.
    pub fn code(self) -> Code {
        match self {
            Self::Service(..) => codes::DUPLICATE_PORT,
            Self::Reserved(_) => codes::RESERVED_PORT,
            Self::Retired(_) => codes::RETIRED_PORT,
            Self::Hazard(hazard, _) => hazard.code,
        }
    }

    /// What has become of the number, in a word or two.
    pub fn word(self) -> &'static str {
        match self {
            Self::Service(..) => "allocated",
            Self::Reserved(_) => "reserved",
            Self::Retired(_) => "retired",
            Self::Hazard(..) => "avoided",
        }
    }

    /// `said`, with the place in `allocation` that makes it so.
    pub fn shown_in(self, allocation: &Allocation, said: Diagnostic) -> Diagnostic {
        match self.span() {
            Some(span) => said.at(allocation.place(span), format!("{} here", self.word())),
            None => said,
        }
    }

    /// Where ports.toml says so; none for a rule from outside.
    pub fn span(self) -> Option<&'a Span<usize>> {
        match self {
            Self::Service(_, binding) => Some(&binding.span),
            Self::Reserved(reserved) => Some(&reserved.span),
            Self::Retired(retired) => Some(&retired.span),
            Self::Hazard(..) => None,
        }
    }

    /// The service, where it is one.
    pub fn service(self) -> Option<(&'a Service, &'a Binding)> {
        match self {
            Self::Service(service, binding) => Some((service, binding)),
            _ => None,
        }
    }

    /// The reservation, where it is one.
    pub fn reserved(self) -> Option<&'a Reserved> {
        match self {
            Self::Reserved(reserved) => Some(reserved),
            _ => None,
        }
    }

    /// Who had it before, where it is that.
    pub fn retired(self) -> Option<&'a Retired> {
        match self {
            Self::Retired(retired) => Some(retired),
            _ => None,
        }
    }
}

impl fmt::Display for Holder<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Service(service, _) => write!(f, "used by {}", quoted(&service.id)),
            Self::Reserved(reserved) => write!(f, "reserved: {}", quoted(&reserved.reason)),
            Self::Retired(retired) => {
                write!(f, "retired: {} had it until {}", quoted(&retired.service), retired.since)
            }
            Self::Hazard(hazard, zone) => write!(f, "{}: {} {}", hazard.kind, hazard.because, zone.whose),
        }
    }
}

/// The holders of every number of an allocation, without a look at each of them.
#[derive(Debug)]
pub struct Holders<'a> {
    /// The allocation.
    pub allocation: &'a Allocation,
    /// Sorted by host port; of one number in the order of the file, as `retired`.
    bindings: Vec<(&'a Service, &'a Binding)>,
    reserved: Intervals<'a, Reserved>,
    retired: Vec<&'a Retired>,
}

impl<'a> Holders<'a> {
    /// Those of `allocation`.
    pub fn new(allocation: &'a Allocation) -> Self {
        let mut bindings: Vec<_> = allocation.bindings().collect();
        bindings.sort_by_key(|(_, binding)| binding.host);
        let reserved = Intervals::new(allocation.reserved.iter().map(|one| (one.first, one.last, one)));
        let mut retired: Vec<_> = allocation.retired.iter().collect();
        retired.sort_by_key(|one| one.port);
        Self { allocation, bindings, reserved, retired }
    }

    /// What holds `port`: services, then a reservation, then who had it before, then lints.
    pub fn of(&self, port: Port) -> impl Iterator<Item = Holder<'a>> {
        let bindings = equal(&self.bindings, port, |(_, binding)| binding.host);
        let bindings = bindings.iter().map(|(service, binding)| Holder::Service(service, binding));
        let objecting = HAZARDS.iter().filter(|hazard| self.allocation.level(hazard.code) != Level::Allow);
        let hazards = objecting.filter_map(move |hazard| Some(Holder::Hazard(hazard, hazard.zone(port)?)));
        bindings.chain(self.kept_back(port)).chain(hazards)
    }

    /// What ports.toml itself keeps back of `port`: a reservation, then who had it before.
    fn kept_back(&self, port: Port) -> impl Iterator<Item = Holder<'a>> {
        let retired = equal(&self.retired, port, |one| one.port).iter().map(|one| Holder::Retired(one));
        self.reserved.holding(port).map(Holder::Reserved).into_iter().chain(retired)
    }

    /// What keeps `port` from `service`, which may take back what it had itself: a reservation, then who had it before.
    pub fn kept_from(&self, service: &str, port: Port) -> impl Iterator<Item = Holder<'a>> {
        self.kept_back(port).filter(move |holder| holder.retired().is_none_or(|retired| retired.service != service))
    }

    /// What holds the numbers from `first` to `last`, by number.
    pub fn within(&self, first: Port, last: Port) -> impl Iterator<Item = Holder<'a>> {
        let ports = (first.get()..=last.get()).filter_map(|number| Port::new(number.into()));
        ports.flat_map(|port| self.of(port))
    }
}

/// The part of `sorted` whose number is `port`.
fn equal<T>(sorted: &[T], port: Port, number: impl Fn(&T) -> Port) -> &[T] {
    let from = &sorted[sorted.partition_point(|one| number(one) < port)..];
    &from[..from.partition_point(|one| number(one) == port)]
}
