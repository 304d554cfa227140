//! What is wrong with ports.toml as TOML, and which parts of the file cannot be judged because of it.

use std::ops::Range as Span;

use toml::de::{DeTable, DeValue, Error};

use super::duplicate;
use super::report::Report;
use crate::diagnostic::{Diagnostic, codes, quoted};
use crate::manifest::Document;
use crate::manifest::document;

/// The mistakes in the TOML, and what they leave in the dark.
#[derive(Debug, Default)]
pub(super) struct Syntax {
    /// Bytes that were not understood: mistakes found in them mean nothing.
    dark: Vec<Span<usize>>,
    /// Whether something may be missing that the user has written.
    pub(super) incomplete: bool,
}

/// What starts the TOML parser's message, what to do about it.
const ADVICE: &[(&str, &str)] = &[
    ("unexpected leading zero", "write the number without leading zeros"),
    ("unclosed table", "close the header: `[services.web]`"),
    ("invalid basic string", "close the string with `\"`, and write `\\\\` for a backslash"),
    ("invalid literal string", "close the string with `'`"),
    ("key with no value", "write `key = value`"),
    ("missing assignment", "write `key = value`"),
    ("invalid unquoted key", "put a key with other characters in quotes"),
    ("invalid boolean", "write `true` or `false`, or put the string in quotes"),
    ("invalid date", "write `2026-01-31`"),
    ("missing comma", "put a comma between the two"),
    ("unclosed array", "close it with `]`"),
    ("unclosed inline table", "close it with `}`"),
];

impl Syntax {
    /// Reports what the TOML parser found: one mistake for each line, and one for everything that was never closed.
    pub(super) fn report(report: &Report<'_>, document: &Document<'_>, mut errors: Vec<Error>) -> Self {
        let mut syntax = Self::default();
        errors.sort_by_key(|error| error.span().map_or(usize::MAX, |span| span.start));
        for open in unclosed(document, &errors) {
            let what = if report.written(&open).starts_with('[') { "list" } else { "table" };
            let mistake = Diagnostic::error(codes::SYNTAX, format!("a {what} is never closed"))
                .at(report.place(open.start..open.start + 1), "opened here");
            report.add(mistake.help(format!("close it with `{}`", if what == "list" { "]" } else { "}" })));
            syntax.incomplete = true;
            // What the parser says at the very end of an open list is about its inner ones.
            syntax.dark.push(open.start..open.end + 1);
        }
        let (duplicates, others): (Vec<_>, Vec<_>) =
            errors.iter().partition(|error| error.message().starts_with("duplicate key"));
        for error in others {
            syntax.add(report, error);
        }
        let mut spans: Vec<Span<usize>> = duplicates.into_iter().filter_map(Error::span).collect();
        spans.retain(|span| !syntax.hides(span));
        duplicate::report(report, &spans);
        syntax
    }

    /// Whether `span` starts where nothing can be judged.
    pub(super) fn hides(&self, span: &Span<usize>) -> bool {
        self.dark.iter().any(|dark| dark.contains(&span.start))
    }

    fn add(&mut self, report: &Report<'_>, error: &Error) {
        self.incomplete = true;
        let nesting = error.message().contains("recurs");
        let span = error.span().unwrap_or_else(|| most_dots(report.text()));
        if self.hides(&span) {
            return;
        }
        self.dark.push(line_around(report.text(), &span));
        report.add(match nesting {
            true => Diagnostic::error(codes::NESTING_TOO_DEEP, "tables or lists are nested too deep for portgen")
                .at(report.place(span), "too deep")
                .help("ports.toml needs about five levels"),
            false => explain(report, error.message(), span),
        });
    }
}

fn explain(report: &Report<'_>, message: &str, span: Span<usize>) -> Diagnostic {
    let (reason, wanted) = message.split_once(", expected ").unwrap_or((message, ""));
    if span.is_empty() && reason.starts_with("string values must be quoted") {
        return Diagnostic::error(codes::SYNTAX, "a key has no value")
            .at(report.place(span), "expected a value")
            .help("write a value after the `=`, or remove the key");
    }
    let label = match wanted {
        "" => "not TOML".to_owned(),
        "nothing" => "unexpected".to_owned(),
        wanted => format!("expected {wanted}"),
    };
    if reason.starts_with("string values must be quoted") {
        let message = format!("{} is neither a number nor a string in quotes", quoted(report.written(&span)));
        return Diagnostic::error(codes::SYNTAX, message)
            .at(report.place(span), "not a value")
            .help("put a string in quotes");
    }
    let advice = ADVICE.iter().find(|(start, _)| reason.starts_with(start)).map(|(_, advice)| *advice);
    let shown = match report.written(&span) {
        "" => String::new(),
        written => format!(": {}", quoted(written)),
    };
    Diagnostic::error(codes::SYNTAX, format!("{reason}{shown}"))
        .at(report.place(span), label)
        .help(advice.unwrap_or("ports.toml is TOML: https://toml.io/en/v1.0.0"))
}

/// The outermost lists and inline tables that reach to where the parser missed their end.
fn unclosed(document: &Document<'_>, errors: &[Error]) -> Vec<Span<usize>> {
    let ends: Vec<usize> = errors
        .iter()
        .filter(|error| error.message().starts_with("unclosed array") || error.message().starts_with("unclosed inline"))
        .filter_map(|error| error.span().map(|span| span.start))
        .collect();
    let mut open = Vec::new();
    if !ends.is_empty() {
        collect_open(document.root(), &ends, &mut open);
    }
    open
}

fn collect_open(table: &DeTable<'_>, ends: &[usize], open: &mut Vec<Span<usize>>) {
    for value in document::items(table) {
        let span = value.span();
        match value.value() {
            // A header's table ends with its header; only what is written in brackets reaches to an end.
            DeValue::Array(_) | DeValue::Table(_) if ends.contains(&span.end) => open.push(span),
            DeValue::Table(inner) => collect_open(inner, ends, open),
            DeValue::Array(items) => {
                items
                    .iter()
                    .filter_map(|item| item.get_ref().as_table())
                    .for_each(|inner| collect_open(inner, ends, open));
            }
            _ => {}
        }
    }
}

/// The whole line or lines of `span`.
fn line_around(text: &str, span: &Span<usize>) -> Span<usize> {
    let before = text.get(..span.start).unwrap_or_default();
    let after = text.get(span.end..).unwrap_or_default();
    let start = before.rfind('\n').map_or(0, |at| at + 1);
    start..span.end + after.find('\n').unwrap_or(after.len()) + 1
}

/// The parser names no place for a dotted key that is too long: it is the line with the most dots.
fn most_dots(text: &str) -> Span<usize> {
    let mut start = 0;
    let mut most = (0, 0..0);
    for line in text.split_inclusive('\n') {
        let dots = line.bytes().filter(|byte| *byte == b'.').count();
        if dots > most.0 {
            most = (dots, start..start + line.trim_end().len().min(40));
        }
        start += line.len();
    }
    most.1
}
