//! Finding what has no key of its own again after it was changed: comments and items of arrays of tables.

use std::collections::{HashMap, HashSet, VecDeque};

use super::block::{Block, Body};
use super::id::Id;

/// The kind of a block, and its neighbours that both versions have: the last before it and the first after it.
type Gap = (String, Option<Id>, Option<Id>);

/// Gives a block whose content is new the id of one of the same kind that is gone from the same place, since it is that one,
/// changed. Such an item of an array is compared as a whole, because nothing of it says that it is the same.
pub(super) fn align(base: &[Block<'_>], side: &mut [Block<'_>]) {
    let (base_ids, side_ids) = (ids(base), ids(side));
    let mut gone = HashMap::<Gap, VecDeque<&Block<'_>>>::new();
    for (at, gap) in unmatched(base, &side_ids) {
        gone.entry(gap).or_default().push_back(&base[at]);
    }
    for (at, gap) in unmatched(side, &base_ids) {
        if let Some(old) = gone.get_mut(&gap).and_then(VecDeque::pop_front) {
            side[at].id = old.id.clone();
            side[at].body = Body::Text(side[at].text().into());
        }
    }
}

fn ids(blocks: &[Block<'_>]) -> HashSet<Id> {
    blocks.iter().map(|block| block.id.clone()).collect()
}

/// The blocks without a key that are not in `other`, each with where it stands.
fn unmatched(blocks: &[Block<'_>], other: &HashSet<Id>) -> Vec<(usize, Gap)> {
    let shared = |block: &&Block<'_>| other.contains(&block.id);
    let mut next: Vec<Option<Id>> = vec![None; blocks.len()];
    for at in (1..blocks.len()).rev() {
        next[at - 1] = Some(&blocks[at]).filter(shared).map(|block| block.id.clone()).or_else(|| next[at].clone());
    }
    let mut previous = None;
    let mut found = Vec::new();
    for (at, block) in blocks.iter().enumerate() {
        if shared(&block) {
            previous = Some(block.id.clone());
        } else if let Some(kind) = block.id.kind() {
            found.push((at, (kind.to_owned(), previous.clone(), next[at].clone())));
        }
    }
    found
}
