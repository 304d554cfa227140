//! One file before and after `write`, and how the two differ.

mod difference;
mod hunks;
pub mod ignored;
pub mod kind;
mod lines;
pub mod one_sided;
mod patch;
pub mod recent_merges;
mod shown;
pub mod standing;

use crate::diagnostic::{Diagnostic, quoted};
use crate::files::tree::Tree;
use crate::outputs::digest::{Digest, digest};
use crate::path::RelPath;

pub use difference::{After, Before, Changed, ChangedBlock, Difference, Edit, Make};
pub use kind::Kind;
pub use lines::{Runs, compare};
pub use patch::{Stat, first_of_patch, of_each, patch, stats, write_patch};
pub use shown::{for_people, listed};

pub(crate) use difference::changed_meanwhile;

/// A file that differs, with its bytes before and after `write`.
#[derive(Debug)]
pub struct Change {
    /// The file, from the root.
    pub path: RelPath,
    /// How it differs from what portgen would write.
    pub kind: Kind,
    /// Its bytes on disk; `None` for [`Effect::Create`].
    pub before: Option<Vec<u8>>,
    /// Its bytes after `write`; `None` for [`Effect::Delete`] and [`Effect::Keep`].
    pub after: Option<Vec<u8>>,
}

/// What `write` does with a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Creates the file.
    Create,
    /// Replaces its bytes.
    Replace,
    /// Deletes the file.
    Delete,
    /// Leaves the file as it is, and no longer owns it.
    Keep,
}

impl Effect {
    /// The effect on a file of this kind that exists before, after, or both.
    fn of(kind: Kind, has_before: bool, has_after: bool) -> Self {
        match (kind, has_before, has_after) {
            (Kind::EditedOrphan, ..) => Self::Keep,
            (_, false, _) => Self::Create,
            (_, _, false) => Self::Delete,
            _ => Self::Replace,
        }
    }
}

impl Change {
    /// What `write` does with the file.
    pub fn effect(&self) -> Effect {
        Effect::of(self.kind, self.before.is_some(), self.after.is_some())
    }
}

/// A file that differs, with or without its bytes.
pub trait Differs {
    /// The file, from the root.
    fn path(&self) -> &RelPath;

    /// How it differs from what portgen would write.
    fn kind(&self) -> Kind;
}

impl Differs for Change {
    fn path(&self) -> &RelPath {
        &self.path
    }

    fn kind(&self) -> Kind {
        self.kind
    }
}

/// The file at `path`, if its bytes are still those that portgen once wrote.
///
/// # Errors
/// As [`Tree::read`].
pub fn left_behind<'t>(
    tree: &'t Tree,
    path: &RelPath,
    is_written: impl Fn(&Digest) -> bool,
) -> Result<Option<Difference<'t>>, Diagnostic> {
    let bytes = tree.read(path)?.filter(|bytes| is_written(&digest(bytes)));
    Ok(bytes.map(|bytes| Difference::to_nothing(path.clone(), Kind::LeftBehind, tree, &bytes)))
}

/// A warning for each orphan that is kept because it was edited by hand.
pub fn kept_orphans(changes: &[Difference<'_>]) -> Vec<Diagnostic> {
    let kept = changes.iter().filter(|change| change.effect() == Effect::Keep);
    kept.map(|change| kept_orphan(&change.path)).collect()
}

pub(crate) fn kept_orphan(path: &RelPath) -> Diagnostic {
    let row = Kind::EditedOrphan.row();
    let message = format!("{} {}", quoted(path.as_str()), row.fact);
    Diagnostic::new(row.code, row.severity, message).help(row.fix.trim_end_matches('.'))
}
