//! One file that is made ready.

use std::borrow::Cow;
use std::fs::File;
use std::io::{self, BufWriter, Write as _};

use super::disk::Disk;
use crate::diagnostic::{Diagnostic, codes, quoted};
use crate::drift::{Difference, changed_meanwhile};
use crate::outputs::lock::Lock;
use crate::path::RelPath;

/// New bytes and where they are put, which is no one's business but portgen's until they take their place.
pub(super) struct Work<'c> {
    /// Where they belong.
    pub(super) path: &'c RelPath,
    pub(super) content: Content<'c>,
    /// Where they are made ready, from the root.
    pub(super) file: String,
    pub(super) found: Found,
    /// Whether they are to survive a loss of power.
    pub(super) is_durable: bool,
}

/// The bytes that are put there.
pub(super) enum Content<'c> {
    /// These.
    Bytes(Cow<'c, [u8]>),
    /// Those after a difference, made when their turn comes.
    After(&'c Difference<'c>),
    /// The text of a portgen.lock.
    Lock(&'c Lock<&'c str>),
}

impl Content<'_> {
    /// The bytes, unless they are written part by part.
    ///
    /// # Errors
    /// As [`Difference::after`].
    fn bytes(&self) -> Result<Cow<'_, [u8]>, Diagnostic> {
        match self {
            Self::Bytes(bytes) => Ok(Cow::Borrowed(bytes)),
            Self::After(difference) => Ok(difference.after()?.unwrap_or_default()),
            Self::Lock(_) => Ok(Cow::default()),
        }
    }
}

/// What there can be where new bytes belong.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Found {
    /// A file that is replaced, or nothing.
    Anything,
    /// Nothing, or someone has put it there since.
    Nothing,
    /// Not even the folder.
    NoFolder,
}

impl<'c> Work<'c> {
    /// It is not planned yet where they are made ready.
    pub(super) fn new(path: &'c RelPath, content: Content<'c>, found: Found) -> Self {
        Self { path, content, file: String::new(), found, is_durable: false }
    }

    /// Makes the file ready.
    ///
    /// # Errors
    /// What is in its place is no regular file, or has appeared there since; its bytes cannot be made again; the disk is full.
    pub(super) fn make(&self, disk: Disk<'_>) -> Result<(), Diagnostic> {
        let refuse = |error: io::Error| unready(self.path.as_str(), &error);
        let permissions = match self.found {
            Found::NoFolder => None,
            Found::Anything | Found::Nothing => disk.permissions(self.path.as_str()).map_err(refuse)?,
        };
        if self.found == Found::Nothing && permissions.is_some() {
            return Err(changed_meanwhile(self.path.as_str()));
        }
        let bytes = self.content.bytes()?;
        let write = || {
            let mut file = disk.create(&self.file)?;
            match self.content {
                Content::Lock(lock) => write_lock(lock, &file)?,
                _ => file.write_all(&bytes)?,
            }
            permissions.map_or(Ok(()), |permissions| file.set_permissions(permissions))?;
            if self.is_durable { file.sync_all() } else { Ok(()) }
        };
        write().map_err(refuse)
    }
}

fn write_lock(lock: &Lock<&str>, file: &File) -> io::Result<()> {
    let mut file = BufWriter::new(file);
    lock.write(&mut file)?;
    file.flush()
}

pub(super) fn unready(path: &str, error: &io::Error) -> Diagnostic {
    Diagnostic::error(codes::CANNOT_WRITE, format!("{} cannot be written: {error}", quoted(path)))
        .help("nothing was changed: fix this, then run it again")
}
