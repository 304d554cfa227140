//! Renders outputs, and traces a place in the text back to the template's line.

use std::ops::Range;

use minijinja::Value;

use crate::diagnostic::{Diagnostic, Place, codes, quoted};
use crate::path::RelPath;
use crate::templates::Templates;
use crate::templates::context::{Context, Root, Subject};

/// The largest size of one output in bytes: a fixed part, and a part for each service.
const MOST: usize = 1 << 20;
const MOST_PER_SERVICE: usize = 16 << 10;

/// What is rendered: an output, or a block of a file that a person owns.
#[derive(Clone, Copy, Debug)]
pub struct Piece<'p> {
    /// Index into [`Templates::list`].
    pub template: usize,
    /// What it is about.
    pub subject: Subject,
    /// The file that it is in.
    pub path: &'p RelPath,
    /// How many lines of the file stand above it.
    pub above: usize,
}

/// The text of one piece.
///
/// # Errors
/// The template fails, at its line, or the text is too long.
pub fn render(context: &'static Context, templates: &Templates, piece: Piece<'_>) -> Result<String, Diagnostic> {
    let template = &templates.list[piece.template];
    let rendered = templates.render(template, root(context, piece));
    let text = rendered.map_err(|error| templates.diagnostic(template, &about(piece), &error))?;
    let most = MOST + MOST_PER_SERVICE * context.allocation.services.len();
    if text.len() > most {
        let message = format!("{} is longer than {most} bytes", quoted(piece.path.as_str()));
        return Err(Diagnostic::error(codes::OUTPUT_LIMIT, message).at(template.path_place.clone(), "in this output"));
    }
    match template.front.format.finish {
        Some(finish) => Ok(finish(&text)),
        None => Ok(text),
    }
}

fn root(context: &'static Context, piece: Piece<'_>) -> Root {
    let folders = piece.path.as_str().bytes().filter(|byte| *byte == b'/').count();
    Root::new(context, piece.subject, Some(folders))
}

fn about(piece: Piece<'_>) -> String {
    format!("cannot render {}", quoted(piece.path.as_str()))
}

/// A piece before it is tidied, with the place in the template of each part. Made only to locate a mistake.
#[derive(Debug)]
pub struct Trace {
    /// The text.
    pub text: String,
    spans: Vec<minijinja::OutputSpan>,
}

impl Trace {
    /// Renders `piece` again; `None` if that fails.
    pub fn new(context: &'static Context, templates: &Templates, piece: Piece<'_>) -> Option<Self> {
        let template = templates.env().get_template(&templates.list[piece.template].name).ok()?;
        let (text, spans) = template.render_with_spans(Value::from_object(root(context, piece))).ok()?;
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
