//! What Unix and Windows do each in their own way, with one face for both: folders in which files are opened and replaced, who else writes to
//! a file, limits of a process. Nothing else in portgen asks which system it runs on.
//!
//! On Unix everything happens below an open folder, with no symlink on the way. Windows has no such calls that need no `unsafe`: there a path
//! is looked at, component by component, right before it is used.

#[cfg(unix)]
mod unix;
#[cfg(not(unix))]
mod windows;

use std::io;

#[cfg(unix)]
pub use unix::{Folder, Lease, Mount, Stops, Watch, file, mode, process, uri};
#[cfg(not(unix))]
pub use windows::{Folder, Lease, Mount, Stops, Watch, file, mode, process, uri};

/// What a path is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A regular file.
    File,
    /// A folder.
    Folder,
    /// A symlink; on Windows also a junction.
    Symlink,
    /// A device, a pipe, a socket.
    Other,
}

/// What is at a path.
#[derive(Clone, Debug)]
pub struct Found {
    /// What it is.
    pub kind: Kind,
    /// Who may do what with it.
    pub permissions: std::fs::Permissions,
}

/// What is said of a symlink.
pub(crate) fn is_a_symlink() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, "it is a symlink, which portgen does not follow")
}
