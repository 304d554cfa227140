//! What is made ready, and the order in which it takes its place.

use std::borrow::Cow;
use std::collections::HashSet;
use std::path::Path;

use super::disk::Disk;
use super::staging::{Staged, Staging};
use super::work::Content;
use super::{Applied, place};
use crate::diagnostic::Diagnostic;
use crate::drift::kind::Owner;
use crate::drift::{After, Difference, Effect, Kind, kept_orphan};
use crate::outputs::lock::Lock;
use crate::path::RelPath;

/// Everything made ready, in the order in which it takes its place.
pub(super) struct Plan<'c> {
    lock_path: &'c RelPath,
    /// First, because only these can still turn out to have changed.
    references: Vec<(Staged, &'c Difference<'c>)>,
    /// The lock that knows the old and the new hashes; none where the one on disk knows them all, or where it comes with its
    /// folder.
    interim: Option<Staged>,
    /// Folders that were not there, with the outputs in them: that of the lock first.
    folders: Vec<Staged>,
    outputs: Vec<Staged>,
    created: usize,
    updated: usize,
    orphans: Vec<&'c Difference<'c>>,
    /// Paths that are owned no more: folders that they leave empty go with them.
    disowned: Vec<String>,
    last: Last,
}

/// What becomes of portgen.lock at the end.
enum Last {
    Stays,
    Replaced(Staged),
    Removed,
}

impl<'c> Plan<'c> {
    /// Makes everything ready.
    ///
    /// # Errors
    /// A file cannot be made ready, or portgen.lock cannot be read.
    pub(super) fn stage(
        staging: &mut Staging<'c>,
        lock_path: &'c RelPath,
        changes: &'c [Difference<'c>],
    ) -> Result<Self, Diagnostic> {
        let locks = Locks::new(lock_path, staging.disk().tree.read(lock_path)?, changes)?;
        let (mut references, mut outputs, mut orphans) = (Vec::new(), Vec::new(), Vec::new());
        let (mut created, mut updated) = (0, 0);
        let is_staged = |change: &&Difference<'_>| change.effect() != Effect::Keep && change.kind != Kind::Lock;
        for change in changes.iter().filter(is_staged) {
            match &change.after {
                Some(_) if change.kind.row().owner == Owner::Person => {
                    references.push((staging.plan_exchange(change)?, change));
                }
                Some(_) => {
                    let is_new = change.effect() == Effect::Create;
                    outputs.extend(staging.plan(&change.path, Content::After(change), is_new)?);
                    *if is_new { &mut created } else { &mut updated } += 1;
                }
                None => {
                    staging.prove(&change.path)?;
                    orphans.push(change);
                }
            }
        }
        let interim = match locks.interim {
            Some(text) => staging.plan(lock_path, Content::Bytes(text.into_bytes().into()), false)?,
            None => None,
        };
        let last = match locks.last {
            Some(text) if locks.changes => Last::Replaced(staging.plan_alone(lock_path, Content::Bytes(text))?),
            None if locks.changes => Last::Removed,
            _ => Last::Stays,
        };
        // Whatever comes after ports.toml, `write` completes.
        references.sort_by_key(|(_, change)| change.kind != Kind::Allocation);
        staging.make_ready()?;
        let mut folders = staging.take_new_folders();
        folders.sort_by_key(|folder| !Path::new(lock_path.as_str()).starts_with(&folder.path));
        let disowned = locks.disowned;
        Ok(Self { lock_path, references, interim, folders, outputs, created, updated, orphans, disowned, last })
    }

    /// Puts everything into its place.
    ///
    /// # Errors
    /// A person's file was changed meanwhile, or the file system refuses; the next `write` completes the work.
    pub(super) fn commit(self, disk: Disk<'_>) -> Result<Applied, Diagnostic> {
        let mut applied = Applied::default();
        for (staged, change) in &self.references {
            place::exchange(disk, staged, change)?;
            applied.references += usize::from(change.kind == Kind::Reference);
        }
        for staged in self.interim.iter().chain(&self.folders).chain(&self.outputs) {
            place::put(disk, staged)?;
        }
        (applied.created, applied.updated) = (self.created, self.updated);
        for orphan in self.orphans {
            if place::remove(disk, orphan)? {
                applied.deleted += 1;
            } else {
                applied.warnings.push(kept_orphan(&orphan.path));
            }
        }
        place::remove_empty_folders(disk, self.lock_path.parent(), &self.disowned);
        match &self.last {
            Last::Stays => {}
            Last::Replaced(staged) => place::put(disk, staged)?,
            Last::Removed => place::remove_file(disk, self.lock_path)?,
        }
        Ok(applied)
    }
}

/// The texts that portgen.lock takes in turn.
struct Locks<'c> {
    interim: Option<String>,
    last: Option<Cow<'c, [u8]>>,
    changes: bool,
    disowned: Vec<String>,
}

impl<'c> Locks<'c> {
    /// An output that is replaced by leave (`--force`, `--adopt`) is known from the interim lock on: the leave holds for
    /// the run that completes an interrupted one.
    fn new(path: &RelPath, on_disk: Option<Vec<u8>>, changes: &'c [Difference<'c>]) -> Result<Self, Diagnostic> {
        let change = changes.iter().find(|change| change.kind == Kind::Lock);
        let on_disk = on_disk.map(Cow::Owned);
        let last = match change.map(|change| &change.after) {
            None => on_disk.clone(),
            Some(Some(After::Held(text))) => Some(Cow::Borrowed(&**text)),
            Some(_) => None,
        };
        let parse = |text: &Option<Cow<'_, [u8]>>| Lock::parse(path, text.as_deref().unwrap_or_default());
        let (old, new) = (parse(&on_disk)?, parse(&last)?);
        let kept: HashSet<&str> = new.paths().collect();
        let disowned = old.paths().filter(|path| !kept.contains(path)).map(str::to_owned).collect();
        let is_output =
            |change: &&Difference<'_>| change.kind.row().owner == Owner::Portgen && change.effect() != Effect::Keep;
        let mut outputs = changes.iter().filter(is_output).peekable();
        let interim = outputs.peek().is_some().then(|| {
            let replaced = outputs.filter_map(|change| Some((&change.path, change.digest_before()?)));
            old.union(new, replaced).text()
        });
        let interim = interim.filter(|text| Some(text.as_bytes()) != on_disk.as_deref());
        let changes = last.as_deref() != interim.as_deref().map(str::as_bytes).or(on_disk.as_deref());
        Ok(Self { interim, last, changes, disowned })
    }
}
