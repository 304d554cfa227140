//! A path inside the root, proven: what an output, a `dir` or a `package` may be called.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use unicode_normalization::UnicodeNormalization as _;

use crate::diagnostic::is_hidden;

/// A relative path with `/` between its components that stays inside the root and means the same on every system.
///
/// Not possible: an absolute path, `.` and `..`, an empty component, `\`, `:` (a drive, an NTFS stream), control and
/// invisible characters, a dot-directory, a file of git's, `node_modules`, a trailing dot or blank (Windows drops them), more than 1,024 bytes, a component over 255 bytes (NAME_MAX).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RelPath(Arc<str>);

impl RelPath {
    /// Proves `text`, or says why it is no such path, as the end of a sentence that starts with the path.
    ///
    /// # Errors
    /// The reason, without a full stop.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        if !is_plain(text)
            && let Some(reason) = fault(text)
        {
            return Err(reason);
        }
        Ok(Self(text.into()))
    }

    /// The path as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The path in the system's own form, to be joined to the root.
    pub fn to_path_buf(&self) -> PathBuf {
        self.0.split('/').collect()
    }

    /// The folder it lies in; none for a path of one component.
    pub fn parent(&self) -> Option<&str> {
        self.0.bytes().rposition(|byte| byte == b'/').map(|end| &self.0[..end])
    }
}

/// What file systems that fold case and normalise Unicode (APFS, NTFS) take a path for: two paths with one key are one file
/// there.
pub fn collision_key(path: &str) -> String {
    if path.is_ascii() {
        return path.to_ascii_lowercase();
    }
    path.nfkc().flat_map(char::to_lowercase).flat_map(char::to_uppercase).flat_map(char::to_lowercase).nfkc().collect()
}

impl fmt::Display for RelPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Whether nothing in a path needs a closer look, as in most of them; without a `_`, it leads through no node_modules.
fn is_plain(text: &str) -> bool {
    let mut before = b'/';
    let fits = |byte: u8| {
        let last = std::mem::replace(&mut before, byte);
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' => true,
            b'.' => last != b'/',
            b'/' => last != b'/' && last != b'.',
            _ => false,
        }
    };
    text.len() <= 255 && text.bytes().chain([b'/']).all(fits)
}

fn fault(text: &str) -> Option<&'static str> {
    if text.is_empty() {
        return Some("is empty");
    }
    if text.len() > 1024 {
        return Some("is longer than 1,024 bytes");
    }
    let hidden = if text.is_ascii() { text.bytes().any(|b| b.is_ascii_control()) } else { text.chars().any(is_hidden) };
    if hidden {
        return Some("has a control or invisible character");
    }
    if text.contains('\\') {
        return Some("has a `\\`: write `/` between folders");
    }
    if text.starts_with('/') {
        return Some("is absolute: write it relative to the folder of ports.toml");
    }
    if text.contains(':') {
        return Some("has a `:`, which names a drive or a stream on Windows");
    }
    let (folders, file) = text.rsplit_once('/').unwrap_or(("", text));
    if file.starts_with(".git") {
        return Some("names a file that belongs to git");
    }
    let dotted = |folder: &str| folder.starts_with('.') && !matches!(folder, "." | "..");
    if folders.split('/').any(dotted) {
        return Some("leads into a dot-directory");
    }
    text.split('/').find_map(component_fault)
}

fn component_fault(component: &str) -> Option<&'static str> {
    match component {
        "" => Some("has an empty component"),
        "." => Some("has a `.` component"),
        ".." => Some("leads out of the folder of ports.toml (`..`)"),
        "node_modules" => Some("leads into node_modules"),
        _ if component.starts_with(' ') || component.ends_with(['.', ' ']) => {
            Some("has a component that starts with a space, or ends with a dot or a space")
        }
        _ if component.len() > 255 => Some("has a component longer than 255 bytes"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use proptest::sample::select;

    use super::{fault, is_plain};

    #[test]
    fn a_path_as_people_write_it_is_plain() {
        for path in ["services/web/package.json", "apps/ab-2.0/x", "a.b", "A"] {
            assert!(is_plain(path), "{path}");
        }
    }

    proptest! {
        #[test]
        fn a_plain_path_has_no_fault(parts in proptest::collection::vec(part(), 1..5)) {
            let path = parts.concat();
            prop_assert!(!is_plain(&path) || fault(&path).is_none(), "{path:?}");
        }
    }

    fn part() -> impl Strategy<Value = String> {
        let odd =
            ["", "/", ".", "..", ".git", "node_modules", " ", "\\", ":", "\n", "\u{7f}", "é", "\u{200b}", "a", "b-c_1"];
        prop_oneof![
            select(odd.map(str::to_owned).to_vec()),
            "[ -~]{1,2}",
            (254..258_usize).prop_map(|many| "x".repeat(many))
        ]
    }
}
