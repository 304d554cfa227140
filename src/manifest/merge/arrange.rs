//! The parts of a document become entries, each with its tables, each with its pairs and comments.
//!
//! A comment belongs to the key or the header directly below it; any other is a block of its own.

use std::collections::{HashMap, HashSet};

use super::block::{Block, Body};
use super::id::Id;
use super::sections::{Part, Sheet};

/// How many parts of a header name the entry: `services.kafka` of `[services.kafka.ports]`.
const ENTRY: usize = 2;

/// A document in blocks.
#[derive(Debug)]
pub(super) struct Document<'t> {
    pub(super) blocks: Vec<Block<'t>>,
    /// The blank lines at the end.
    pub(super) tail: &'t str,
}

impl<'t> Document<'t> {
    /// The blocks of a text that is TOML and whose last line has an end. None where an entry stands in several places, or a
    /// table is in an array whose items are told apart.
    pub(super) fn of(text: &'t str) -> Option<Self> {
        let (parts, tail) = Sheet::read(text)?;
        let blocks = unique(entries(parts))?;
        Some(Self { blocks, tail })
    }
}

/// Tables of one entry that follow each other become one block, with the comments between them. One that stands elsewhere
/// is an entry of its own.
fn entries(parts: Vec<Part<'_>>) -> Vec<Block<'_>> {
    let mut entries: Vec<Block<'_>> = Vec::new();
    let mut comments = Vec::new();
    let mut known = HashSet::new();
    for part in parts {
        match part {
            Part::Comment(comment) => comments.push(comment),
            Part::Table(path, table) => {
                let id = Id::Key(path.iter().take(ENTRY).cloned().collect());
                match entries.last_mut() {
                    Some(Block { id: open, body: Body::Group { blocks, .. }, .. }) if *open == id => {
                        blocks.append(&mut comments);
                        blocks.push(table);
                    }
                    _ => {
                        entries.append(&mut comments);
                        let id = if known.insert(id.clone()) { id } else { Id::Key(path) };
                        entries.push(entry(id, table));
                    }
                }
            }
        }
    }
    entries.append(&mut comments);
    entries
}

/// The items of an array are entries themselves.
fn entry(id: Id, table: Block<'_>) -> Block<'_> {
    match table.id {
        Id::Item(..) => table,
        _ => Block { id, gap: "", lead: "", body: Body::Group { head: "", blocks: vec![table] } },
    }
}

/// Numbers what stands several times in a list; none where that is a key.
fn unique(mut blocks: Vec<Block<'_>>) -> Option<Vec<Block<'_>>> {
    let mut keys = HashSet::new();
    let mut numbers = HashMap::new();
    for block in &mut blocks {
        let unnumbered = block.id.clone();
        match &mut block.id {
            Id::Key(_) if !keys.insert(unnumbered.clone()) => return None,
            Id::Key(_) => {}
            Id::Comment(_, nth) | Id::Item(.., nth) => {
                let next = numbers.entry(unnumbered).or_insert(0);
                *nth = *next;
                *next += 1;
            }
        }
        if let Body::Group { blocks, .. } = &mut block.body {
            *blocks = unique(std::mem::take(blocks))?;
        }
    }
    Some(blocks)
}
