//! Opening what lies below a folder with no symlink on the way, not even one that appears meanwhile.

use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

use rustix::fs::{AtFlags, FileType, Mode, OFlags, openat, statat};
use rustix::io::Errno;

use crate::system::is_a_symlink;

/// How a folder is opened to work in it: where the system can, without the right to list it.
#[cfg(any(target_os = "linux", target_os = "android"))]
pub(super) const FOLDER: OFlags = OFlags::PATH.union(OFlags::DIRECTORY);
/// How a folder is opened to work in it.
#[cfg(not(any(target_os = "linux", target_os = "android")))]
pub(super) const FOLDER: OFlags = OFlags::RDONLY.union(OFlags::DIRECTORY);

/// Opens `path` below `root`: in one step where the kernel knows how, else component by component.
///
/// # Errors
/// As opening does, and `InvalidInput` where a component of the path is a symlink.
pub(super) fn open(root: impl AsFd, path: &str, flags: OFlags) -> io::Result<OwnedFd> {
    let flags = flags | OFlags::CLOEXEC | OFlags::NOFOLLOW;
    #[cfg(target_os = "linux")]
    {
        use rustix::fs::{ResolveFlags, openat2};
        match openat2(&root, path, flags, Mode::empty(), ResolveFlags::BENEATH | ResolveFlags::NO_SYMLINKS) {
            // Before Linux 5.6, and in sandboxes that do not know the call.
            Err(Errno::NOSYS | Errno::PERM) => {}
            opened => return opened.map_err(|error| named(root.as_fd(), path, error)),
        }
    }
    by_components(root.as_fd(), path, flags)
}

fn by_components(root: BorrowedFd<'_>, path: &str, flags: OFlags) -> io::Result<OwnedFd> {
    let Some((folders, last)) = path.rsplit_once('/') else { return component(root, path, flags) };
    let mut folder: Option<OwnedFd> = None;
    for name in folders.split('/') {
        let outer = folder.as_ref().map_or(root, OwnedFd::as_fd);
        folder = Some(component(outer, name, FOLDER | OFlags::CLOEXEC | OFlags::NOFOLLOW)?);
    }
    component(folder.as_ref().map_or(root, OwnedFd::as_fd), last, flags)
}

fn component(folder: BorrowedFd<'_>, name: &str, flags: OFlags) -> io::Result<OwnedFd> {
    openat(folder, name, flags, Mode::empty()).map_err(|error| named(folder, name, error))
}

/// The error for a path that cannot be opened. For a symlink at its end, systems have several, and Linux says of one that was to be a folder that it
/// is none.
fn named(folder: BorrowedFd<'_>, path: &str, error: Errno) -> io::Error {
    let is_symlink = |stat: rustix::fs::Stat| FileType::from_raw_mode(stat.st_mode) == FileType::Symlink;
    let found = statat(folder, path, AtFlags::SYMLINK_NOFOLLOW);
    if error == Errno::LOOP || found.is_ok_and(is_symlink) { is_a_symlink() } else { error.into() }
}

#[cfg(test)]
mod tests {
    use std::fs::{self, File};
    use std::os::unix::fs::symlink;

    use super::*;

    /// Both ways to open a path, on every system.
    fn opened(root: &File, path: &str, flags: OFlags) -> [Result<OwnedFd, String>; 2] {
        let ways = [open(root, path, flags), by_components(root.as_fd(), path, flags | OFlags::NOFOLLOW)];
        ways.map(|way| way.map_err(|error| error.to_string()))
    }

    #[test]
    fn no_component_of_a_path_may_be_a_symlink() {
        let (inside, outside) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        fs::create_dir_all(inside.path().join("a/b")).unwrap();
        fs::write(inside.path().join("a/b/c"), "").unwrap();
        fs::create_dir(outside.path().join("b")).unwrap();
        fs::write(outside.path().join("b/c"), "").unwrap();
        symlink(outside.path(), inside.path().join("out")).unwrap();
        symlink(outside.path().join("b/c"), inside.path().join("a/c")).unwrap();
        let root = File::open(inside.path()).unwrap();

        for (path, flags) in [("a/b/c", OFlags::RDONLY), ("a/b", FOLDER), ("a", FOLDER)] {
            assert!(opened(&root, path, flags).iter().all(Result::is_ok), "{path}");
        }
        let symlinks = [("out/b/c", OFlags::RDONLY), ("out/b", FOLDER), ("out", FOLDER), ("a/c", OFlags::RDONLY)];
        for (path, flags) in symlinks {
            for way in opened(&root, path, flags) {
                assert_eq!(way.unwrap_err(), is_a_symlink().to_string(), "{path}");
            }
        }
        for way in opened(&root, "a/none/c", OFlags::RDONLY) {
            assert!(way.unwrap_err().contains("No such file"));
        }
    }
}
