//! Changes as a patch for `git apply`, and how many lines they add and remove.

use std::io::{self, Write};

use super::lines::{Runs, count_lines, is_equal};
use super::{Change, Difference, Effect, hunks};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::parallel;
use crate::path::RelPath;

/// How many files are in memory at a time, and their bytes together; the patch of a larger file is written in pieces.
const MOST_FILES: usize = 512;
const MOST_BYTES: usize = 1 << 20;

/// The smallest size of a piece of a patch in bytes; the last piece may be smaller.
const PIECE: usize = 64 << 10;

/// The number of lines that a change adds and removes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stat {
    /// The file, from the root.
    pub path: RelPath,
    /// Lines that exist only after the change.
    pub added: usize,
    /// Lines that exist only before it.
    pub removed: usize,
    /// The first line that differs, in the old file, starting at 1; its last line if lines are only added at the end.
    pub line: usize,
}

impl Stat {
    /// Counts the lines of one change; 0 for an orphan that was edited by hand, because it is kept.
    pub fn of(change: &Change) -> Self {
        let mut stat = Self { path: change.path.clone(), added: 0, removed: 0, line: 1 };
        if change.effect() == Effect::Keep {
            return stat;
        }
        let [before, after] = [&change.before, &change.after].map(|side| side.as_deref().unwrap_or_default());
        let mut is_first = true;
        for run in Runs::new(before, after).filter(|run| !is_equal(run)) {
            if std::mem::take(&mut is_first) {
                stat.line = (run.old_range().start + 1).min(count_lines(before).max(1));
            }
            stat.added += run.new_range().len();
            stat.removed += run.old_range().len();
        }
        stat
    }
}

/// The changes as one patch in git's format. `prefix` is the path from git's top level to the root: empty, or ending in `/`,
/// and not always UTF-8.
///
/// Leaves out orphans that were edited by hand, because they are kept.
pub fn patch(changes: &[Change], prefix: &[u8]) -> Vec<u8> {
    let mut patch = Vec::new();
    for change in changes.iter().filter(|change| change.effect() != Effect::Keep) {
        // Writing to a `Vec` cannot fail.
        let _ = write_file(&mut patch, change, prefix);
    }
    patch
}

/// Passes the [`patch`] of `differences` to `take` in pieces of whole lines, so that neither all files nor the whole patch of a
/// large file are in memory at once.
///
/// # Errors
/// As [`Difference::change`], and the errors of `take`.
pub fn write_patch(
    differences: &[Difference<'_>],
    prefix: &[u8],
    mut take: impl FnMut(&[u8]) -> io::Result<()>,
) -> anyhow::Result<()> {
    for part in parts(differences) {
        match part {
            [kept] if kept.effect() == Effect::Keep => {}
            [one] => {
                let mut pieces = Pieces { piece: Vec::new(), take: &mut take };
                write_file(&mut pieces, &one.change()?, prefix)?;
                pieces.flush()?;
            }
            _ => take(&of_part(part, |change| patch(std::slice::from_ref(change), prefix))?.concat())?,
        }
    }
    Ok(())
}

/// The start of the patch: whole files, until it has `least` bytes.
///
/// # Errors
/// As [`Difference::change`].
pub fn first_of_patch(differences: &[Difference<'_>], prefix: &[u8], least: usize) -> Result<Vec<u8>, Diagnostic> {
    let mut first = Vec::new();
    for one in differences {
        if first.len() >= least {
            break;
        }
        first.extend(patch(&[one.change()?], prefix));
    }
    Ok(first)
}

/// The numbers of lines that each file of the patch gains and loses.
///
/// # Errors
/// As [`Difference::change`].
pub fn stats(differences: &[Difference<'_>]) -> Result<Vec<Stat>, Diagnostics> {
    let stat = |change: &Change| (change.effect() != Effect::Keep).then(|| Stat::of(change));
    Ok(of_each(differences, stat)?.into_iter().flatten().collect())
}

/// Calls `f` with each file and its bytes, in order. Only a few files are in memory at a time.
///
/// # Errors
/// As [`Difference::change`].
pub fn of_each<R: Send>(differences: &[Difference<'_>], f: impl Fn(&Change) -> R + Sync) -> Result<Vec<R>, Diagnostic> {
    let mut all = Vec::with_capacity(differences.len());
    for part in parts(differences) {
        all.extend(of_part(part, &f)?);
    }
    Ok(all)
}

/// Splits the files into parts that fit into memory together.
fn parts<'a>(differences: &'a [Difference<'a>]) -> impl Iterator<Item = &'a [Difference<'a>]> {
    let mut bytes = 0;
    let mut files = 0;
    differences.chunk_by(move |one, next| {
        (files, bytes) = (files + 1, bytes + one.size);
        let is_together = files < MOST_FILES && bytes + next.size <= MOST_BYTES;
        if !is_together {
            (files, bytes) = (0, 0);
        }
        is_together
    })
}

fn of_part<R: Send>(part: &[Difference<'_>], f: impl Fn(&Change) -> R + Sync) -> Result<Vec<R>, Diagnostic> {
    parallel::map(part, |one, _| one.change().map(|change| f(&change))).into_iter().collect()
}

/// Buffers what is written, and passes it on in pieces that end with a line.
struct Pieces<F> {
    piece: Vec<u8>,
    take: F,
}

impl<F: FnMut(&[u8]) -> io::Result<()>> Write for Pieces<F> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.piece.extend_from_slice(bytes);
        if self.piece.len() >= PIECE && bytes.ends_with(b"\n") {
            self.flush()?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        (self.take)(&self.piece)?;
        self.piece.clear();
        Ok(())
    }
}

fn write_file(out: &mut impl Write, change: &Change, prefix: &[u8]) -> io::Result<()> {
    let [before, after] = [&change.before, &change.after].map(Option::as_deref);
    out.write_all(&file_header(change, prefix))?;
    if before.unwrap_or_default() != after.unwrap_or_default() {
        out.write_all(&hunk_names(change, prefix))?;
        hunks::write(out, before.unwrap_or_default(), after.unwrap_or_default())?;
    }
    Ok(())
}

fn file_header(change: &Change, prefix: &[u8]) -> Vec<u8> {
    let (old, new) = (name("a/", prefix, &change.path), name("b/", prefix, &change.path));
    let mode = match change.effect() {
        Effect::Create => "new file mode 100644\n",
        Effect::Delete => "deleted file mode 100644\n",
        Effect::Replace | Effect::Keep => "",
    };
    format!("diff --git {old} {new}\n{mode}").into_bytes()
}

/// Like git, writes a tab after a name with a blank, so that no reader takes the rest for a date.
fn hunk_names(change: &Change, prefix: &[u8]) -> Vec<u8> {
    let mut names = Vec::new();
    for (sign, side, bytes) in [("--- ", "a/", &change.before), ("+++ ", "b/", &change.after)] {
        let name = if bytes.is_some() { name(side, prefix, &change.path) } else { "/dev/null".to_owned() };
        let end = if name.contains(' ') && !name.starts_with('"') { "\t\n" } else { "\n" };
        names.extend([sign, &name, end].concat().into_bytes());
    }
    names
}

/// A name as git writes it: quoted as in C if it has a quote or a byte outside ASCII (`core.quotePath`).
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
