//! The two that are compared, with the files that each makes.

use std::sync::Arc;

use crate::allocation::Allocation;
use crate::diagnostic::{Diagnostics, Source};
use crate::load;
use crate::pipeline::{self, Outcome, Pass};
use crate::review::Side;
use crate::snapshot::View;
use crate::tree::Tree;

/// The same folder in another revision: judged, or, where it makes no files, what can be compared all the same.
pub(super) fn judge_at(tree: &Tree, revision: &str) -> Result<Base, Diagnostics> {
    let then = Tree::in_git(tree.root(), &View::Revision(revision.to_owned()))?;
    judge(&then).map(Base::Made).or_else(|faults| {
        let unmade = || Ok(Base::Unmade(Box::new(pipeline::allocation(&then)?.0), load::templates(&then)?));
        unmade().map_err(|_: Diagnostics| faults.of_revision(revision))
    })
}

/// What is compared with.
pub(super) enum Base {
    Made(Judged),
    /// One with a mistake in a template, an output or a package.json.
    Unmade(Box<Allocation>, Templates),
}

impl Base {
    pub(super) fn side(&self) -> Side<'_> {
        match self {
            Self::Made(judged) => judged.side(),
            Self::Unmade(allocation, templates) => Side { allocation, templates },
        }
    }

    pub(super) fn outcome(&self) -> Option<&Outcome> {
        match self {
            Self::Made(judged) => Some(&judged.outcome),
            Self::Unmade(..) => None,
        }
    }
}

/// The project's own templates, by name.
type Templates = Vec<(String, Arc<Source>)>;

/// What a tree comes to.
pub(super) struct Judged {
    pub(super) outcome: Outcome,
    templates: Templates,
}

impl Judged {
    pub(super) fn side(&self) -> Side<'_> {
        Side { allocation: &self.outcome.world.allocation, templates: &self.templates }
    }
}

/// The whole pass; what it finds is no reason to end here.
pub(super) fn judge(tree: &Tree) -> Result<Judged, Diagnostics> {
    let pass = Pass::begin(tree)?;
    let (allocation, said) = pass.allocation()?;
    Ok(Judged { outcome: pass.outcome(allocation, said)?, templates: load::templates(tree)? })
}
