//! Moves one file into place, or removes it.

use std::io;

use super::disk::Disk;
use super::staging::Staged;
use crate::diagnostic::{Diagnostic, codes, quoted};
use crate::drift::Difference;
use crate::files::disk::is_absent;
use crate::outputs::digest::digest;
use crate::path::{OutputPath, RelPath};

/// Moves portgen's own file, or a new folder, into its place.
///
/// # Errors
/// The file system refuses.
pub(super) fn put(disk: Disk<'_>, staged: &Staged<'_>) -> Result<(), Diagnostic> {
    disk.rename(&staged.file, &staged.path).map_err(|error| stopped(&staged.path, &error))
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
        Err(error) if !is_absent(&error) => Err(failed(path.as_str(), "removed", &error)),
        _ => Ok(()),
    }
}

/// Removes the folders below `outputs` that became empty when the files at `gone` were removed.
///
/// # Errors
/// The file system refuses to remove an empty one.
pub(super) fn remove_empty_folders(disk: Disk<'_>, outputs: Option<&str>, gone: &[String]) -> Result<(), Diagnostic> {
    for path in gone.iter().filter_map(|path| OutputPath::parse(path).ok()) {
        if disk.tree.refuse_symlinks([&*path]).is_err() {
            continue;
        }
        let mut folder = path.parent();
        while let Some(inner) = folder.filter(|folder| is_below(folder, outputs)) {
            match disk.remove_folder(inner) {
                Err(error) if is_in_use(&error) => break,
                Err(error) if !is_absent(&error) => return Err(failed(inner, "removed", &error)),
                _ => folder = inner.rsplit_once('/').map(|(outer, _)| outer),
            }
        }
    }
    Ok(())
}

/// Whether a folder holds something, or a file system is mounted there.
fn is_in_use(error: &io::Error) -> bool {
    use io::ErrorKind::{AlreadyExists, DirectoryNotEmpty, ResourceBusy};
    // POSIX lets a system say of a folder that it is not empty, or that something exists.
    matches!(error.kind(), DirectoryNotEmpty | AlreadyExists | ResourceBusy)
}

fn is_below(folder: &str, outputs: Option<&str>) -> bool {
    outputs.is_none_or(|outputs| folder.strip_prefix(outputs).is_some_and(|rest| rest.starts_with('/')))
}

pub(super) fn stopped(path: &str, error: &io::Error) -> Diagnostic {
    failed(path, "replaced", error)
}

fn failed(path: &str, what: &str, error: &io::Error) -> Diagnostic {
    Diagnostic::error(codes::CANNOT_WRITE, format!("{} cannot be {what}: {error}", quoted(path)))
        .help("every file is complete, old or new: fix this, then run it again to finish")
}
