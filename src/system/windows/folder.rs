//! A folder by its path: what lies below it is looked at, component by component, right before it is used.

use std::ffi::{OsStr, OsString};
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io;
use std::os::windows::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use super::file::{open, refuse_device, refuse_symlink};
use super::lease::{Lease, SHARING_VIOLATION, Watch};
use crate::system::{Found, Kind};

/// The file that stands for the lock of a folder, where git does not see it; see [`Folder::try_lock`].
const LOCK_IN_GIT: &str = ".git/portgen-writes";
/// As [`LOCK_IN_GIT`], of a folder that is not the top of a repository.
const LOCK: &str = ".portgen-writes";

/// From `winbase.h`: the file goes when it is closed, however the process ends.
const FILE_FLAG_DELETE_ON_CLOSE: u32 = 0x0400_0000;
/// From `winnt.h`.
const GENERIC_WRITE: u32 = 0x4000_0000;
const DELETE: u32 = 0x0001_0000;

/// From `winerror.h`: it is not allowed, or the file is about to go.
const ACCESS_DENIED: i32 = 5;

/// How often a file is moved that a scanner or an indexer has open for a moment.
const TRIES: u32 = 20;
const PAUSE: Duration = Duration::from_millis(25);

/// A folder.
#[derive(Debug)]
pub struct Folder {
    path: PathBuf,
    lock: Option<File>,
}

/// What identifies a mount: a folder on which another volume is mounted is a junction, which nothing follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mount;

impl Folder {
    /// The folder at `path`, to read what lies below it.
    ///
    /// # Errors
    /// It is none.
    pub fn open(path: &Path) -> io::Result<Self> {
        if fs::metadata(path)?.is_dir() {
            Ok(Self::at(path.to_owned()))
        } else {
            Err(io::ErrorKind::NotADirectory.into())
        }
    }

    /// The folder at `path`, to lock it and to write below it.
    ///
    /// # Errors
    /// It is none.
    pub fn open_to_write(path: &Path) -> io::Result<Self> {
        Self::open(path)
    }

    fn at(path: PathBuf) -> Self {
        Self { path, lock: None }
    }

    /// Locks the folder until it is dropped or the process ends: Windows has no locks on folders, but a file that one process alone may
    /// have open, and that goes when it is closed.
    ///
    /// # Errors
    /// Another process has locked it, or no file can be made there.
    pub fn try_lock(&mut self) -> Result<(), TryLockError> {
        let is_top = self.path.join(".git").is_dir();
        let file = self.path.join(if is_top { LOCK_IN_GIT } else { LOCK });
        let open = || {
            let mut options = OpenOptions::new();
            options.write(true).create(true).truncate(false).access_mode(GENERIC_WRITE | DELETE);
            options.share_mode(0).custom_flags(FILE_FLAG_DELETE_ON_CLOSE).open(&file)
        };
        match open() {
            Ok(lock) => {
                self.lock = Some(lock);
                Ok(())
            }
            Err(error) if error.raw_os_error() == Some(SHARING_VIOLATION) => Err(TryLockError::WouldBlock),
            // One that is about to go is still listed.
            Err(error) if error.raw_os_error() == Some(ACCESS_DENIED) && is_listed(&file) => {
                Err(TryLockError::WouldBlock)
            }
            Err(error) => Err(TryLockError::Error(error)),
        }
    }

    /// Whether a file in a folder of people is there for [`Folder::try_lock`] alone.
    pub fn is_lock(name: &OsStr) -> bool {
        name == LOCK
    }

    /// Where `path` lies.
    ///
    /// # Errors
    /// `InvalidInput` where a component but the last is a symlink, or one is the name of a device; `NotFound` where a folder is not there.
    fn way(&self, path: &str) -> io::Result<PathBuf> {
        let mut whole = self.path.clone();
        for (at, name) in path.split('/').filter(|name| !name.is_empty()).enumerate() {
            refuse_device(name)?;
            if at > 0 {
                refuse_symlink(&whole)?;
            }
            whole.push(name);
        }
        Ok(whole)
    }

    /// A folder below this one, with no symlink on the way.
    ///
    /// # Errors
    /// It is none, or `InvalidInput` for a symlink.
    pub fn below(&self, path: &str) -> io::Result<Self> {
        let whole = self.way(path)?;
        if !path.is_empty() && !refuse_symlink(&whole)?.is_dir() {
            return Err(io::ErrorKind::NotADirectory.into());
        }
        Ok(Self::at(whole))
    }

    /// Opens a file below this folder to read it, with no symlink on the way.
    ///
    /// # Errors
    /// As opening does, and `InvalidInput` for a symlink.
    pub fn file_below(&self, path: &str) -> io::Result<File> {
        open(&self.way(path)?)
    }

    /// What is at `path` below this folder; a symlink at its end is not followed.
    ///
    /// # Errors
    /// As looking does: nothing is there.
    pub fn found(&self, path: &str) -> io::Result<Found> {
        let meta = fs::symlink_metadata(self.way(path)?)?;
        let kind = match meta.file_type() {
            found if found.is_symlink() => Kind::Symlink,
            found if found.is_dir() => Kind::Folder,
            found if found.is_file() => Kind::File,
            _ => Kind::Other,
        };
        Ok(Found { kind, permissions: meta.permissions() })
    }

    /// Opens a file in this folder to read it.
    ///
    /// # Errors
    /// As opening does.
    pub fn file(&self, name: &str) -> io::Result<File> {
        self.file_below(name)
    }

    /// Creates a file, which must not exist.
    ///
    /// # Errors
    /// As creating does.
    pub fn create(&self, name: &str) -> io::Result<File> {
        File::create_new(self.way(name)?)
    }

    /// Opens a file to write at its end, and creates it where it does not exist.
    ///
    /// # Errors
    /// As opening does.
    pub fn append(&self, name: &str) -> io::Result<File> {
        OpenOptions::new().append(true).create(true).open(self.way(name)?)
    }

    /// Takes a lease on a regular file: nobody writes to it while the lease lasts.
    ///
    /// # Errors
    /// [`io::ErrorKind::WouldBlock`]: a program has the file open for writing. Otherwise as opening does.
    pub fn lease(&self, name: &str) -> io::Result<Lease> {
        let whole = self.way(name)?;
        refuse_symlink(&whole)?;
        Lease::take(&whole)
    }

    /// Ends the lease on a file that is about to be replaced.
    pub fn watch(_: Lease) -> Watch {
        Watch
    }

    /// Renames a file or a folder, replacing any file that is there.
    ///
    /// # Errors
    /// As renaming does.
    pub fn rename(&self, from: &str, folder: &Self, to: &str) -> io::Result<()> {
        let (from, to) = (self.way(from)?, folder.way(to)?);
        patiently(|| fs::rename(&from, &to))
    }

    /// Exchanges two files in one step, which Windows cannot.
    ///
    /// # Errors
    /// `Unsupported`.
    pub fn exchange(&self, _: &str, _: &Self, _: &str) -> io::Result<()> {
        Err(io::ErrorKind::Unsupported.into())
    }

    /// Gives a file a second name; where the file system has no links, its copy.
    ///
    /// # Errors
    /// As linking and copying do.
    pub fn link(&self, name: &str, folder: &Self, second: &str) -> io::Result<()> {
        let (from, to) = (self.way(name)?, folder.way(second)?);
        patiently(|| fs::hard_link(&from, &to).or_else(|_| fs::copy(&from, &to).map(drop)))
    }

    /// Removes a file.
    ///
    /// # Errors
    /// As removing does.
    pub fn remove(&self, name: &str) -> io::Result<()> {
        let whole = self.way(name)?;
        patiently(|| fs::remove_file(&whole))
    }

    /// Creates a folder, which must not exist.
    ///
    /// # Errors
    /// As creating does.
    pub fn make_folder(&self, name: &str) -> io::Result<()> {
        fs::create_dir(self.way(name)?)
    }

    /// Removes a folder, which must be empty.
    ///
    /// # Errors
    /// As removing does.
    pub fn remove_folder(&self, name: &str) -> io::Result<()> {
        let whole = self.way(name)?;
        patiently(|| fs::remove_dir(&whole))
    }

    /// The names in this folder.
    ///
    /// # Errors
    /// As listing does.
    pub fn names(&self) -> io::Result<Vec<OsString>> {
        fs::read_dir(&self.path)?.map(|entry| Ok(entry?.file_name())).collect()
    }

    /// Removes everything in this folder; what is removed is a symlink itself, never what it leads to.
    ///
    /// # Errors
    /// As removing does.
    pub fn clear(&self) -> io::Result<()> {
        for entry in fs::read_dir(&self.path)? {
            let entry = entry?;
            let is_folder = entry.file_type()?.is_dir();
            let path = entry.path();
            patiently(|| if is_folder { fs::remove_dir_all(&path) } else { fs::remove_file(&path) })?;
        }
        Ok(())
    }

    /// The mount of this folder, in which files can be replaced: whether they can shows when they are.
    ///
    /// # Errors
    /// None.
    pub fn writable_mount(&self) -> io::Result<Mount> {
        Ok(Mount)
    }

    /// Syncs this folder, which Windows cannot.
    ///
    /// # Errors
    /// `Unsupported`.
    pub fn sync(&self) -> io::Result<()> {
        Err(io::ErrorKind::Unsupported.into())
    }
}

fn is_listed(file: &Path) -> bool {
    let (Some(folder), Some(name)) = (file.parent(), file.file_name()) else { return false };
    fs::read_dir(folder)
        .is_ok_and(|mut entries| entries.any(|entry| entry.is_ok_and(|entry| entry.file_name() == name)))
}

/// Does something with a file that another program may have open for a moment.
fn patiently(act: impl Fn() -> io::Result<()>) -> io::Result<()> {
    let is_passing = |error: &io::Error| matches!(error.raw_os_error(), Some(SHARING_VIOLATION | ACCESS_DENIED));
    for _ in 1..TRIES {
        match act() {
            Err(error) if is_passing(&error) => thread::sleep(PAUSE),
            done => return done,
        }
    }
    act()
}
