//! The last step of `write`: prepares all files in a staging folder, then moves them into place one by one.
//!
//! If portgen is killed, each file is complete, old or new. Before any file changes, portgen.lock is replaced by an interim
//! lock with both hashes of every file that will change, and at the end by the final lock. So the next run knows every file that
//! an interrupted run left behind as portgen's, even if ports.toml has changed since.

mod disk;
mod exchange;
mod exclusive;
mod lease;
mod leftovers;
mod place;
mod plan;
mod staging;
mod work;

use std::io::BufRead as _;

use self::disk::Disk;
use crate::diagnostic::{Diagnostic, Diagnostics, Origin, Place, counted, quoted};
use crate::drift::kind::Flag;
use crate::drift::{ChangedBlock, Difference, Effect, Kind};
use crate::path::RelPath;
use crate::references::blocks;

pub use exclusive::{Guard, exclusive, unlocked};

/// What `write` may overwrite besides the files that it wrote; nothing by default.
#[derive(Clone, Copy, Debug, Default)]
pub struct Permit {
    /// `--force`: outputs, and blocks of people's files, that were edited by hand.
    pub force: bool,
    /// `--replace`: files at an output's path that portgen did not write.
    pub replace: bool,
}

impl Permit {
    fn gives(self, flag: Flag) -> bool {
        match flag {
            Flag::Force => self.force,
            Flag::Replace => self.replace,
        }
    }
}

/// How many files were changed, without portgen.lock.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Applied {
    /// Outputs that did not exist.
    pub created: usize,
    /// Outputs that had other bytes.
    pub updated: usize,
    /// Orphans.
    pub deleted: usize,
    /// Files that people own, with changed ports or blocks.
    pub references: usize,
    /// A warning for each orphan that was kept because someone edited it since it was compared, and for each staging folder that
    /// could not be removed.
    pub warnings: Vec<Diagnostic>,
}

/// Refuses to overwrite files that `permit` does not allow.
///
/// # Errors
/// One error for each file edited by hand, unless forced, and for each foreign file, unless it may be replaced.
pub fn refuse(changes: &[Difference<'_>], permit: Permit) -> Result<(), Diagnostics> {
    let mut refused: Vec<Diagnostic> = changes.iter().filter_map(|change| refusal(change, permit)).collect();
    let is_without_lock = changes.iter().any(|change| change.kind == Kind::Lock && change.before.is_none());
    if let Some(foreign) =
        refused.iter_mut().rfind(|one| one.code == Kind::Foreign.row().code).filter(|_| is_without_lock)
    {
        foreign
            .help
            .push("if portgen.lock was deleted, restore it from git: it lists the files that portgen owns".into());
    }
    Diagnostics(refused).into_result()
}

fn refusal(change: &Difference<'_>, permit: Permit) -> Option<Diagnostic> {
    let row = change.kind.row();
    let flag = row.refused_without.filter(|flag| !permit.gives(*flag))?;
    let shown = quoted(change.path.as_str());
    Some(match flag {
        Flag::Force if change.kind == Kind::EditedBlock => edited_block(change),
        Flag::Force => {
            let message = format!("{shown} was edited by hand since portgen wrote it");
            let edited = Diagnostic::error(row.code, message).help(instead_of_force(change));
            edited.help("or discard it: `portgen write --force`")
        }
        Flag::Replace => {
            Diagnostic::error(row.code, format!("{shown} was not written by portgen, but is at the path of an output"))
                .help("move the file away, or move the output with `[outputs.paths]`")
                .help(format!("or replace it with `portgen write --replace`: {} would be lost", lines(change)))
        }
    })
}

/// The refusal of a file with blocks in which a person has written.
fn edited_block(change: &Difference<'_>) -> Diagnostic {
    let row = change.kind.row();
    let edited: Vec<ChangedBlock<'_>> = change.blocks().into_iter().filter(|block| block.edited.is_some()).collect();
    let names: Vec<String> = edited.iter().map(|block| quoted(block.shown)).collect();
    let (noun, was) = if edited.len() == 1 { ("block", "was") } else { ("blocks", "were") };
    let (path, names) = (change.path.as_str(), names.join(" and "));
    let message = format!("the {noun} {names} in {} {was} edited by hand, or never written by portgen", quoted(path));
    let mut refused = Diagnostic::error(row.code, message);
    if let Ok(Some(bytes)) = change.before() {
        let text = String::from_utf8_lossy(&bytes);
        let source = blocks::find(path, &text).source(Origin::Tree, path, &text);
        refused = refused.at_each(edited.iter().map(|block| Place::new(&source, block.begin.clone())), "");
    }
    refused
        .help("move what you want to keep out of it, or to its template: `portgen diff` shows what would be lost")
        .help("or discard it: `portgen write --force`")
}

/// How many lines a file has that is to be replaced.
fn lines(change: &Difference<'_>) -> String {
    match change.before() {
        Ok(Some(bytes)) => counted(bytes.lines().count(), "line"),
        _ => "its lines".to_owned(),
    }
}

fn instead_of_force(change: &Difference<'_>) -> String {
    let lost = "`portgen diff` shows what would be lost";
    if change.has_other_line_ends() {
        "its line endings are CRLF: `portgen init --git` keeps git from converting them".to_owned()
    } else if change.has_conflict() {
        format!("git left a conflict in it, and one side may contain an edit: {lost}")
    } else {
        format!("move the edit into ports.toml or a template: {lost}")
    }
}

/// Writes the changes to the disk, and removes what an interrupted run left behind. Without changes, touches no file.
///
/// # Errors
/// Before any change: an error of [`refuse`]; a symlink, a folder or a device in the way; a file that cannot be prepared; a person's
/// file that someone changed since it was compared, or has open for writing.
/// After some changes, which the next run completes: a person's file that someone saves at that moment; a file system that
/// fails halfway.
pub fn apply(
    guard: &Guard<'_>,
    lock_path: &RelPath,
    changes: &[Difference<'_>],
    permit: Permit,
) -> Result<Applied, Diagnostics> {
    refuse(changes, permit)?;
    let tree = guard.tree();
    let disk = guard.disk();
    leftovers::sweep(disk)?;
    let effective = || changes.iter().filter(|change| change.effect() != Effect::Keep);
    if effective().next().is_none() {
        return Ok(Applied::default());
    }
    tree.refuse_symlinks(effective().map(|change| &change.path).chain([lock_path]))?;
    let (mount, folder) = staging::make(disk)?;
    let mut staging = staging::Staging::new(Disk { staging: Some(&folder), ..disk }, mount);
    let applied = replace(&mut staging, lock_path, changes);
    let left = staging.tidy_up();
    match applied {
        Ok(mut applied) => {
            applied.warnings.extend(left);
            Ok(applied)
        }
        Err(Diagnostics(faults)) => Err(Diagnostics([faults, left].concat())),
    }
}

fn replace<'c>(
    staging: &mut staging::Staging<'c>,
    lock_path: &'c RelPath,
    changes: &'c [Difference<'c>],
) -> Result<Applied, Diagnostics> {
    let plan = plan::Plan::stage(staging, lock_path, changes)?;
    plan.commit(staging.disk())
}
