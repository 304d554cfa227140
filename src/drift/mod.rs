//! Before and after of one file: how it stands to what portgen would make of it.

pub mod kind;
pub mod one_sided;
mod patch;
pub mod recent_merges;
mod shown;
pub mod standing;

use crate::diagnostic::{Diagnostic, quoted};
use crate::files::tree::Tree;
use crate::outputs::lock::{self, Digest};
use crate::path::RelPath;

pub use kind::Kind;
pub use patch::{Stat, patch, stat};
pub use shown::{for_people, listed};

/// Before and after of one file; the two differ.
#[derive(Debug)]
pub struct Change {
    /// The file, from the root.
    pub path: RelPath,
    /// How it stands to what portgen would make of it.
    pub kind: Kind,
    /// Its bytes on disk; none where the effect is [`Effect::Create`].
    pub before: Option<Vec<u8>>,
    /// Its bytes after `write`; none where the effect is [`Effect::Delete`] or [`Effect::Keep`].
    pub after: Option<Vec<u8>>,
}

/// What `write` does with a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// It makes it.
    Create,
    /// It puts other bytes in its place.
    Replace,
    /// It deletes it.
    Delete,
    /// It leaves it as it is, and owns it no more.
    Keep,
}

impl Change {
    /// What `write` does with the file.
    pub fn effect(&self) -> Effect {
        match (self.kind, &self.before, &self.after) {
            (Kind::EditedOrphan, ..) => Effect::Keep,
            (_, None, _) => Effect::Create,
            (_, _, None) => Effect::Delete,
            _ => Effect::Replace,
        }
    }

    /// A change of a file that is no output (portgen.lock, a person's); none where the two are equal.
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
    let kept = changes.iter().filter(|change| change.effect() == Effect::Keep);
    kept.map(|change| kept_orphan(&change.path)).collect()
}

pub(crate) fn kept_orphan(path: &RelPath) -> Diagnostic {
    let row = Kind::EditedOrphan.row();
    let message = format!("{} {}", quoted(path.as_str()), row.fact);
    Diagnostic::new(row.code, row.severity, message).help(row.fix.trim_end_matches('.'))
}
