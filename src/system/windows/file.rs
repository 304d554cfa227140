//! Files: opened without following a symlink, and read.

use std::fs::{self, File, Metadata};
use std::io::{self, Read as _};
use std::path::{Component, Path};

use crate::system::is_a_symlink;

/// Opens what is at `path` to read it, without following a symlink in the last component.
///
/// # Errors
/// As opening does, and `InvalidInput` for a symlink, a folder and the name of a device.
pub fn open(path: &Path) -> io::Result<File> {
    if let Some(Component::Normal(name)) = path.components().next_back() {
        refuse_device(&name.to_string_lossy())?;
    }
    if refuse_symlink(path)?.is_dir() {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "it is not a regular file"));
    }
    File::open(path)
}

/// What is at `path`, which is no symlink.
///
/// # Errors
/// As looking does, and `InvalidInput` for a symlink.
pub(super) fn refuse_symlink(path: &Path) -> io::Result<Metadata> {
    let meta = fs::symlink_metadata(path)?;
    if meta.is_symlink() { Err(is_a_symlink()) } else { Ok(meta) }
}

/// Adds the next bytes of a file to `buffer`, as many as it has room for; none at the end of the file.
///
/// # Errors
/// As reading does.
pub fn read_once(file: &File, buffer: &mut Vec<u8>) -> io::Result<()> {
    let room = buffer.capacity() - buffer.len();
    file.take(room as u64).read_to_end(buffer)?;
    Ok(())
}

/// The names of devices, in each folder and with any ending:
/// <https://learn.microsoft.com/windows/win32/fileio/naming-a-file#naming-conventions>.
const DEVICES: [&str; 6] = ["con", "prn", "aux", "nul", "conin$", "conout$"];

/// Refuses a component of a path that would not be a file, but a device.
///
/// # Errors
/// `InvalidInput`.
pub(super) fn refuse_device(name: &str) -> io::Result<()> {
    let stem = name.split('.').next().unwrap_or_default().trim_end_matches(' ');
    let is_numbered = |start: &str| {
        let end =
            stem.get(..start.len()).filter(|found| found.eq_ignore_ascii_case(start)).map(|_| &stem[start.len()..]);
        end.is_some_and(|end| {
            matches!(end, "0" | "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9" | "¹" | "²" | "³")
        })
    };
    if DEVICES.iter().any(|device| device.eq_ignore_ascii_case(stem)) || is_numbered("com") || is_numbered("lpt") {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "its name means a device on Windows"));
    }
    Ok(())
}
