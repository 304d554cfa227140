//! Removes what a killed run left behind.

use std::fs;
use std::io;
use std::path::Path;

use crate::diagnostic::{Diagnostic, codes, quoted};
use crate::drift::Difference;
use crate::files::disk::is_absent;
use crate::files::tree::{STAGING, Tree};
use crate::outputs::lock::{Digest, digest};
use crate::path::RelPath;
use crate::references::table;

/// The file in the staging folder that lists the folders with a staging folder of their own, one per line.
pub(super) const ELSEWHERE: &str = "elsewhere";

/// The file in the staging folder that marks everything as ready. Before it exists, no file is exchanged.
pub(super) const READY: &str = "ready";

/// Removes what an interrupted run left behind.
///
/// # Errors
/// A folder cannot be removed, or contains a file that an editor saved at the moment of the interruption.
pub(super) fn sweep(tree: &Tree) -> Result<(), Diagnostic> {
    if !tree.has_leftovers() {
        return Ok(());
    }
    prove_folder(tree, STAGING)?;
    let is_ready = tree.root().join(STAGING).join(READY).exists();
    let listed = fs::read_to_string(tree.root().join(STAGING).join(ELSEWHERE)).unwrap_or_default();
    for folder in listed.lines().filter(|folder| RelPath::parse(folder).is_ok()) {
        tree.refuse_symlinked_folders(folder)?;
        let room = format!("{folder}/{STAGING}");
        prove_folder(tree, &room)?;
        remove_room(tree, &room, is_ready)?;
    }
    remove_room(tree, STAGING, is_ready)
}

/// Refuses anything but a folder: portgen did not make it, and a symlink could lead anywhere.
fn prove_folder(tree: &Tree, room: &str) -> Result<(), Diagnostic> {
    match fs::symlink_metadata(tree.root().join(room)) {
        Ok(meta) if !meta.is_dir() => Err(unremovable(room, &io::Error::other("it is not a directory"))),
        _ => Ok(()),
    }
}

fn remove_room(tree: &Tree, room: &str, is_ready: bool) -> Result<(), Diagnostic> {
    let on_disk = tree.root().join(room);
    let saved = if is_ready { saved_by_an_editor(&on_disk) } else { Ok(None) };
    match saved {
        Ok(None) => match fs::remove_dir_all(&on_disk) {
            Err(error) if is_absent(&error) && room != STAGING => Ok(()),
            removed => removed.map_err(|error| unremovable(room, &error)),
        },
        Ok(Some(name)) => {
            let file = quoted(&format!("{room}/{name}"));
            Err(Diagnostic::error(
                codes::UNSAVED_EDIT,
                format!("{file} is what an editor saved when portgen was interrupted"),
            )
            .help(format!("compare it with the {} that it was meant for, then remove the folder", table::nouns())))
        }
        Err(error) if is_absent(&error) && room != STAGING => Ok(()),
        Err(error) => Err(unremovable(room, &error)),
    }
}

fn unremovable(room: &str, error: &io::Error) -> Diagnostic {
    let message = format!("{}, where portgen prepares files, cannot be removed: {error}", quoted(room));
    Diagnostic::error(codes::CANNOT_WRITE, message).help("nothing was changed: remove it and run this again")
}

/// The end of the name of a file that will be exchanged with a person's file. It contains the digests of the expected bytes, so
/// that other bytes are recognised as the person's.
///
/// # Errors
/// The file was changed since it was compared.
pub(super) fn exchange_name(difference: &Difference<'_>) -> Result<String, Diagnostic> {
    let short = |known: Option<Digest>| short(&known.unwrap_or_else(|| digest(b"")));
    Ok(format!("{}-{}", short(difference.digest_before()), short(difference.digest_after()?)))
}

fn short(digest: &Digest) -> String {
    digest.hex().chars().take(16).collect()
}

fn saved_by_an_editor(room: &Path) -> io::Result<Option<String>> {
    for entry in fs::read_dir(room)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if let [_, before, after] = *name.split('-').collect::<Vec<_>>() {
            let found = short(&digest(&fs::read(entry.path())?));
            if found != before && found != after {
                return Ok(Some(name));
            }
        }
    }
    Ok(None)
}
