//! The object names that git gives to contents.

use std::fmt::Write as _;

use sha1::Sha1;
use sha2::{Digest, Sha256};

/// Whether `object` is git's name for a file with these bytes: a SHA-1 or, in SHA-256 repositories, a SHA-256, in hexadecimal
/// digits (Pro Git, "Object Storage").
pub(crate) fn names(object: &str, bytes: &[u8]) -> bool {
    match object.len() {
        40 => is_hash::<Sha1>(object, bytes),
        64 => is_hash::<Sha256>(object, bytes),
        _ => false,
    }
}

fn is_hash<H: Digest>(object: &str, bytes: &[u8]) -> bool {
    let hash = H::new().chain_update(format!("blob {}\0", bytes.len())).chain_update(bytes).finalize();
    let mut hex = String::with_capacity(object.len());
    for byte in hash {
        let _ = write!(hex, "{byte:02x}");
    }
    hex == object
}

#[cfg(test)]
mod tests {
    use super::names;

    /// `printf 'what is up, doc?' | git hash-object --stdin`, also in a repository of `git init --object-format=sha256`.
    const NAMES: [&str; 2] = [
        "bd9dbf5aae1a3862dd1526723246b20206e5fc37",
        "7561bda2ad0a17be8fee9d1815a0896b80ebafddaf26cf30c228e9b320513033",
    ];

    #[test]
    fn contents_have_the_names_that_git_gives_them() {
        for name in NAMES {
            assert!(names(name, b"what is up, doc?"), "{name}");
            assert!(!names(name, b"what is up, Doc?") && !names(&name[1..], b"what is up, doc?"), "{name}");
            let last = &name[name.len() - 1..];
            let other = if last == "0" { "1" } else { "0" };
            assert!(!names(&format!("{}{other}", &name[..name.len() - 1]), b"what is up, doc?"), "{name}");
        }
    }
}
