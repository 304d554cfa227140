//! What is wrong with ports.toml as TOML, and which parts of the file cannot be judged because of it.

use std::collections::BTreeMap;
use std::ops::Range as Span;

use toml::de::{DeTable, DeValue, Error};

use super::report::{Report, more};
use crate::diagnostic::{codes, quoted};
use crate::manifest::document;

/// The mistakes in the TOML, and what they leave in the dark.
#[derive(Debug, Default)]
pub(super) struct Syntax {
    /// Bytes that were not understood, by where they start: mistakes found in them mean nothing. They do not overlap.
    dark: BTreeMap<usize, usize>,
    /// Whether something may be missing that the user has written.
    pub(super) incomplete: bool,
    /// The keys that are written again, in the order of the file.
    pub(super) duplicates: Vec<Span<usize>>,
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

/// What starts its message about something that is never closed.
const UNCLOSED: [&str; 2] = ["unclosed array", "unclosed inline"];

impl Syntax {
    /// Reports what the TOML parser found up to the byte `end`: one mistake for each line, and one for everything that was never
    /// closed. What is written twice is left to [`duplicate`](super::duplicate).
    pub(super) fn report(report: &Report<'_>, root: &DeTable<'_>, errors: &[Error], end: usize) -> Self {
        let mut syntax = Self::default();
        syntax.leave_rest(report, end);
        for open in unclosed(root, errors) {
            let is_list = report.written(&open).starts_with('[');
            let (what, close) = if is_list { ("list", "]") } else { ("table", "}") };
            let place = (open.start..open.start + 1, "opened here");
            let message = format!("a {what} is never closed");
            report.refuse(codes::SYNTAX, message, place, format!("close it with `{close}`"));
            syntax.incomplete = true;
            // What the parser says at the very end of an open list is about its inner ones.
            syntax.hide(open.start..open.end + 1);
        }
        let (duplicates, others): (Vec<_>, Vec<_>) =
            errors.iter().partition(|error| error.message().starts_with("duplicate key"));
        for error in others {
            syntax.add(report, error);
        }
        syntax.duplicates = duplicates.into_iter().filter_map(Error::span).filter(|span| !syntax.hides(span)).collect();
        syntax
    }

    /// Says that nothing is told of what follows the byte `end`, where something does.
    fn leave_rest(&mut self, report: &Report<'_>, end: usize) {
        if end < report.text().len() {
            self.incomplete = true;
            self.hide(end..report.text().len() + 1);
            report.add(more(report.source(), end, "what follows is not read"));
        }
    }

    /// Whether `span` starts where nothing can be judged.
    pub(super) fn hides(&self, span: &Span<usize>) -> bool {
        self.dark.range(..=span.start).next_back().is_some_and(|(_, end)| span.start < *end)
    }

    fn hide(&mut self, mut span: Span<usize>) {
        while let Some((&start, &end)) = self.dark.range(..=span.end).next_back().filter(|(_, end)| **end >= span.start)
        {
            span = span.start.min(start)..span.end.max(end);
            self.dark.remove(&start);
        }
        self.dark.insert(span.start, span.end);
    }

    fn add(&mut self, report: &Report<'_>, error: &Error) {
        self.incomplete = true;
        let nesting = error.message().contains("recurs");
        let span = error.span().unwrap_or_else(|| most_dots(report.text()));
        if self.hides(&span) {
            return;
        }
        self.hide(line_around(report.text(), &span));
        if nesting {
            let message = "tables or lists are nested too deep for portgen".to_owned();
            report.refuse(codes::NESTING_TOO_DEEP, message, (span, "too deep"), "ports.toml needs about five levels");
        } else {
            explain(report, error.message(), span);
        }
    }
}

fn explain(report: &Report<'_>, message: &str, span: Span<usize>) {
    let (reason, wanted) = message.split_once(", expected ").unwrap_or((message, ""));
    let written = report.written(&span);
    // A word without quotes is no secret.
    let word = report.text().get(span.clone()).unwrap_or_default().trim_end_matches([',', ' ']);
    if ["null", "nil", "~", "None"].contains(&word) {
        let help =
            "in `environment` and build `args` write `{}`, the value of Compose's caller; elsewhere leave the key out";
        return report.refuse(codes::SYNTAX, "TOML has no null".to_owned(), (span, "not a value"), help);
    }
    if reason.starts_with("string values must be quoted") {
        if span.is_empty() {
            let help = "write a value after the `=`, or remove the key";
            return report.refuse(codes::SYNTAX, "a key has no value".to_owned(), (span, "expected a value"), help);
        }
        let message = format!("{} is neither a number nor a string in quotes", quoted(written));
        return report.refuse(codes::SYNTAX, message, (span, "not a value"), "put a string in quotes");
    }
    let label = match wanted {
        "" => "not TOML".to_owned(),
        "nothing" => "unexpected".to_owned(),
        wanted => format!("expected {wanted}"),
    };
    let advice = ADVICE.iter().find(|(start, _)| reason.starts_with(start));
    let advice = advice.map_or("ports.toml is TOML: https://toml.io/en/v1.0.0", |(_, advice)| *advice);
    let shown = if written.is_empty() { String::new() } else { format!(": {}", quoted(written)) };
    report.refuse(codes::SYNTAX, format!("{reason}{shown}"), (span, &label), advice);
}

/// The outermost lists and inline tables that reach to where the parser missed their end.
fn unclosed(root: &DeTable<'_>, errors: &[Error]) -> Vec<Span<usize>> {
    let mut ends = Vec::new();
    for error in errors {
        if UNCLOSED.iter().any(|start| error.message().starts_with(start)) {
            ends.extend(error.span().map(|span| span.start));
        }
    }
    let mut open = Vec::new();
    if !ends.is_empty() {
        collect_open(root, &ends, &mut open);
    }
    open
}

fn collect_open(table: &DeTable<'_>, ends: &[usize], open: &mut Vec<Span<usize>>) {
    for value in document::items(table) {
        let span = value.span();
        match value.value() {
            // A header's table ends with its header; only what is written in brackets reaches to an end.
            DeValue::Array(_) | DeValue::Table(_) if ends.binary_search(&span.end).is_ok() => open.push(span),
            DeValue::Table(inner) => collect_open(inner, ends, open),
            DeValue::Array(items) => {
                for inner in items.iter().filter_map(|item| item.get_ref().as_table()) {
                    collect_open(inner, ends, open);
                }
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
    let (mut start, mut most, mut span) = (0, 0, 0..0);
    for line in text.split_inclusive('\n') {
        let dots = line.matches('.').count();
        if dots > most {
            (most, span) = (dots, start..start + line.trim_end().len().min(40));
        }
        start += line.len();
    }
    span
}
