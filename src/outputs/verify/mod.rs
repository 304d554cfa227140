//! Reads each output back and checks its claims: no unallocated port, no port of another service, no port lost.

mod fault;
mod required;

use std::ops::Range;

use crate::allocation::{Binding, Service};
use crate::claims::{Owners, Verdict};
use crate::diagnostic::{Diagnostic, Diagnostics, Origin, Place, Source, key_of_line};
use crate::formats::{Claim, Owner};
use crate::outputs::plan::Target;
use crate::outputs::render::Trace;
use crate::templates::context::Context;
use crate::templates::front_matter::Claims;
use crate::templates::{Template, Templates};

use fault::Fault;
use required::Required;

/// Checks outputs against the allocation.
#[derive(Debug)]
pub struct Verifier<'w, 'e> {
    context: &'static Context,
    templates: &'w Templates,
    owners: &'w Owners<'e>,
}

impl<'w, 'e> Verifier<'w, 'e> {
    /// A verifier for the outputs of `templates`; `owners` are those of the context's allocation.
    pub fn new(context: &'static Context, templates: &'w Templates, owners: &'w Owners<'e>) -> Self {
        Self { context, templates, owners }
    }

    /// Checks that an output is valid in its format, that every claim is right, and that every required binding is stated.
    ///
    /// # Errors
    /// One diagnostic for each mistake, at the template's line.
    pub fn verify(&self, target: &Target, text: &str) -> Result<(), Diagnostics> {
        let faults = self.faults(target, text);
        if faults.is_empty() {
            return Ok(());
        }
        // Again with the text before tidying, whose offsets lead back to the template.
        let trace = Trace::new(self.context, self.templates, target);
        let traced = trace.as_ref().map(|trace| self.faults(target, &trace.text)).unwrap_or_default();
        let diagnostic = |at: usize| {
            let span = nth_like(&traced, &faults, at).and_then(Fault::span);
            let place = trace.as_ref().zip(span).and_then(|(trace, span)| trace.place(self.templates, span));
            self.diagnostic(target, &faults[at], place, text)
        };
        Err(Diagnostics((0..faults.len()).map(diagnostic).collect()))
    }

    /// The bytes of a verified output that state a port of a service, in the order of its claims.
    pub fn places(&self, target: &Target, text: &str, service: usize) -> Vec<Range<usize>> {
        let claims = self.template(target).front.read(text).claims;
        let mut places = Vec::new();
        for claim in claims.iter() {
            let mut is_its = false;
            self.owners.judge(claim, target.subject, |at| is_its |= at.0 == service);
            if is_its {
                places.push(claim.span.clone());
            }
        }
        places
    }

    fn template(&self, target: &Target) -> &'w Template {
        &self.templates.list[target.template]
    }

    fn faults<'t>(&self, target: &Target, text: &'t str) -> Vec<Fault<'t>> {
        let template = self.template(target);
        let reading = template.front.read(text);
        // The claims of an invalid file mean nothing.
        if let Some(fault) = reading.faults.into_iter().next() {
            return vec![Fault::Invalid { format: template.front.format.name, fault }];
        }
        let mut faults = Vec::new();
        let mut required = Required::new(self.context, target.subject);
        for claim in reading.claims.iter() {
            let owner = match self.owners.judge(claim, target.subject, |at| required.state(at)) {
                Verdict::Agrees | Verdict::Foreign => continue,
                Verdict::Unknown | Verdict::Unallocated if self.is_inside_a_range(claim) => continue,
                Verdict::Contradicts(owner) => Some(owner),
                Verdict::Formerly(_) | Verdict::Unallocated | Verdict::Unknown => None,
            };
            faults.push(Fault::Unallocated { claim: claim.clone(), owner });
        }
        let services = &self.context.allocation.services;
        let front = &template.front;
        let must = |service: usize, binding: &Binding| {
            (front.format.has_ranges || !binding.is_range()) && is_required(&front.claims, &services[service], binding)
        };
        let missing: Vec<_> = required.rest(must).collect();
        if !missing.is_empty() {
            faults.push(Fault::Lost { missing, format: template.front.format });
        }
        faults
    }

    /// Whether a number of which nothing says whose it is is one of a range.
    fn is_inside_a_range(&self, claim: &Claim<'_>) -> bool {
        let is_unsaid = matches!(claim.owner, Owner::Unsaid | Owner::Variable(_)) && claim.count.is_none();
        let mut ranges = self.context.allocation.bindings().filter(|(_, binding)| binding.is_range());
        is_unsaid && ranges.any(|(_, range)| claim.numbers.iter().all(|number| number.is_inside(range)))
    }

    /// The diagnostic for one fault, at `place` in the template, or at the template's path if that is `None`.
    fn diagnostic(&self, target: &Target, fault: &Fault<'_>, place: Option<Place>, text: &str) -> Diagnostic {
        let path = target.path.as_str();
        let place = place.unwrap_or_else(|| self.template(target).path_place.clone());
        let message = fault.message(path, &self.context.allocation);
        let mut diagnostic = Diagnostic::error(fault.code(), message).at(place, "written here");
        if let Some(span) = fault.span() {
            let output = Source::hiding(Origin::Tree, path, text, values);
            diagnostic = diagnostic.at(Place::new(&output, span.clone()), "the output has this");
        }
        fault.help(&self.context.allocation).into_iter().fold(diagnostic, Diagnostic::help)
    }
}

/// What excerpts of an output hide: all but the key of a line, because it may be a value of `compose`.
fn values(text: &str) -> Vec<Range<usize>> {
    let mut values = Vec::new();
    let mut end = 0;
    for line in text.split_inclusive('\n') {
        let key = key_of_line(line);
        values.push(end..end + key.start);
        values.push(end + key.end..end + line.len());
        end += line.len();
    }
    values
}

/// Whether an output must state `binding` of a service of its subject.
fn is_required(claims: &[Claims], service: &Service, binding: &Binding) -> bool {
    claims.iter().all(|claims| match claims {
        Claims::All => true,
        Claims::Mapped => service.is_mapped(),
        Claims::Published => binding.published(),
        Claims::Any => false,
    })
}

/// The fault in `traced` like `faults[at]`; of several such faults, the one at the same position among them.
fn nth_like<'a, 't>(traced: &'a [Fault<'t>], faults: &[Fault<'_>], at: usize) -> Option<&'a Fault<'t>> {
    let before = faults[..at].iter().filter(|fault| fault.is_like(&faults[at])).count();
    traced.iter().filter(|fault| fault.is_like(&faults[at])).nth(before)
}
