//! How a file that a person owns differs once some of its numbers are others, and its blocks are up to date.

use super::blocks::{NewText, replaced};
use super::edit::{Edit, after_edits, splice};
use crate::drift::{self, After, Before, Changed, ChangedBlock, Difference, Kind};
use crate::files::tree::Tree;
use crate::outputs::digest::{Digest, digest};
use crate::path::RelPath;

/// What changes in a file.
#[derive(Debug, Default)]
pub struct Edits {
    /// The numbers outside of blocks, ascending.
    pub numbers: Vec<Edit>,
    /// The texts of blocks, ascending.
    pub blocks: Vec<NewText>,
}

impl Edits {
    /// Whether nothing changes.
    pub fn is_empty(&self) -> bool {
        self.numbers.is_empty() && self.blocks.is_empty()
    }

    fn kind(&self) -> Kind {
        match self.blocks.as_slice() {
            [] => Kind::Reference,
            blocks if blocks.iter().any(|block| block.edited.is_some()) => Kind::EditedBlock,
            _ => Kind::StaleBlock,
        }
    }
}

impl From<Vec<Edit>> for Edits {
    fn from(numbers: Vec<Edit>) -> Self {
        Self { numbers, blocks: Vec::new() }
    }
}

/// The edits that give a file its numbers and its blocks their texts.
struct Splice {
    edits: Box<[Keyed]>,
    blocks: Box<[NewText]>,
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
        let numbers: Vec<Edit> = self.edits.iter().map(|one| one.edit.clone()).collect();
        after(&String::from_utf8_lossy(before), &numbers, &self.blocks).into_bytes()
    }

    fn digest(&self) -> Digest {
        self.after
    }

    fn changed(&self) -> Vec<Changed<'_>> {
        self.edits.iter().map(Keyed::changed).collect()
    }

    fn blocks(&self) -> Vec<ChangedBlock<'_>> {
        let blocks = self.blocks.iter();
        let changed =
            blocks.map(|one| ChangedBlock { shown: &one.shown, begin: one.begin.clone(), edited: one.edited });
        changed.collect()
    }
}

/// The text with other numbers, and with other texts in its blocks.
fn after(text: &str, numbers: &[Edit], blocks: &[NewText]) -> String {
    let text = splice(text, numbers.iter());
    if blocks.is_empty() {
        return text;
    }
    let moved = |at: usize| after_edits(at, numbers);
    let moved =
        |block: &NewText| NewText { inside: moved(block.inside.start)..moved(block.inside.end), ..block.clone() };
    replaced(&text, &blocks.iter().map(moved).collect::<Vec<_>>())
}

/// How the file at `path` of a tree, which has this text, differs after `edits`; `key` says where the byte of a number is for the user.
pub fn difference<'t>(
    tree: &'t Tree,
    path: &RelPath,
    text: &str,
    edits: Edits,
    key: impl Fn(usize) -> String,
) -> Difference<'t> {
    let after = after(text, &edits.numbers, &edits.blocks);
    let (size, kind) = (text.len() + after.len(), edits.kind());
    let before = Some(Before::InTree(tree, digest(text.as_bytes())));
    let numbers = edits.numbers.into_iter().map(|edit| Keyed { key: key(edit.digits.start).into(), edit }).collect();
    let splice = Splice { edits: numbers, blocks: edits.blocks.into(), after: digest(after.as_bytes()) };
    Difference { path: path.clone(), kind, before, after: Some(After::Edited(Box::new(splice))), size }
}
