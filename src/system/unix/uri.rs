//! Paths of files in URIs.

use std::borrow::Cow;
use std::ffi::OsString;
use std::os::unix::ffi::{OsStrExt as _, OsStringExt as _};
use std::path::{Path, PathBuf};

/// The file that the path of a URI means, decoded.
pub fn path(of_uri: Vec<u8>) -> Option<PathBuf> {
    Some(PathBuf::from(OsString::from_vec(of_uri)))
}

/// The path of a URI that means an absolute path, not encoded yet.
pub fn of(path: &Path) -> Option<Cow<'_, [u8]>> {
    Some(path.as_os_str().as_bytes().into())
}
