//! Keys and tables that are written twice. The TOML parser names the second place only; the first is found again in the
//! text before it.

use std::ops::Range as Span;

use toml::de::{DeTable, DeValue};

use super::report::Report;
use crate::diagnostic::{Diagnostic, codes, quoted};
use crate::manifest::Document;
use crate::manifest::document::{self, Item};

/// For how many the first place is looked for: each time the text before the second one is parsed again.
const MOST_SEARCHES: usize = 16;

/// Reports keys written twice, in the order of the file.
///
/// A table written twice is one mistake: its keys are not reported again.
pub(super) fn report(report: &Report<'_>, spans: impl Iterator<Item = Span<usize>>) {
    let text = report.text();
    let mut table: Option<usize> = None;
    for (count, span) in spans.enumerate() {
        let header = in_header(text, &span);
        let inside = table.is_some_and(|start| !text[start..span.start].contains("\n["));
        if !header && inside {
            continue;
        }
        table = header.then_some(span.start);
        let what = if header { "table" } else { "key" };
        let message = format!("the {what} {} is written twice", quoted(report.written(&span)));
        let mut mistake = Diagnostic::error(codes::DUPLICATE_KEY, message).at(report.place(span.clone()), "again");
        if count < MOST_SEARCHES
            && let Some(first) = first(text, &span, header)
        {
            mistake = mistake.at(report.place(first), "first here");
        }
        report.add(mistake.help(if header { "merge the two tables" } else { "keep one of the two" }));
    }
}

fn line_start(text: &str, span: &Span<usize>) -> usize {
    text[..span.start].rfind('\n').map_or(0, |at| at + 1)
}

fn in_header(text: &str, span: &Span<usize>) -> bool {
    text[line_start(text, span)..].trim_start().starts_with('[')
}

/// Where the key at `span` is written first.
fn first(text: &str, span: &Span<usize>, header: bool) -> Option<Span<usize>> {
    let line = line_start(text, span);
    if header {
        let end = text[line..].find('\n').map_or(text.len(), |at| line + at);
        let (path, _) = Document::read(&text[line..end]);
        let (before, _) = Document::read(&text[..line]);
        return same_path(before.root(), path.root());
    }
    let (before, _) = Document::read(&text[..span.start]);
    let (_, table) = last_table(before.root());
    let line_of_key = format!("{} = 0", &text[span.clone()]);
    let (key, errors) = Document::read(&line_of_key);
    let key = document::items(key.root()).next().filter(|_| errors.is_empty())?.name();
    // At the start of a line the key is the table's own; elsewhere it belongs to something opened just before it.
    match text[line..span.start].trim().is_empty() {
        true => document::item(table, key).map(Item::key_span),
        false => {
            let mut nearest = None;
            last_key(table, key, &mut nearest);
            nearest
        }
    }
}

/// The key of `known` at the end of the path that `path` consists of.
fn same_path(known: &DeTable<'_>, path: &DeTable<'_>) -> Option<Span<usize>> {
    let rest = document::items(path).next()?;
    let known = document::item(known, rest.name())?;
    match (rest.value(), known.value()) {
        (DeValue::Table(rest), _) if rest.is_empty() => Some(known.key_span()),
        (DeValue::Array(_), _) => Some(known.key_span()),
        (DeValue::Table(rest), DeValue::Table(value)) => same_path(value, rest),
        (DeValue::Table(rest), DeValue::Array(items)) => same_path(items.last()?.get_ref().as_table()?, rest),
        _ => None,
    }
}

/// The table that was opened last, with the start of its header.
fn last_table<'t>(table: &'t DeTable<'t>) -> (usize, &'t DeTable<'t>) {
    let mut last = (0, table);
    for item in document::items(table) {
        let (header, inner) = match item.value() {
            DeValue::Table(inner) => (item.span(), inner),
            DeValue::Array(items) => match items.last().map(|item| (item.span(), item.get_ref())) {
                Some((header, DeValue::Table(inner))) => (header, inner),
                _ => continue,
            },
            _ => continue,
        };
        // A header stands around its key; an inline table and a table of dotted keys do not.
        let own = header.start < item.key_span().start && item.key_span().end < header.end;
        let deeper = last_table(inner);
        let candidate = if deeper.0 > 0 || !own { deeper } else { (header.start + 1, inner) };
        if candidate.0 > last.0 {
            last = candidate;
        }
    }
    last
}

fn last_key(table: &DeTable<'_>, name: &str, nearest: &mut Option<Span<usize>>) {
    for item in document::items(table) {
        if item.name() == name && nearest.as_ref().is_none_or(|known| known.start < item.key_span().start) {
            *nearest = Some(item.key_span());
        }
        match item.value() {
            DeValue::Table(inner) => last_key(inner, name, nearest),
            DeValue::Array(items) => {
                items
                    .iter()
                    .filter_map(|item| item.get_ref().as_table())
                    .for_each(|inner| last_key(inner, name, nearest));
            }
            _ => {}
        }
    }
}
