//! ports.toml as it was before a change.

use std::sync::{Arc, OnceLock};

use super::{decode, validate};
use crate::allocation::Allocation;
use crate::allocation::former::FormerPorts;
use crate::diagnostic::{Origin, Source};
use crate::files::names::PORTS_TOML;
use crate::files::snapshot::{Snapshot, View};
use crate::files::tree::Tree;
use crate::git::{self, merges};
use crate::path::RelPath;

/// The allocation before a change: the one that a command edits, else the one of git's last commit. git is asked once, when
/// somebody needs to know.
#[derive(Debug)]
pub struct Earlier<'t> {
    files: Files<'t>,
    allocation: OnceLock<Option<Allocation>>,
    committed: Option<Box<Self>>,
    sides: OnceLock<Vec<Allocation>>,
}

/// Where the files are that go with it.
#[derive(Clone, Copy, Debug)]
enum Files<'t> {
    /// In the last commit of this tree.
    Committed(&'t Tree),
    In(&'t Tree),
    /// In this tree, where a command edits ports.toml.
    Edited(&'t Tree),
}

impl<'t> Earlier<'t> {
    /// The allocation in the last commit. A revision has none: only what is about to be committed follows a change.
    pub fn in_git(tree: &'t Tree) -> Self {
        Self { files: Files::Committed(tree), allocation: OnceLock::new(), committed: None, sides: OnceLock::new() }
    }

    /// The allocation of `tree`, another revision.
    pub fn of(tree: &'t Tree, allocation: Allocation) -> Self {
        Self {
            files: Files::In(tree),
            allocation: OnceLock::from(Some(allocation)),
            committed: None,
            sides: OnceLock::new(),
        }
    }

    /// The allocation of `tree`, which a command edits.
    pub fn edited(tree: &'t Tree, allocation: Allocation) -> Self {
        let committed = Some(Box::new(Self::in_git(tree)));
        Self {
            files: Files::Edited(tree),
            allocation: OnceLock::from(Some(allocation)),
            committed,
            sides: OnceLock::new(),
        }
    }

    /// The allocation; `None` if there is none that can be read.
    pub fn allocation(&self) -> Option<&Allocation> {
        self.allocation.get_or_init(|| self.read()).as_ref()
    }

    /// Whether it is that of the last commit.
    pub fn is_in_git(&self) -> bool {
        matches!(self.files, Files::Committed(_))
    }

    /// The allocation that a command edits, and what was before it: that of the last commit.
    pub fn before_edit(&self) -> Option<(&Self, &Allocation)> {
        let committed = self.committed.as_deref()?;
        Some((committed, self.allocation()?))
    }

    /// Whether a command edits it.
    pub fn is_edited(&self) -> bool {
        matches!(self.files, Files::Edited(_))
    }

    /// The file at `path` before the change; `None` if there was none, or it cannot be read.
    pub fn file(&self, path: &RelPath) -> Option<Vec<u8>> {
        match self.files {
            Files::Committed(tree) => committed(tree, path.as_str()),
            Files::In(tree) | Files::Edited(tree) => tree.read(path).ok()?,
        }
    }

    fn read(&self) -> Option<Allocation> {
        let Files::Committed(tree) = self.files else { return None };
        in_commit(tree, "HEAD")
    }

    /// The service that had a host port on a side of the merge that the last commit is, or that is under way.
    pub fn holder_on_a_side(&self, port: u16) -> Option<&str> {
        let Files::Committed(tree) = self.files else { return None };
        let read = || merges::sides(tree.root()).iter().filter_map(|commit| in_commit(tree, commit)).collect();
        let mut bindings = self.sides.get_or_init(read).iter().flat_map(Allocation::bindings);
        bindings.find(|(_, binding)| binding.hosts().has(port)).map(|(service, _)| &*service.id)
    }

    /// The numbers that the bindings of `now` had before.
    pub fn ports(&self, now: &Allocation) -> FormerPorts {
        FormerPorts::new(self.allocation(), now)
    }
}

/// The allocation in a commit.
fn in_commit(tree: &Tree, commit: &str) -> Option<Allocation> {
    let source: Arc<Source> = decode(Origin::Revision(commit.to_owned()), blob(tree, commit, PORTS_TOML)?).ok()?;
    validate::validate(&source).allocation
}

/// A file of the last commit.
fn committed(tree: &Tree, path: &str) -> Option<Vec<u8>> {
    blob(tree, "HEAD", path)
}

/// A file of a commit; of no commit where the tree is a revision.
fn blob(tree: &Tree, commit: &str, path: &str) -> Option<Vec<u8>> {
    if let Some(View::Revision(_)) = tree.snapshot().map(Snapshot::view) {
        return None;
    }
    git::run(tree.root(), &["cat-file", "blob", &format!("{commit}:./{path}")]).ok()
}
