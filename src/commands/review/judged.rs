//! The two that are compared, with the files that each makes.

use crate::allocation::Allocation;
use crate::diagnostic::Diagnostics;
use crate::files::tree::Tree;
use crate::manifest::earlier::Earlier;
use crate::outputs::digest::Digest;
use crate::outputs::lock;
use crate::outputs::lock::Lock;
use crate::path::RelPath;
use crate::pipeline::{self, Outcome};
use crate::review::Side;
use crate::templates::own::{self, Own};

/// What `tree` was before: the base. So a number that the base had and that still stands is found, though the change is committed.
pub(super) fn earlier<'t>(then: &'t Tree, tree: &'t Tree) -> Earlier<'t> {
    match pipeline::allocation(then) {
        Ok((base, _)) => Earlier::of(then, base),
        Err(_) => Earlier::in_git(tree),
    }
}

/// The same folder in another revision: judged, or, where it makes no files, what can be compared all the same.
pub(super) fn judge_base<'t>(then: &'t Tree, revision: &str) -> Result<Base<'t>, Diagnostics> {
    judge(then, &Earlier::in_git(then))
        .map(|judged| Base::Made(Box::new(judged)))
        .or_else(|faults| Unmade::of(then).map_err(|_| faults.of_revision(revision)))
}

/// What is compared with.
pub(super) enum Base<'t> {
    Made(Box<Judged<'t>>),
    Unmade(Box<Unmade>),
}

/// One with a mistake in a template, an output or a file of a person's.
pub(super) struct Unmade {
    allocation: Allocation,
    templates: Vec<Own>,
    lock: Lock,
}

impl Unmade {
    fn of(tree: &Tree) -> Result<Base<'_>, Diagnostics> {
        let (allocation, _) = pipeline::allocation(tree)?;
        let lock = lock::read(tree, lock::path_in(allocation.outputs.directory.as_str())?)?;
        let lock = lock.owned()?;
        Ok(Base::Unmade(Box::new(Self { allocation, templates: own::read(tree)?, lock })))
    }
}

impl<'t> Base<'t> {
    pub(super) fn side(&self) -> Side<'_> {
        match self {
            Self::Made(judged) => judged.side(),
            Self::Unmade(base) => Side { allocation: &base.allocation, templates: &base.templates },
        }
    }

    pub(super) fn outcome(&self) -> Option<&Outcome<'t>> {
        match self {
            Self::Made(judged) => Some(&judged.outcome),
            Self::Unmade(_) => None,
        }
    }

    /// Its outputs: those that it makes, or, where it makes none, those that it has.
    pub(super) fn outputs(&self) -> Vec<&str> {
        match self {
            Self::Made(judged) => judged.outcome.outputs.paths().collect(),
            Self::Unmade(base) => base.lock.paths().collect(),
        }
    }

    /// Whether an output of these bytes is one of [`Base::outputs`].
    pub(super) fn has_written(&self, path: &RelPath, digest: &Digest) -> bool {
        match self {
            Self::Made(judged) => judged.outcome.outputs.recorded(path.as_str(), digest),
            Self::Unmade(base) => base.lock.recorded(path.as_str(), digest),
        }
    }
}

/// What a tree comes to.
pub(super) struct Judged<'t> {
    pub(super) outcome: Outcome<'t>,
    templates: Vec<Own>,
}

impl Judged<'_> {
    pub(super) fn side(&self) -> Side<'_> {
        Side { allocation: &self.outcome.context.allocation, templates: &self.templates }
    }
}

/// The whole pass, which knows the numbers of `earlier`; what it finds is no reason to end here.
pub(super) fn judge<'t>(tree: &'t Tree, earlier: &Earlier<'_>) -> Result<Judged<'t>, Diagnostics> {
    let (allocation, said) = pipeline::allocation(tree)?;
    Ok(Judged { outcome: pipeline::outcome(tree, earlier, allocation, said)?, templates: own::read(tree)? })
}
