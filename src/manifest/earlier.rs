//! ports.toml as it was before a change.

use std::sync::{Arc, OnceLock};

use super::{decode, validate};
use crate::allocation::Allocation;
use crate::allocation::former::FormerPorts;
use crate::diagnostic::{Origin, Source};
use crate::files::names::PORTS_TOML;
use crate::files::snapshot::{Snapshot, View};
use crate::files::tree::Tree;
use crate::git;

/// The allocation before a change: the one that a command edits, else the one of git's last commit. git is asked once, when
/// somebody needs to know.
#[derive(Debug)]
pub struct Earlier<'t> {
    tree: &'t Tree,
    allocation: OnceLock<Option<Allocation>>,
}

impl<'t> Earlier<'t> {
    /// The allocation in the last commit. A revision has none: only what is about to be committed follows a change.
    pub fn in_git(tree: &'t Tree) -> Self {
        Self { tree, allocation: OnceLock::new() }
    }

    /// The allocation that a command edits.
    pub fn edited(tree: &'t Tree, allocation: Allocation) -> Self {
        Self { tree, allocation: OnceLock::from(Some(allocation)) }
    }

    /// The allocation; `None` if there is none that can be read.
    pub fn allocation(&self) -> Option<&Allocation> {
        self.allocation.get_or_init(|| committed(self.tree)).as_ref()
    }

    /// The numbers that the bindings of `now` had before.
    pub fn ports(&self, now: &Allocation) -> FormerPorts {
        FormerPorts::new(self.allocation(), now)
    }
}

fn committed(tree: &Tree) -> Option<Allocation> {
    if let Some(View::Revision(_)) = tree.snapshot().map(Snapshot::view) {
        return None;
    }
    let bytes = git::run(tree.root(), &["cat-file", "blob", &format!("HEAD:./{PORTS_TOML}")]).ok()?;
    let source: Arc<Source> = decode(Origin::Revision("HEAD".to_owned()), bytes).ok()?;
    validate::validate(&source).allocation
}
