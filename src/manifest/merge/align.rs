//! Matches changed blocks that have no key, comments and items of arrays of tables, with their old versions.

use std::collections::{HashMap, HashSet, VecDeque};

use super::block::{Block, Body, Id};

/// The position of a block without a key.
#[derive(PartialEq, Eq, Hash)]
struct Spot {
    /// The array of an item; `None` for a comment.
    array: Option<String>,
    /// The last block before it that both versions have.
    previous: Option<Id>,
    /// The first block after it that both versions have.
    next: Option<Id>,
}

/// Gives a new block the id of a block of the same kind that was removed from the same place: it is the same block, changed.
/// Such an item of an array is merged as a whole, because nothing proves that it is the same.
pub(super) fn align(base: &[Block<'_>], side: &mut [Block<'_>]) {
    let mut gone = HashMap::<Spot, VecDeque<usize>>::new();
    for (at, spot) in unmatched(base, side) {
        gone.entry(spot).or_default().push_back(at);
    }
    for (at, spot) in unmatched(side, base) {
        if let Some(old) = gone.get_mut(&spot).and_then(VecDeque::pop_front) {
            side[at] = Block {
                gap: side[at].gap,
                lead: side[at].lead,
                ..Block::of(base[old].id.clone(), Body::Text(side[at].text().into()))
            };
        }
    }
}

/// The blocks without a key that are not in `other`, with their positions.
fn unmatched(blocks: &[Block<'_>], other: &[Block<'_>]) -> Vec<(usize, Spot)> {
    let other: HashSet<&Id> = other.iter().map(|block| &block.id).collect();
    let mut next = vec![None; blocks.len()];
    for at in (1..blocks.len()).rev() {
        let id = &blocks[at].id;
        next[at - 1] = if other.contains(id) { Some(id) } else { next[at] };
    }
    let mut previous = None;
    let mut found = Vec::new();
    for (at, block) in blocks.iter().enumerate() {
        if other.contains(&block.id) {
            previous = Some(&block.id);
            continue;
        }
        let array = match &block.id {
            Id::Key(_) => continue,
            Id::Comment(..) => None,
            Id::Item { array, .. } => Some(array.clone()),
        };
        found.push((at, Spot { array, previous: previous.cloned(), next: next[at].cloned() }));
    }
    found
}
