//! Finds what two branches both claim: git merges them without a conflict, but the result is wrong.
//!
//! Only changes on both sides count: a part that one side left unchanged takes the other side's change.

mod merged;
pub mod same_name;

use std::collections::HashSet;
use std::ops::Range as Span;

use super::numbers;
use crate::allocation::holders::{Holder, Holders};
use crate::allocation::meetings::Meetings;
use crate::allocation::{Allocation, Binding, Ports, Protocol, Range, Service};
use crate::diagnostic::{Code, Diagnostic, Severity, codes, quoted};
use crate::lints;
use same_name::SameName;

/// A port or a range with its protocol.
type Number = (Ports, Protocol);

/// Our branch and another one, with the commit at which they diverged.
#[derive(Clone, Copy, Debug)]
pub struct Rivals<'a> {
    /// The common ancestor; `None` if it had no allocation.
    pub base: Option<&'a Allocation>,
    /// Our branch.
    pub ours: &'a Allocation,
    /// The other branch.
    pub theirs: &'a Allocation,
    /// The other branch's name, as the user typed it.
    pub name: &'a str,
}

impl<'a> Rivals<'a> {
    /// Everything that both claim, as findings that name both places.
    pub fn collisions(&self) -> Vec<Diagnostic> {
        let base = self.base.map(Holders::new);
        let [ours, theirs] = [self.ours, self.theirs].map(Holders::new);
        let new_theirs = self.new_bindings(self.theirs);
        let by_number = Meetings::new(new_theirs.iter().map(|claim| (claim.binding.hosts(), *claim)));
        let mut found = Vec::new();
        for claim in self.new_bindings(self.ours) {
            match by_number.first(claim.binding.hosts(), |rival| claim.is_rival(rival)) {
                Some(rival) => found.push(self.port(claim, rival)),
                None => found.extend(self.held_back(claim, &ours, &theirs, base.as_ref())),
            }
        }
        for claim in new_theirs {
            found.extend(self.held_back(claim, &theirs, &ours, base.as_ref()));
        }
        for service in &self.ours.services {
            found.extend(self.service(service));
        }
        found.extend(self.ranges());
        let same_name = same_name::unlike(self.base, self.ours, self.theirs);
        found.extend(same_name.iter().map(|one| self.same_name(one)));
        found
    }

    /// The published bindings whose number their service did not have when the branches diverged.
    fn new_bindings(&self, side: &'a Allocation) -> Vec<Claim<'a>> {
        let known: HashSet<(&str, Number)> = self.base.into_iter().flat_map(published).map(Claim::key).collect();
        published(side).filter(|claim| !known.contains(&claim.key())).collect()
    }

    fn port(&self, claim: Claim<'_>, rival: Claim<'_>) -> Diagnostic {
        let [own, other] = [claim, rival].map(|claim| quoted(&claim.service.id));
        let (binding, name) = (claim.binding, quoted(self.name));
        let protocol = binding.protocol.as_str();
        let ports = binding.hosts().shared(rival.binding.hosts()).unwrap_or(binding.hosts()).named();
        let message = format!("{own} has host {ports} ({protocol}), and so does {other} in {name}");
        let ours = (&binding.span, format!("{own} has it here"));
        let theirs = (&rival.binding.span, format!("{other} has it in {name}"));
        self.finding(codes::RIVAL_PORT, message, ours, theirs).help(self.way_out(self.ours, claim))
    }

    /// The finding for a new number of a service that the other side has reserved or retired since the branches diverged.
    fn held_back(
        &self,
        claim: Claim<'_>,
        user: &Holders<'_>,
        keeper: &Holders<'_>,
        base: Option<&Holders<'_>>,
    ) -> Option<Diagnostic> {
        let Claim { service, binding } = claim;
        let (own, ports, name) = (quoted(&service.id), binding.hosts(), quoted(self.name));
        // The lints report a number that the service's own side keeps back.
        if user.kept_from(&service.id, ports).next().is_some() {
            return None;
        }
        let kept = keeper.kept_from(&service.id, ports).find(|holder| !was_kept(base, *holder, ports))?;
        let ports = kept.of(ports);
        let is = if ports.is_one() { "is" } else { "are" };
        let ports = ports.named();
        let (what, span) = (kept.word(), kept.span()?);
        let found = if std::ptr::eq(user.allocation, self.ours) {
            let message = format!("{own} has host {ports}, which {is} {what} in {name}");
            let ours = (&binding.span, "allocated here".to_owned());
            self.finding(codes::RIVAL_PORT, message, ours, (span, format!("{what} in {name}")))
        } else {
            let message = format!("{own} in {name} has host {ports}, which {is} {what} here");
            let theirs = (&binding.span, format!("allocated in {name}"));
            self.finding(codes::RIVAL_PORT, message, (span, format!("{what} here")), theirs)
        };
        Some(found.help(self.way_out(user.allocation, claim)))
    }

    /// The finding for a service that both sides added with different ports, or a port that both changed differently.
    fn service(&self, service: &Service) -> Option<Diagnostic> {
        let was = self.base.and_then(|base| find(base, &service.id));
        let other = find(self.theirs, &service.id)?;
        let (is_rival, help) = match was {
            None => (
                service_numbers(service) != service_numbers(other),
                "give one of the two another name, or agree on one of them",
            ),
            Some(was) => (both_changed(was, service, other), "agree on one of the two"),
        };
        if !is_rival {
            return None;
        }
        let name = quoted(self.name);
        let message = format!("{} has other ports in {name}", quoted(&service.id));
        let ours = (&service.span, format!("{} here", numbers(service)));
        let theirs = (&other.span, format!("{} in {name}", numbers(other)));
        Some(self.finding(codes::RIVAL_NAME, message, ours, theirs).help(help))
    }

    fn same_name(&self, same: &SameName<'_>) -> Diagnostic {
        let name = quoted(self.name);
        let message = format!("{} is new here and in {name}, but not the same there", same.what);
        let [ours, theirs] = same.spans;
        self.finding(same.code, message, (ours, "new here".to_owned()), (theirs, format!("new in {name}")))
            .help("give one of the two another name, or agree on one of them")
    }

    /// Findings for ranges that are new on both sides and have the same name or overlap.
    fn ranges(&self) -> Vec<Diagnostic> {
        let theirs = self.new_ranges(self.theirs);
        let name = quoted(self.name);
        let mut found = Vec::new();
        for ours in self.new_ranges(self.ours) {
            for other in theirs.iter().filter(|other| are_rivals(ours, other)) {
                let [own_id, other_id] = [&ours.id, &other.id].map(|id| quoted(id));
                let message = format!("range {own_id} is {ours}, and range {other_id} in {name} is {other}");
                let theirs = (&other.span, format!("in {name}"));
                let finding = self.finding(codes::RIVAL_RANGE, message, (&ours.span, "here".to_owned()), theirs);
                found.push(finding.help("agree on one range, or on two that share no number"));
            }
        }
        found
    }

    fn new_ranges(&self, side: &'a Allocation) -> Vec<&'a Range> {
        let known: HashSet<RangeNumbers<'_>> =
            self.base.into_iter().flat_map(|base| &base.ranges).map(range_numbers).collect();
        side.ranges.iter().filter(|range| !known.contains(&range_numbers(range))).collect()
    }

    /// A finding with a labelled place on each side.
    fn finding(
        &self,
        code: Code,
        message: String,
        (ours, label): (&Span<usize>, String),
        (theirs, other_label): (&Span<usize>, String),
    ) -> Diagnostic {
        Diagnostic::new(code, Severity::Finding, message)
            .at(self.ours.place(ours), label)
            .at(self.theirs.place(theirs), other_label)
    }

    /// The help that names the first ports free in both branches, for a service of `side`.
    fn way_out(&self, side: &Allocation, Claim { service, binding }: Claim<'_>) -> String {
        match lints::first_free(&[self.ours, self.theirs], &side.ranges_of(service), binding.count) {
            Some((ports, range)) if ports.is_one() => {
                format!("`{ports}` is the first port of {} that is free in both", quoted(&range.id))
            }
            Some((ports, range)) => {
                format!("`{ports}` are the first ports of {} that are free in both", quoted(&range.id))
            }
            None if side.ranges_of(service).is_empty() => "choose a number that neither branch has".to_owned(),
            None => "no port of its ranges is free in both: widen one in `[ranges]`".to_owned(),
        }
    }
}

/// A port that a service claims.
#[derive(Clone, Copy)]
struct Claim<'a> {
    service: &'a Service,
    binding: &'a Binding,
}

impl<'a> Claim<'a> {
    /// Identifies the claim in another version.
    fn key(self) -> (&'a str, Number) {
        (&self.service.id, number(self.binding))
    }

    /// Whether two services that run at once have numbers that meet on one address.
    fn is_rival(self, other: Self) -> bool {
        self.service.id != other.service.id
            && self.binding.protocol == other.binding.protocol
            && self.service.runs_beside(other.service)
            && (self.service.is_on_host() || other.service.is_on_host() || self.binding.collides_with(other.binding))
    }
}

/// Whether the base kept `ports` back for the same reason.
fn was_kept(base: Option<&Holders<'_>>, holder: Holder<'_>, ports: Ports) -> bool {
    base.is_some_and(|base| {
        base.of(ports).any(|was| match (was, holder) {
            (Holder::Reserved(_), Holder::Reserved(_)) => true,
            (Holder::Retired(was), Holder::Retired(is)) => was.service == is.service,
            _ => false,
        })
    })
}

fn published(allocation: &Allocation) -> impl Iterator<Item = Claim<'_>> {
    let claims = allocation.bindings().map(|(service, binding)| Claim { service, binding });
    claims.filter(|claim| claim.binding.published())
}

fn number(binding: &Binding) -> Number {
    (binding.hosts(), binding.protocol)
}

fn service_numbers(service: &Service) -> Vec<Number> {
    service.bindings.iter().map(number).collect()
}

/// Whether both sides changed a port of a service, and to different numbers.
fn both_changed(was: &Service, ours: &Service, theirs: &Service) -> bool {
    ours.bindings.iter().chain(&theirs.bindings).any(|binding| {
        let [was, ours, theirs] = [was, ours, theirs].map(|side| number_of(side, &binding.name));
        ours != theirs && ours != was && theirs != was
    })
}

/// The number of the port `name`, or of the only port, whatever its name: it may be named after its protocol.
fn number_of(service: &Service, name: &str) -> Option<Number> {
    match service.bindings.as_slice() {
        [only] => Some(number(only)),
        all => all.iter().find(|binding| binding.name == name).map(number),
    }
}

/// The id of a range, and its ports.
type RangeNumbers<'a> = (&'a str, Ports);

fn range_numbers(range: &Range) -> RangeNumbers<'_> {
    (&range.id, range.ports)
}

fn are_rivals(ours: &Range, theirs: &Range) -> bool {
    if ours.id == theirs.id {
        return range_numbers(ours) != range_numbers(theirs);
    }
    ours.ports.meets(theirs.ports)
}

fn find<'a>(allocation: &'a Allocation, id: &str) -> Option<&'a Service> {
    allocation.services.iter().find(|service| service.id == id)
}
