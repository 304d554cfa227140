//! Files that nobody writes to while they are read.

use std::fs::{File, OpenOptions};
use std::io;
use std::os::windows::fs::OpenOptionsExt as _;
use std::path::Path;

/// From `winnt.h`.
const FILE_SHARE_READ: u32 = 1;
const FILE_SHARE_DELETE: u32 = 4;

/// From `winerror.h`: another program has the file open in a way that does not go with this one.
pub(super) const SHARING_VIOLATION: i32 = 32;

/// A file that nobody can open for writing meanwhile: Windows refuses it to whoever tries.
#[derive(Debug)]
pub struct Lease(File);

impl Lease {
    /// Opens a file to read it while nobody writes to it.
    ///
    /// # Errors
    /// [`io::ErrorKind::WouldBlock`]: somebody has it open for writing.
    pub(super) fn take(path: &Path) -> io::Result<Self> {
        let opened = OpenOptions::new().read(true).share_mode(FILE_SHARE_READ | FILE_SHARE_DELETE).open(path);
        opened.map(Self).map_err(|error| match error.raw_os_error() {
            Some(SHARING_VIOLATION) => io::ErrorKind::WouldBlock.into(),
            _ => error,
        })
    }

    /// The file.
    pub fn file(&self) -> &File {
        &self.0
    }
}

/// What is left of a lease while its file is replaced: nothing, because not every file system replaces a file that is open.
#[derive(Debug)]
pub struct Watch;

impl Watch {
    /// Whether a program waits to open the file for writing. Here none waits: it is refused, or gets the new file.
    pub fn is_wanted(&self) -> bool {
        false
    }
}
