//! One file takes its place, or leaves it.

use std::fs::{self, File};
use std::io;
use std::path::Path;

use super::leftovers::exchange_name;
use super::staging::{Staged, changed_meanwhile};
use crate::change::Change;
use crate::diagnostic::{Diagnostic, quoted};
use crate::disk::{is_absent, read_file};
use crate::path::RelPath;
use crate::tree::Tree;

/// Replaces portgen's own file by the one that was made ready.
///
/// # Errors
/// The file system refuses.
pub(super) fn put(tree: &Tree, staged: &Staged<'_>) -> Result<(), Diagnostic> {
    fs::rename(&staged.file, tree.on_disk(staged.path)).map_err(|error| stopped(staged.path, &error))
}

/// Replaces a person's file, unless it was saved since it was compared.
///
/// # Errors
/// It was saved meanwhile: it is as it was saved. The file system refuses.
pub(super) fn exchange(tree: &Tree, staged: &Staged<'_>, change: &Change) -> Result<(), Diagnostic> {
    let target = tree.on_disk(staged.path);
    let ready = staged.file.with_file_name(exchange_name(change));
    let exchanged = fs::rename(&staged.file, &ready).and_then(|()| match swap(&ready, &target) {
        Ok(()) => settle(&ready, &target, change),
        Err(error) if cannot_swap(&error) => replace_if_unchanged(&ready, &target, change),
        Err(error) if is_absent(&error) => Ok(false),
        Err(error) => Err(error),
    });
    match exchanged.and_then(|done| if done { sync_folder(&target).map(|()| done) } else { Ok(done) }) {
        Ok(true) => Ok(()),
        Ok(false) => Err(changed_meanwhile(staged.path)),
        Err(error) => Err(stopped(staged.path, &error)),
    }
}

/// Looks at what came out of the target: where it is not what was compared, someone saved the file in the last moment,
/// and it goes back in. Should that in turn bring out another save, the later one goes back in.
fn settle(ready: &Path, target: &Path, change: &Change) -> io::Result<bool> {
    let mut inside = change.after.clone();
    let mut outside = bytes(ready);
    if outside == change.before {
        return Ok(true);
    }
    loop {
        // Where changing places fails, the person's file goes back all the same.
        swap(ready, target).or_else(|_| fs::rename(ready, target))?;
        let came_out = bytes(ready);
        if came_out.is_none() || came_out == inside {
            return Ok(false);
        }
        inside = std::mem::replace(&mut outside, came_out);
    }
}

/// For systems where two files cannot change places at once: a save in the moment between is lost.
fn replace_if_unchanged(ready: &Path, target: &Path, change: &Change) -> io::Result<bool> {
    let unchanged = bytes(target) == change.before;
    if unchanged {
        fs::rename(ready, target)?;
    }
    Ok(unchanged)
}

/// The bytes of a regular file; none for anything else, which someone may have put there meanwhile.
fn bytes(file: &Path) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    read_file(file, &mut bytes).ok()?;
    Some(bytes)
}

#[cfg(any(target_os = "linux", target_os = "android", target_vendor = "apple"))]
fn swap(a: &Path, b: &Path) -> io::Result<()> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    Ok(renameat_with(CWD, a, CWD, b, RenameFlags::EXCHANGE)?)
}

#[cfg(not(any(target_os = "linux", target_os = "android", target_vendor = "apple")))]
fn swap(_: &Path, _: &Path) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

/// Whether the system or the file system does not know how: ENOSYS and EOPNOTSUPP, or EINVAL from older ones.
fn cannot_swap(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::Unsupported | io::ErrorKind::InvalidInput)
}

/// A rename survives a loss of power once its folder is on the disk; file systems that cannot do that say so.
fn sync_folder(target: &Path) -> io::Result<()> {
    let Some(folder) = target.parent() else { return Ok(()) };
    match File::open(folder)?.sync_all() {
        Err(error) if !cannot_swap(&error) => Err(error),
        _ => Ok(()),
    }
}

/// Deletes an orphan, unless it was edited since it was compared; says whether it is gone.
///
/// # Errors
/// The file system refuses.
pub(super) fn remove(tree: &Tree, orphan: &Change) -> Result<bool, Diagnostic> {
    let found = tree.read(&orphan.path)?;
    if found.is_some() && found != orphan.before {
        return Ok(false);
    }
    remove_file(tree, &orphan.path).map(|()| true)
}

/// Removes a file that need not be there.
///
/// # Errors
/// The file system refuses.
pub(super) fn remove_file(tree: &Tree, path: &RelPath) -> Result<(), Diagnostic> {
    match fs::remove_file(tree.on_disk(path)) {
        Err(error) if !is_absent(&error) => Err(stopped(path, &error)),
        _ => Ok(()),
    }
}

/// Removes the folders below `outputs` that the files at `gone` have left empty.
pub(super) fn remove_empty_folders(tree: &Tree, outputs: Option<&str>, gone: &[String]) {
    for path in gone.iter().filter_map(|path| RelPath::parse(path).ok()) {
        if tree.refuse_symlinks([&path]).is_err() {
            continue;
        }
        let mut folder = path.parent();
        while let Some(inner) = folder.filter(|folder| is_below(folder, outputs)) {
            // Only an empty folder can be removed; the first other one ends the way up.
            if fs::remove_dir(tree.root().join(inner)).is_err_and(|error| !is_absent(&error)) {
                break;
            }
            folder = inner.rsplit_once('/').map(|(outer, _)| outer);
        }
    }
}

fn is_below(folder: &str, outputs: Option<&str>) -> bool {
    outputs.is_none_or(|outputs| folder.strip_prefix(outputs).is_some_and(|rest| rest.starts_with('/')))
}

fn stopped(path: &RelPath, error: &io::Error) -> Diagnostic {
    Diagnostic::error("cannot-write", format!("{} cannot be replaced: {error}", quoted(path.as_str())))
        .help("every file is whole, the old or the new one: mend this and run it again to complete the work")
}
