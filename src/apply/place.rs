//! Moves one file into place, or removes it.

use std::io;

use super::disk::{Disk, is_unknown};
use super::staging::Staged;
use crate::diagnostic::{Diagnostic, codes, quoted};
use crate::drift::{Difference, Kind, changed_meanwhile};
use crate::files::disk::is_absent;
use crate::outputs::lock::{Digest, digest};
use crate::path::{OutputPath, RelPath};

/// Moves portgen's own file, or a new folder, into its place.
///
/// # Errors
/// The file system refuses.
pub(super) fn put(disk: Disk<'_>, staged: &Staged<'_>) -> Result<(), Diagnostic> {
    disk.rename(&staged.file, &staged.path).map_err(|error| stopped(&staged.path, &error))
}

/// Replaces a person's file, unless it was saved since it was compared.
///
/// # Errors
/// The file was saved meanwhile, and stays as saved; or the file system refuses.
pub(super) fn exchange(disk: Disk<'_>, staged: &Staged<'_>, change: &Difference<'_>) -> Result<(), Diagnostic> {
    let target = &*staged.path;
    let ready = &*staged.file;
    // An edit of ports.toml is retried: do not show a version that is taken back a moment later.
    let (before, after) = (change.digest_before(), change.digest_after()?);
    if change.kind == Kind::Allocation && disk.digest(target) != before {
        return Err(changed_meanwhile(target));
    }
    let exchanged = match disk.swap(ready, target) {
        Ok(()) => settle(disk, ready, target, [before, after]),
        Err(error) if is_unknown(&error) => replace_if_unchanged(disk, ready, target, before),
        Err(error) if is_absent(&error) => Ok(false),
        Err(error) => Err(error),
    };
    let folder = change.path.parent().unwrap_or_default();
    match exchanged.and_then(|done| if done { disk.sync_folder(folder).map(|()| done) } else { Ok(done) }) {
        Ok(true) => Ok(()),
        Ok(false) => Err(changed_meanwhile(target)),
        Err(error) => Err(stopped(target, &error)),
    }
}

/// Checks the file that the exchange took out. If it is not the compared one, someone saved it at the last moment, and it goes
/// back. If that takes out yet another save, the later save goes back.
fn settle(disk: Disk<'_>, ready: &str, target: &str, [before, after]: [Option<Digest>; 2]) -> io::Result<bool> {
    let mut inside = after;
    let mut outside = disk.digest(ready);
    if outside == before {
        return Ok(true);
    }
    loop {
        // If the exchange fails, a rename still puts the person's file back.
        disk.swap(ready, target).or_else(|_| disk.rename(ready, target))?;
        let came_out = disk.digest(ready);
        if came_out.is_none() || came_out == inside {
            return Ok(false);
        }
        inside = std::mem::replace(&mut outside, came_out);
    }
}

/// For systems that cannot exchange files in one step. A save between the check and the rename is lost.
fn replace_if_unchanged(disk: Disk<'_>, ready: &str, target: &str, before: Option<Digest>) -> io::Result<bool> {
    let unchanged = disk.digest(target) == before;
    if unchanged {
        disk.rename(ready, target)?;
    }
    Ok(unchanged)
}

/// Deletes an orphan, unless it was edited since it was compared; returns whether it is gone.
///
/// # Errors
/// The file system refuses.
pub(super) fn remove(disk: Disk<'_>, orphan: &Difference<'_>) -> Result<bool, Diagnostic> {
    let found = disk.tree.read(&orphan.path)?.map(|bytes| digest(&bytes));
    if found.is_some() && found != orphan.digest_before() {
        return Ok(false);
    }
    remove_file(disk, &orphan.path).map(|()| true)
}

/// Removes a file if it exists.
///
/// # Errors
/// The file system refuses.
pub(super) fn remove_file(disk: Disk<'_>, path: &RelPath) -> Result<(), Diagnostic> {
    match disk.remove(path.as_str()) {
        Err(error) if !is_absent(&error) => Err(stopped(path.as_str(), &error)),
        _ => Ok(()),
    }
}

/// Removes the folders below `outputs` that became empty when the files at `gone` were removed.
pub(super) fn remove_empty_folders(disk: Disk<'_>, outputs: Option<&str>, gone: &[String]) {
    for path in gone.iter().filter_map(|path| OutputPath::parse(path).ok()) {
        if disk.tree.refuse_symlinks([&*path]).is_err() {
            continue;
        }
        let mut folder = path.parent();
        while let Some(inner) = folder.filter(|folder| is_below(folder, outputs)) {
            // Only an empty folder can be removed; stop at the first other one.
            if disk.remove_folder(inner).is_err_and(|error| !is_absent(&error)) {
                break;
            }
            folder = inner.rsplit_once('/').map(|(outer, _)| outer);
        }
    }
}

fn is_below(folder: &str, outputs: Option<&str>) -> bool {
    outputs.is_none_or(|outputs| folder.strip_prefix(outputs).is_some_and(|rest| rest.starts_with('/')))
}

fn stopped(path: &str, error: &io::Error) -> Diagnostic {
    Diagnostic::error(codes::CANNOT_WRITE, format!("{} cannot be replaced: {error}", quoted(path)))
        .help("every file is complete, old or new: fix this, then run it again to finish")
}
