//! Finds the files and lines that state a service's ports.

use std::ops::Range;

use crate::claims::Owners;
use crate::diagnostic::Diagnostics;
use crate::files::tree::Tree;
use crate::outputs::plan::{self, Taken, Target};
use crate::outputs::render;
use crate::outputs::verify::Verifier;
use crate::parallel;
use crate::path::RelPath;
use crate::templates::context::{Context, Subject};
use crate::templates::{Template, Templates, own};

/// A file that states a port of a service.
#[derive(Debug)]
pub struct Carrier {
    /// The file, from the root.
    pub path: RelPath,
    /// The lines with a port of the service, starting at 1, ascending.
    pub lines: Vec<usize>,
}

/// The outputs that state a port of `services[service]`, by path, as portgen renders them now.
///
/// # Errors
/// A template or an output is not valid.
pub fn carriers(
    tree: &Tree,
    context: &'static Context,
    taken: &[Taken<'_>],
    service: usize,
) -> Result<Vec<Carrier>, Diagnostics> {
    let allocation = &context.allocation;
    let own = own::read(tree)?;
    let templates = Templates::new(own, allocation)?;
    let mut targets = plan::plan(context, &templates, taken)?;
    targets.retain(|target| can_carry(context, &templates.list[target.template], target.subject, service));
    let owners = Owners::new(allocation);
    let verifier = Verifier::new(context, &templates, &owners);
    let read = |target: &Target, _: &mut Vec<u8>| -> Result<Carrier, Diagnostics> {
        let text = render::render(context, &templates, target.piece())?;
        verifier.verify(target.piece(), &text)?;
        let places = verifier.places(target.piece(), &text, service);
        Ok(Carrier { path: target.path.clone().into(), lines: lines(&text, places) })
    };
    let mut errors = Vec::new();
    let mut found = Vec::new();
    for made in parallel::map(&targets, read) {
        made.map_or_else(|wrong| errors.extend(wrong), |carrier| found.push(carrier));
    }
    Diagnostics(errors).into_result()?;
    found.retain(|carrier| !carrier.lines.is_empty());
    found.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(found)
}

/// Whether an output about `subject` can state a port of a service. A template of the project may state any port: only its
/// rendering shows which.
fn can_carry(context: &'static Context, template: &Template, subject: Subject, service: usize) -> bool {
    match subject {
        Subject::Service(about) | Subject::Binding(about, _) if template.is_built_in() => {
            let needs = || context.allocation.services[about].depends_on.iter().any(|(at, _)| *at == service);
            about == service || needs()
        }
        _ => true,
    }
}

/// The lines in which `places` of a text start, each once.
pub fn lines(text: &str, mut places: Vec<Range<usize>>) -> Vec<usize> {
    places.sort_unstable_by_key(|place| place.start);
    let (mut line, mut at) = (1, 0);
    let mut lines = Vec::with_capacity(places.len());
    for place in places {
        line += text.as_bytes()[at..place.start].iter().filter(|byte| **byte == b'\n').count();
        at = place.start;
        lines.push(line);
    }
    lines.dedup();
    lines
}
