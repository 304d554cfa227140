//! What git makes of files by itself when it merges. A file that git has put together from two that portgen had written is
//! nobody's edit; nothing is lost where it is made again.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use crate::conflict;
use crate::disk::MOST;
use crate::git::{self, Merge};
use crate::lock::{self, Lock};
use crate::path::RelPath;
use crate::snapshot::{Snapshot, View};

/// The merges that may have left the files below a folder as they are; git is asked once, when one of them is in question.
#[derive(Debug)]
pub struct Merges {
    root: PathBuf,
    found: OnceLock<Vec<Made>>,
}

/// One merge of which it is known what git has made of it.
#[derive(Debug)]
struct Made {
    sides: [Side; 2],
    /// What git has made of the two, with its conflict markers.
    files: Snapshot,
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

    /// Whether these bytes at `path` are what git makes of two sides by itself, neither of which held an edit of an output by
    /// hand. `lock` is where portgen.lock lies. Where git cannot say, they are not.
    pub fn have_made(&self, lock: &RelPath, path: &str, bytes: &[u8]) -> bool {
        let merges = self.found.get_or_init(|| {
            let merges = git::merges(&self.root);
            merges.iter().filter_map(|merge| Made::of(&self.root, lock, merge)).collect()
        });
        merges.iter().any(|merge| merge.has(path, bytes))
    }
}

impl Made {
    /// What git has made of a merge; none where a side has an edit by hand.
    fn of(root: &Path, lock: &RelPath, merge: &Merge) -> Option<Self> {
        let ours = Side::read(root, lock, &merge.ours)?;
        let theirs = Side::read(root, lock, &merge.theirs)?;
        let is_written = ours.is_written(&theirs.files) && theirs.is_written(&ours.files);
        let list = is_written.then(|| git::made(root, merge))??;
        Some(Self { sides: [ours, theirs], files: Snapshot::of_list(root, "a merge", &list).ok()? })
    }

    fn has(&self, path: &str, bytes: &[u8]) -> bool {
        let is_own = |side: &Side| side.files.kind(path).is_none() || side.lock.owns(path);
        let mut made = Vec::new();
        // `git checkout --merge` leaves the same conflict with other names.
        let is_alike = self.files.holds(path, bytes)
            || self.files.read(path, MOST, &mut made).is_ok() && differs_in_labels_alone(&made, bytes);
        is_alike && self.sides.iter().all(is_own)
    }
}

impl Side {
    fn read(root: &Path, lock: &RelPath, revision: &str) -> Option<Self> {
        let files = Snapshot::new(root, &View::Revision(revision.to_owned())).ok()?;
        let mut bytes = Vec::new();
        files.read(lock.as_str(), MOST, &mut bytes).ok()?;
        Some(Self { lock: Lock::parse(lock, &bytes).ok()?, files })
    }

    /// Whether every owned file that the other side has not alike is as portgen wrote it.
    fn is_written(&self, other: &Snapshot) -> bool {
        let mut bytes = Vec::new();
        let differs = |path: &&str| self.files.kind(path).is_some() && !self.files.is_alike(other, path);
        self.lock.paths().filter(differs).all(|path| {
            let is_read = self.files.read(path, MOST, &mut bytes).is_ok();
            is_read && self.lock.recorded(path, &lock::digest(&bytes))
        })
    }
}

/// Whether two texts are equal but for the names that git puts behind its conflict markers.
fn differs_in_labels_alone(one: &[u8], other: &[u8]) -> bool {
    let lines = |text| <[u8]>::split(text, |byte| *byte == b'\n').map(without_label);
    lines(one).eq(lines(other))
}

/// A line that is a conflict marker without the name behind it; any other line as it is.
fn without_label(line: &[u8]) -> &[u8] {
    conflict::marker(line).map_or(line, |(_, size)| &line[..size])
}
