//! Reads the lines of a document as tables and the comments between them.

use std::ops::Range;

use super::block::{Block, Body, Id};
use crate::manifest::lines::{self, Kind, Pair};
use crate::manifest::value::{ARRAYS, SemanticValue, Table, subject};

/// The blocks read so far, and the table that is being read.
pub(super) struct Reader<'t> {
    text: &'t str,
    /// Free-standing comments, and the tables with everything below their headers.
    blocks: Vec<Block<'t>>,
    open: OpenTable<'t>,
    /// Comments that belong to the open table if another pair of it follows.
    free: Vec<Block<'t>>,
    /// Where the blank lines above the next block begin, and where the comment below these begins.
    gap: usize,
    lead: usize,
}

/// The table that is being read; at first, the part above all headers.
#[derive(Default)]
struct OpenTable<'t> {
    path: Vec<String>,
    array: bool,
    gap: &'t str,
    lead: &'t str,
    head: Range<usize>,
    blocks: Vec<Block<'t>>,
    end: usize,
}

impl<'t> Reader<'t> {
    /// The blocks of a text that is TOML and ends in a line break, and the blank lines at its end.
    pub(super) fn read(text: &'t str) -> Option<(Vec<Block<'t>>, &'t str)> {
        let mut reader =
            Self { text, blocks: Vec::new(), open: OpenTable::default(), free: Vec::new(), gap: 0, lead: 0 };
        for line in lines::lines(text) {
            let line = line?;
            match line.kind {
                Kind::Comment => {}
                Kind::Blank => {
                    reader.end_comment(line.span.start);
                    reader.lead = line.span.end;
                }
                Kind::Pair(pair) => reader.add_pair(&line.span, pair),
                Kind::Header { path, array, .. } => reader.add_header(line.span, path, array)?,
            }
        }
        reader.end_comment(text.len());
        reader.end_table()?;
        Some((reader.blocks, &text[reader.gap..]))
    }

    /// Ends a comment that has no key or header directly below it.
    fn end_comment(&mut self, end: usize) {
        if self.lead < end {
            let (gap, comment) = (&self.text[self.gap..self.lead], &self.text[self.lead..end]);
            let id = Id::Comment(comment.trim().to_owned(), 0);
            self.free.push(Block { gap, ..Block::of(id, Body::Text(comment.into())) });
            (self.gap, self.lead) = (end, end);
        }
    }

    fn add_pair(&mut self, line: &Range<usize>, Pair { path, value, .. }: Pair) {
        let text = self.text;
        self.open.blocks.append(&mut self.free);
        self.open.blocks.push(Block {
            id: Id::Key(path),
            gap: &text[self.gap..self.lead],
            lead: &text[self.lead..line.start],
            head: &text[line.start..value.start],
            body: Body::Value(&text[value.clone()]),
            tail: &text[value.end..line.end],
        });
        self.go_on_from(line.end);
    }

    fn add_header(&mut self, line: Range<usize>, path: Vec<String>, array: bool) -> Option<()> {
        let end = line.end;
        if self.open.is_whole() && path.starts_with(&self.open.path) {
            self.free.clear();
        } else {
            let (gap, lead) = (&self.text[self.gap..self.lead], &self.text[self.lead..line.start]);
            self.end_table()?;
            self.open = OpenTable { path, array, gap, lead, head: line, blocks: Vec::new(), end };
        }
        self.go_on_from(end);
        Some(())
    }

    fn go_on_from(&mut self, end: usize) {
        (self.open.end, self.gap, self.lead) = (end, end, end);
    }

    /// Ends the open table. A comment directly below its last line belongs to it; later comments do not.
    fn end_table(&mut self) -> Option<()> {
        let mut table = std::mem::take(&mut self.open);
        let mut comments = self.free.drain(..).peekable();
        if table.end > 0 {
            if !table.is_whole() {
                table.blocks.extend(comments.next_if(|comment| comment.gap.is_empty()));
            }
            self.blocks.push(table.done(self.text)?);
        }
        self.blocks.extend(comments);
        Some(())
    }
}

impl<'t> OpenTable<'t> {
    /// Whether this is an array of tables that is merged as a whole, because its items have no identity.
    fn is_whole(&self) -> bool {
        self.array && !self.is_item()
    }

    fn is_item(&self) -> bool {
        self.array && self.is_in_array() && self.path.len() == 1
    }

    fn is_in_array(&self) -> bool {
        self.path.first().is_some_and(|name| ARRAYS.contains(&name.as_str()))
    }

    /// `None` for a table in or instead of one of [`ARRAYS`].
    fn done(mut self, text: &'t str) -> Option<Block<'t>> {
        if self.is_in_array() && !self.is_item() {
            return None;
        }
        let (gap, lead) = (self.gap, self.lead);
        if self.is_whole() {
            let body = Body::Text(text[self.head.start..self.end].into());
            return Some(Block { gap, lead, ..Block::of(Id::Key(self.path), body) });
        }
        let id = if self.is_item() {
            Id::Item { array: self.path.remove(0), subject: subject(&values(&self.blocks)), nth: 0 }
        } else {
            Id::Key(self.path)
        };
        Some(Block { gap, lead, head: &text[self.head], ..Block::of(id, Body::Blocks(self.blocks)) })
    }
}

/// The values of a table's plain keys.
fn values(blocks: &[Block<'_>]) -> Table {
    let mut values = Table::new();
    for block in blocks {
        if let (Id::Key(path), Some(value)) = (&block.id, block.value())
            && let (Some(key), Some(value)) = (path.last(), SemanticValue::of_value(value))
        {
            values.insert(key.clone(), value);
        }
    }
    values
}
