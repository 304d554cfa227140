//! What a command found, for machines: one file a format, one table.

mod drift;
mod github;
mod json;
mod markdown;
mod region;
mod sarif;

use std::borrow::Cow;

use crate::diagnostic::{Diagnostic, Label, Severity, Source};

pub use drift::{Drifted, mend, prevention};
pub use json::schema;
pub(crate) use json::text as json_text;
pub use markdown::MOST as MOST_PATCH;

/// What a command found.
#[derive(Debug)]
pub struct Report<'a> {
    /// The command: `check`, say.
    pub command: &'static str,
    /// What it said of ports.toml, the templates and what they make.
    pub diagnostics: &'a [Diagnostic],
    /// The files that differ.
    pub changes: &'a [Drifted],
    /// The first lines of their patch: at least [`MOST_PATCH`] bytes of it, where it has as many.
    pub patch: &'a [u8],
    /// The way from the top of the repository to the root, which stands in front of every path: empty, or ending in `/`.
    pub prefix: &'a str,
    /// The exit code.
    pub exit: u8,
}

/// A report as text, line break included.
pub type Render = fn(&Report<'_>) -> String;

/// One format: a row of [`FORMATS`].
#[derive(Debug)]
pub struct Format {
    /// Its name, as in `--format`.
    pub name: &'static str,
    /// Whom it is for, in one line, without a full stop.
    pub summary: &'static str,
    /// The function; none where the command itself speaks, to people.
    pub render: Option<Render>,
}

/// Every format; the first is the default. A new format is one row here and one file.
pub const FORMATS: &[Format] = &[
    Format { name: "human", summary: "For people", render: None },
    Format { name: "github", summary: "Annotations of GitHub Actions", render: Some(github::render) },
    Format { name: "sarif", summary: "SARIF 2.1.0, for code scanning", render: Some(sarif::render) },
    Format { name: "json", summary: "For programs: `portgen schema --of report`", render: Some(json::render) },
    Format { name: "markdown", summary: "A job summary or a comment", render: Some(markdown::render) },
];

/// A report in numbers.
#[derive(Debug)]
struct Counts {
    errors: usize,
    warnings: usize,
    notes: usize,
    added: usize,
    removed: usize,
}

impl Report<'_> {
    /// Every diagnostic, and one for each file that differs, which is made when its turn comes.
    fn findings(&self) -> impl Iterator<Item = Cow<'_, Diagnostic>> {
        let mend = mend(self.changes);
        let drift = self.changes.iter().map(move |change| Cow::Owned(change.diagnostic(&mend)));
        self.diagnostics.iter().map(Cow::Borrowed).chain(drift)
    }

    /// The path of a text from the top of the repository, behind its revision where it has one; a built-in template has none,
    /// but a name.
    fn file(&self, source: &Source) -> String {
        source.name_below(self.prefix)
    }

    /// A place and what is said of it, on one line.
    fn spot(&self, Label { place, text }: &Label) -> String {
        let spot = format!("{}:{}:{}", self.file(&place.source), place.line(), place.column());
        if text.is_empty() { spot } else { format!("{spot}: {text}") }
    }

    /// All that is said of one thing, line by line: the message, each place that has more to say, what to do next.
    fn lines(&self, one: &Diagnostic) -> Vec<String> {
        let places = one.labels.iter().filter(|label| !label.text.is_empty()).map(|label| self.spot(label));
        let help = one.help.iter().map(|help| format!("help: {help}"));
        [one.message.to_string()].into_iter().chain(places).chain(help).collect()
    }

    fn counts(&self) -> Counts {
        let of = |severity| self.diagnostics.iter().filter(|one| one.severity == severity).count();
        Counts {
            errors: of(Severity::Error) + of(Severity::Finding),
            warnings: of(Severity::Warning),
            notes: of(Severity::Note),
            added: self.changes.iter().map(|change| change.stat.added).sum(),
            removed: self.changes.iter().map(|change| change.stat.removed).sum(),
        }
    }
}

/// A finding is an error to whoever reads the report.
fn level(one: &Diagnostic) -> &'static str {
    match one.severity {
        Severity::Note => "note",
        Severity::Warning => "warning",
        Severity::Finding | Severity::Error => "error",
    }
}
