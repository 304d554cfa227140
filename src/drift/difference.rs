//! A file that differs, without its bytes. The bytes of all files of a large platform would take several times the memory of
//! everything else, so each file is read or rendered again when it is needed.

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use super::{Change, Differs, Effect, Kind};
use crate::diagnostic::{Diagnostic, codes, quoted};
use crate::files::tree::Tree;
use crate::git::conflict_markers;
use crate::outputs::digest::{Digest, digest};
use crate::outputs::next_lock::NextLock;
use crate::path::RelPath;

/// A file that differs from what portgen would write.
#[derive(Debug)]
pub struct Difference<'t> {
    /// The file, from the root.
    pub path: RelPath,
    /// How it differs from what portgen would write.
    pub kind: Kind,
    /// The file now; `None` if it does not exist.
    pub before: Option<Before<'t>>,
    /// The file after `write`; `None` if `write` deletes it, and for a [`Kind::EditedOrphan`], which it keeps.
    pub after: Option<After<'t>>,
    /// The bytes of both sides together, when they were compared.
    pub size: usize,
}

/// A file as it was when it was compared.
#[derive(Debug)]
pub enum Before<'t> {
    /// Its bytes.
    Held(Box<[u8]>),
    /// The file in the tree, and the digest of its bytes.
    InTree(&'t Tree, Digest),
}

/// Makes the output at a path.
pub type Make<'t> = dyn Fn(&RelPath) -> Result<Vec<u8>, Diagnostic> + Send + Sync + 't;

/// The edit of a file that a person owns.
pub trait Edit: Send + Sync {
    /// The bytes after the edit.
    fn of(&self, before: &[u8]) -> Vec<u8>;

    /// The digest of the bytes after the edit.
    fn digest(&self) -> Digest;

    /// The numbers that it changes, in the order of the file.
    fn changed(&self) -> Vec<Changed<'_>>;

    /// The blocks that it changes, in the order of the file.
    fn blocks(&self) -> Vec<ChangedBlock<'_>>;
}

/// A block that an edit renders anew.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangedBlock<'e> {
    /// The block as people know it.
    pub shown: &'e str,
    /// The line that begins it, in bytes of the file before.
    pub begin: Range<usize>,
    /// The digest of a person's text that goes; none where portgen wrote what is there.
    pub edited: Option<Digest>,
}

/// A number that an edit changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Changed<'e> {
    /// Where it stands in the file: `dev` for a script of that name.
    pub key: &'e str,
    /// The old number.
    pub before: u16,
    /// The new number.
    pub after: u16,
}

/// The bytes of a file after `write`.
pub enum After<'t> {
    /// These bytes.
    Held(Box<[u8]>),
    /// The result of this function, the same each time.
    Made(Arc<Make<'t>>),
    /// The text of this portgen.lock.
    Lock(Box<NextLock>),
    /// The result of this edit for the bytes before.
    Edited(Box<dyn Edit>),
}

/// There are ten thousands of them where every port changes.
const _: () = assert!(size_of::<Difference<'_>>() <= 104);

impl fmt::Debug for After<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Held(bytes) => f.debug_tuple("Held").field(bytes).finish(),
            Self::Made(_) => f.write_str("Made"),
            Self::Lock(next) => f.debug_tuple("Lock").field(next).finish(),
            Self::Edited(edit) => f.debug_tuple("Edited").field(&edit.digest()).finish(),
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
    /// The file has changed since it was compared, or cannot be read.
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
    /// The difference of two texts in memory; `None` if they are equal.
    pub fn between(path: &RelPath, kind: Kind, before: Option<Vec<u8>>, after: Option<Vec<u8>>) -> Option<Self> {
        if before == after {
            return None;
        }
        let size = [&before, &after].into_iter().flatten().map(Vec::len).sum();
        let before = before.map(|bytes| Before::Held(bytes.into()));
        let after = after.map(|bytes| After::Held(bytes.into()));
        Some(Self { path: path.clone(), kind, before, after, size })
    }

    /// The difference for a file of `tree` that gets no new bytes.
    pub fn to_nothing(path: RelPath, kind: Kind, tree: &'t Tree, bytes: &[u8]) -> Self {
        let before = Some(Before::InTree(tree, digest(bytes)));
        Self { path, kind, before, after: None, size: bytes.len() }
    }

    /// What `write` does with the file.
    pub fn effect(&self) -> Effect {
        Effect::of(self.kind, self.before.is_some(), self.after.is_some())
    }

    /// The numbers of a person's file that `write` changes, in the order of the file.
    pub fn changed(&self) -> Vec<Changed<'_>> {
        match &self.after {
            Some(After::Edited(edit)) => edit.changed(),
            _ => Vec::new(),
        }
    }

    /// The blocks of a person's file that `write` renders anew, in the order of the file.
    pub fn blocks(&self) -> Vec<ChangedBlock<'_>> {
        match &self.after {
            Some(After::Edited(edit)) => edit.blocks(),
            _ => Vec::new(),
        }
    }

    /// The portgen.lock after `write`, if it is one.
    pub fn next_lock(&self) -> Option<&NextLock> {
        match &self.after {
            Some(After::Lock(next)) => Some(next),
            _ => None,
        }
    }

    /// The digest of the bytes before; `None` if there is no file.
    pub fn digest_before(&self) -> Option<Digest> {
        self.before.as_ref().map(Before::digest)
    }

    /// The digest of the bytes after; `None` if there are none.
    ///
    /// # Errors
    /// As [`Difference::after`].
    pub fn digest_after(&self) -> Result<Option<Digest>, Diagnostic> {
        Ok(match &self.after {
            Some(After::Edited(edit)) => Some(edit.digest()),
            _ => self.after()?.map(|bytes| digest(&bytes)),
        })
    }

    /// The bytes before; `None` if there is no file.
    ///
    /// # Errors
    /// The file has changed since it was compared, or cannot be read.
    pub fn before(&self) -> Result<Option<Cow<'_, [u8]>>, Diagnostic> {
        self.before.as_ref().map(|before| before.bytes(&self.path)).transpose()
    }

    /// The bytes after; `None` if there are none.
    ///
    /// # Errors
    /// As [`Difference::before`].
    pub fn after(&self) -> Result<Option<Cow<'_, [u8]>>, Diagnostic> {
        match &self.after {
            Some(After::Edited(_)) => self.after_of(self.before()?.as_deref()),
            _ => self.after_of(None),
        }
    }

    fn after_of(&self, before: Option<&[u8]>) -> Result<Option<Cow<'_, [u8]>>, Diagnostic> {
        Ok(match &self.after {
            None => None,
            Some(After::Held(bytes)) => Some(Cow::Borrowed(bytes)),
            Some(After::Made(make)) => Some(Cow::Owned(make(&self.path)?)),
            Some(After::Lock(next)) => Some(Cow::Owned(next.render().into_bytes())),
            Some(After::Edited(edit)) => Some(Cow::Owned(edit.of(before.unwrap_or_default()))),
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

    /// Whether an output has CRLF line ends, which portgen does not write: git converts them if `core.autocrlf` is set and
    /// .gitattributes does not say otherwise.
    pub fn has_other_line_ends(&self) -> bool {
        let has_crlf = |bytes: Option<&[u8]>| bytes.is_some_and(|bytes| bytes.windows(2).any(|two| two == b"\r\n"));
        let change = (self.kind == Kind::HandEdited).then(|| self.change());
        matches!(change, Some(Ok(change)) if has_crlf(change.before.as_deref()) && !has_crlf(change.after.as_deref()))
    }

    /// Whether the file contains git's conflict markers.
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

/// The error for a file that changed after it was compared.
pub(crate) fn changed_meanwhile(path: &str) -> Diagnostic {
    Diagnostic::error(codes::CHANGED_MEANWHILE, format!("{} was changed while portgen ran", quoted(path)))
        .help("it was kept as it was saved: run this again")
}
