//! The file system operations of `write`. Names are relative to the open root, so that the kernel does not resolve the path to
//! it for each file.

use std::fs::File;
use std::io;
use std::path::Path;

use rustix::fs::{self as system, Access, AtFlags, FileType, Mode, OFlags};

use crate::files::disk::{is_absent, read_whole};
use crate::files::tree::Tree;
use crate::outputs::lock::{Digest, digest};

/// The root, opened.
#[derive(Clone, Copy)]
pub(super) struct Disk<'t> {
    pub(super) tree: &'t Tree,
    pub(super) root: &'t File,
}

impl Disk<'_> {
    /// Creates a file, which must not exist, with the user's permissions for new files.
    pub(super) fn create(&self, name: &str) -> io::Result<File> {
        let flags = OFlags::CREATE | OFlags::EXCL | OFlags::WRONLY | OFlags::CLOEXEC;
        Ok(system::openat(self.root, name, flags, Mode::from_raw_mode(0o666))?.into())
    }

    /// The permissions of a regular file; `None` if it does not exist.
    pub(super) fn permissions(&self, name: &str) -> io::Result<Option<Mode>> {
        match system::statat(self.root, name, AtFlags::SYMLINK_NOFOLLOW).map_err(io::Error::from) {
            Ok(stat) if FileType::from_raw_mode(stat.st_mode) == FileType::RegularFile => {
                Ok(Some(Mode::from_raw_mode(stat.st_mode)))
            }
            Ok(_) => Err(io::Error::new(io::ErrorKind::InvalidInput, "it is not a regular file")),
            Err(error) if is_absent(&error) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The digest of a regular file; `None` for anything else, which someone may have put there meanwhile.
    pub(super) fn digest(&self, name: &str) -> Option<Digest> {
        let flags = OFlags::RDONLY | OFlags::CLOEXEC | OFlags::NONBLOCK | OFlags::NOFOLLOW;
        let file = system::openat(self.root, name, flags, Mode::empty()).ok()?;
        let mut bytes = Vec::new();
        read_whole(&file.into(), &mut bytes).ok()?;
        Some(digest(&bytes))
    }

    /// Renames a file, replacing any file at `to`.
    pub(super) fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        Ok(system::renameat(self.root, from, self.root, to)?)
    }

    /// Exchanges two files in one step.
    #[cfg(any(target_os = "linux", target_os = "android", target_vendor = "apple"))]
    pub(super) fn swap(&self, a: &str, b: &str) -> io::Result<()> {
        Ok(system::renameat_with(self.root, a, self.root, b, system::RenameFlags::EXCHANGE)?)
    }

    #[cfg(not(any(target_os = "linux", target_os = "android", target_vendor = "apple")))]
    pub(super) fn swap(&self, _: &str, _: &str) -> io::Result<()> {
        Err(io::ErrorKind::Unsupported.into())
    }

    pub(super) fn remove(&self, name: &str) -> io::Result<()> {
        Ok(system::unlinkat(self.root, name, AtFlags::empty())?)
    }

    /// Creates a folder, which must not exist.
    pub(super) fn make_folder(&self, name: &str) -> io::Result<()> {
        Ok(system::mkdirat(self.root, name, Mode::from_raw_mode(0o777))?)
    }

    /// Removes a folder, which must be empty.
    pub(super) fn remove_folder(&self, name: &str) -> io::Result<()> {
        Ok(system::unlinkat(self.root, name, AtFlags::REMOVEDIR)?)
    }

    /// Removes a folder with everything in it.
    pub(super) fn remove_all(&self, name: &str) -> io::Result<()> {
        std::fs::remove_dir_all(self.tree.root().join(name))
    }

    /// Whether files in a folder can be replaced.
    pub(super) fn prove_writable(&self, folder: &str) -> io::Result<()> {
        Ok(system::accessat(self.root, shown(folder), Access::WRITE_OK | Access::EXEC_OK, AtFlags::empty())?)
    }

    /// Identifies the mount of a folder. On Linux by mount ID, because bind mounts of one device share its device number.
    pub(super) fn mount(&self, folder: &str) -> io::Result<u64> {
        use std::os::unix::fs::MetadataExt as _;
        #[cfg(target_os = "linux")]
        {
            use rustix::fs::{StatxFlags, statx};
            if let Ok(stat) = statx(self.root, shown(folder), AtFlags::empty(), StatxFlags::MNT_ID)
                && stat.stx_mask & StatxFlags::MNT_ID.bits() != 0
            {
                return Ok(stat.stx_mnt_id);
            }
        }
        Ok(std::fs::metadata(self.tree.root().join(folder))?.dev())
    }

    /// Syncs a folder, so that renames in it survive a loss of power. Ignores file systems that cannot do that.
    pub(super) fn sync_folder(&self, folder: &str) -> io::Result<()> {
        let flags = OFlags::RDONLY | OFlags::CLOEXEC | OFlags::DIRECTORY;
        let folder = system::openat(self.root, shown(folder), flags, Mode::empty())?;
        match File::from(folder).sync_all() {
            Err(error) if !is_unknown(&error) => Err(error),
            _ => Ok(()),
        }
    }
}

/// A name for the system calls: `.` for the root itself.
fn shown(folder: &str) -> &Path {
    Path::new(if folder.is_empty() { "." } else { folder })
}

/// Whether the system or file system does not support an operation: ENOSYS, EOPNOTSUPP, or EINVAL from older systems.
pub(super) fn is_unknown(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::Unsupported | io::ErrorKind::InvalidInput)
}
