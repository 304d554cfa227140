//! An open folder. What happens in it happens to the last component of a path: a folder that is swapped for a symlink meanwhile leads nowhere
//! else.

use std::ffi::{CStr, CString, OsStr, OsString};
use std::fs::{File, Permissions, TryLockError};
use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use rustix::fs::{self as system, Access, AtFlags, Dev, Dir, FileType, Mode, OFlags, Stat};
use rustix::io::Errno;

use super::beneath;
use super::{Lease, Watch};
use crate::system::{Found, Kind};

/// A folder, opened once: what lies below it is found from there.
#[derive(Debug)]
pub struct Folder(File);

/// What identifies a mount.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mount {
    /// Linux has an ID of each, because bind mounts of one device share its device number.
    #[cfg(target_os = "linux")]
    Id(u64),
    /// The number of the device.
    Device(Dev),
}

impl AsFd for Folder {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.0.as_fd()
    }
}

impl Folder {
    /// Opens the folder at `path` to read what lies below it.
    ///
    /// # Errors
    /// As opening does.
    pub fn open(path: &Path) -> io::Result<Self> {
        let opened: OwnedFd = system::open(path, beneath::FOLDER | OFlags::CLOEXEC, Mode::empty())?;
        Ok(Self(opened.into()))
    }

    /// Opens the folder at `path` to lock it, and to write below it.
    ///
    /// # Errors
    /// As opening does.
    pub fn open_to_write(path: &Path) -> io::Result<Self> {
        File::open(path).map(Self)
    }

    /// Locks the folder, which [`Folder::open_to_write`] has opened, until it is dropped or the process ends.
    ///
    /// # Errors
    /// Another process has locked it, or the file system has no locks.
    pub fn try_lock(&mut self) -> Result<(), TryLockError> {
        self.0.try_lock()
    }

    /// Whether a file in a folder of people is there for [`Folder::try_lock`] alone.
    pub fn is_lock(_: &OsStr) -> bool {
        false
    }

    /// Opens a folder below this one, with no symlink on the way.
    ///
    /// # Errors
    /// As opening does, and `InvalidInput` for a symlink.
    pub fn below(&self, path: &str) -> io::Result<Self> {
        beneath::open(self, path, beneath::FOLDER).map(|folder| Self(folder.into()))
    }

    /// Opens a file below this folder to read it, with no symlink on the way and without waiting for a pipe.
    ///
    /// # Errors
    /// As opening does, and `InvalidInput` for a symlink.
    pub fn file_below(&self, path: &str) -> io::Result<File> {
        Ok(beneath::open(self, path, OFlags::RDONLY | OFlags::NONBLOCK)?.into())
    }

    /// What is at `path` below this folder; a symlink at its end is not followed.
    ///
    /// # Errors
    /// As looking does: nothing is there.
    pub fn found(&self, path: &str) -> io::Result<Found> {
        let stat: Stat = system::statat(self, path, AtFlags::SYMLINK_NOFOLLOW)?;
        let kind = match FileType::from_raw_mode(stat.st_mode) {
            FileType::RegularFile => Kind::File,
            FileType::Directory => Kind::Folder,
            FileType::Symlink => Kind::Symlink,
            _ => Kind::Other,
        };
        #[allow(clippy::useless_conversion, reason = "a mode has 16 bits on Apple's systems, 32 elsewhere")]
        let mode = u32::from(Mode::from_raw_mode(stat.st_mode).bits());
        Ok(Found { kind, permissions: Permissions::from_mode(mode) })
    }

    /// Opens a file in this folder to read it.
    ///
    /// # Errors
    /// As opening does.
    pub fn file(&self, name: &str) -> io::Result<File> {
        self.open_file(name, OFlags::RDONLY)
    }

    /// Creates a file, which must not exist, with the user's permissions for new files.
    ///
    /// # Errors
    /// As creating does.
    pub fn create(&self, name: &str) -> io::Result<File> {
        self.open_file(name, OFlags::CREATE | OFlags::EXCL | OFlags::WRONLY)
    }

    /// Opens a file to write at its end, and creates it where it does not exist.
    ///
    /// # Errors
    /// As opening does.
    pub fn append(&self, name: &str) -> io::Result<File> {
        self.open_file(name, OFlags::CREATE | OFlags::APPEND | OFlags::WRONLY)
    }

    fn open_file(&self, name: &str, flags: OFlags) -> io::Result<File> {
        let flags = flags | OFlags::CLOEXEC | OFlags::NONBLOCK | OFlags::NOFOLLOW;
        Ok(system::openat(self, name, flags, Mode::from_raw_mode(0o666))?.into())
    }

    /// Takes a lease on a regular file: nobody writes to it while the lease lasts, where the system grants one.
    ///
    /// # Errors
    /// [`io::ErrorKind::WouldBlock`]: a program has the file open for writing. Otherwise as opening does.
    pub fn lease(&self, name: &str) -> io::Result<Lease> {
        Lease::take(self.file(name)?)
    }

    /// Goes on watching a file that is about to be replaced: the lease lasts.
    pub fn watch(lease: Lease) -> Watch {
        lease
    }

    /// Renames a file or a folder, replacing any file that is there.
    ///
    /// # Errors
    /// As renaming does.
    pub fn rename(&self, from: &str, folder: &Self, to: &str) -> io::Result<()> {
        Ok(system::renameat(self, from, folder, to)?)
    }

    /// Exchanges two files in one step.
    ///
    /// # Errors
    /// `Unsupported` or `InvalidInput` where the system cannot; otherwise as renaming does.
    #[cfg(any(target_os = "linux", target_os = "android", target_vendor = "apple"))]
    pub fn exchange(&self, name: &str, folder: &Self, other: &str) -> io::Result<()> {
        Ok(system::renameat_with(self, name, folder, other, system::RenameFlags::EXCHANGE)?)
    }

    /// Exchanges two files in one step, which this system cannot.
    ///
    /// # Errors
    /// `Unsupported`.
    #[cfg(not(any(target_os = "linux", target_os = "android", target_vendor = "apple")))]
    pub fn exchange(&self, _: &str, _: &Self, _: &str) -> io::Result<()> {
        Err(io::ErrorKind::Unsupported.into())
    }

    /// Gives a file a second name.
    ///
    /// # Errors
    /// As linking does.
    pub fn link(&self, name: &str, folder: &Self, second: &str) -> io::Result<()> {
        Ok(system::linkat(self, name, folder, second, AtFlags::empty())?)
    }

    /// Removes a file.
    ///
    /// # Errors
    /// As removing does.
    pub fn remove(&self, name: &str) -> io::Result<()> {
        Ok(system::unlinkat(self, name, AtFlags::empty())?)
    }

    /// Creates a folder, which must not exist.
    ///
    /// # Errors
    /// As creating does.
    pub fn make_folder(&self, name: &str) -> io::Result<()> {
        Ok(system::mkdirat(self, name, Mode::from_raw_mode(0o777))?)
    }

    /// Removes a folder, which must be empty.
    ///
    /// # Errors
    /// As removing does.
    pub fn remove_folder(&self, name: &str) -> io::Result<()> {
        Ok(system::unlinkat(self, name, AtFlags::REMOVEDIR)?)
    }

    /// The names in this folder.
    ///
    /// # Errors
    /// As listing does.
    pub fn names(&self) -> io::Result<Vec<OsString>> {
        let names = names(&listable(self)?)?;
        Ok(names.iter().map(|name| OsStr::from_bytes(name.as_bytes()).to_owned()).collect())
    }

    /// Removes everything in this folder; what is removed is a symlink itself, never what it leads to.
    ///
    /// # Errors
    /// As removing does.
    pub fn clear(&self) -> io::Result<()> {
        remove_below(self)
    }

    /// The mount of this folder, in which files can be replaced.
    ///
    /// # Errors
    /// They cannot.
    pub fn writable_mount(&self) -> io::Result<Mount> {
        system::accessat(self, ".", Access::WRITE_OK | Access::EXEC_OK, AtFlags::empty())?;
        #[cfg(target_os = "linux")]
        if let Ok(stat) = system::statx(self, ".", AtFlags::empty(), system::StatxFlags::MNT_ID)
            && stat.stx_mask & system::StatxFlags::MNT_ID.bits() != 0
        {
            return Ok(Mount::Id(stat.stx_mnt_id));
        }
        Ok(Mount::Device(system::fstat(self)?.st_dev))
    }

    /// Syncs this folder, so that renames in it survive a loss of power.
    ///
    /// # Errors
    /// `Unsupported` or `InvalidInput` where the file system cannot; otherwise as syncing does.
    pub fn sync(&self) -> io::Result<()> {
        File::from(listable(self)?).sync_all()
    }
}

/// The same folder, opened to list and to sync it.
fn listable(folder: impl AsFd) -> io::Result<OwnedFd> {
    Ok(system::openat(folder, ".", OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC, Mode::empty())?)
}

fn names(folder: &OwnedFd) -> io::Result<Vec<CString>> {
    let is_own = |name: &CStr| name == c"." || name == c"..";
    let mut names = Vec::new();
    for entry in Dir::read_from(folder)? {
        names.extend(Some(entry?.file_name()).filter(|name| !is_own(name)).map(CStr::to_owned));
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
