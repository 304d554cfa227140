//! The file system operations of `write`, each below the open root. Its folder is opened with no symlink on the way, and the operation works
//! in there by the last component of the path: a folder that is swapped for a symlink meanwhile leads nothing out of the root.

use std::ffi::OsString;
use std::fs::{File, Permissions};
use std::io;
use std::ops::Deref;

use crate::files::disk::{is_absent, read_whole};
use crate::files::tree::{STAGING, Tree, symlinked};
use crate::outputs::digest::{Digest, digest};
use crate::system::{Folder, Found, Kind, Lease, Mount};

/// The root, opened.
#[derive(Clone, Copy)]
pub(super) struct Disk<'t> {
    pub(super) tree: &'t Tree,
    pub(super) root: &'t Folder,
    /// The root's staging folder while files are made ready: most operations work in it.
    pub(super) staging: Option<&'t Folder>,
}

/// The folder that an operation works in.
enum Place<'t> {
    Open(&'t Folder),
    Below(Folder),
}

impl Deref for Place<'_> {
    type Target = Folder;

    fn deref(&self) -> &Folder {
        match self {
            Self::Open(folder) => folder,
            Self::Below(folder) => folder,
        }
    }
}

impl<'t> Disk<'t> {
    /// Opens a folder; the root has an empty path.
    fn folder(self, path: &str) -> io::Result<Place<'t>> {
        match (path, self.staging) {
            ("", _) => Ok(Place::Open(self.root)),
            (STAGING, Some(folder)) => Ok(Place::Open(folder)),
            _ => self.open_folder(path).map(Place::Below),
        }
    }

    /// Opens a folder below the root, to work in it.
    pub(super) fn open_folder(self, path: &str) -> io::Result<Folder> {
        self.root.below(path).map_err(|error| self.symlinked(path).unwrap_or(error))
    }

    /// Names the symlink on the way to a folder.
    fn symlinked(self, path: &str) -> Option<io::Error> {
        let ends = path.match_indices('/').map(|(end, _)| end).chain([path.len()]);
        let found = |end: &usize| self.root.found(&path[..*end]).is_ok_and(|found| found.kind == Kind::Symlink);
        let end = ends.into_iter().find(found)?;
        Some(io::Error::other(symlinked(&path[..end]).message.to_string()))
    }

    /// Opens the folder of `path`; the last component is its name in there.
    fn within(self, path: &str) -> io::Result<(Place<'t>, &str)> {
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        Ok((self.folder(folder)?, name))
    }

    /// Creates a file, which must not exist, with the user's permissions for new files.
    pub(super) fn create(self, path: &str) -> io::Result<File> {
        let (folder, name) = self.within(path)?;
        folder.create(name)
    }

    /// Opens a file to write at its end, and creates it where it does not exist.
    pub(super) fn append(self, path: &str) -> io::Result<File> {
        let (folder, name) = self.within(path)?;
        folder.append(name)
    }

    /// What is at `path`; `None` where nothing is.
    fn found(self, path: &str) -> io::Result<Option<Found>> {
        match self.within(path).and_then(|(folder, name)| folder.found(name)) {
            Err(error) if is_absent(&error) => Ok(None),
            found => found.map(Some),
        }
    }

    /// The permissions of a regular file; `None` if it does not exist.
    pub(super) fn permissions(self, path: &str) -> io::Result<Option<Permissions>> {
        match self.found(path)? {
            Some(found) if found.kind != Kind::File => {
                Err(io::Error::new(io::ErrorKind::InvalidInput, "it is not a regular file"))
            }
            found => Ok(found.map(|found| found.permissions)),
        }
    }

    /// What is at `path`; `None` where nothing is.
    pub(super) fn kind(self, path: &str) -> io::Result<Option<Kind>> {
        Ok(self.found(path)?.map(|found| found.kind))
    }

    /// The bytes of a regular file.
    pub(super) fn read(self, path: &str) -> io::Result<Vec<u8>> {
        let (folder, name) = self.within(path)?;
        let mut bytes = Vec::new();
        read_whole(&folder.file(name)?, &mut bytes)?;
        Ok(bytes)
    }

    /// Takes a lease on a regular file: nobody writes to it while the lease lasts, where the system grants one.
    ///
    /// # Errors
    /// [`io::ErrorKind::WouldBlock`]: a program has the file open for writing. Otherwise as opening does.
    pub(super) fn lease(self, path: &str) -> io::Result<Lease> {
        let (folder, name) = self.within(path)?;
        folder.lease(name)
    }

    /// The digest of a regular file; `None` for anything else, which someone may have put there meanwhile.
    pub(super) fn digest(self, path: &str) -> Option<Digest> {
        self.read(path).ok().map(|bytes| digest(&bytes))
    }

    /// Renames a file or a folder, replacing any file at `to`.
    pub(super) fn rename(self, from: &str, to: &str) -> io::Result<()> {
        let ((source, from), (target, to)) = (self.within(from)?, self.within(to)?);
        source.rename(from, &target, to)
    }

    /// Puts the file at `ready` in the place of the one at `target`, and that one where `ready` was.
    pub(super) fn exchange(self, ready: &str, target: &str) -> io::Result<()> {
        match self.swap(ready, target) {
            Err(error) if is_unknown(&error) => self.exchange_in_steps(ready, target),
            swapped => swapped,
        }
    }

    /// Exchanges two files in one step.
    fn swap(self, a: &str, b: &str) -> io::Result<()> {
        let ((source, a), (target, b)) = (self.within(a)?, self.within(b)?);
        source.exchange(a, &target, b)
    }

    /// Exchanges two files by way of a hard link. At every moment, the old or the new file is at `target`.
    fn exchange_in_steps(self, ready: &str, target: &str) -> io::Result<()> {
        let (room, name) = ready.rsplit_once('/').unwrap_or(("", ready));
        let old = format!("{room}/old.{name}");
        let ((source, from), (folder, to)) = (self.within(target)?, self.within(&old)?);
        source.link(from, &folder, to)?;
        self.rename(ready, target)?;
        self.rename(&old, ready)
    }

    /// Removes a file.
    pub(super) fn remove(self, path: &str) -> io::Result<()> {
        let (folder, name) = self.within(path)?;
        folder.remove(name)
    }

    /// Creates a folder, which must not exist.
    pub(super) fn make_folder(self, path: &str) -> io::Result<()> {
        let (folder, name) = self.within(path)?;
        folder.make_folder(name)
    }

    /// Removes a folder, which must be empty.
    pub(super) fn remove_folder(self, path: &str) -> io::Result<()> {
        let (folder, name) = self.within(path)?;
        folder.remove_folder(name)
    }

    /// The names in a folder.
    pub(super) fn names(self, path: &str) -> io::Result<Vec<OsString>> {
        self.folder(path)?.names()
    }

    /// Removes a folder with everything in it; what is removed is a symlink itself, never what it leads to.
    pub(super) fn remove_all(self, path: &str) -> io::Result<()> {
        self.folder(path)?.clear()?;
        self.remove_folder(path)
    }

    /// The mount of a folder in which files can be replaced.
    pub(super) fn writable_mount(self, path: &str) -> io::Result<Mount> {
        self.folder(path)?.writable_mount()
    }

    /// Syncs a folder, so that renames in it survive a loss of power. Ignores file systems that cannot do that.
    pub(super) fn sync_folder(self, path: &str) -> io::Result<()> {
        match self.folder(path)?.sync() {
            Err(error) if !is_unknown(&error) => Err(error),
            _ => Ok(()),
        }
    }
}

/// Whether the system or file system does not support an operation: ENOSYS, EOPNOTSUPP, or EINVAL from older systems.
pub(super) fn is_unknown(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::Unsupported | io::ErrorKind::InvalidInput)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn two_files_change_places_in_steps_as_in_one() {
        let folder = tempfile::tempdir().unwrap();
        let (tree, root) = (Tree::new(folder.path()), Folder::open_to_write(folder.path()).unwrap());
        let disk = Disk { tree: &tree, root: &root, staging: None };
        disk.make_folder("room").unwrap();
        fs::write(folder.path().join("room/1-a-b"), "new").unwrap();
        assert!(is_absent(&disk.exchange_in_steps("room/1-a-b", "file").unwrap_err()));
        fs::write(folder.path().join("file"), "old").unwrap();
        disk.exchange_in_steps("room/1-a-b", "file").unwrap();
        let contents = || ["file", "room/1-a-b"].map(|path| disk.read(path).unwrap());
        assert_eq!(contents(), [b"new", b"old"]);
        disk.exchange("room/1-a-b", "file").unwrap();
        assert_eq!(contents(), [b"old", b"new"]);
        assert_eq!(disk.names("room").unwrap(), ["1-a-b"], "no link is left");
    }
}
