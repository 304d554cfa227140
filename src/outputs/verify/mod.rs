//! Reads each output, and each block of a person's file, back and checks its claims: no unallocated port, no port of another service, no port lost.

mod fault;
mod required;

use std::ops::Range;

use crate::allocation::{Binding, Expose, Service};
use crate::claims::{At, Owners, Verdict};
use crate::diagnostic::{Diagnostic, Diagnostics, Origin, Place, Source, all_but_keys};
use crate::formats::{Claim, Owner};
use crate::outputs::render::{Piece, Trace};
use crate::templates::context::Context;
use crate::templates::front_matter::Claims;
use crate::templates::{Template, Templates};

use fault::Fault;
use required::Required;

/// Checks pieces against the allocation.
#[derive(Debug)]
pub struct Verifier<'w, 'e> {
    context: &'static Context,
    templates: &'w Templates,
    owners: &'w Owners<'e>,
}

impl<'w, 'e> Verifier<'w, 'e> {
    /// A verifier for the pieces of `templates`; `owners` are those of the context's allocation.
    pub fn new(context: &'static Context, templates: &'w Templates, owners: &'w Owners<'e>) -> Self {
        Self { context, templates, owners }
    }

    /// Checks that a piece is valid in its format, that every claim is right, and that every required binding is stated.
    ///
    /// # Errors
    /// One diagnostic for each mistake, at the template's line.
    pub fn verify(&self, piece: Piece<'_>, text: &str) -> Result<(), Diagnostics> {
        let faults = self.faults(piece, text);
        if faults.is_empty() {
            return Ok(());
        }
        // Again with the text before tidying, whose offsets lead back to the template.
        let trace = Trace::new(self.context, self.templates, piece);
        let traced = trace.as_ref().map(|trace| self.faults(piece, &trace.text)).unwrap_or_default();
        let diagnostic = |at: usize| {
            let span = nth_like(&traced, &faults, at).and_then(Fault::span);
            let place = trace.as_ref().zip(span).and_then(|(trace, span)| trace.place(self.templates, span));
            self.diagnostic(piece, &faults[at], place, text)
        };
        Err(Diagnostics((0..faults.len()).map(diagnostic).collect()))
    }

    /// The bytes of a verified piece that state a port of a service, in the order of its claims.
    pub fn places(&self, piece: Piece<'_>, text: &str, service: usize) -> Vec<Range<usize>> {
        let stated = self.stated(piece, text).into_iter().filter(|(_, owners)| owners.iter().any(|at| at.0 == service));
        stated.map(|(claim, _)| claim.span).collect()
    }

    /// The claims of a piece that are so, each with the bindings of which it is.
    pub fn stated<'t>(&self, piece: Piece<'_>, text: &'t str) -> Vec<(Claim<'t>, Vec<At>)> {
        let with_owners = |claim: Claim<'t>| {
            let mut owners = Vec::new();
            self.owners.judge(&claim, piece.subject, |at| owners.push(at));
            (claim, owners)
        };
        let claims = self.template(piece).front.read(text).claims.into_iter();
        claims.map(with_owners).filter(|(_, owners)| !owners.is_empty()).collect()
    }

    fn template(&self, piece: Piece<'_>) -> &'w Template {
        &self.templates.list[piece.template]
    }

    fn faults<'t>(&self, piece: Piece<'_>, text: &'t str) -> Vec<Fault<'t>> {
        let template = self.template(piece);
        let reading = template.front.read(text);
        // The claims of an invalid file mean nothing.
        if let Some(fault) = reading.faults.into_iter().next() {
            return vec![Fault::Invalid { format: template.front.format.name, fault }];
        }
        let mut faults = Vec::new();
        let mut required = Required::new(self.context, piece.subject);
        for claim in reading.claims.iter() {
            let owner = match self.owners.judge(claim, piece.subject, |at| required.state(at)) {
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
    fn diagnostic(&self, piece: Piece<'_>, fault: &Fault<'_>, place: Option<Place>, text: &str) -> Diagnostic {
        let path = piece.path.as_str();
        let place = place.unwrap_or_else(|| self.template(piece).path_place.clone());
        let message = fault.message(path, &self.context.allocation);
        let mut diagnostic = Diagnostic::error(fault.code(), message).at(place, "written here");
        if let Some(span) = fault.span() {
            let file = Source::hiding(Origin::Tree, path, "\n".repeat(piece.above) + text, all_but_keys);
            let span = span.start + piece.above..span.end + piece.above;
            diagnostic = diagnostic.at(Place::new(&file, span), "the output has this");
        }
        fault.help(&self.context.allocation).into_iter().fold(diagnostic, Diagnostic::help)
    }
}

/// Whether an output must state `binding` of a service of its subject.
fn is_required(claims: &[Claims], service: &Service, binding: &Binding) -> bool {
    // A variable without a default says nothing.
    if binding.published_as.as_ref().is_some_and(|stated| stated.is_silent()) {
        return false;
    }
    // Where Docker chooses the number on the host, only what maps it states a port: that of the container.
    if binding.is_anywhere && !claims.iter().any(|claims| matches!(claims, Claims::Mapped)) {
        return false;
    }
    claims.iter().all(|claims| match claims {
        Claims::All => true,
        Claims::Mapped => service.is_mapped() && binding.expose != Expose::Unlisted,
        Claims::Published => binding.published(),
        Claims::Any => false,
    })
}

/// The fault in `traced` like `faults[at]`; of several such faults, the one at the same position among them.
fn nth_like<'a, 't>(traced: &'a [Fault<'t>], faults: &[Fault<'_>], at: usize) -> Option<&'a Fault<'t>> {
    let before = faults[..at].iter().filter(|fault| fault.is_like(&faults[at])).count();
    traced.iter().filter(|fault| fault.is_like(&faults[at])).nth(before)
}
