//! The file system operations of `write`, each below the open root. Its folder is opened with no symlink on the way, and the operation works
//! in there by the last component of the path: a folder that is swapped for a symlink meanwhile leads nothing out of the root.

use std::ffi::CString;
use std::fs::File;
use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

use portgen_lease::Lease;
use rustix::fs::{self as system, Access, AtFlags, Dev, Dir, FileType, Mode, OFlags, Stat};
use rustix::io::Errno;

use crate::files::beneath;
use crate::files::disk::{is_absent, read_whole};
use crate::files::tree::{STAGING, Tree, symlinked};
use crate::outputs::digest::{Digest, digest};

/// The root, opened.
#[derive(Clone, Copy)]
pub(super) struct Disk<'t> {
    pub(super) tree: &'t Tree,
    pub(super) root: &'t File,
    /// The root's staging folder while files are made ready: most operations work in it.
    pub(super) staging: Option<BorrowedFd<'t>>,
}

/// What identifies a mount.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Mount {
    /// Linux has an ID of each, because bind mounts of one device share its device number.
    #[cfg(target_os = "linux")]
    Id(u64),
    Device(Dev),
}

/// The folder that an operation works in.
enum Folder<'t> {
    Root(&'t File),
    Staging(BorrowedFd<'t>),
    Below(OwnedFd),
}

impl AsFd for Folder<'_> {
    fn as_fd(&self) -> BorrowedFd<'_> {
        match self {
            Self::Root(root) => root.as_fd(),
            Self::Staging(folder) => *folder,
            Self::Below(folder) => folder.as_fd(),
        }
    }
}

impl<'t> Disk<'t> {
    /// Opens a folder; the root has an empty path.
    fn folder(self, path: &str) -> io::Result<Folder<'t>> {
        match (path, self.staging) {
            ("", _) => Ok(Folder::Root(self.root)),
            (STAGING, Some(folder)) => Ok(Folder::Staging(folder)),
            _ => self.open_folder(path).map(Folder::Below),
        }
    }

    /// Opens a folder below the root, to work in it.
    pub(super) fn open_folder(self, path: &str) -> io::Result<OwnedFd> {
        beneath::open(self.root, path, beneath::FOLDER).map_err(|error| self.symlinked(path).unwrap_or(error))
    }

    /// Names the symlink on the way to a folder.
    fn symlinked(self, path: &str) -> Option<io::Error> {
        let ends = path.match_indices('/').map(|(end, _)| end).chain([path.len()]);
        let is_symlink = |stat: Stat| FileType::from_raw_mode(stat.st_mode) == FileType::Symlink;
        let found =
            |end: &usize| system::statat(self.root, &path[..*end], AtFlags::SYMLINK_NOFOLLOW).is_ok_and(is_symlink);
        let end = ends.into_iter().find(found)?;
        Some(io::Error::other(symlinked(&path[..end]).message.to_string()))
    }

    /// Opens the folder of `path`; the last component is its name in there.
    fn within(self, path: &str) -> io::Result<(Folder<'t>, &str)> {
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        Ok((self.folder(folder)?, name))
    }

    /// Creates a file, which must not exist, with the user's permissions for new files.
    pub(super) fn create(self, path: &str) -> io::Result<File> {
        self.open(path, OFlags::CREATE | OFlags::EXCL | OFlags::WRONLY)
    }

    /// Opens a file to write at its end, and creates it where it does not exist.
    pub(super) fn append(self, path: &str) -> io::Result<File> {
        self.open(path, OFlags::CREATE | OFlags::APPEND | OFlags::WRONLY)
    }

    fn open(self, path: &str, flags: OFlags) -> io::Result<File> {
        let (folder, name) = self.within(path)?;
        let flags = flags | OFlags::CLOEXEC | OFlags::NONBLOCK | OFlags::NOFOLLOW;
        Ok(system::openat(folder, name, flags, Mode::from_raw_mode(0o666))?.into())
    }

    /// What is at `path`; `None` where nothing is.
    fn stat(self, path: &str) -> io::Result<Option<Stat>> {
        let stat =
            self.within(path).and_then(|(folder, name)| Ok(system::statat(folder, name, AtFlags::SYMLINK_NOFOLLOW)?));
        match stat {
            Err(error) if is_absent(&error) => Ok(None),
            stat => stat.map(Some),
        }
    }

    /// The permissions of a regular file; `None` if it does not exist.
    pub(super) fn permissions(self, path: &str) -> io::Result<Option<Mode>> {
        match self.stat(path)? {
            Some(stat) if FileType::from_raw_mode(stat.st_mode) != FileType::RegularFile => {
                Err(io::Error::new(io::ErrorKind::InvalidInput, "it is not a regular file"))
            }
            stat => Ok(stat.map(|stat| Mode::from_raw_mode(stat.st_mode))),
        }
    }

    /// What is at `path`; `None` where nothing is.
    pub(super) fn kind(self, path: &str) -> io::Result<Option<FileType>> {
        Ok(self.stat(path)?.map(|stat| FileType::from_raw_mode(stat.st_mode)))
    }

    /// The bytes of a regular file.
    pub(super) fn read(self, path: &str) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        read_whole(&self.open(path, OFlags::RDONLY)?, &mut bytes)?;
        Ok(bytes)
    }

    /// Takes a lease on a regular file: nobody writes to it while the lease lasts, where the system grants one.
    ///
    /// # Errors
    /// [`io::ErrorKind::WouldBlock`]: a program has the file open for writing. Otherwise as opening does.
    pub(super) fn lease(self, path: &str) -> io::Result<Lease> {
        Lease::take(self.open(path, OFlags::RDONLY)?)
    }

    /// The digest of a regular file; `None` for anything else, which someone may have put there meanwhile.
    pub(super) fn digest(self, path: &str) -> Option<Digest> {
        self.read(path).ok().map(|bytes| digest(&bytes))
    }

    /// Renames a file or a folder, replacing any file at `to`.
    pub(super) fn rename(self, from: &str, to: &str) -> io::Result<()> {
        let ((source, from), (target, to)) = (self.within(from)?, self.within(to)?);
        Ok(system::renameat(source, from, target, to)?)
    }

    /// Puts the file at `ready` in the place of the one at `target`, and that one where `ready` was.
    pub(super) fn exchange(self, ready: &str, target: &str) -> io::Result<()> {
        match self.swap(ready, target) {
            Err(error) if is_unknown(&error) => self.exchange_in_steps(ready, target),
            swapped => swapped,
        }
    }

    /// Exchanges two files in one step.
    #[cfg(any(target_os = "linux", target_os = "android", target_vendor = "apple"))]
    fn swap(self, a: &str, b: &str) -> io::Result<()> {
        let ((source, a), (target, b)) = (self.within(a)?, self.within(b)?);
        Ok(system::renameat_with(source, a, target, b, system::RenameFlags::EXCHANGE)?)
    }

    #[cfg(not(any(target_os = "linux", target_os = "android", target_vendor = "apple")))]
    fn swap(self, _: &str, _: &str) -> io::Result<()> {
        Err(io::ErrorKind::Unsupported.into())
    }

    /// Exchanges two files by way of a hard link. At every moment, the old or the new file is at `target`.
    fn exchange_in_steps(self, ready: &str, target: &str) -> io::Result<()> {
        let (room, name) = ready.rsplit_once('/').unwrap_or(("", ready));
        let old = format!("{room}/old.{name}");
        let ((source, from), (folder, to)) = (self.within(target)?, self.within(&old)?);
        system::linkat(source, from, folder, to, AtFlags::empty())?;
        self.rename(ready, target)?;
        self.rename(&old, ready)
    }

    pub(super) fn remove(self, path: &str) -> io::Result<()> {
        let (folder, name) = self.within(path)?;
        Ok(system::unlinkat(folder, name, AtFlags::empty())?)
    }

    /// Creates a folder, which must not exist.
    pub(super) fn make_folder(self, path: &str) -> io::Result<()> {
        let (folder, name) = self.within(path)?;
        Ok(system::mkdirat(folder, name, Mode::from_raw_mode(0o777))?)
    }

    /// Removes a folder, which must be empty.
    pub(super) fn remove_folder(self, path: &str) -> io::Result<()> {
        let (folder, name) = self.within(path)?;
        Ok(system::unlinkat(folder, name, AtFlags::REMOVEDIR)?)
    }

    /// The names in a folder.
    pub(super) fn names(self, path: &str) -> io::Result<Vec<CString>> {
        names(&listable(self.folder(path)?)?)
    }

    /// Removes a folder with everything in it; what is removed is a symlink itself, never what it leads to.
    pub(super) fn remove_all(self, path: &str) -> io::Result<()> {
        remove_below(&self.folder(path)?)?;
        self.remove_folder(path)
    }

    /// The mount of a folder in which files can be replaced.
    pub(super) fn writable_mount(self, path: &str) -> io::Result<Mount> {
        let folder = self.folder(path)?;
        system::accessat(&folder, ".", Access::WRITE_OK | Access::EXEC_OK, AtFlags::empty())?;
        #[cfg(target_os = "linux")]
        if let Ok(stat) = system::statx(&folder, ".", AtFlags::empty(), system::StatxFlags::MNT_ID)
            && stat.stx_mask & system::StatxFlags::MNT_ID.bits() != 0
        {
            return Ok(Mount::Id(stat.stx_mnt_id));
        }
        Ok(Mount::Device(system::fstat(folder)?.st_dev))
    }

    /// Syncs a folder, so that renames in it survive a loss of power. Ignores file systems that cannot do that.
    pub(super) fn sync_folder(self, path: &str) -> io::Result<()> {
        match File::from(listable(self.folder(path)?)?).sync_all() {
            Err(error) if !is_unknown(&error) => Err(error),
            _ => Ok(()),
        }
    }
}

/// The same folder, opened to list and to sync it.
fn listable(folder: impl AsFd) -> io::Result<OwnedFd> {
    Ok(system::openat(folder, ".", OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC, Mode::empty())?)
}

fn names(folder: &OwnedFd) -> io::Result<Vec<CString>> {
    let mut names = Vec::new();
    for entry in Dir::read_from(folder)? {
        let entry = entry?;
        if entry.file_name() != c"." && entry.file_name() != c".." {
            names.push(entry.file_name().to_owned());
        }
    }
    Ok(names)
}

fn remove_below(folder: impl AsFd) -> io::Result<()> {
    let folder = listable(folder)?;
    for name in names(&folder)? {
        match system::unlinkat(&folder, &name, AtFlags::empty()) {
            // POSIX says EPERM of a folder, Linux EISDIR.
            Err(Errno::ISDIR | Errno::PERM) => {
                let flags = beneath::FOLDER | OFlags::NOFOLLOW | OFlags::CLOEXEC;
                remove_below(system::openat(&folder, &name, flags, Mode::empty())?)?;
                system::unlinkat(&folder, &name, AtFlags::REMOVEDIR)?;
            }
            removed => removed?,
        }
    }
    Ok(())
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
        let (tree, root) = (Tree::new(folder.path()), File::open(folder.path()).unwrap());
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
        assert_eq!(disk.names("room").unwrap(), [c"1-a-b".to_owned()], "no link is left");
    }
}
