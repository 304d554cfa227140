//! Files as an editor names them: RFC 8089, `file:///home/me/ports.toml`.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use lsp_types::Uri;

use crate::system;

/// The path of a file on this machine, without symlinks on the way to it; none for anything else.
pub(super) fn path(uri: &Uri) -> Option<PathBuf> {
    if uri.scheme()?.as_str() != "file" {
        return None;
    }
    let bytes = uri.path().as_estr().decode().into_bytes().into_owned();
    let path = system::uri::path(bytes)?;
    let folder = dunce::canonicalize(path.parent()?).ok()?;
    Some(folder.join(path.file_name()?))
}

/// The name of a file, which is an absolute path.
pub(super) fn uri(path: &Path) -> Option<Uri> {
    let mut text = String::from("file://");
    for byte in &*system::uri::of(path)? {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => text.push(char::from(*byte)),
            _ => drop(write!(text, "%{byte:02X}")),
        }
    }
    text.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_comes_back() {
        let folder = tempfile::tempdir().unwrap();
        let file = dunce::canonicalize(folder.path()).unwrap().join("ä b#c?%41:.toml");
        let uri = uri(&file).unwrap();
        assert!(uri.as_str().ends_with("/%C3%A4%20b%23c%3F%2541%3A.toml"), "{}", uri.as_str());
        assert_eq!(path(&uri).unwrap(), file);
        assert_eq!(path(&"untitled:Untitled-1".parse().unwrap()), None);
    }
}
