//! A file that differs, without its bytes: those of all files of a large platform together take several times the memory of
//! everything else, so they are made again when their turn comes.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use super::{Change, Differs, Effect, Kind};
use crate::diagnostic::{Diagnostic, codes, quoted};
use crate::files::tree::Tree;
use crate::git::conflict_markers;
use crate::outputs::lock::{Digest, digest};
use crate::path::RelPath;

/// A file that differs from what portgen would make of it.
#[derive(Debug)]
pub struct Difference<'t> {
    /// The file, from the root.
    pub path: RelPath,
    /// How it stands to what portgen would make of it.
    pub kind: Kind,
    /// What it is; none where there is no file.
    pub before: Option<Before<'t>>,
    /// What `write` makes of it; none where it is deleted, and for an [`Kind::EditedOrphan`], which stays as it is.
    pub after: Option<After<'t>>,
    /// How many bytes both sides have together, as they were when they were compared.
    pub size: usize,
}

/// A file as it was when it was compared.
#[derive(Debug)]
pub enum Before<'t> {
    /// Its bytes.
    Held(Vec<u8>),
    /// The file in the tree, and the digest of its bytes.
    InTree(&'t Tree, Digest),
}

/// Makes the bytes of the file with a number.
pub type Make<'t> = dyn Fn(usize) -> Result<Vec<u8>, Diagnostic> + Send + Sync + 't;

/// Makes the bytes of a file from those before.
type Edit<'t> = Box<dyn Fn(&[u8]) -> Vec<u8> + Send + Sync + 't>;

/// What becomes of a file.
pub enum After<'t> {
    /// These bytes.
    Held(Vec<u8>),
    /// What a function makes for this number, the same each time.
    Made(usize, Arc<Make<'t>>),
    /// What a function makes of the bytes before, and the digest of that.
    Edited(Edit<'t>, Digest),
}

impl fmt::Debug for After<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Held(bytes) => f.debug_tuple("Held").field(bytes).finish(),
            Self::Made(number, _) => f.debug_tuple("Made").field(number).finish(),
            Self::Edited(_, digest) => f.debug_tuple("Edited").field(digest).finish(),
        }
    }
}

impl Before<'_> {
    /// The digest of the bytes.
    pub fn digest(&self) -> Digest {
        match self {
            Self::Held(bytes) => digest(bytes),
            Self::InTree(_, digest) => *digest,
        }
    }

    /// # Errors
    /// The file is not what it was when it was compared, or cannot be read.
    fn bytes(&self, path: &RelPath) -> Result<Cow<'_, [u8]>, Diagnostic> {
        match self {
            Self::Held(bytes) => Ok(Cow::Borrowed(bytes)),
            Self::InTree(tree, compared) => match tree.read(path)? {
                Some(bytes) if digest(&bytes) == *compared => Ok(Cow::Owned(bytes)),
                _ => Err(changed_meanwhile(path.as_str())),
            },
        }
    }
}

impl<'t> Difference<'t> {
    /// That of two texts in memory; none where they are equal.
    pub fn between(path: &RelPath, kind: Kind, before: Option<Vec<u8>>, after: Option<Vec<u8>>) -> Option<Self> {
        if before == after {
            return None;
        }
        let size = [&before, &after].into_iter().flatten().map(Vec::len).sum();
        let (before, after) = (before.map(Before::Held), after.map(After::Held));
        Some(Self { path: path.clone(), kind, before, after, size })
    }

    /// That of a file of `tree` with these bytes, in whose place nothing is put.
    pub fn to_nothing(path: RelPath, kind: Kind, tree: &'t Tree, bytes: &[u8]) -> Self {
        let before = Some(Before::InTree(tree, digest(bytes)));
        Self { path, kind, before, after: None, size: bytes.len() }
    }

    /// What `write` does with the file.
    pub fn effect(&self) -> Effect {
        Effect::of(self.kind, self.before.is_some(), self.after.is_some())
    }

    /// The digest of the bytes before; none where there is no file.
    pub fn digest_before(&self) -> Option<Digest> {
        self.before.as_ref().map(Before::digest)
    }

    /// The digest of the bytes after; none where there are none.
    ///
    /// # Errors
    /// As [`Difference::after`].
    pub fn digest_after(&self) -> Result<Option<Digest>, Diagnostic> {
        Ok(match &self.after {
            Some(After::Edited(_, digest)) => Some(*digest),
            _ => self.after()?.map(|bytes| digest(&bytes)),
        })
    }

    /// The bytes before; none where there is no file.
    ///
    /// # Errors
    /// The file is not what it was when it was compared, or cannot be read.
    pub fn before(&self) -> Result<Option<Cow<'_, [u8]>>, Diagnostic> {
        self.before.as_ref().map(|before| before.bytes(&self.path)).transpose()
    }

    /// The bytes after; none where there are none.
    ///
    /// # Errors
    /// As [`Difference::before`].
    pub fn after(&self) -> Result<Option<Cow<'_, [u8]>>, Diagnostic> {
        match &self.after {
            Some(After::Edited(..)) => self.after_of(self.before()?.as_deref()),
            _ => self.after_of(None),
        }
    }

    fn after_of(&self, before: Option<&[u8]>) -> Result<Option<Cow<'_, [u8]>>, Diagnostic> {
        Ok(match &self.after {
            None => None,
            Some(After::Held(bytes)) => Some(Cow::Borrowed(bytes)),
            Some(After::Made(number, make)) => Some(Cow::Owned(make(*number)?)),
            Some(After::Edited(edit, _)) => Some(Cow::Owned(edit(before.unwrap_or_default()))),
        })
    }

    /// The file with its bytes.
    ///
    /// # Errors
    /// As [`Difference::before`].
    pub fn change(&self) -> Result<Change, Diagnostic> {
        let before = self.before()?;
        let after = self.after_of(before.as_deref())?.map(Cow::into_owned);
        Ok(Change { path: self.path.clone(), kind: self.kind, before: before.map(Cow::into_owned), after })
    }

    /// Whether an output has line ends that portgen never writes: git converts them where `core.autocrlf` says so and
    /// .gitattributes says nothing.
    pub fn has_other_line_ends(&self) -> bool {
        let has_crlf = |bytes: Option<&[u8]>| bytes.is_some_and(|bytes| bytes.windows(2).any(|two| two == b"\r\n"));
        let change = (self.kind == Kind::HandEdited).then(|| self.change());
        matches!(change, Some(Ok(change)) if has_crlf(change.before.as_deref()) && !has_crlf(change.after.as_deref()))
    }

    /// Whether git has left a conflict in it.
    pub fn has_conflict(&self) -> bool {
        matches!(self.before(), Ok(Some(bytes)) if conflict_markers::is_in(&bytes))
    }
}

impl Differs for Difference<'_> {
    fn path(&self) -> &RelPath {
        &self.path
    }

    fn kind(&self) -> Kind {
        self.kind
    }
}

/// A file that someone changed between the comparison and now.
pub(crate) fn changed_meanwhile(path: &str) -> Diagnostic {
    Diagnostic::error(codes::CHANGED_MEANWHILE, format!("{} was changed while portgen ran", quoted(path)))
        .help("it was kept as it was saved: run this again")
}
