//! Paths of files in URIs: `/C:/Users/me/ports.toml` (RFC 8089, appendix E.2).

use std::borrow::Cow;
use std::path::{Component, Path, PathBuf, Prefix};

/// The file that the path of a URI means, decoded; none without a drive.
pub fn path(of_uri: Vec<u8>) -> Option<PathBuf> {
    let text = String::from_utf8(of_uri).ok()?;
    let path = PathBuf::from(text.strip_prefix('/')?);
    has_drive(&path).then_some(path)
}

/// The path of a URI that means an absolute path, not encoded yet; none without a drive.
pub fn of(path: &Path) -> Option<Cow<'_, [u8]>> {
    let text = path.to_str().filter(|_| has_drive(path))?;
    Some(format!("/{}", text.replace('\\', "/")).into_bytes().into())
}

fn has_drive(path: &Path) -> bool {
    path.is_absolute()
        && matches!(path.components().next(), Some(Component::Prefix(drive)) if matches!(drive.kind(), Prefix::Disk(_)))
}
