//! What is made ready, and the order in which it takes its place.

use std::path::Path;

use super::disk::Disk;
use super::exchange::Exchanges;
use super::staging::{Staged, Staging};
use super::work::Content;
use super::{Applied, exchange, place};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::drift::kind::Owner;
use crate::drift::{Difference, Effect, Kind, kept_orphan};
use crate::manifest::last_write;
use crate::outputs::digest::Digest;
use crate::outputs::lock::Lock;
use crate::outputs::next_lock::NextLock;
use crate::path::RelPath;

/// Everything made ready, in the order in which it takes its place.
pub(super) struct Plan<'c> {
    lock_path: &'c RelPath,
    /// Before all outputs, because only these can still turn out to have changed.
    references: Vec<(Staged<'c>, &'c Difference<'c>)>,
    /// The lock that knows the old and the new hashes and ports, before the first file of either kind; none where the one on disk knows them all, or where it comes with its
    /// folder.
    interim: Option<Staged<'c>>,
    /// Folders that were not there, with the outputs in them: that of the lock first, which comes before files of people but ports.toml.
    folders: Vec<Staged<'c>>,
    outputs: Vec<Staged<'c>>,
    created: usize,
    updated: usize,
    orphans: Vec<&'c Difference<'c>>,
    /// Paths that are owned no more: folders that they leave empty go with them.
    disowned: Vec<String>,
    last: Last<'c>,
}

/// What becomes of portgen.lock at the end.
enum Last<'c> {
    Stays,
    Replaced(Staged<'c>),
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
        let Locks { interim, last, disowned } = Locks::stage(staging, lock_path, changes)?;
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
        // The lock is the longest of all texts: made by itself, it does not take the room of a thread that has made others.
        staging.make_planned()?;
        let last = match last {
            End::Stays => Last::Stays,
            End::Removed => Last::Removed,
            End::Same(text) => Last::Replaced(staging.plan_alone(lock_path, Content::Bytes(text.into()))?),
            End::After(change) => Last::Replaced(staging.plan_alone(lock_path, Content::After(change))?),
        };
        // Whatever comes after ports.toml, `write` completes.
        references.sort_by_key(|(_, change)| change.kind != Kind::Allocation);
        staging.make_ready()?;
        let mut folders = staging.take_new_folders();
        folders.sort_by_key(|folder| !Path::new(lock_path.as_str()).starts_with(&*folder.path));
        Ok(Self { lock_path, references, interim, folders, outputs, created, updated, orphans, disowned, last })
    }

    /// Puts everything into its place.
    ///
    /// # Errors
    /// A person's file was changed meanwhile or is open in another program, or the file system refuses. The next `write` completes what was begun.
    pub(super) fn commit(self, disk: Disk<'_>) -> Result<Applied, Diagnostics> {
        for (_, change) in &self.references {
            exchange::prove(disk, change)?;
        }
        let mut exchanges = Exchanges::default();
        let placed = self.place(disk, &mut exchanges);
        // Before the last lock: the interim one knows the ports of files that go back.
        let mut faults = exchanges.confirm();
        match placed {
            Ok(applied) if faults.is_empty() => {
                self.place_last(disk)?;
                Ok(applied)
            }
            placed => {
                faults.extend(placed.err());
                Err(Diagnostics(faults))
            }
        }
    }

    fn place<'p>(&'p self, disk: Disk<'p>, exchanges: &mut Exchanges<'p>) -> Result<Applied, Diagnostic> {
        let mut applied = Applied { created: self.created, updated: self.updated, ..Applied::default() };
        if let Some(interim) = &self.interim {
            place::put(disk, interim)?;
        }
        let is_lock = |folder: &&Staged<'_>| Path::new(self.lock_path.as_str()).starts_with(&*folder.path);
        let mut new = self.folders.iter().peekable();
        for (staged, change) in &self.references {
            // A lock that comes with its folder has to know what goes into blocks.
            if let Some(folder) = new.next_if(|folder| change.kind.is_kept() && is_lock(folder)) {
                place::put(disk, folder)?;
            }
            exchanges.add(disk, staged, change)?;
            applied.references += usize::from(change.kind.is_kept());
        }
        for staged in new.chain(&self.outputs) {
            place::put(disk, staged)?;
        }
        for orphan in &self.orphans {
            if place::remove(disk, orphan)? {
                applied.deleted += 1;
            } else {
                applied.warnings.push(kept_orphan(&orphan.path));
            }
        }
        place::remove_empty_folders(disk, self.lock_path.parent(), &self.disowned)?;
        Ok(applied)
    }

    fn place_last(&self, disk: Disk<'_>) -> Result<(), Diagnostic> {
        match &self.last {
            Last::Stays => Ok(()),
            Last::Replaced(staged) => place::put(disk, staged),
            Last::Removed => place::remove_file(disk, self.lock_path),
        }
    }
}

/// What portgen.lock holds in turn.
struct Locks<'c> {
    /// While files are replaced, made ready; none where what is on the disk knows them all, or where it comes with its folder.
    interim: Option<Staged<'c>>,
    last: End<'c>,
    disowned: Vec<String>,
}

/// What portgen.lock holds in the end.
enum End<'c> {
    /// What it holds then anyway.
    Stays,
    /// What it held before.
    Same(Vec<u8>),
    /// What it is to hold.
    After(&'c Difference<'c>),
    Removed,
}

impl<'c> Locks<'c> {
    /// Makes the interim lock ready at once, part by part: its text is the longest of all.
    ///
    /// An output that is replaced with permission (`--force`, `--replace`) is known from the interim lock on: the permission holds for
    /// the run that completes an interrupted one.
    fn stage(staging: &mut Staging<'c>, path: &'c RelPath, changes: &'c [Difference<'c>]) -> Result<Self, Diagnostic> {
        let on_disk = staging.disk().tree.read(path)?;
        let text = on_disk.as_deref().unwrap_or_default();
        let old: Lock<&str> = Lock::read(path, text)?;
        let change = changes.iter().find(|change| change.kind == Kind::Lock);
        let next = change.and_then(Difference::next_lock);
        let is_owned = |owned: &str| change.is_none() || next.is_some_and(|next| next.lock().owns(owned));
        let disowned = old.paths().filter(|owned| !is_owned(owned)).map(str::to_owned).collect();
        let interim = interim(old, next, changes).filter(|lock| !lock.has_text(text));
        let staged = match &interim {
            Some(lock) => staging.make_now(path, Content::Lock(lock))?,
            None => None,
        };
        let stays = match (&interim, next) {
            (Some(lock), Some(next)) => next.is(lock),
            (None, Some(next)) => next.has_text(text),
            (Some(_), None) => false,
            (None, None) => change.is_none() || on_disk.is_none(),
        };
        drop(interim);
        let last = match (change, on_disk) {
            _ if stays => End::Stays,
            (Some(change), _) if next.is_some() => End::After(change),
            (None, Some(text)) => End::Same(text),
            _ => End::Removed,
        };
        Ok(Self { interim: staged, last, disowned })
    }
}

/// The lock that knows every hash and port of two locks, and the hash of each output which is replaced; none where no output and no file
/// of a person's changes.
fn interim<'l>(old: Lock<&'l str>, next: Option<&'l NextLock>, changes: &'l [Difference<'_>]) -> Option<Lock<&'l str>> {
    let outputs: Vec<&Difference<'_>> = changes.iter().filter(|change| is_output(change)).collect();
    let mut replaced: Vec<(&RelPath, Digest)> = Vec::new();
    for output in &outputs {
        let known = output.digest_before().filter(|digest| !old.recorded(output.path.as_str(), digest));
        replaced.extend(known.map(|digest| (&output.path, digest)));
    }
    let blocks = edited_blocks(changes);
    // A lock that stays knows them all.
    if outputs.is_empty() && next.is_none() && blocks.is_empty() {
        return None;
    }
    let files = next.map(|next| next.lock().entries()).unwrap_or_default().iter().map(|(path, digest)| (path, *digest));
    Some(old.union(files.chain(replaced), next.map(NextLock::remembered).unwrap_or_default(), &blocks))
}

/// The lines of the blocks with a person's text, which goes with permission.
fn edited_blocks(changes: &[Difference<'_>]) -> String {
    let mut lines = String::new();
    for change in changes.iter().filter(|change| change.kind == Kind::EditedBlock) {
        let edited = change.blocks().into_iter().filter_map(|block| block.edited);
        edited.for_each(|digest| last_write::push_block(change.path.as_str(), &digest.hex(), &mut lines));
    }
    lines
}

/// Whether an output takes its place, or goes.
fn is_output(change: &Difference<'_>) -> bool {
    change.kind.row().owner == Owner::Portgen && change.effect() != Effect::Keep
}
