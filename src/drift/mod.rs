//! Before and after of one file: how it stands to what portgen would make of it.

mod middle;
pub mod one_sided;
mod patch;
pub mod recent_merges;
mod shown;
pub mod standing;

use crate::diagnostic::{Diagnostic, Severity, quoted};
use crate::files::names::PORTS_TOML;
use crate::files::tree::Tree;
use crate::outputs::lock::{self, Digest};
use crate::path::RelPath;

pub use patch::{Stat, patch, stat};
pub use shown::{for_people, listed};

/// How a file stands to what portgen would make of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// Nothing is at the path.
    Missing,
    /// An owned file as portgen once wrote it, but the allocation or a template has changed since.
    Stale,
    /// An owned file that was edited by hand: its hash is not the recorded one.
    HandEdited,
    /// An owned file as a merge has left it: with git's conflict markers, or with lines of both sides.
    Conflicted,
    /// A file that portgen has not written stands at an output's path.
    Foreign,
    /// An owned file that nothing generates any more; it is deleted.
    Orphan,
    /// An output of former times that git still has: its removal was not staged, or not committed, and nobody owns it any more.
    LeftBehind,
    /// An owned file that nothing generates any more and that was edited by hand; it is kept, and is no longer owned.
    EditedOrphan,
    /// A file that a person owns, in which only ports change; ports.toml itself where a command edits it.
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
    /// Its bytes after `write`; none where it is deleted, and for an [`Kind::EditedOrphan`], which stays as it is.
    pub after: Option<Vec<u8>>,
}

impl Change {
    /// Whether it is an edit of ports.toml itself.
    pub fn is_allocation(&self) -> bool {
        self.kind == Kind::Reference && self.path.as_str() == PORTS_TOML
    }

    /// A change of a file that is no output (portgen.lock, a reference); none where the two are equal.
    pub fn between(path: &RelPath, kind: Kind, before: Option<Vec<u8>>, after: Option<Vec<u8>>) -> Option<Self> {
        (before != after).then(|| Self { path: path.clone(), kind, before, after })
    }

    /// Whether an output has line ends that portgen never writes: git converts them where `core.autocrlf` says so and
    /// .gitattributes says nothing.
    pub fn has_other_line_ends(&self) -> bool {
        let crlf =
            |bytes: &Option<Vec<u8>>| bytes.as_ref().is_some_and(|bytes| bytes.windows(2).any(|two| two == b"\r\n"));
        self.kind == Kind::HandEdited && crlf(&self.before) && !crlf(&self.after)
    }
}

/// A file that nothing generates any more, where it is there as portgen once wrote it.
///
/// # Errors
/// As [`Tree::read`].
pub fn left_behind(
    tree: &Tree,
    path: &RelPath,
    is_written: impl Fn(&Digest) -> bool,
) -> Result<Option<Change>, Diagnostic> {
    let bytes = tree.read(path)?.filter(|bytes| is_written(&lock::digest(bytes)));
    Ok(bytes.map(|bytes| Change { path: path.clone(), kind: Kind::LeftBehind, before: Some(bytes), after: None }))
}

/// A warning for each orphan that is kept because it was edited by hand.
pub fn kept_orphans(changes: &[Change]) -> Vec<Diagnostic> {
    let edited = changes.iter().filter(|change| change.kind == Kind::EditedOrphan);
    edited.map(|change| kept_orphan(&change.path)).collect()
}

pub(crate) fn kept_orphan(path: &RelPath) -> Diagnostic {
    let shown = quoted(path.as_str());
    let message = format!("{shown} is not generated any more, but was edited by hand: it is kept");
    Diagnostic::new("edited-orphan", Severity::Warning, message)
        .help("`portgen write` leaves it to you; remove it if you don't need it")
}
