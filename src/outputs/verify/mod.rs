//! Text read back must state exactly the planned claims: no port that nobody has, none of another service, none lost.

pub mod required;

pub use crate::claims::owners::Index;

use std::ops::Range;

use crate::allocation::Binding;
use crate::diagnostic::{Diagnostic, Source, quoted};
use crate::formats::Claim;
use crate::outputs::plan::Target;
use crate::outputs::render::Trace;
use crate::templates::front_matter::Claims;
use crate::templates::{Template, Templates};

use crate::claims::owners::{Candidates, Near, agrees};
use required::Owed;

/// What is wrong with a text: the reason, and where in the text.
struct Wrong {
    code: &'static str,
    message: String,
    span: Range<usize>,
}

/// Checks one output: valid in its format, every claim a binding's, every binding of its subject stated.
///
/// # Errors
/// One diagnostic for each thing that is wrong, at the template's line.
pub fn verify(index: &Index<'_>, templates: &Templates, target: &Target, text: &str) -> Result<(), Vec<Diagnostic>> {
    let template = &templates.list[target.template];
    let wrong = check(index, template, target, text);
    if wrong.is_empty() {
        return Ok(());
    }
    // Once more before tidying, where offsets lead back to the template.
    let trace = Trace::new(index.world, templates, target);
    let traced = trace.as_ref().map(|trace| check(index, template, target, &trace.text)).unwrap_or_default();
    let located = |at: usize| {
        if wrong[at].code == "lost-port" {
            return template.path_place.clone();
        }
        let place = trace.as_ref().zip(traced.get(at)).and_then(|(trace, wrong)| trace.place(templates, &wrong.span));
        place.unwrap_or_else(|| template.path_place.clone())
    };
    Err(wrong.iter().enumerate().map(|(at, wrong)| diagnostic(target, wrong, located(at), text)).collect())
}

fn diagnostic(target: &Target, wrong: &Wrong, place: crate::diagnostic::Place, text: &str) -> Diagnostic {
    let help = match wrong.code {
        "unallocated-port" => {
            "allocate the port in ports.toml, or write `{{ binding.host }}`, `.container` or `.service`"
        }
        "lost-port" => {
            "state it, or say in the front matter what the output holds: `claims: published` or `claims: any`"
        }
        _ => "the output must be valid in the format that the front matter names",
    };
    let output = Source::new(target.path.as_str(), text);
    let diagnostic = Diagnostic::error(wrong.code, wrong.message.clone()).at(place, "made here");
    let rendered = if wrong.code == "lost-port" {
        diagnostic
    } else {
        diagnostic.at(crate::diagnostic::Place::new(&output, wrong.span.clone()), "comes out as this")
    };
    rendered.help(help)
}

fn check(index: &Index<'_>, template: &Template, target: &Target, text: &str) -> Vec<Wrong> {
    let path = || quoted(target.path.as_str());
    let reading = (template.front.format.read)(text);
    // What was read of a file that is not valid may be anything.
    if let Some(fault) = reading.faults.into_iter().next() {
        let message = format!("{} is no valid `{}`: {}", path(), template.front.format.name, fault.message);
        return vec![Wrong { code: "invalid-output", message, span: fault.span }];
    }
    let mut wrong = Vec::new();
    let mut owed = Owed::new(index.world, target.subject);
    let mut near = Near::new(target.subject);
    for claim in &reading.claims {
        let Some(candidates) = index.candidates(claim, &mut near) else { continue };
        let mut is_so = false;
        for at in candidates.iter().filter(|at| agrees(claim, index.get(*at).1)) {
            owed.state(at);
            is_so = true;
        }
        if !is_so {
            let message = format!("{} states {}", path(), contradiction(index, claim, &candidates));
            wrong.push(Wrong { code: "unallocated-port", message, span: claim.span.clone() });
        }
    }
    wrong.extend(lost(index, template, target, &owed));
    wrong
}

/// Where an output that [`verify`] has passed states a port of a service, in the order of its claims: bytes of the text.
pub fn places(
    index: &Index<'_>,
    templates: &Templates,
    target: &Target,
    text: &str,
    service: usize,
) -> Vec<Range<usize>> {
    let claims = (templates.list[target.template].front.format.read)(text).claims;
    let mut near = Near::new(target.subject);
    let mut is_its = |claim: &Claim<'_>| {
        let candidates = index.candidates(claim, &mut near);
        candidates.is_some_and(|these| these.iter().any(|at| at.0 == service && agrees(claim, index.get(at).1)))
    };
    claims.into_iter().filter_map(|claim| is_its(&claim).then_some(claim.span)).collect()
}

/// The bindings of the subject that the output had to state and did not.
fn lost(index: &Index<'_>, template: &Template, target: &Target, owed: &Owed<'_>) -> Option<Wrong> {
    const MOST: usize = 5;
    let required = |binding: &Binding| match template.front.claims {
        Claims::All => true,
        Claims::Published => binding.published(),
        Claims::Any => false,
    };
    let missing: Vec<String> = owed
        .rest()
        .filter(|(_, binding)| required(binding))
        .map(|(service, binding)| {
            format!("{} of {}", binding.host, quoted(&index.world.allocation.services[service].id))
        })
        .collect();
    let more = match missing.len() {
        0 => return None,
        count if count > MOST => format!(" and {} more", count - MOST),
        _ => String::new(),
    };
    let named = missing.iter().take(MOST).map(String::as_str).collect::<Vec<_>>().join(", ");
    let message = format!("{} does not state the port {named}{more}", quoted(target.path.as_str()));
    Some(Wrong { code: "lost-port", message, span: 0..0 })
}

fn contradiction(index: &Index<'_>, claim: &Claim<'_>, candidates: &Candidates<'_>) -> String {
    let named = claim.numbers.iter().map(|number| format!("{} {}", number.role.name(), number.port));
    let stated: Vec<String> = named.collect();
    let stated = stated.join(" with ");
    let Some((owner, binding)) = candidates.iter().next().map(|at| index.get(at)) else {
        return format!("{stated}, which nobody is allocated");
    };
    format!(
        "{stated} for {}, which has host port {}, container port {}, service port {} ({}, exposed `{}`)",
        quoted(&owner.id),
        binding.host,
        binding.container,
        binding.service,
        binding.protocol.as_str(),
        binding.expose.as_str(),
    )
}
