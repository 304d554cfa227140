//! Changes as a patch that `git apply` takes, and their lines counted.

use std::io::Write as _;

use memchr::{memchr_iter, memrchr};
use similar::{Algorithm, DiffOp, capture_diff_slices, group_diff_ops};

use super::{Change, Kind};
use crate::parallel;
use crate::path::RelPath;

/// How many unchanged lines stand around a change, as git has it.
const CONTEXT: usize = 3;

/// How many lines a change adds and removes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stat {
    /// The file, from the root.
    pub path: RelPath,
    /// Lines that are there only afterwards.
    pub added: usize,
    /// Lines that were there only before.
    pub removed: usize,
    /// The first line that differs, in the file as it was, counted from 1; where lines are only added at its end, its last.
    pub line: usize,
}

impl Stat {
    /// The lines of one change. An orphan that was edited by hand stays, and so has none.
    pub fn of(change: &Change) -> Self {
        let mut stat = Self { path: change.path.clone(), added: 0, removed: 0, line: 1 };
        if change.kind == Kind::EditedOrphan {
            return stat;
        }
        let middle = Middle::of(change);
        let last = (middle.skipped + middle.before.len()).max(1);
        let changed = middle.operations().into_iter().filter(|op| !matches!(op, DiffOp::Equal { .. }));
        for (index, op) in changed.enumerate() {
            if index == 0 {
                stat.line = (middle.skipped + op.old_range().start + 1).min(last);
            }
            stat.added += op.new_range().len();
            stat.removed += op.old_range().len();
        }
        stat
    }
}

/// The changes as one patch in git's format; `prefix` is the way from git's top level to the root: empty, or ending in `/`.
///
/// An orphan that was edited by hand is not in it, because it stays.
pub fn patch(changes: &[Change], prefix: &str) -> Vec<u8> {
    let patched: Vec<&Change> = patched(changes).collect();
    parallel::map(&patched, |change, _| of_one(change, prefix)).concat()
}

fn of_one(change: &Change, prefix: &str) -> Vec<u8> {
    let mut out = Vec::new();
    file_header(&mut out, change, prefix);
    let middle = Middle::of(change);
    let groups = group_diff_ops(middle.operations(), CONTEXT);
    if !groups.is_empty() {
        hunk_names(&mut out, change, prefix);
    }
    for group in &groups {
        hunk(&mut out, group, &middle);
    }
    out
}

/// The lines that each change of the patch adds and removes.
pub fn stat(changes: &[Change]) -> Vec<Stat> {
    patched(changes).map(Stat::of).collect()
}

fn patched(changes: &[Change]) -> impl Iterator<Item = &Change> {
    changes.iter().filter(|change| change.kind != Kind::EditedOrphan)
}

/// The lines of a change from the first to the last one that differ, with their context: what is equal above and below is
/// found by bytes and never becomes lines, since a change of one port leaves nearly all of a large file as it was.
struct Middle<'c> {
    /// How many equal lines stand above.
    skipped: usize,
    before: Vec<&'c [u8]>,
    after: Vec<&'c [u8]>,
}

impl<'c> Middle<'c> {
    fn of(change: &'c Change) -> Self {
        let bytes = |side: &'c Option<Vec<u8>>| side.as_deref().unwrap_or_default();
        let (before, after) = (bytes(&change.before), bytes(&change.after));
        let head = equal_head(before, after);
        let (above, before, after) = (&before[..head], &before[head..], &after[head..]);
        let tail = equal_tail(before, after);
        let skipped = memchr_iter(b'\n', above).count();
        Self { skipped, before: lines(&before[..before.len() - tail]), after: lines(&after[..after.len() - tail]) }
    }

    /// similar's Myers bounds its search as git's does: texts that have nothing in common cost no more than reading them.
    fn operations(&self) -> Vec<DiffOp> {
        capture_diff_slices(Algorithm::Myers, &self.before, &self.after)
    }
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

fn file_header(out: &mut Vec<u8>, change: &Change, prefix: &str) {
    let (old, new) = (name("a/", prefix, &change.path), name("b/", prefix, &change.path));
    put(out, &["diff --git ", &old, " ", &new, "\n"]);
    match (&change.before, &change.after) {
        (None, _) => put(out, &["new file mode 100644\n"]),
        (_, None) => put(out, &["deleted file mode 100644\n"]),
        _ => {}
    }
}

/// A name with a blank is followed by a tab, as git does it, so that a date cannot be meant.
fn hunk_names(out: &mut Vec<u8>, change: &Change, prefix: &str) {
    for (sign, side, bytes) in [("--- ", "a/", &change.before), ("+++ ", "b/", &change.after)] {
        let name = if bytes.is_some() { name(side, prefix, &change.path) } else { "/dev/null".to_owned() };
        let end = if name.contains(' ') && !name.starts_with('"') { "\t\n" } else { "\n" };
        put(out, &[sign, &name, end]);
    }
}

fn hunk(out: &mut Vec<u8>, group: &[DiffOp], middle: &Middle<'_>) {
    let (Some(first), Some(last)) = (group.first(), group.last()) else { return };
    let span = |start: usize, end: usize| span(middle.skipped + start, middle.skipped + end);
    let old = span(first.old_range().start, last.old_range().end);
    let new = span(first.new_range().start, last.new_range().end);
    put(out, &["@@ -", &old, " +", &new, " @@\n"]);
    for op in group {
        if matches!(op, DiffOp::Equal { .. }) {
            put_lines(out, b' ', &middle.before[op.old_range()]);
        } else {
            put_lines(out, b'-', &middle.before[op.old_range()]);
            put_lines(out, b'+', &middle.after[op.new_range()]);
        }
    }
}

/// Lines counted from 1; an empty range names the line before it.
fn span(start: usize, end: usize) -> String {
    match end - start {
        0 => format!("{start},0"),
        1 => format!("{}", start + 1),
        length => format!("{},{length}", start + 1),
    }
}

fn put_lines(out: &mut Vec<u8>, sign: u8, lines: &[&[u8]]) {
    for line in lines {
        out.push(sign);
        out.extend_from_slice(line);
        if !line.ends_with(b"\n") {
            out.extend_from_slice(b"\n\\ No newline at end of file\n");
        }
    }
}

fn put(out: &mut Vec<u8>, parts: &[&str]) {
    for part in parts {
        out.extend_from_slice(part.as_bytes());
    }
}

/// A name in git's form: one with a quote or a byte outside ASCII is quoted as in C, as `core.quotePath` has it.
fn name(side: &str, prefix: &str, path: &RelPath) -> String {
    let plain = format!("{side}{prefix}{path}");
    let is_odd = |byte: u8| !(b' '..=b'~').contains(&byte) || matches!(byte, b'"' | b'\\');
    if !plain.bytes().any(is_odd) {
        return plain;
    }
    let mut quoted = Vec::from(b"\"");
    for byte in plain.bytes() {
        // Writing to a `Vec` cannot fail.
        let _ = match byte {
            b'"' | b'\\' => quoted.write_all(&[b'\\', byte]),
            _ if is_odd(byte) => write!(quoted, "\\{byte:03o}"),
            _ => quoted.write_all(&[byte]),
        };
    }
    quoted.push(b'"');
    String::from_utf8_lossy(&quoted).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stat(kind: Kind, before: Option<&str>, after: Option<&str>) -> (usize, usize, usize) {
        let bytes = |text: Option<&str>| text.map(|text| text.as_bytes().to_vec());
        let path = RelPath::parse("a").unwrap();
        let stat = Stat::of(&Change { path, kind, before: bytes(before), after: bytes(after) });
        (stat.line, stat.added, stat.removed)
    }

    #[test]
    fn the_first_line_that_differs_is_one_of_the_file_as_it_was() {
        assert_eq!(stat(Kind::Stale, Some("a\nb\nc\nd\n"), Some("a\nB\nc\nD\nE\n")), (2, 3, 2));
        assert_eq!(stat(Kind::Stale, Some("a\nb\n"), Some("a\n\nb\n")), (2, 1, 0));
        assert_eq!(stat(Kind::Stale, Some("a\nb\n"), Some("a\nb\nc\n")), (2, 1, 0));
        assert_eq!(stat(Kind::Missing, None, Some("a\nb\n")), (1, 2, 0));
        assert_eq!(stat(Kind::Orphan, Some("a\nb\n"), None), (1, 0, 2));
        assert_eq!(stat(Kind::EditedOrphan, Some("a\nb\n"), None), (1, 0, 0));
    }

    fn change(before: &[u8], after: &[u8]) -> Change {
        let path = RelPath::parse("a").unwrap();
        Change { path, kind: Kind::Stale, before: Some(before.to_vec()), after: Some(after.to_vec()) }
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
            assert_eq!(Stat::of(&change), Stat { path: change.path.clone(), added: 1, removed: 1, line: at + 1 });
        }
    }
}
