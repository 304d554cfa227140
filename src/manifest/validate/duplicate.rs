//! Keys and tables that are written twice. The TOML parser names the second place only; the first is found again here.

use std::collections::HashMap;
use std::ops::Range as Span;

use super::report::Report;
use crate::diagnostic::{Diagnostic, codes, quoted};
use crate::manifest::outline::{Outline, Site};

/// Reports keys written twice up to the byte `end`, in the order of the file.
///
/// A table written twice is one mistake: its keys are not reported again.
pub(super) fn report(report: &Report<'_>, spans: &[Span<usize>], end: usize) {
    if spans.is_empty() {
        return;
    }
    // Both may need much memory, so one after the other: what excerpts hide, and where everything is written.
    report.source().shown();
    let line = report.text()[end..].find('\n').map_or(report.text().len(), |at| end + at + 1);
    let text = &report.text()[..line];
    let outline = Outline::of(text);
    let firsts = outline.as_ref().map(|outline| Firsts::new(outline, spans));
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
        if let Some(first) = firsts.as_ref().and_then(|firsts| firsts.first(span)) {
            mistake = mistake.at(report.place(first), "first here");
        }
        report.add(mistake.help(if header { "merge the two tables" } else { "keep one of the two" }));
    }
}

fn in_header(text: &str, span: &Span<usize>) -> bool {
    let line = text[..span.start].rfind('\n').map_or(0, |at| at + 1);
    text[line..].trim_start().starts_with('[')
}

/// The first places of keys that are written again.
struct Firsts<'o> {
    sites: &'o [Site],
    /// Which sites write a key, by its path; of those keys alone.
    writers: HashMap<&'o [String], Vec<usize>>,
    /// The sites that are items of arrays of tables.
    items: Vec<usize>,
}

impl<'o> Firsts<'o> {
    fn new(outline: &'o Outline, spans: &[Span<usize>]) -> Self {
        let sites = outline.sites.as_slice();
        let again = spans.iter().filter_map(|span| written_at(sites, span));
        let mut writers: HashMap<_, _> = again.map(|(_, path)| (path, Vec::new())).collect();
        for (index, site) in sites.iter().enumerate() {
            for depth in site.path.len() - site.keys.len()..site.path.len() {
                if let Some(writers) = writers.get_mut(&site.path[..=depth]) {
                    writers.push(index);
                }
            }
        }
        let items = (0..sites.len()).filter(|index| sites[*index].is_item()).collect();
        Self { sites, writers, items }
    }

    /// Where the key at `span` is written first, in the same item if it is one of an array's.
    fn first(&self, span: &Span<usize>) -> Option<Span<usize>> {
        let (again, path) = written_at(self.sites, span)?;
        let depth = path.len() - 1;
        let before = self.items.partition_point(|item| *item < again);
        let is_around = |item: &&usize| path[..depth].starts_with(&self.sites[**item].path);
        let item = self.items[..before].iter().rfind(is_around);
        let writers = self.writers.get(path)?;
        let first = *writers.get(writers.partition_point(|writer| item.is_some_and(|item| writer <= item)))?;
        if first < again { self.sites[first].written_key(depth) } else { None }
    }
}

/// Which site writes the key at `span`, and the path of that key.
fn written_at<'o>(sites: &'o [Site], span: &Span<usize>) -> Option<(usize, &'o [String])> {
    let index = sites.partition_point(|site| site.span.start <= span.start).checked_sub(1)?;
    let site = &sites[index];
    let depth = site.path.len() - site.keys.len() + site.keys.iter().position(|key| key == span)?;
    Some((index, &site.path[..=depth]))
}
