//! What two branches claim at once: neither conflicts with the other in git, but merged they would.
//!
//! Only what is new on both sides counts: what one side has left as it was gives way to what the other has changed.

pub mod held_back;
mod merged;
pub mod same_name;

use std::collections::{HashMap, HashSet};

use crate::allocation::holders::Holders;
use crate::allocation::{Allocation, Binding, Port, Protocol, Range, Service};
use crate::diagnostic::{Code, Diagnostic, Severity, codes, quoted};
use crate::lints;
use held_back::HeldBack;
use same_name::Twins;

/// A port of one transport.
type Number = (Port, Protocol);

/// Our branch and another one, with the commit at which they parted.
#[derive(Clone, Copy, Debug)]
pub struct Rivals<'a> {
    /// None where nothing was allocated yet when they parted.
    pub base: Option<&'a Allocation>,
    /// Ours.
    pub ours: &'a Allocation,
    /// The other branch's.
    pub theirs: &'a Allocation,
    /// How the user calls the other branch.
    pub name: &'a str,
}

impl<'a> Rivals<'a> {
    /// Everything that both claim, as findings that name both places.
    pub fn collisions(&self) -> Vec<Diagnostic> {
        let theirs: HashMap<Number, (&Service, &Binding)> =
            self.new_bindings(self.theirs).map(|(service, binding)| (of(binding), (service, binding))).collect();
        let base = self.base.map(Holders::new);
        let [ours, other] = [self.ours, self.theirs].map(Holders::new);
        let by_theirs = HeldBack { base: base.as_ref(), user: &ours, keeper: &other };
        let by_ours = HeldBack { base: base.as_ref(), user: &other, keeper: &ours };
        let mut found = Vec::new();
        for (service, binding) in self.new_bindings(self.ours) {
            match theirs.get(&of(binding)) {
                Some((other, rival)) if other.id != service.id => {
                    found.push(self.port(service, binding, other, rival));
                }
                _ => found.extend(self.held_back(&by_theirs, service, binding)),
            }
        }
        found.extend(
            self.new_bindings(self.theirs).filter_map(|(service, binding)| self.held_back(&by_ours, service, binding)),
        );
        found.extend(self.ours.services.iter().filter_map(|service| self.service(service)));
        let ranges = self.new_ranges(self.theirs);
        found.extend(self.new_ranges(self.ours).into_iter().flat_map(|ours| self.ranges(ours, &ranges)));
        found.extend(self.twins());
        found
    }

    /// The published bindings whose number their service did not have when the branches parted.
    fn new_bindings(&self, side: &'a Allocation) -> impl Iterator<Item = (&'a Service, &'a Binding)> {
        let known: HashSet<(&str, Number)> = match self.base {
            Some(base) => published(base).map(|(service, binding)| (&*service.id, of(binding))).collect(),
            None => HashSet::new(),
        };
        published(side).filter(move |(service, binding)| !known.contains(&(&*service.id, of(binding))))
    }

    fn port(&self, service: &Service, binding: &Binding, other: &Service, rival: &Binding) -> Diagnostic {
        let (own, name) = (quoted(&service.id), quoted(self.name));
        let message = format!(
            "{own} has host port `{}` ({}), and so does {} in {name}",
            binding.host,
            binding.protocol.as_str(),
            quoted(&other.id)
        );
        self.finding(codes::RIVAL_PORT, message)
            .at(self.ours.place(&binding.span), format!("{own} has it here"))
            .at(self.theirs.place(&rival.span), format!("{} has it in {name}", quoted(&other.id)))
            .help(self.way_out(self.ours, service))
    }

    /// A number that is new in `user`, and that the other side has begun to keep back since they parted.
    fn held_back(&self, sides: &HeldBack<'_, '_>, service: &Service, binding: &Binding) -> Option<Diagnostic> {
        let (own, port, name) = (quoted(&service.id), binding.host, quoted(self.name));
        let kept = sides.since(service, port)?;
        let (user, keeper) = (sides.user.allocation, sides.keeper.allocation);
        let (what, span) = (kept.word(), kept.span()?);
        let found = if std::ptr::eq(user, self.ours) {
            self.finding(codes::RIVAL_PORT, format!("{own} has host port `{port}`, which is {what} in {name}"))
                .at(user.place(&binding.span), "allocated here")
                .at(keeper.place(span), format!("{what} in {name}"))
        } else {
            self.finding(codes::RIVAL_PORT, format!("{own} in {name} has host port `{port}`, which is {what} here"))
                .at(keeper.place(span), format!("{what} here"))
                .at(user.place(&binding.span), format!("allocated in {name}"))
        };
        Some(found.help(self.way_out(user, service)))
    }

    /// A service that is new in both, with other ports there; or one of whose ports both have made something else.
    fn service(&self, service: &Service) -> Option<Diagnostic> {
        let was = self.base.and_then(|base| find(base, &service.id));
        let other = find(self.theirs, &service.id)?;
        let is_rival = match was {
            None => numbers(service) != numbers(other),
            Some(was) => service.bindings.iter().chain(&other.bindings).any(|binding| {
                let [was, ours, theirs] = [was, service, other].map(|side| number_of(side, &binding.name));
                ours != theirs && ours != was && theirs != was
            }),
        };
        if !is_rival {
            return None;
        }
        let name = quoted(self.name);
        let message = format!("{} has other ports in {name}", quoted(&service.id));
        let found = self
            .finding(codes::RIVAL_NAME, message)
            .at(self.ours.place(&service.span), format!("{} here", shown(service)))
            .at(self.theirs.place(&other.span), format!("{} in {name}", shown(other)));
        Some(match was {
            None => found.help("give one of the two another name, or agree on one of them"),
            Some(_) => found.help("agree on one of the two"),
        })
    }

    /// What is new in both under one name and with the same numbers, and is not the same otherwise.
    fn twins(&self) -> Vec<Diagnostic> {
        let twins = same_name::all(self.base, self.ours, self.theirs);
        same_name::unlike(twins, [self.ours, self.theirs]).iter().map(|one| self.twin(one)).collect()
    }

    fn twin(&self, twins: &Twins<'_>) -> Diagnostic {
        let name = quoted(self.name);
        let message = format!("{} is new here and in {name}, but not the same there", twins.what);
        self.finding(twins.code, message)
            .at(self.ours.place(twins.spans[0]), "new here")
            .at(self.theirs.place(twins.spans[1]), format!("new in {name}"))
            .help("give one of the two another name, or agree on one of them")
    }

    fn new_ranges(&self, side: &'a Allocation) -> Vec<&'a Range> {
        let known: HashSet<(&str, Port, Port)> =
            self.base.map(|base| base.ranges.iter().map(numbers_of).collect()).unwrap_or_default();
        side.ranges.iter().filter(|range| !known.contains(&numbers_of(range))).collect()
    }

    fn ranges(&self, ours: &Range, theirs: &[&Range]) -> Vec<Diagnostic> {
        let name = quoted(self.name);
        let overlaps = |other: &Range| ours.first <= other.last && other.first <= ours.last;
        let is_rival = |other: &&&Range| match other.id == ours.id {
            true => (other.first, other.last) != (ours.first, ours.last),
            false => overlaps(other),
        };
        let found = theirs.iter().filter(is_rival).map(|other| {
            let message =
                format!("range {} is {ours}, and range {} in {name} is {other}", quoted(&ours.id), quoted(&other.id));
            self.finding(codes::RIVAL_RANGE, message)
                .at(self.ours.place(&ours.span), "here")
                .at(self.theirs.place(&other.span), format!("in {name}"))
                .help("agree on one range, or on two that share no number")
        });
        found.collect()
    }

    /// The first port that both branches leave free, for a service of `side`.
    fn way_out(&self, side: &Allocation, service: &Service) -> String {
        match lints::first_free(&[self.ours, self.theirs], &side.ranges_of(service)) {
            Some((port, range)) => format!("`{port}` is the first port of {} that is free in both", quoted(&range.id)),
            None => "no port of its ranges is free in both: widen one in `[ranges]`".to_owned(),
        }
    }

    fn finding(&self, code: Code, message: String) -> Diagnostic {
        Diagnostic::new(code, Severity::Finding, message)
    }
}

fn published(allocation: &Allocation) -> impl Iterator<Item = (&Service, &Binding)> {
    allocation.bindings().filter(|(_, binding)| binding.published())
}

fn of(binding: &Binding) -> Number {
    (binding.host, binding.protocol)
}

fn numbers(service: &Service) -> Vec<Number> {
    service.bindings.iter().map(of).collect()
}

/// The number of a port; of the only one, which may be called after its protocol, whatever the name.
fn number_of(service: &Service, name: &str) -> Option<Number> {
    match service.bindings.as_slice() {
        [only] => Some(of(only)),
        all => all.iter().find(|binding| *binding.name == *name).map(of),
    }
}

fn numbers_of(range: &Range) -> (&str, Port, Port) {
    (&range.id, range.first, range.last)
}

fn find<'a>(allocation: &'a Allocation, id: &str) -> Option<&'a Service> {
    allocation.services.iter().find(|service| service.id == id)
}

fn shown(service: &Service) -> String {
    let numbers: Vec<String> = service.bindings.iter().map(Binding::number).collect();
    if numbers.is_empty() { "no port".to_owned() } else { numbers.join(", ") }
}
