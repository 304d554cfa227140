//! Files: opened without following a symlink, and read with few questions.

use std::fs::{File, OpenOptions};
use std::io;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use rustix::buffer::spare_capacity;
use rustix::fs::OFlags;
use rustix::io::{Errno, read, retry_on_intr};

use crate::system::is_a_symlink;

/// Opens what is at `path` to read it, without following a symlink in the last component and without waiting for a pipe.
///
/// # Errors
/// As opening does, and `InvalidInput` for a symlink.
pub fn open(path: &Path) -> io::Result<File> {
    let flags = OFlags::NOFOLLOW | OFlags::NONBLOCK;
    let opened = OpenOptions::new().read(true).custom_flags(flags.bits().cast_signed()).open(path);
    opened.map_err(|error| if Errno::from_io_error(&error) == Some(Errno::LOOP) { is_a_symlink() } else { error })
}

/// Adds the next bytes of a file to `buffer`, as many as it has room for; none at the end of the file.
///
/// # Errors
/// As reading does.
pub fn read_once(file: &File, buffer: &mut Vec<u8>) -> io::Result<()> {
    retry_on_intr(|| read(file, spare_capacity(buffer)))?;
    Ok(())
}
