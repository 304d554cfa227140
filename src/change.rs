//! Before and after of one file, and the patch that `git apply` takes.

use crate::path::RelPath;

/// How a file stands to what portgen would make of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// Nothing is at the path.
    Missing,
    /// An owned file as portgen once wrote it, but the allocation or a template has changed since.
    Stale,
    /// An owned file that was edited by hand: its hash is not the recorded one.
    HandEdited,
    /// An owned file with git's conflict markers.
    Conflicted,
    /// A file that portgen has not written stands at an output's path.
    Foreign,
    /// An owned file that nothing generates any more; it is deleted.
    Orphan,
    /// An owned file that nothing generates any more and that was edited by hand; it is kept.
    EditedOrphan,
    /// A file that a person owns, in which only ports change.
    Reference,
    /// portgen.lock itself.
    Lock,
}

/// Before and after of one file; the two differ.
#[derive(Debug)]
pub struct Change {
    /// The file, from the root.
    pub path: RelPath,
    /// How it stands to what portgen would make of it.
    pub kind: Kind,
    /// Its bytes on disk; none where there is no file.
    pub before: Option<Vec<u8>>,
    /// Its bytes after `write`; none where it is deleted.
    pub after: Option<Vec<u8>>,
}
