//! Keeps the files that `[references]` names in step.

use std::collections::HashSet;

use super::engine::{Scan, scan};
use super::former::Former;
use crate::claims::Owners;
use crate::diagnostic::{Diagnostic, Severity};
use crate::drift::Difference;
use crate::files::tree::Tree;
use crate::references::table;

/// What became of the files.
#[derive(Debug, Default)]
pub struct Kept {
    /// How many files state a port.
    pub files: usize,
    /// Whether some of them differ.
    pub has_changes: bool,
    /// What contradicts ports.toml.
    pub found: Vec<Diagnostic>,
    /// What of that cannot be mended beyond doubt.
    pub left: Vec<Diagnostic>,
    /// What could not be read.
    pub faults: Vec<Diagnostic>,
}

impl Kept {
    /// What is left, for a command that has written the rest.
    pub fn warnings(&self) -> Vec<Diagnostic> {
        self.left.iter().map(|one| Diagnostic { severity: Severity::Warning, ..one.clone() }).collect()
    }
}

/// Adds the changes that bring the files of `[references]` in step with the allocation of `owners`; `own` are the paths of outputs.
pub fn follow<'t>(
    tree: &'t Tree,
    owners: &Owners<'_>,
    own: HashSet<String>,
    changes: &mut Vec<Difference<'t>>,
) -> Kept {
    let allocation = owners.allocation();
    if allocation.references.files.is_empty() {
        return Kept::default();
    }
    let former = Former::of(owners);
    let named: HashSet<&str> = table::all(allocation).map(|(_, reference)| reference.path.as_str()).collect();
    let only = |path: &str| allocation.references.keeps(path) && !named.contains(path);
    let scanned =
        scan(&Scan { tree, allocation, own, followed: HashSet::new(), former: Some(&former), only: Some(&only) });
    let mut kept = Kept { files: scanned.files.len(), faults: scanned.faults.clone(), ..Kept::default() };
    (kept.found, kept.left) = (scanned.findings(allocation), scanned.left(allocation));
    for said in [&mut kept.found, &mut kept.left] {
        said.retain(|one| one.severity >= Severity::Finding);
    }
    let others = changes.len();
    changes.extend(scanned.files.into_iter().filter_map(|file| file.change));
    kept.has_changes = changes.len() > others;
    kept
}
