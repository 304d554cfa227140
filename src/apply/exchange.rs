//! Replaces files that people own, unless another program saves one at that moment.

use std::collections::VecDeque;
use std::io;

use super::disk::Disk;
use super::staging::Staged;
use super::{lease, place};
use crate::diagnostic::Diagnostic;
use crate::drift::{Difference, changed_meanwhile};
use crate::files::disk::{is_absent, read_whole};
use crate::outputs::digest::{Digest, digest};
use crate::system::{Folder, Lease, Watch};

/// How many replaced files are watched at once: each is an open file.
const MOST: usize = 256;

/// The files that were replaced. What was in their places lies ready to go back until everything else is in place: a program that had just
/// found the old file may open it only then.
#[derive(Default)]
pub(super) struct Exchanges<'p>(VecDeque<Exchanged<'p>>);

struct Exchanged<'p> {
    disk: Disk<'p>,
    staged: &'p Staged<'p>,
    before: Option<Digest>,
    after: Option<Digest>,
    /// On the old file.
    watch: Watch,
}

impl<'p> Exchanges<'p> {
    /// Replaces a file.
    ///
    /// # Errors
    /// As [`prove`], or the file system refuses. The file is as it was, or as it was saved.
    pub(super) fn add(
        &mut self,
        disk: Disk<'p>,
        staged: &'p Staged<'p>,
        change: &Difference<'_>,
    ) -> Result<(), Diagnostic> {
        let (before, after) = (change.digest_before(), change.digest_after()?);
        let watch = Folder::watch(unchanged(disk, change)?);
        let exchanged = Exchanged { disk, staged, before, after, watch };
        exchanged.swap()?;
        let folder = change.path.parent().unwrap_or_default();
        disk.sync_folder(folder).map_err(|error| place::stopped(&staged.path, &error))?;
        if self.0.len() == MOST
            && let Some(first) = self.0.pop_front()
        {
            first.confirm()?;
        }
        self.0.push_back(exchanged);
        Ok(())
    }

    /// Puts files back that another program has saved since, or wants to write to: an error for each.
    pub(super) fn confirm(self) -> Vec<Diagnostic> {
        self.0.iter().filter_map(|one| one.confirm().err()).collect()
    }
}

impl Exchanged<'_> {
    /// Exchanges the file, which somebody may have saved since it was looked at.
    fn swap(&self) -> Result<(), Diagnostic> {
        let target = &*self.staged.path;
        match self.disk.exchange(&self.staged.file, target) {
            Err(error) if is_absent(&error) => Err(changed_meanwhile(target)),
            Err(error) => Err(place::stopped(target, &error)),
            Ok(()) => self.confirm(),
        }
    }

    /// Checks the file that the exchange took out, and puts it back if it is not the compared one, or if a program waits to write to it.
    fn confirm(&self) -> Result<(), Diagnostic> {
        let outside = self.disk.digest(&self.staged.file);
        if outside == self.before && !self.watch.is_wanted() {
            return Ok(());
        }
        let target = &*self.staged.path;
        self.put_back(outside).map_err(|error| place::stopped(target, &error))?;
        Err(changed_meanwhile(target))
    }

    /// If that takes out yet another save, the later save goes back.
    fn put_back(&self, mut outside: Option<Digest>) -> io::Result<()> {
        let (ready, target) = (&*self.staged.file, &*self.staged.path);
        let mut inside = self.after;
        loop {
            // If the exchange fails, a rename still puts the person's file back.
            self.disk.exchange(ready, target).or_else(|_| self.disk.rename(ready, target))?;
            let came_out = self.disk.digest(ready);
            if came_out.is_none() || came_out == inside {
                return Ok(());
            }
            inside = std::mem::replace(&mut outside, came_out);
        }
    }
}

/// Proves that a person's file can be replaced.
///
/// # Errors
/// It is not the compared one any more, or a program has it open for writing.
pub(super) fn prove(disk: Disk<'_>, change: &Difference<'_>) -> Result<(), Diagnostic> {
    unchanged(disk, change).map(drop)
}

fn unchanged(disk: Disk<'_>, change: &Difference<'_>) -> Result<Lease, Diagnostic> {
    let path = change.path.as_str();
    let Some(lease) = lease::take(disk, path)? else { return Err(changed_meanwhile(path)) };
    let mut bytes = Vec::new();
    let is_read = read_whole(lease.file(), &mut bytes).is_ok();
    if is_read && Some(digest(&bytes)) == change.digest_before() { Ok(lease) } else { Err(changed_meanwhile(path)) }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use super::*;
    use crate::drift::Kind;
    use crate::files::tree::Tree;
    use crate::path::RelPath;

    /// What becomes of a file `a` to which something happens after the last look at it, and before it is replaced.
    fn replaced(meanwhile: fn(&Path) -> io::Result<()>) -> (Result<(), Diagnostic>, Option<String>) {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in [("a", "before"), ("ready", "after"), ("a.swp", "saved")] {
            fs::write(folder.path().join(name), text).unwrap();
        }
        let (tree, root) = (Tree::new(folder.path()), Folder::open_to_write(folder.path()).unwrap());
        let disk = Disk { tree: &tree, root: &root, staging: None };
        let [before, after] = ["before", "after"].map(|text| Some(text.into()));
        let change = Difference::between(&RelPath::parse("a").unwrap(), Kind::Reference, before, after).unwrap();
        let staged = Staged { path: "a".into(), file: "ready".to_owned() };
        let (before, after) = (change.digest_before(), change.digest_after().unwrap());
        let watch = Folder::watch(unchanged(disk, &change).unwrap());
        meanwhile(folder.path()).unwrap();
        let swapped = Exchanged { disk, staged: &staged, before, after, watch }.swap();
        (swapped, fs::read_to_string(folder.path().join("a")).ok())
    }

    #[test]
    fn what_happens_right_before_the_exchange_stays() {
        let saved = replaced(|folder| fs::rename(folder.join("a.swp"), folder.join("a")));
        assert_eq!(saved, (Err(changed_meanwhile("a")), Some("saved".to_owned())));
        assert_eq!(replaced(|folder| fs::remove_file(folder.join("a"))), (Err(changed_meanwhile("a")), None));
        assert_eq!(replaced(|_| Ok(())), (Ok(()), Some("after".to_owned())));
    }
}
