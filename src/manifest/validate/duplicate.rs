//! Keys and tables that are written twice. The TOML parser names the second place only; the first is found again here.

use std::ops::Range as Span;

use super::report::Report;
use crate::diagnostic::{Diagnostic, codes, quoted};
use crate::manifest::outline::Outline;

/// Reports keys written twice, in the order of the file.
///
/// A table written twice is one mistake: its keys are not reported again.
pub(super) fn report(report: &Report<'_>, spans: &[Span<usize>]) {
    let text = report.text();
    let outline = if spans.is_empty() { None } else { Outline::of(text) };
    let mut table: Option<usize> = None;
    for span in spans {
        let header = in_header(text, span);
        let inside = table.is_some_and(|start| !text[start..span.start].contains("\n["));
        if !header && inside {
            continue;
        }
        table = header.then_some(span.start);
        let what = if header { "table" } else { "key" };
        let message = format!("the {what} {} is written twice", quoted(report.written(span)));
        let mut mistake = Diagnostic::error(codes::DUPLICATE_KEY, message).at(report.place(span.clone()), "again");
        if let Some(first) = outline.as_ref().and_then(|outline| first(outline, span)) {
            mistake = mistake.at(report.place(first), "first here");
        }
        report.add(mistake.help(if header { "merge the two tables" } else { "keep one of the two" }));
    }
}

fn in_header(text: &str, span: &Span<usize>) -> bool {
    let line = text[..span.start].rfind('\n').map_or(0, |at| at + 1);
    text[line..].trim_start().starts_with('[')
}

/// Where the key at `span` is written first, in the same item if it is one of an array's.
fn first(outline: &Outline, span: &Span<usize>) -> Option<Span<usize>> {
    let index = outline.sites.iter().position(|site| site.keys.contains(span))?;
    let again = &outline.sites[index];
    let depth = again.path.len() - again.keys.len() + again.keys.iter().position(|key| key == span)?;
    let path = &again.path[..=depth];
    let mut known = outline.sites[..index].iter();
    if let Some(item) = known.clone().rposition(|site| site.is_item() && path[..depth].starts_with(&site.path)) {
        known.nth(item);
    }
    known.filter(|site| site.path.starts_with(path)).find_map(|site| site.written_key(depth))
}
