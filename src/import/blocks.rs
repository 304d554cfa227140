//! Ranges of ports around the numbers that groups have.

use std::collections::{BTreeMap, BTreeSet};

use super::propose::Proposed;
use crate::allocation::{Port, Ports};

/// How many numbers a range has that is proposed.
const BLOCK: u16 = 100;

/// How many of them a group has at least, where several share a block.
const PART: u16 = 10;

/// The groups of numbers, with how many each has.
type Counts = BTreeMap<usize, usize>;

/// The ranges of the groups of services, in their order, none of which overlap.
pub(super) fn propose(all: &[Proposed]) -> Vec<(Ports, usize)> {
    let mut blocks: BTreeMap<u16, BTreeMap<u16, Counts>> = BTreeMap::new();
    for one in all {
        let Some(group) = one.group else { continue };
        for slot in one.slots.iter().filter(|slot| slot.is_published()) {
            if let Some(first) = slot.number().map(|ports| ports.first().get()).filter(|first| *first >= 1024) {
                let parts = blocks.entry(first / BLOCK).or_default();
                *parts.entry(first / PART).or_default().entry(group).or_default() += 1;
            }
        }
    }
    let mut found: Vec<(u32, u32, usize)> = Vec::new();
    for (block, parts) in &blocks {
        for (first, last, group) in shares(*block, parts) {
            match found.last_mut().filter(|(_, end, owner)| *owner == group && end + 1 == first) {
                Some((_, end, _)) => *end = last,
                None => found.push((first, last, group)),
            }
        }
    }
    let ports = |first: u32, last: u32| Ports::new(Port::new(first.max(1024).into())?, Port::new(last.into())?);
    found.into_iter().filter_map(|(first, last, group)| Some((ports(first, last)?, group))).collect()
}

/// Who has which part of a block: all of it the group with most numbers, unless each has a part of it for itself, with room for as many again.
fn shares(block: u16, parts: &BTreeMap<u16, Counts>) -> Vec<(u32, u32, usize)> {
    let [block, size, part] = [block, BLOCK, PART].map(u32::from);
    let (start, end) = (block * size, (block * size + size - 1).min(u16::MAX.into()));
    let mut runs: Vec<(u32, usize, u32)> = Vec::new();
    for (at, counts) in parts {
        for (group, count) in counts {
            let count = u32::try_from(*count).unwrap_or(size);
            match runs.last_mut().filter(|(_, last, _)| last == group) {
                Some((.., known)) => *known += count,
                None => runs.push((u32::from(*at) * part, *group, count)),
            }
        }
    }
    let starts: Vec<u32> =
        runs.iter().enumerate().map(|(at, (first, ..))| if at == 0 { start } else { *first }).collect();
    let ends = starts.iter().skip(1).map(|next| next.saturating_sub(1)).chain([end]);
    let shares: Vec<(u32, u32)> = starts.iter().copied().zip(ends).collect();
    let groups: BTreeSet<usize> = runs.iter().map(|(_, group, _)| *group).collect();
    let has_room = |((first, last), (.., count)): (&(u32, u32), &(u32, usize, u32))| {
        (last + 1).saturating_sub(*first) >= 2 * count && (*count > 1 || runs.len() == 1)
    };
    if groups.len() == runs.len() && shares.iter().zip(&runs).all(has_room) {
        return shares.iter().zip(&runs).map(|((first, last), (_, group, _))| (*first, *last, *group)).collect();
    }
    let mut whole = Counts::new();
    parts.values().flatten().for_each(|(group, count)| *whole.entry(*group).or_default() += count);
    most(&whole).map(|group| (start, end, group)).into_iter().collect()
}

/// The group with most numbers; of several, the first.
fn most(counts: &Counts) -> Option<usize> {
    counts.iter().max_by_key(|(group, count)| (**count, usize::MAX - **group)).map(|(group, _)| *group)
}
