//! JSON for programs; its types are its schema.

use std::fmt::Write as _;
use std::io;

use schemars::generate::SchemaSettings;
use schemars::transform::RecursiveTransform;
use schemars::{JsonSchema, Schema};
use serde::Serialize;
use serde_json::Value;

use super::Report;
use super::drift::{Drifted, mend};
use super::region::Region;
use crate::diagnostic::{Diagnostic, Label, Severity, is_hidden};
use crate::drift::Stat;
use crate::drift::kind::DRIFT;
use crate::manifest::schema::text as schema_text;

/// What `portgen check`, `portgen diff` or `portgen review` found. Within one version, properties may be added and none goes away.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(title = "portgen report")]
struct Document {
    /// The version of this format: 1.
    #[schemars(extend("const" = 1))]
    version: u8,
    /// The command: `check`, `diff` or `review`.
    command: String,
    /// Mistakes and what the lints found.
    diagnostics: Vec<Said>,
    /// The files that differ from what portgen would make of them, by path.
    changes: Vec<Changed>,
    /// The command that brings the files in step; null where none differs.
    mend: Option<String>,
    /// The report in numbers.
    summary: Summary,
    /// The exit code: 0 clean, 1 drift or findings, 2 an error.
    #[schemars(range(max = 2))]
    exit: u8,
}

/// One mistake, or one thing that a lint found.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Diagnostic")]
struct Said {
    /// The stable kebab-case code: a lint's, which `portgen explain` explains, that of a class of mistakes, or the kind of a
    /// line of `review`.
    code: String,
    /// How grave it is.
    severity: Level,
    /// What is wrong, in one line. Text of the user's stands in backticks.
    message: String,
    /// Where: the first is the primary place; a conflict names the other party too.
    places: Vec<Spot>,
    /// What to do next, one line each.
    help: Vec<String>,
}

/// How grave a diagnostic is.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(rename = "Severity")]
enum Level {
    /// A mistake, or a lint at `deny`.
    Error,
    /// A lint at `warn`.
    Warning,
    /// Worth knowing: an accepted exception.
    Note,
}

/// A place in a file. Lines and columns are counted from 1, columns in characters.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Place")]
struct Spot {
    /// The path from the top of the repository; in another revision, as git names it: `main:ports.toml`; of a template that
    /// portgen brings along, its name and ` (built in)`.
    file: String,
    /// The line it starts in.
    line: usize,
    /// The column it starts in.
    column: usize,
    /// The line it ends in.
    end_line: usize,
    /// The first column behind it.
    end_column: usize,
    /// What is said of it; null where the message says it all.
    label: Option<String>,
}

/// A file that differs from what portgen would make of it.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Change")]
struct Changed {
    /// The path from the top of the repository.
    path: String,
    /// How it stands to what portgen would make of it.
    #[schemars(extend("enum" = kinds()))]
    kind: String,
    /// The same in words, behind the path.
    message: String,
    /// The first line that differs, in the file as it is, counted from 1.
    line: usize,
    /// How many lines `portgen write` adds.
    added: usize,
    /// How many lines `portgen write` removes.
    removed: usize,
}

/// The report in numbers.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Summary {
    /// Diagnostics of severity `error`.
    errors: usize,
    /// Diagnostics of severity `warning`.
    warnings: usize,
    /// Diagnostics of severity `note`.
    notes: usize,
    /// Files that differ.
    changes: usize,
    /// Lines that `portgen write` adds to them.
    added: usize,
    /// Lines that `portgen write` removes from them.
    removed: usize,
}

pub(super) fn render(report: &Report<'_>) -> String {
    let counts = report.counts();
    let changes = report.changes;
    let document = Document {
        version: 1,
        command: report.command.to_owned(),
        diagnostics: report.diagnostics.iter().map(|one| said(report, one)).collect(),
        changes: changes.iter().map(|change| changed(report, change)).collect(),
        mend: (!changes.is_empty()).then(|| mend(changes)),
        summary: Summary {
            errors: counts.errors,
            warnings: counts.warnings,
            notes: counts.notes,
            changes: changes.len(),
            added: counts.added,
            removed: counts.removed,
        },
        exit: report.exit,
    };
    text(&document)
}

fn said(report: &Report<'_>, one: &Diagnostic) -> Said {
    let severity = match one.severity {
        Severity::Note => Level::Note,
        Severity::Warning => Level::Warning,
        Severity::Finding | Severity::Error => Level::Error,
    };
    Said {
        code: one.code.to_string(),
        severity,
        message: one.message.to_string(),
        places: one.labels.iter().map(|label| spot(report, label)).collect(),
        help: one.help.iter().map(ToString::to_string).collect(),
    }
}

fn spot(report: &Report<'_>, Label { place, text }: &Label) -> Spot {
    let Region { line, column, end_line, end_column } = Region::of(place);
    let label = (!text.is_empty()).then(|| text.to_string());
    Spot { file: report.file(&place.source), line, column, end_line, end_column, label }
}

fn changed(report: &Report<'_>, change: &Drifted) -> Changed {
    let Stat { ref path, added, removed, line } = change.stat;
    let kind = change.kind.row();
    let path = format!("{}{path}", report.prefix);
    Changed { path, kind: kind.code.to_string(), message: kind.fact.to_owned(), line, added, removed }
}

/// A value as text. What JSON lets stand although it hides or reorders what is around it becomes an escape.
pub(crate) fn text(value: &impl Serialize) -> String {
    let mut text = Visible(String::new());
    // Writing to a `String` cannot fail, and no value here has a key that is not a string.
    let _ = value.serialize(&mut serde_json::Serializer::pretty(&mut text));
    text.0 + "\n"
}

/// JSON as it is written, in pieces that end with a character.
struct Visible(String);

impl io::Write for Visible {
    fn write(&mut self, json: &[u8]) -> io::Result<usize> {
        for c in String::from_utf8_lossy(json).chars() {
            if is_hidden(c) && c != '\n' {
                // Such a character can only stand in a string, where JSON writes it in UTF-16 (RFC 8259, 7).
                for unit in c.encode_utf16(&mut [0; 2]) {
                    let _ = write!(self.0, "\\u{unit:04x}");
                }
            } else {
                self.0.push(c);
            }
        }
        Ok(json.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The JSON schema of the reports: the bytes of `report.schema.json`.
pub fn schema() -> String {
    let settings = SchemaSettings::draft2020_12().for_serialize().with_transform(RecursiveTransform(plain));
    let schema = settings.into_generator().into_root_schema_for::<Document>();
    schema_text(schema.as_value())
}

/// Takes back Rust's integer formats, which JSON Schema does not know.
fn plain(schema: &mut Schema) {
    if schema.get("format").and_then(Value::as_str).is_some_and(|format| format.starts_with("uint")) {
        schema.remove("format");
    }
}

fn kinds() -> Vec<&'static str> {
    DRIFT.iter().map(|row| row.code.as_str()).collect()
}
