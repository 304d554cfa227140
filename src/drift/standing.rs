//! Finds how each file differs from what portgen would write.

use std::sync::OnceLock;

use super::recent_merges::Merges;
use super::{After, Before, Difference, Kind, left_behind};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::files::snapshot::View;
use crate::files::tree::Tree;
use crate::git::{self, conflict_markers, merges};
use crate::outputs::digest::{Comparison, Digest, digest};
use crate::outputs::lock::{self, Lock, LockFile};
use crate::path::{OutputPath, RelPath};

/// What files are compared with: the tree, portgen.lock and the recent merges.
#[derive(Debug)]
pub struct Standing<'t, 'l> {
    tree: &'t Tree,
    file: &'l LockFile,
    /// What is in it, parsed when first asked: where nothing differs, nobody asks.
    lock: OnceLock<Result<Lock<&'l str>, Diagnostic>>,
    merges: Merges,
}

impl<'t, 'l> Standing<'t, 'l> {
    /// Compares the files of `tree`, whose portgen.lock is `file`.
    pub fn new(tree: &'t Tree, file: &'l LockFile) -> Self {
        Self { tree, file, lock: OnceLock::new(), merges: Merges::new(tree.root().to_path_buf()) }
    }

    /// The tree.
    pub fn tree(&self) -> &'t Tree {
        self.tree
    }

    /// # Errors
    /// As [`Lock::parse`].
    fn lock(&self) -> Result<&Lock<&'l str>, Diagnostic> {
        self.lock.get_or_init(|| self.file.owned()).as_ref().map_err(Diagnostic::clone)
    }

    /// Compares an output with the file on disk. Returns `None` if the bytes are equal, whoever wrote them.
    ///
    /// `buffer` is reused from file to file to save allocations. `again` says how to make `after` again.
    ///
    /// # Errors
    /// As [`Tree::read`].
    pub fn compare(
        &self,
        path: &RelPath,
        after: &[u8],
        again: impl FnOnce() -> After<'t>,
        buffer: &mut Vec<u8>,
    ) -> Result<Option<Difference<'t>>, Diagnostic> {
        if self.tree.snapshot().is_some_and(|snapshot| snapshot.holds(path.as_str(), after)) {
            return Ok(None);
        }
        let mut comparison = Comparison::with(after);
        if !self.tree.read_pieces(path, buffer, |piece| comparison.add(piece))? {
            let (path, kind, size) = (path.clone(), Kind::Missing, after.len());
            return Ok(Some(Difference { path, kind, before: None, after: Some(again()), size }));
        }
        let Some((size, digest)) = comparison.difference() else { return Ok(None) };
        let kind = match self.standing(path, &digest, || self.tree.read_into(path, buffer).map(|_| &**buffer))? {
            Kind::HandEdited if self.was_written_before(path, &digest) => Kind::Stale,
            kind => kind,
        };
        let before = Some(Before::InTree(self.tree, digest));
        Ok(Some(Difference { path: path.clone(), kind, before, after: Some(again()), size: size + after.len() }))
    }

    /// # Errors
    /// The lock cannot be read, or the file, which is only read where its digest says too little.
    fn standing<'b>(
        &self,
        path: &RelPath,
        digest: &Digest,
        read: impl FnOnce() -> Result<&'b [u8], Diagnostic>,
    ) -> Result<Kind, Diagnostic> {
        let lock = self.lock()?;
        // One side renamed a file to this path: the lock knows the bytes under a path that no longer exists.
        let is_followed = || lock.is_merged() && lock.paths_of(digest).any(|former| !self.tree.has(former));
        let was_made_by_git = |bytes: &[u8]| {
            (lock.is_merged() || conflict_markers::is_in(bytes))
                && self.merges.have_made(self.file.path(), path.as_str(), bytes)
        };
        Ok(if !lock.owns(path.as_str()) {
            if self.was_left_by_another_checkout(path, digest) { Kind::Stale } else { Kind::Foreign }
        } else if lock.recorded(path.as_str(), digest) {
            Kind::Stale
        } else if is_followed() || was_made_by_git(read()?) {
            Kind::Conflicted
        } else if self.was_left_by_another_checkout(path, digest) {
            Kind::Stale
        } else {
            Kind::HandEdited
        })
    }

    /// Whether portgen once wrote a file, as portgen.lock has it in some commit: somebody has taken it back, or checked out another commit.
    fn was_written_before(&self, path: &RelPath, digest: &Digest) -> bool {
        merges::has_had(self.tree.root(), self.file.path().as_str(), &lock::line(path.as_str(), digest))
    }

    /// Whether git ignores a file that portgen once wrote: git leaves it as it is when another commit is checked out, whose
    /// portgen.lock then expects other bytes.
    fn was_left_by_another_checkout(&self, path: &RelPath, digest: &Digest) -> bool {
        let root = self.tree.root();
        !git::ignored(root, &[path.as_str()]).is_empty() && self.was_written_before(path, digest)
    }

    /// The existing files that portgen owns but no longer generates. `planned` must be sorted.
    ///
    /// # Errors
    /// The lock lists a path that is not valid for an output, a folder on the way is a symlink, or a file cannot be read.
    pub fn orphans<'p>(&self, planned: impl Iterator<Item = &'p str>) -> Result<Vec<Difference<'t>>, Diagnostics> {
        let paths = lock::unplanned(self.lock()?, planned)?;
        self.tree.refuse_symlinks(&paths)?;
        let mut changes = Vec::new();
        for path in paths {
            let Some(bytes) = self.tree.read(&path)? else { continue };
            let is_merged = self.lock()?.is_merged();
            let digest = digest(&bytes);
            let kind = match self.standing(&path, &digest, || Ok(&*bytes))? {
                Kind::HandEdited => Kind::EditedOrphan,
                _ if is_merged && self.merges.have_own(self.file.path(), path.as_str()) => Kind::EditedOrphan,
                _ => Kind::Orphan,
            };
            changes.push(Difference::to_nothing(path, kind, self.tree, &bytes));
        }
        Ok(changes)
    }

    /// The files in git's index that portgen.lock lists in the last commit but not in the index. Their removal is not staged, and
    /// after the next commit portgen would not own them. Empty unless the tree is git's index.
    ///
    /// # Errors
    /// The lock or a file cannot be read.
    pub fn left_staged(&self) -> Result<Vec<Difference<'t>>, Diagnostic> {
        let mut changes = Vec::new();
        let Some(index) = self.tree.snapshot().filter(|snapshot| *snapshot.view() == View::Index) else {
            return Ok(changes);
        };
        let committed = index.committed(self.file.path()).filter(|committed| self.file.bytes() != Some(committed));
        let Some(Ok(former)) = committed.map(|committed| Lock::parse(self.file.path(), &committed)) else {
            return Ok(changes);
        };
        let lock = self.lock()?;
        for path in former.paths().filter(|path| !lock.owns(path)).filter_map(|path| OutputPath::parse(path).ok()) {
            changes.extend(left_behind(self.tree, &path, |digest| former.recorded(path.as_str(), digest))?);
        }
        Ok(changes)
    }
}
