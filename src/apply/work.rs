//! One file that is made ready.

use std::borrow::Cow;
use std::io::{self, Write as _};

use rustix::fs::fchmod;

use super::disk::Disk;
use crate::diagnostic::{Diagnostic, quoted};
use crate::path::RelPath;

/// New bytes and where they are put, which is no one's business but portgen's until they take their place.
pub(super) struct Work<'c> {
    /// Where they belong.
    pub(super) path: &'c RelPath,
    pub(super) bytes: Cow<'c, [u8]>,
    /// Where they are made ready, from the root.
    pub(super) file: String,
    pub(super) found: Found,
    /// Whether they are to survive a loss of power.
    pub(super) is_durable: bool,
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
    pub(super) fn new(path: &'c RelPath, bytes: impl Into<Cow<'c, [u8]>>, found: Found) -> Self {
        Self { path, bytes: bytes.into(), file: String::new(), found, is_durable: false }
    }

    /// Makes the file ready.
    ///
    /// # Errors
    /// What is in its place is no regular file, or has appeared there since; the disk is full.
    pub(super) fn make(&self, disk: Disk<'_>) -> Result<(), Diagnostic> {
        let refuse = |error: io::Error| unready(self.path.as_str(), &error);
        let permissions = match self.found {
            Found::NoFolder => None,
            Found::Anything | Found::Nothing => disk.permissions(self.path.as_str()).map_err(refuse)?,
        };
        if self.found == Found::Nothing && permissions.is_some() {
            return Err(changed_meanwhile(self.path.as_str()));
        }
        let write = || {
            let mut file = disk.create(&self.file)?;
            file.write_all(&self.bytes)?;
            permissions.map_or(Ok(()), |permissions| fchmod(&file, permissions))?;
            if self.is_durable { file.sync_all() } else { Ok(()) }
        };
        write().map_err(refuse)
    }
}

/// A file that someone changed between the comparison and now.
pub(super) fn changed_meanwhile(path: &str) -> Diagnostic {
    Diagnostic::error("changed-meanwhile", format!("{} was changed while portgen ran", quoted(path)))
        .help("it was kept as it was saved: run this again")
}

pub(super) fn unready(path: &str, error: &io::Error) -> Diagnostic {
    Diagnostic::error("cannot-write", format!("{} cannot be written: {error}", quoted(path)))
        .help("nothing was changed: fix this, then run it again")
}
