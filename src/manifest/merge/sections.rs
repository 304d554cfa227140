//! The lines of a document become tables and the comments between them.

use std::ops::Range;

use super::block::{Block, Body};
use super::id::Id;
use crate::manifest::lines::{self, Kind, Pair};
use crate::manifest::value::{ARRAYS, SemanticValue, Table, subject};

/// A part of the document: a free-standing comment, or the table of a header with all that stands below it.
#[derive(Debug)]
pub(super) enum Part<'t> {
    Comment(Block<'t>),
    /// The path of the header, none for what stands above the first one.
    Table(Vec<String>, Block<'t>),
}

/// What has been read of a document, and the table that is being read.
pub(super) struct Sheet<'t> {
    text: &'t str,
    parts: Vec<Part<'t>>,
    open: Draft<'t>,
    /// Comments that belong into the open table if more of it follows.
    free: Vec<Block<'t>>,
    /// Where the blank lines begin whose owner is not known yet, and where the comment below them does.
    gap: usize,
    lead: usize,
}

/// A table that is being read.
#[derive(Default)]
struct Draft<'t> {
    path: Vec<String>,
    array: bool,
    gap: &'t str,
    lead: &'t str,
    head: Range<usize>,
    blocks: Vec<Block<'t>>,
    end: usize,
}

impl<'t> Sheet<'t> {
    /// The parts of a text that is TOML and whose last line has an end, and the blank lines at its end.
    pub(super) fn read(text: &'t str) -> Option<(Vec<Part<'t>>, &'t str)> {
        let mut sheet = Self { text, parts: Vec::new(), open: Draft::default(), free: Vec::new(), gap: 0, lead: 0 };
        for line in lines::lines(text)? {
            match line.kind {
                Kind::Comment => {}
                Kind::Blank => {
                    sheet.end_comment(line.span.start);
                    sheet.lead = line.span.end;
                }
                Kind::Pair(pair) => sheet.add_pair(&line.span, pair),
                Kind::Header { path, array, .. } => sheet.add_header(line.span, path, array)?,
            }
        }
        sheet.end_comment(text.len());
        sheet.end_table()?;
        Some((sheet.parts, &text[sheet.gap..]))
    }

    /// A comment that ends here has no owner below.
    fn end_comment(&mut self, end: usize) {
        if self.lead < end {
            let (gap, text) = (&self.text[self.gap..self.lead], &self.text[self.lead..end]);
            let id = Id::Comment(text.trim().to_owned(), 0);
            self.free.push(Block { id, gap, lead: "", body: Body::Text(text.into()) });
            (self.gap, self.lead) = (end, end);
        }
    }

    /// The blank lines above the line that begins at `start`, and the comment directly above it.
    fn above(&self, start: usize) -> (&'t str, &'t str) {
        (&self.text[self.gap..self.lead], &self.text[self.lead..start])
    }

    fn add_pair(&mut self, line: &Range<usize>, pair: Pair) {
        let (gap, lead) = self.above(line.start);
        let part = |range: Range<usize>| &self.text[range];
        let body = Body::Pair {
            head: part(line.start..pair.value.start),
            value: part(pair.value.clone()),
            tail: part(pair.value.end..line.end),
        };
        self.open.blocks.append(&mut self.free);
        self.open.blocks.push(Block { id: Id::Key(pair.path), gap, lead, body });
        self.go_on_from(line.end);
    }

    fn add_header(&mut self, line: Range<usize>, path: Vec<String>, array: bool) -> Option<()> {
        let end = line.end;
        if self.open.is_whole() && path.starts_with(&self.open.path) {
            self.free.clear();
        } else {
            let (gap, lead) = self.above(line.start);
            self.end_table()?;
            self.open = Draft { path, array, gap, lead, head: line, blocks: Vec::new(), end };
        }
        self.go_on_from(end);
        Some(())
    }

    fn go_on_from(&mut self, end: usize) {
        (self.open.end, self.gap, self.lead) = (end, end, end);
    }

    /// A comment directly below the last line of the table belongs into it, others below the table do not.
    fn end_table(&mut self) -> Option<()> {
        let mut table = std::mem::take(&mut self.open);
        let mut comments = self.free.drain(..).peekable();
        if table.end > 0 && !table.is_whole() {
            table.blocks.extend(comments.next_if(|comment| comment.gap.is_empty()));
        }
        if table.end > 0 {
            self.parts.push(table.done(self.text)?);
        }
        self.parts.extend(comments.map(Part::Comment));
        Some(())
    }
}

impl<'t> Draft<'t> {
    /// Whether it is an array of tables that is taken as a whole, with everything below it: nothing tells its items apart.
    fn is_whole(&self) -> bool {
        self.array && !self.is_item()
    }

    fn is_item(&self) -> bool {
        self.array && matches!(self.path.as_slice(), [name] if ARRAYS.contains(&name.as_str()))
    }

    /// None for a table in or instead of one of [`ARRAYS`].
    fn done(self, text: &'t str) -> Option<Part<'t>> {
        if !self.is_item() && self.path.first().is_some_and(|name| ARRAYS.contains(&name.as_str())) {
            return None;
        }
        let id = match self.path.as_slice() {
            [name] if self.is_item() => Id::Item(name.clone(), subject(&values(&self.blocks)), 0),
            path => Id::Key(path.to_vec()),
        };
        let body = if self.is_whole() {
            Body::Text(text[self.head.start..self.end].into())
        } else {
            Body::Group { head: &text[self.head.clone()], blocks: self.blocks }
        };
        Some(Part::Table(self.path, Block { id, gap: self.gap, lead: self.lead, body }))
    }
}

/// What the plain keys of a table say.
fn values(blocks: &[Block<'_>]) -> Table {
    let pairs = blocks.iter().filter_map(|block| match (&block.id, &block.body) {
        (Id::Key(path), Body::Pair { value, .. }) => Some((path.last()?.clone(), SemanticValue::of_value(value)?)),
        _ => None,
    });
    pairs.collect()
}
