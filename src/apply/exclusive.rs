//! One `write` at a time: a lock on the root folder itself.
//!
//! The lock is not on a file in the folder, because files are replaced by renames: a process that waited for the lock would then
//! hold the lock of a deleted file.

use std::fs::TryLockError;
use std::io;
use std::thread;
use std::time::{Duration, Instant};

use super::disk::Disk;
use crate::diagnostic::{Diagnostic, codes};
use crate::files::tree::Tree;
use crate::system::Folder;

const PAUSE: Duration = Duration::from_millis(20);

/// How long a command waits before it says so.
const SILENCE: Duration = Duration::from_secs(1);

/// The right to write below the root. The system releases the lock when the process ends, however it ends.
#[derive(Debug)]
pub struct Guard<'t> {
    tree: &'t Tree,
    folder: Folder,
}

impl<'t> Guard<'t> {
    /// The tree that may be written to.
    pub fn tree(&self) -> &'t Tree {
        self.tree
    }

    /// The disk below the root.
    pub(super) fn disk(&self) -> Disk<'_> {
        Disk { tree: self.tree, root: &self.folder, staging: None }
    }
}

/// Locks the root for writing; call it before reading anything. Waits for `patience`, and calls `waiting` once after a second.
///
/// # Errors
/// Another portgen still holds the lock, or the file system does not support locks.
pub fn exclusive(tree: &Tree, patience: Duration, waiting: impl FnOnce()) -> Result<Guard<'_>, Diagnostic> {
    let mut folder = Folder::open_to_write(tree.root()).map_err(|error| unlockable(&error))?;
    let start = Instant::now();
    let mut waiting = Some(waiting);
    loop {
        match folder.try_lock() {
            Ok(()) => return Ok(Guard { tree, folder }),
            Err(TryLockError::WouldBlock) if start.elapsed() < patience => thread::sleep(PAUSE),
            Err(TryLockError::WouldBlock) => return Err(busy(patience)),
            Err(TryLockError::Error(error)) => return Err(unlockable(&error)),
        }
        if start.elapsed() >= SILENCE
            && let Some(waiting) = waiting.take()
        {
            waiting();
        }
    }
}

/// A guard without a lock, for file systems without locks. The caller must keep other processes out.
///
/// # Errors
/// The root cannot be opened.
pub fn unlocked(tree: &Tree) -> Result<Guard<'_>, Diagnostic> {
    let folder = Folder::open_to_write(tree.root()).map_err(|error| unlockable(&error))?;
    Ok(Guard { tree, folder })
}

fn busy(patience: Duration) -> Diagnostic {
    let message = format!("another portgen has been writing here for {} seconds", patience.as_secs());
    Diagnostic::error(codes::BUSY, message)
        .help("wait until it is done, or stop it, and run this again: nothing was changed")
        .help("or wait longer: `--lock-timeout SECONDS`")
}

fn unlockable(error: &io::Error) -> Diagnostic {
    Diagnostic::error(codes::BUSY, format!("the folder of ports.toml cannot be locked: {error}"))
        .help("portgen writes only under a lock: use a file system that has locks")
        .help("or make sure that no other portgen is running, and use `--no-lock`")
}
