//! A file on the disk: opened without following a symlink, and read with few questions.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;

pub(crate) use crate::git::objects::MOST;
use crate::system::file;

/// How much of a file is read at once, in bytes: nearly every file is smaller, and is read in one call.
const AT_ONCE: usize = 16 << 10;

/// Opens a regular file for reading without following a symlink in the last component and without waiting for a pipe.
///
/// # Errors
/// As opening does, and `InvalidInput` for what is no regular file.
pub fn open_regular(path: &Path) -> io::Result<File> {
    let file = open_unfollowed(path)?;
    regular_size(&file).map(|_| file)
}

/// Puts the bytes of a file, wherever it lies, in the place of what `buffer` holds; its last component is no symlink.
///
/// # Errors
/// As opening and reading do; it is no regular file, or over 256 MiB.
pub(crate) fn read_file(path: &Path, buffer: &mut Vec<u8>) -> io::Result<()> {
    read_whole(&open_unfollowed(path)?, buffer)
}

/// Opens what is at `path` without following a symlink in the last component and without waiting for a pipe.
///
/// # Errors
/// As opening does, and `InvalidInput` for a symlink.
pub(crate) fn open_unfollowed(path: &Path) -> io::Result<File> {
    file::open(path)
}

/// The size of a regular file, in bytes.
fn regular_size(file: &File) -> io::Result<u64> {
    let meta = file.metadata()?;
    if !meta.is_file() {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "it is not a regular file"));
    }
    Ok(meta.len())
}

/// Puts the whole file in the place of what `buffer` holds.
///
/// # Errors
/// As [`first_piece`], and as reading does.
pub(crate) fn read_whole(file: &File, buffer: &mut Vec<u8>) -> io::Result<()> {
    if let Some(size) = first_piece(file, buffer)? {
        buffer.reserve_exact(usize::try_from(size).unwrap_or_default().saturating_sub(buffer.len()));
        file.take(MOST).read_to_end(buffer)?;
    }
    Ok(())
}

/// As [`read_whole`], but not of a file of more than `most` bytes; whether it was read.
///
/// # Errors
/// As [`read_whole`].
pub(crate) fn read_at_most(file: &File, most: u64, buffer: &mut Vec<u8>) -> io::Result<bool> {
    match first_piece(file, buffer)? {
        Some(size) if size > most => Ok(false),
        Some(size) => {
            buffer.reserve_exact(usize::try_from(size).unwrap_or_default().saturating_sub(buffer.len()));
            file.take(most).read_to_end(buffer)?;
            Ok(true)
        }
        None => Ok(true),
    }
}

/// Gives `take` the whole file, piece by piece, each of which is in `buffer` for a while.
///
/// # Errors
/// As [`first_piece`], and as reading does.
pub(crate) fn read_pieces(file: &File, buffer: &mut Vec<u8>, mut take: impl FnMut(&[u8])) -> io::Result<()> {
    let has_more = first_piece(file, buffer)?.is_some();
    let mut size = buffer.len() as u64;
    take(buffer);
    while has_more && !buffer.is_empty() {
        read_once(file, buffer)?;
        size += buffer.len() as u64;
        // It may grow faster than it is read.
        if size > MOST {
            return Err(too_large());
        }
        take(buffer);
    }
    Ok(())
}

/// Puts the first bytes of a file in the place of what `buffer` holds; its size if there may be more.
///
/// A read that neither comes back empty nor fills the buffer has met the end of a regular file. Only otherwise is the
/// file asked what it is and how much there is of it: an empty one may be a pipe, an endless one a device.
///
/// # Errors
/// As reading does; it is no regular file, or over 256 MiB.
fn first_piece(file: &File, buffer: &mut Vec<u8>) -> io::Result<Option<u64>> {
    buffer.clear();
    buffer.reserve(AT_ONCE);
    let read = read_once(file, buffer);
    if read.is_ok() && (1..buffer.capacity()).contains(&buffer.len()) {
        return Ok(None);
    }
    let size = regular_size(file)?;
    read?;
    if size > MOST {
        return Err(too_large());
    }
    Ok(Some(size))
}

fn too_large() -> io::Error {
    io::Error::new(io::ErrorKind::FileTooLarge, "it is over 256 MiB")
}

/// Puts the next bytes of a file in the place of what `buffer` holds, which is empty at the end of the file.
fn read_once(file: &File, buffer: &mut Vec<u8>) -> io::Result<()> {
    buffer.clear();
    file::read_once(file, buffer)
}

/// Whether the error says that nothing is at the path.
pub fn is_absent(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
}
