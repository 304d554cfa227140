//! Groups the tables of a document into entries. Each entry has tables, and each table has pairs and comments.
//!
//! A comment belongs to the key or the header directly below it; any other comment is a block of its own.

use std::collections::{HashMap, HashSet};

use super::block::{Block, Body, Id};
use super::sections::Reader;

/// How many parts of a header name the entry: `services.kafka` in `[services.kafka.ports]`.
const ENTRY: usize = 2;

#[derive(Debug)]
pub(super) struct Document<'t> {
    pub(super) blocks: Vec<Block<'t>>,
    pub(super) tail: &'t str,
}

impl<'t> Document<'t> {
    /// The blocks of a text that is TOML and ends in a line break. `None` if an entry is in several places, or if a table is in
    /// an array whose items have an identity.
    pub(super) fn of(text: &'t str) -> Option<Self> {
        let (tables, tail) = Reader::read(text)?;
        let mut blocks = entries(tables);
        number(&mut blocks)?;
        Some(Self { blocks, tail })
    }
}

/// Joins consecutive tables of one entry, and the comments between them, into one block. A table of the entry elsewhere in
/// the file gets a block of its own, as does every item of an array.
fn entries(tables: Vec<Block<'_>>) -> Vec<Block<'_>> {
    let mut entries: Vec<Block<'_>> = Vec::new();
    let mut comments = Vec::new();
    let mut known = HashSet::new();
    for table in tables {
        let path = match &table.id {
            Id::Comment(..) => {
                comments.push(table);
                continue;
            }
            Id::Item { .. } => {
                entries.append(&mut comments);
                entries.push(table);
                continue;
            }
            Id::Key(path) => path.clone(),
        };
        let id = Id::Key(path.iter().take(ENTRY).cloned().collect());
        match entries.last_mut() {
            Some(Block { id: open, body: Body::Blocks(blocks), .. }) if *open == id => {
                blocks.append(&mut comments);
                blocks.push(table);
            }
            _ => {
                entries.append(&mut comments);
                let id = if known.insert(id.clone()) { id } else { Id::Key(path) };
                entries.push(Block::of(id, Body::Blocks(vec![table])));
            }
        }
    }
    entries.append(&mut comments);
    entries
}

/// Numbers blocks that occur several times in a list; `None` if a key does.
fn number(blocks: &mut [Block<'_>]) -> Option<()> {
    let mut known = HashMap::new();
    for block in blocks {
        let next = known.entry(block.id.clone()).or_insert(0_usize);
        match &mut block.id {
            Id::Key(_) if *next > 0 => return None,
            Id::Key(_) => {}
            Id::Comment(_, nth) | Id::Item { nth, .. } => *nth = *next,
        }
        *next += 1;
        if let Body::Blocks(blocks) = &mut block.body {
            number(blocks)?;
        }
    }
    Some(())
}
