//! What git makes of files by itself when it merges. A file that git has put together from two that portgen had written is
//! nobody's edit; nothing is lost where it is made again.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use tempfile::TempDir;

use crate::files::disk::MOST;
use crate::files::snapshot::{Snapshot, View};
use crate::git::conflict_markers;
use crate::git::merges::{self, Driver, Merge};
use crate::outputs::lock::{self, Lock};
use crate::path::RelPath;

/// The merges that may have left the files below a folder as they are; git is asked once, when one of them is in question.
#[derive(Debug)]
pub struct Merges {
    root: PathBuf,
    found: OnceLock<Vec<Again>>,
}

/// A merge that can be made again.
#[derive(Debug)]
struct Again {
    merge: Merge,
    sides: [Side; 2],
    bases: Vec<Snapshot>,
    /// What git makes of it in each way, with its conflict markers; and where that has its bytes, as long as it is there.
    made: OnceLock<Vec<(Snapshot, TempDir)>>,
}

/// What a side has brought.
#[derive(Debug)]
struct Side {
    files: Snapshot,
    lock: Lock,
}

impl Merges {
    /// Those of the files below `root`.
    pub fn new(root: PathBuf) -> Self {
        Self { root, found: OnceLock::new() }
    }

    /// Whether these bytes at `path` are what git makes by itself of two files that portgen has written. `lock` is where
    /// portgen.lock lies. Where git cannot say, they are not.
    pub fn have_made(&self, lock: &RelPath, path: &str, bytes: &[u8]) -> bool {
        self.found(lock).iter().any(|merge| merge.is_written(path) && merge.has(&self.root, path, bytes))
    }

    /// Whether one of the sides had a file at `path` that its portgen.lock did not list: somebody has taken it over, and only the
    /// lines of the other side say that it is portgen's.
    pub fn have_own(&self, lock: &RelPath, path: &str) -> bool {
        self.found(lock).iter().flat_map(|merge| &merge.sides).any(|side| side.has_own(path))
            || Side::read(&self.root, lock, "ORIG_HEAD").is_some_and(|side| side.has_own(path))
    }

    fn found(&self, lock: &RelPath) -> &[Again] {
        self.found.get_or_init(|| {
            let merges = merges::merges(&self.root);
            merges.into_iter().filter_map(|merge| Again::of(&self.root, lock, merge)).collect()
        })
    }
}

impl Again {
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

    /// Whether whatever has come together at `path` is as portgen wrote it.
    fn is_written(&self, path: &str) -> bool {
        let [ours, theirs] = &self.sides;
        let is_there = |files: &Snapshot| files.kind(path).is_some();
        let has_stayed = is_there(&ours.files) && is_there(&theirs.files) && self.bases.iter().all(is_there);
        [ours, theirs].iter().all(|side| !is_there(&side.files) || side.has_written(path))
            && (has_stayed || self.brings_nothing_along(ours, theirs) && self.brings_nothing_along(theirs, ours))
    }

    /// Whether every file of `side` that git may have followed to any new path is as portgen wrote it: what it has changed and
    /// `other` has taken away; and, where both have taken something away, what is new.
    fn brings_nothing_along(&self, side: &Side, other: &Side) -> bool {
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

    /// Whether the file is there and not portgen's.
    fn has_own(&self, path: &str) -> bool {
        self.files.kind(path).is_some() && !self.lock.owns(path)
    }

    /// Whether the file is as portgen wrote it there.
    fn has_written(&self, path: &str) -> bool {
        let mut bytes = Vec::new();
        let is_read = self.lock.owns(path) && self.files.read(path, MOST, &mut bytes).is_ok();
        is_read && self.lock.recorded(path, &lock::digest(&bytes))
    }
}

fn at(root: &Path, revision: &str) -> Option<Snapshot> {
    Snapshot::new(root, &View::Revision(revision.to_owned())).ok()
}

/// Whether two texts are equal but for the names that git puts behind its conflict markers.
fn differs_in_labels_alone(one: &[u8], other: &[u8]) -> bool {
    let lines = |text| <[u8]>::split(text, |byte| *byte == b'\n').map(without_label);
    lines(one).eq(lines(other))
}

/// A line that is a conflict marker without the name behind it; any other line as it is.
fn without_label(line: &[u8]) -> &[u8] {
    conflict_markers::marker(line).map_or(line, |(_, size)| &line[..size])
}
