//! Makes recent merges again, to see what git alone made of each file. A file that git merged from two that portgen wrote is
//! not an edit by hand: `write` may replace it.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use tempfile::TempDir;

use crate::files::disk::MOST;
use crate::files::snapshot::{Snapshot, View};
use crate::git::conflict_markers;
use crate::git::merges::{self, Driver, Merge};
use crate::outputs::digest::digest;
use crate::outputs::lock::Lock;
use crate::path::RelPath;

/// The merges that may have produced the files below a folder. Git is asked once, when the first file is in question.
#[derive(Debug)]
pub struct Merges {
    root: PathBuf,
    found: OnceLock<Vec<RepeatableMerge>>,
}

/// A merge that can be made again.
#[derive(Debug)]
struct RepeatableMerge {
    merge: Merge,
    sides: [Side; 2],
    bases: Vec<Snapshot>,
    /// The files that git makes with each [`Driver`], conflict markers included, and the folder with their bytes.
    made: OnceLock<Vec<(Snapshot, TempDir)>>,
}

/// One side of a merge.
#[derive(Debug)]
struct Side {
    files: Snapshot,
    lock: Lock,
}

impl Merges {
    /// The merges of the files below `root`.
    pub fn new(root: PathBuf) -> Self {
        Self { root, found: OnceLock::new() }
    }

    /// Whether git alone made these bytes at `path` from two files that portgen wrote. `lock` is the path of portgen.lock.
    /// Returns `false` if git cannot tell.
    pub fn have_made(&self, lock: &RelPath, path: &str, bytes: &[u8]) -> bool {
        self.found(lock).iter().any(|merge| merge.is_written(path) && merge.has(&self.root, path, bytes))
    }

    /// Whether a side had a file at `path` that its portgen.lock did not list. Somebody has taken the file over on that side, and
    /// the merged portgen.lock lists it only because the other side does.
    pub fn have_own(&self, lock: &RelPath, path: &str) -> bool {
        self.found(lock).iter().flat_map(|merge| &merge.sides).any(|side| side.has_own(path))
            || Side::read(&self.root, lock, "ORIG_HEAD").is_some_and(|side| side.has_own(path))
    }

    fn found(&self, lock: &RelPath) -> &[RepeatableMerge] {
        self.found.get_or_init(|| {
            let merges = merges::merges(&self.root);
            merges.into_iter().filter_map(|merge| RepeatableMerge::of(&self.root, lock, merge)).collect()
        })
    }
}

impl RepeatableMerge {
    fn of(root: &Path, lock: &RelPath, merge: Merge) -> Option<Self> {
        let sides = [Side::read(root, lock, &merge.ours)?, Side::read(root, lock, &merge.theirs)?];
        let bases = merge.bases.iter().map(|base| at(root, base)).collect::<Option<_>>()?;
        Some(Self { merge, sides, bases, made: OnceLock::new() })
    }

    fn has(&self, root: &Path, path: &str, bytes: &[u8]) -> bool {
        let made = self.made.get_or_init(|| {
            let made = Driver::ALL.iter().filter_map(|driver| {
                let made = merges::again(root, &self.merge, *driver)?;
                Some((Snapshot::of_merge(root, &made.list, made.objects).ok()?, made.scratch))
            });
            made.collect()
        });
        let mut text = Vec::new();
        made.iter().any(|(files, _)| {
            files.holds(path, bytes)
                || files.read(path, MOST, &mut text).is_ok() && differs_in_labels_alone(&text, bytes)
        })
    }

    /// Whether portgen wrote every file that git may have merged into `path`.
    fn is_written(&self, path: &str) -> bool {
        let [ours, theirs] = &self.sides;
        let is_there = |files: &Snapshot| files.kind(path).is_some();
        let has_stayed = is_there(&ours.files) && is_there(&theirs.files) && self.bases.iter().all(is_there);
        [ours, theirs].iter().all(|side| !is_there(&side.files) || side.has_written(path))
            && (has_stayed || self.has_written_renames(ours, theirs) && self.has_written_renames(theirs, ours))
    }

    /// Whether portgen wrote every file of `side` that git may take for the old or new name of a renamed file: the files that
    /// `side` changed and `other` removed and, if both removed a file, the new files.
    fn has_written_renames(&self, side: &Side, other: &Side) -> bool {
        let is_there = |files: &Snapshot, path: &str| files.kind(path).is_some();
        self.bases.iter().all(|base| {
            let has_gone = |path: &str| !is_there(&side.files, path) && !is_there(&other.files, path);
            let is_left = |path: &str| {
                is_there(&side.files, path) && !is_there(&other.files, path) && !side.files.is_alike(base, path)
            };
            let mut new = side.files.paths().filter(|path| !is_there(base, path));
            base.paths().all(|path| !is_left(path) || side.has_written(path))
                && (!base.paths().any(has_gone) || new.all(|path| side.has_written(path)))
        })
    }
}

impl Side {
    fn read(root: &Path, lock: &RelPath, revision: &str) -> Option<Self> {
        let files = at(root, revision)?;
        let mut bytes = Vec::new();
        files.read(lock.as_str(), MOST, &mut bytes).ok()?;
        Some(Self { lock: Lock::parse(lock, &bytes).ok()?, files })
    }

    /// Whether the file exists and portgen does not own it.
    fn has_own(&self, path: &str) -> bool {
        self.files.kind(path).is_some() && !self.lock.owns(path)
    }

    /// Whether the file is as portgen wrote it on this side.
    fn has_written(&self, path: &str) -> bool {
        let mut bytes = Vec::new();
        let is_read = self.lock.owns(path) && self.files.read(path, MOST, &mut bytes).is_ok();
        is_read && self.lock.recorded(path, &digest(&bytes))
    }
}

fn at(root: &Path, revision: &str) -> Option<Snapshot> {
    Snapshot::new(root, &View::Revision(revision.to_owned())).ok()
}

/// Whether two texts differ only in the labels of git's conflict markers.
fn differs_in_labels_alone(one: &[u8], other: &[u8]) -> bool {
    let lines = |text| <[u8]>::split(text, |byte| *byte == b'\n').map(without_label);
    lines(one).eq(lines(other))
}

/// The line without its label if it is a conflict marker, else the whole line.
fn without_label(line: &[u8]) -> &[u8] {
    conflict_markers::marker(line).map_or(line, |(_, size)| &line[..size])
}
