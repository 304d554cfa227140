//! Changes as a patch that `git apply` takes, and their lines counted.

use std::io::Write as _;

use similar::{DiffOp, TextDiff};

use super::{Change, Difference, Effect};
use crate::diagnostic::Diagnostic;
use crate::parallel;
use crate::path::RelPath;

/// How many unchanged lines stand around a change, as in git.
const CONTEXT: usize = 3;

/// How many files a patch is made of at a time.
const PART: usize = 512;

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
        if change.effect() == Effect::Keep {
            return stat;
        }
        let diff = diff(change);
        let last = diff.old_len().max(1);
        let changed = diff.ops().iter().filter(|op| !matches!(op, DiffOp::Equal { .. }));
        for (index, op) in changed.enumerate() {
            if index == 0 {
                stat.line = (op.old_range().start + 1).min(last);
            }
            stat.added += op.new_range().len();
            stat.removed += op.old_range().len();
        }
        stat
    }
}

/// The two sides of a change, line by line.
fn diff(change: &Change) -> TextDiff<'_, '_, [u8]> {
    TextDiff::configure().newline_terminated(true).diff_slices(&lines(&change.before), &lines(&change.after))
}

/// Lines as git sees them: a carriage return alone does not end one.
fn lines(side: &Option<Vec<u8>>) -> Vec<&[u8]> {
    side.as_deref().unwrap_or_default().split_inclusive(|byte| *byte == b'\n').collect()
}

/// The changes as one patch in git's format; `prefix` is the way from git's top level to the root: empty, or ending in `/`. It
/// need not be UTF-8.
///
/// An orphan that was edited by hand is not in it, because it stays.
pub fn patch(changes: &[Change], prefix: &[u8]) -> Vec<u8> {
    let patched = changes.iter().filter(|change| change.effect() != Effect::Keep);
    patched.map(|change| of_one(change, prefix)).collect::<Vec<_>>().concat()
}

/// [`patch`] of `differences`, part by part: a few files at a time are in memory.
pub fn patches<'a>(
    differences: &'a [Difference<'a>],
    prefix: &'a [u8],
) -> impl Iterator<Item = Result<Vec<u8>, Diagnostic>> + 'a {
    parts(differences, |change| of_one(change, prefix)).map(|part| part.map(|files| files.concat()))
}

/// The lines that each file of the patch gains and loses.
///
/// # Errors
/// As [`Difference::change`].
pub fn stats(differences: &[Difference<'_>]) -> Result<Vec<Stat>, Diagnostic> {
    let parts: Result<Vec<_>, _> = parts(differences, Stat::of).collect();
    parts.map(|parts| parts.concat())
}

/// `f` of each file of the patch, in their order.
fn parts<'a, R: Send + 'a>(
    differences: &'a [Difference<'a>],
    f: impl Fn(&Change) -> R + Sync + 'a,
) -> impl Iterator<Item = Result<Vec<R>, Diagnostic>> + 'a {
    differences.chunks(PART).map(move |part| {
        let patched: Vec<_> = part.iter().filter(|one| one.effect() != Effect::Keep).collect();
        parallel::map(&patched, |one, _| one.change().map(|change| f(&change))).into_iter().collect()
    })
}

fn of_one(change: &Change, prefix: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    file_header(&mut out, change, prefix);
    let diff = diff(change);
    for (index, hunk) in diff.unified_diff().context_radius(CONTEXT).iter_hunks().enumerate() {
        if index == 0 {
            hunk_names(&mut out, change, prefix);
        }
        // Writing to a `Vec` cannot fail.
        let _ = hunk.to_writer(&mut out);
    }
    out
}

fn file_header(out: &mut Vec<u8>, change: &Change, prefix: &[u8]) {
    let (old, new) = (name("a/", prefix, &change.path), name("b/", prefix, &change.path));
    put(out, &["diff --git ", &old, " ", &new, "\n"]);
    match change.effect() {
        Effect::Create => put(out, &["new file mode 100644\n"]),
        Effect::Delete => put(out, &["deleted file mode 100644\n"]),
        Effect::Replace | Effect::Keep => {}
    }
}

/// A name with a blank is followed by a tab, as git does it, so that a date cannot be meant.
fn hunk_names(out: &mut Vec<u8>, change: &Change, prefix: &[u8]) {
    for (sign, side, bytes) in [("--- ", "a/", &change.before), ("+++ ", "b/", &change.after)] {
        let name = if bytes.is_some() { name(side, prefix, &change.path) } else { "/dev/null".to_owned() };
        let end = if name.contains(' ') && !name.starts_with('"') { "\t\n" } else { "\n" };
        put(out, &[sign, &name, end]);
    }
}

fn put(out: &mut Vec<u8>, parts: &[&str]) {
    for part in parts {
        out.extend_from_slice(part.as_bytes());
    }
}

/// A name in git's form: one with a quote or a byte outside ASCII is quoted as in C, as `core.quotePath` has it.
pub(super) fn name(side: &str, prefix: &[u8], path: &RelPath) -> String {
    let plain = [side.as_bytes(), prefix, path.as_str().as_bytes()].concat();
    let is_odd = |byte: &u8| !(b' '..=b'~').contains(byte) || matches!(byte, b'"' | b'\\');
    if !plain.iter().any(is_odd) {
        return String::from_utf8_lossy(&plain).into_owned();
    }
    let mut quoted = Vec::from(b"\"");
    for byte in plain {
        // Writing to a `Vec` cannot fail.
        let _ = match byte {
            b'"' | b'\\' => quoted.write_all(&[b'\\', byte]),
            _ if is_odd(&byte) => write!(quoted, "\\{byte:03o}"),
            _ => quoted.write_all(&[byte]),
        };
    }
    quoted.push(b'"');
    String::from_utf8_lossy(&quoted).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::drift::Kind;

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
        let long = "x\n".repeat(50) + "a\n" + &"y\n".repeat(50);
        assert_eq!(stat(Kind::Stale, Some(&long), Some(&long.replace('a', "b"))), (51, 1, 1));
        assert_eq!(stat(Kind::Stale, Some(&long), Some(&long.replace('a', "a\nb"))), (52, 1, 0));
        assert_eq!(stat(Kind::Missing, None, Some("a\nb\n")), (1, 2, 0));
        assert_eq!(stat(Kind::Orphan, Some("a\nb\n"), None), (1, 0, 2));
        assert_eq!(stat(Kind::EditedOrphan, Some("a\nb\n"), None), (1, 0, 0));
    }
}
