//! Removes what a killed run left behind.

use std::io;

use super::disk::Disk;
use crate::diagnostic::{Diagnostic, codes, quoted};
use crate::drift::Difference;
use crate::files::disk::is_absent;
use crate::files::tree::STAGING;
use crate::outputs::digest::{Digest, digest};
use crate::path::RelPath;
use crate::references::table;
use crate::system::Kind;

/// The file in the staging folder that lists the folders with a staging folder of their own, one per line.
pub(super) const ELSEWHERE: &str = "elsewhere";

/// The file in the staging folder that marks everything as ready. Before it exists, no file is exchanged.
pub(super) const READY: &str = "ready";

/// Removes what an interrupted run left behind.
///
/// # Errors
/// A folder cannot be removed, or contains a file that an editor saved at the moment of the interruption.
pub(super) fn sweep(disk: Disk<'_>) -> Result<(), Diagnostic> {
    if !disk.tree.has_leftovers() {
        return Ok(());
    }
    prove_folder(disk, STAGING)?;
    let is_ready = matches!(disk.kind(&format!("{STAGING}/{READY}")), Ok(Some(_)));
    let listed = disk.read(&format!("{STAGING}/{ELSEWHERE}")).unwrap_or_default();
    for folder in String::from_utf8_lossy(&listed).lines().filter(|folder| RelPath::parse(folder).is_ok()) {
        let room = format!("{folder}/{STAGING}");
        prove_folder(disk, &room)?;
        remove_room(disk, &room, is_ready)?;
    }
    remove_room(disk, STAGING, is_ready)
}

/// Refuses anything but a folder: portgen did not make it.
fn prove_folder(disk: Disk<'_>, room: &str) -> Result<(), Diagnostic> {
    match disk.kind(room) {
        Ok(Some(Kind::Folder) | None) => Ok(()),
        Ok(Some(_)) => Err(unremovable(room, &io::Error::other("it is not a directory"))),
        Err(error) => Err(unremovable(room, &error)),
    }
}

fn remove_room(disk: Disk<'_>, room: &str, is_ready: bool) -> Result<(), Diagnostic> {
    let saved = if is_ready { saved_by_an_editor(disk, room) } else { Ok(None) };
    match saved {
        Ok(None) => match disk.remove_all(room) {
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

fn saved_by_an_editor(disk: Disk<'_>, room: &str) -> io::Result<Option<String>> {
    for name in disk.names(room)? {
        let name = name.to_string_lossy().into_owned();
        if let [_, before, after] = *name.split('-').collect::<Vec<_>>() {
            let file = format!("{room}/{name}");
            let is_open = disk.lease(&file).is_err_and(|error| error.kind() == io::ErrorKind::WouldBlock);
            let found = short(&digest(&disk.read(&file)?));
            if is_open || found != before && found != after {
                return Ok(Some(name));
            }
        }
    }
    Ok(None)
}
