//! The part of a file that a change is about.

use std::iter;
use std::ops::Range;

use memchr::{memchr_iter, memrchr};
use similar::{Algorithm, DiffOp, capture_diff};

use super::Change;

/// How many unchanged lines stand around a change, as git has it.
pub(super) const CONTEXT: usize = 3;

/// The lines of a change from the first to the last one that differ, with their context: what is equal above and below is
/// found by bytes and never becomes lines, since a change of one port leaves nearly all of a large file as it was.
pub(super) struct Middle<'c> {
    /// How many equal lines stand above.
    pub(super) skipped: usize,
    pub(super) before: Vec<&'c [u8]>,
    pub(super) after: Vec<&'c [u8]>,
}

impl<'c> Middle<'c> {
    pub(super) fn of(change: &'c Change) -> Self {
        let bytes = |side: &'c Option<Vec<u8>>| side.as_deref().unwrap_or_default();
        let (before, after) = (bytes(&change.before), bytes(&change.after));
        let head = equal_head(before, after);
        let (above, before, after) = (&before[..head], &before[head..], &after[head..]);
        let tail = equal_tail(before, after);
        let skipped = memchr_iter(b'\n', above).count();
        Self { skipped, before: lines(&before[..before.len() - tail]), after: lines(&after[..after.len() - tail]) }
    }

    /// What becomes of the lines.
    pub(super) fn operations(&self) -> Vec<DiffOp> {
        let (before, after) = (&*self.before, &*self.after);
        let Some(stretches) = in_step(before, after) else {
            return myers(before, 0..before.len(), after, 0..after.len());
        };
        let mut operations = Vec::new();
        let mut equal = 0;
        for stretch in stretches.into_iter().chain(iter::once(before.len()..before.len())) {
            let len = stretch.start - equal;
            operations.extend((len > 0).then_some(DiffOp::Equal { old_index: equal, new_index: equal, len }));
            equal = stretch.end;
            operations.extend(myers(before, stretch.clone(), after, stretch));
        }
        operations
    }
}

/// similar's Myers bounds its search as git's does: texts that have nothing in common cost no more than reading them.
fn myers(before: &[&[u8]], old: Range<usize>, after: &[&[u8]], new: Range<usize>) -> Vec<DiffOp> {
    capture_diff(Algorithm::Myers, before, old, after, new)
}

/// The stretches of lines that differ, where nearly all lines stand at the same place on both sides, as they do after a port
/// has changed: then only these need a search.
fn in_step(before: &[&[u8]], after: &[&[u8]]) -> Option<Vec<Range<usize>>> {
    const FEW: usize = 16;
    if before.len() != after.len() {
        return None;
    }
    let most = before.len() / FEW;
    let mut stretches: Vec<Range<usize>> = Vec::new();
    let differing = before.iter().zip(after).enumerate().filter(|(_, (before, after))| before != after);
    for (count, (line, _)) in differing.enumerate() {
        if count == most {
            return None;
        }
        match stretches.last_mut().filter(|last| last.end == line) {
            Some(last) => last.end += 1,
            None => stretches.push(line..line + 1),
        }
    }
    Some(stretches)
}

/// How many bytes are compared at once.
const BLOCK: usize = 4 << 10;

/// The length of the whole lines that both begin with, less the context.
fn equal_head(a: &[u8], b: &[u8]) -> usize {
    let blocks = a.chunks_exact(BLOCK).zip(b.chunks_exact(BLOCK)).take_while(|(a, b)| a == b).count() * BLOCK;
    let equal = blocks + a[blocks..].iter().zip(&b[blocks..]).take_while(|(a, b)| a == b).count();
    let line_start = |end: usize| memrchr(b'\n', &a[..end]).map_or(0, |end| end + 1);
    (0..CONTEXT).fold(line_start(equal), |start, _| line_start(start.saturating_sub(1)))
}

/// The length of the whole lines that both end with, less the context.
fn equal_tail(a: &[u8], b: &[u8]) -> usize {
    let blocks = a.rchunks_exact(BLOCK).zip(b.rchunks_exact(BLOCK)).take_while(|(a, b)| a == b).count() * BLOCK;
    let rest = |side: &'_ [u8]| side.len() - blocks;
    let bytes = a[..rest(a)].iter().rev().zip(b[..rest(b)].iter().rev());
    let equal = &a[a.len() - blocks - bytes.take_while(|(a, b)| a == b).count()..];
    // What stands before the first line break may be only the end of a line.
    memchr_iter(b'\n', equal).nth(CONTEXT).map_or(0, |end| equal.len() - end - 1)
}

/// Lines as git sees them: a lone carriage return ends none.
fn lines(bytes: &[u8]) -> Vec<&[u8]> {
    let ends = memchr_iter(b'\n', bytes).map(|end| end + 1);
    let mut start = 0;
    let line = |end| &bytes[std::mem::replace(&mut start, end)..end];
    ends.chain((!bytes.is_empty() && !bytes.ends_with(b"\n")).then_some(bytes.len())).map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::drift::Kind;
    use crate::path::RelPath;

    fn change(before: &[u8], after: &[u8]) -> Change {
        let path = RelPath::parse("a").unwrap();
        Change { path, kind: Kind::Stale, before: Some(before.to_vec()), after: Some(after.to_vec()) }
    }

    /// The operations name every line of both sides in order, and what they call equal is.
    fn prove_operations(middle: &Middle<'_>) {
        let (mut old, mut new) = (0, 0);
        for op in middle.operations() {
            assert_eq!((op.old_range().start, op.new_range().start), (old, new));
            (old, new) = (op.old_range().end, op.new_range().end);
            if matches!(op, DiffOp::Equal { .. }) {
                assert_eq!(middle.before[op.old_range()], middle.after[op.new_range()]);
            }
        }
        assert_eq!((old, new), (middle.before.len(), middle.after.len()));
    }

    /// What is left out stands in both, and there is context wherever something is.
    fn prove_middle(before: &[u8], after: &[u8]) {
        let change = change(before, after);
        let middle = Middle::of(&change);
        let (all_before, all_after) = (lines(before), lines(after));
        let (above_before, below_before) = all_before.split_at(middle.skipped);
        let (above_after, below_after) = all_after.split_at(middle.skipped);
        assert_eq!(above_before, above_after);
        let (middle_before, below_before) = below_before.split_at(middle.before.len());
        let (middle_after, below_after) = below_after.split_at(middle.after.len());
        assert_eq!((middle_before, middle_after), (&*middle.before, &*middle.after));
        assert_eq!(below_before, below_after);
        prove_operations(&middle);
        if middle.skipped > 0 {
            assert_eq!(middle_before[..CONTEXT], middle_after[..CONTEXT]);
        }
        if !below_before.is_empty() {
            assert_eq!(middle_before[middle_before.len() - CONTEXT..], middle_after[middle_after.len() - CONTEXT..],);
        }
    }

    proptest::proptest! {
        #[test]
        fn what_is_equal_around_a_change_is_left_out(
            lines in proptest::collection::vec("[ab]{0,2}\n", 0..40),
            at in 0..40_usize,
            removed in 0..4_usize,
            added in "[ab\n]{0,8}",
            end in "[ab]{0,1}",
        ) {
            let at = at.min(lines.len());
            let below = &lines[lines.len().min(at + removed)..];
            let before = lines.concat() + &end;
            let after = lines[..at].concat() + &added + &below.concat() + &end;
            prove_middle(before.as_bytes(), after.as_bytes());
            prove_middle(before.as_bytes(), added.as_bytes());
        }
    }

    #[test]
    fn only_the_lines_around_a_change_of_a_large_file_are_compared() {
        let lines: Vec<String> = (0..10_000).map(|line| format!("line {line}\n")).collect();
        let before = lines.concat();
        for at in [0, 1, 2, 3, 4, 5_000, 9_995, 9_996, 9_997, 9_998, 9_999] {
            let after = before.replacen(&format!("line {at}\n"), "another line\n", 1);
            prove_middle(before.as_bytes(), after.as_bytes());
            let change = change(before.as_bytes(), after.as_bytes());
            let middle = Middle::of(&change);
            let context = CONTEXT.min(at) + CONTEXT.min(lines.len() - at - 1);
            assert!(middle.before.len() <= 1 + context + 1, "{} lines for line {at}", middle.before.len());
            let changed = middle.operations().into_iter().filter(|op| !matches!(op, DiffOp::Equal { .. }));
            assert_eq!(changed.map(|op| middle.skipped + op.old_range().start).collect::<Vec<_>>(), [at]);
        }
    }

    #[test]
    fn lines_that_change_at_their_places_are_found_without_a_search() {
        let before: String = (0..1_000).map(|line| format!("line {line}\n")).collect();
        let mut after = before.clone();
        for at in [1, 400, 401, 998] {
            after = after.replacen(&format!("line {at}\n"), &format!("other {at}\n"), 1);
        }
        prove_middle(before.as_bytes(), after.as_bytes());
        let change = change(before.as_bytes(), after.as_bytes());
        let middle = Middle::of(&change);
        assert_eq!(in_step(&middle.before, &middle.after), Some(vec![1..2, 400..402, 998..999]));
        let moved = before.replacen("line 5\n", "", 1) + "line 5\n";
        assert_eq!(in_step(&lines(before.as_bytes()), &lines(moved.as_bytes())), None);
    }
}
