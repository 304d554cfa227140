//! Who holds a number, or one of a range: what keeps it from being given out.

use std::fmt;
use std::ops::Range as Span;

use super::hazards::{HAZARDS, Hazard};
use super::intervals::Intervals;
use super::meetings::Meetings;
use super::zone::Zone;
use super::{Allocation, Binding, Elsewhere, Level, Ports, Reserved, Retired, Service};
use crate::diagnostic::{Code, Diagnostic, codes, quoted};

/// What holds a number. Displayed as the end of a sentence that starts with `port 4000 is`.
#[derive(Clone, Copy, Debug)]
pub enum Holder<'a> {
    /// A service has it as a host port, published or not.
    Service(&'a Service, &'a Binding),
    /// Somebody else's Compose file publishes it.
    Elsewhere(&'a Elsewhere),
    /// It is reserved.
    Reserved(&'a Reserved),
    /// Somebody had it before.
    Retired(&'a Retired),
    /// A lint about numbers objects to it, and is not allowed.
    Hazard(&'static Hazard, &'static Zone),
}

impl<'a> Holder<'a> {
    /// Those of `ports` that it holds, which has some of them.
    pub fn of(self, ports: Ports) -> Ports {
        let own = match self {
            Self::Service(_, binding) => Some(binding.hosts()),
            Self::Elsewhere(other) => Some(other.ports),
            Self::Reserved(reserved) => Some(reserved.ports),
            Self::Retired(retired) => Some(retired.ports),
            Self::Hazard(_, zone) => zone.ports(),
        };
        own.and_then(|own| own.shared(ports)).unwrap_or(ports)
    }

    /// The lint that objects where the number is given out all the same.
    pub fn code(self) -> Code {
        match self {
            Self::Service(..) | Self::Elsewhere(_) => codes::DUPLICATE_PORT,
            Self::Reserved(_) => codes::RESERVED_PORT,
            Self::Retired(_) => codes::RETIRED_PORT,
            Self::Hazard(hazard, _) => hazard.code,
        }
    }

    /// What has become of the number, in a word or two.
    pub fn word(self) -> &'static str {
        match self {
            Self::Service(..) => "allocated",
            Self::Elsewhere(_) => "published",
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
            Self::Elsewhere(_) | Self::Hazard(..) => None,
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

/// As the end of a sentence that starts with one port; with `{:#}`, with several.
impl fmt::Display for Holder<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Service(service, _) => write!(f, "used by {}", quoted(&service.id)),
            Self::Elsewhere(other) => write!(f, "used by {} in {}", quoted(&other.service), other.file),
            Self::Reserved(reserved) => write!(f, "reserved: {}", quoted(&reserved.reason)),
            Self::Retired(retired) => {
                write!(f, "retired: {} had it until {}", quoted(&retired.service), retired.since)
            }
            Self::Hazard(hazard, zone) => {
                let kind = if f.alternate() { hazard.kinds } else { hazard.kind };
                write!(f, "{kind}: {} {}", hazard.because, zone.whose)
            }
        }
    }
}

/// The holders of every number of an allocation, without a look at each of them.
#[derive(Debug)]
pub struct Holders<'a> {
    /// The allocation.
    pub allocation: &'a Allocation,
    /// By host ports; in the order of the file, as `retired`.
    bindings: Meetings<(&'a Service, &'a Binding)>,
    elsewhere: Meetings<&'a Elsewhere>,
    reserved: Intervals<'a, Reserved>,
    retired: Meetings<&'a Retired>,
}

impl<'a> Holders<'a> {
    /// Those of `allocation`.
    pub fn new(allocation: &'a Allocation) -> Self {
        let bindings = Meetings::new(allocation.bindings().map(|held| (held.1.hosts(), held)));
        let reserved = Intervals::new(allocation.reserved.iter().map(|one| (one.ports, one)));
        let retired = Meetings::new(allocation.retired.iter().map(|one| (one.ports, one)));
        let elsewhere = Meetings::new(allocation.elsewhere.iter().map(|one| (one.ports, one)));
        Self { allocation, bindings, elsewhere, reserved, retired }
    }

    /// What holds some of `ports`: services, then a reservation, then who had them before, then lints.
    pub fn of(&self, ports: Ports) -> impl Iterator<Item = Holder<'a>> {
        let bindings = self.bindings.of(ports).map(|(service, binding)| Holder::Service(service, binding));
        let objecting = HAZARDS.iter().filter(|hazard| self.allocation.level(hazard.code) != Level::Allow);
        let hazards = objecting.filter_map(move |hazard| Some(Holder::Hazard(hazard, hazard.zone(ports)?)));
        let elsewhere = self.elsewhere.of(ports).map(Holder::Elsewhere);
        bindings.chain(elsewhere).chain(self.kept_back(ports)).chain(hazards)
    }

    /// The first binding in the order of the file that has some of `ports` and is as it has to be.
    pub fn first(
        &self,
        ports: Ports,
        is_so: impl Fn((&'a Service, &'a Binding)) -> bool,
    ) -> Option<(&'a Service, &'a Binding)> {
        self.bindings.first(ports, is_so)
    }

    /// What ports.toml itself keeps back of `ports`: a reservation, then who had them before.
    fn kept_back(&self, ports: Ports) -> impl Iterator<Item = Holder<'a>> {
        let retired = self.retired.of(ports).map(Holder::Retired);
        self.reserved.meeting(ports).map(Holder::Reserved).into_iter().chain(retired)
    }

    /// What keeps `ports` from `service`, which may take back what it had itself: a reservation, then who had them before.
    pub fn kept_from(&self, service: &str, ports: Ports) -> impl Iterator<Item = Holder<'a>> {
        self.kept_back(ports).filter(move |holder| holder.retired().is_none_or(|retired| retired.service != service))
    }
}
