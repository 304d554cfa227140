//! The kinds of files that people own and portgen updates.

use super::kind::{Kind, Reference};
use super::package_json;
use crate::allocation::Allocation;
use crate::diagnostic;
use crate::outputs::plan::Taken;
use crate::path::RelPath;

/// All kinds. A new kind is a folder beside this file and a row here.
pub const KINDS: [&Kind; 1] = [&package_json::KIND];

/// A file in the tree that portgen updates.
#[derive(Clone, Debug)]
pub struct Kept {
    /// The kind of the file.
    pub kind: &'static Kind,
    /// The file, from the root.
    pub path: RelPath,
}

/// Every file that ports.toml names, kind by kind, in the order of ports.toml.
pub fn all(allocation: &Allocation) -> impl Iterator<Item = (&'static Kind, Reference<'_>)> {
    KINDS.iter().flat_map(|kind| (kind.files)(allocation).into_iter().map(|reference| (*kind, reference)))
}

/// The paths that no output may have, because a person owns the file.
pub fn taken(allocation: &Allocation) -> Vec<Taken<'_>> {
    let mut taken = Vec::new();
    for (kind, Reference { path, service, span, .. }) in all(allocation) {
        taken.push(Taken { path, noun: kind.noun, service, span });
    }
    taken
}

/// How many files of each kind there are: `14 package.json files`.
pub fn counted(kept: &[Kept]) -> Vec<String> {
    let mut counts = Vec::new();
    for kind in KINDS {
        let count = kept.iter().filter(|one| one.kind.name == kind.name).count();
        if count > 0 {
            counts.push(diagnostic::counted(count, &format!("{} file", kind.noun)));
        }
    }
    counts
}

/// The nouns of all kinds: `package.json`.
pub fn nouns() -> String {
    KINDS.map(|kind| kind.noun).join(" or ")
}
