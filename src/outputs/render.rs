//! Renders outputs, and traces a place in the text back to the template's line.

use std::ops::Range;

use minijinja::Value;

use crate::diagnostic::{Diagnostic, Place, codes, quoted};
use crate::outputs::plan::Target;
use crate::templates::Templates;
use crate::templates::context::{Context, Root};

/// The largest size of one output in bytes: a fixed part, and a part for each service.
const MOST: usize = 1 << 20;
const MOST_PER_SERVICE: usize = 16 << 10;

/// The text of one output.
///
/// # Errors
/// The template fails, at its line, or the text is too long.
pub fn render(context: &'static Context, templates: &Templates, target: &Target) -> Result<String, Diagnostic> {
    let template = &templates.list[target.template];
    let rendered = templates.render(template, root(context, target));
    let text = rendered.map_err(|error| templates.diagnostic(template, &about(target), &error))?;
    let most = MOST + MOST_PER_SERVICE * context.allocation.services.len();
    if text.len() > most {
        let message = format!("{} is longer than {most} bytes", quoted(target.path.as_str()));
        return Err(Diagnostic::error(codes::OUTPUT_LIMIT, message).at(template.path_place.clone(), "in this output"));
    }
    match template.front.format.finish {
        Some(finish) => Ok(finish(&text)),
        None => Ok(text),
    }
}

fn root(context: &'static Context, target: &Target) -> Root {
    let folders = target.path.as_str().bytes().filter(|byte| *byte == b'/').count();
    Root::new(context, target.subject, Some(folders))
}

fn about(target: &Target) -> String {
    format!("cannot render {}", quoted(target.path.as_str()))
}

/// An output before it is tidied, with the place in the template of each part. Made only to locate a mistake.
#[derive(Debug)]
pub struct Trace {
    /// The text.
    pub text: String,
    spans: Vec<minijinja::OutputSpan>,
}

impl Trace {
    /// Renders `target` again; `None` if that fails.
    pub fn new(context: &'static Context, templates: &Templates, target: &Target) -> Option<Self> {
        let template = templates.env().get_template(&templates.list[target.template].name).ok()?;
        let (text, spans) = template.render_with_spans(Value::from_object(root(context, target))).ok()?;
        Some(Self { text, spans })
    }

    /// The place in the template that wrote `at` of the text: literal text or an expression.
    pub fn place(&self, templates: &Templates, at: &Range<usize>) -> Option<Place> {
        let span = self.spans.iter().find(|span| span.output_range().end > at.start).or(self.spans.last())?;
        let template = templates.list.iter().find(|one| one.name == span.name())?;
        let (source, output) = (span.source_range(), span.output_range());
        let range = match span.kind() {
            minijinja::OutputSpanKind::Raw => {
                let start = source.start + at.start.saturating_sub(output.start);
                start.min(source.end)..(start + at.len()).min(source.end)
            }
            _ => source,
        };
        Some(Place::new(&template.source, range))
    }
}
