//! How a file that a person owns differs once some of its numbers are others.

use super::edit::{Edit, splice};
use crate::drift::{self, After, Before, Changed, Difference};
use crate::files::tree::Tree;
use crate::outputs::digest::{Digest, digest};
use crate::path::RelPath;

/// The edits that give a file its numbers.
struct Splice {
    edits: Box<[Keyed]>,
    /// The digest of what they make.
    after: Digest,
}

/// An edit, and where it is for the user: `dev` in a script of that name.
struct Keyed {
    edit: Edit,
    key: Box<str>,
}

impl Keyed {
    fn changed(&self) -> Changed<'_> {
        Changed { key: &self.key, before: self.edit.before, after: self.edit.after }
    }
}

impl drift::Edit for Splice {
    fn of(&self, before: &[u8]) -> Vec<u8> {
        splice(&String::from_utf8_lossy(before), self.edits.iter().map(|one| &one.edit)).into_bytes()
    }

    fn digest(&self) -> Digest {
        self.after
    }

    fn changed(&self) -> Vec<Changed<'_>> {
        self.edits.iter().map(Keyed::changed).collect()
    }
}

/// How the file at `path` of a tree, which has this text, differs after `edits`, which are ascending; `key` says where a byte is for the
/// user.
pub fn difference<'t>(
    tree: &'t Tree,
    path: &RelPath,
    text: &str,
    edits: Vec<Edit>,
    key: impl Fn(usize) -> String,
) -> Difference<'t> {
    let after = splice(text, edits.iter());
    let size = text.len() + after.len();
    let before = Some(Before::InTree(tree, digest(text.as_bytes())));
    let edits = edits.into_iter().map(|edit| Keyed { key: key(edit.digits.start).into(), edit }).collect();
    let after = Some(After::Edited(Box::new(Splice { edits, after: digest(after.as_bytes()) })));
    Difference { path: path.clone(), kind: drift::Kind::Reference, before, after, size }
}
