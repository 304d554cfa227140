//! Leases on files: Linux grants one only while nobody has the file open for writing, and a program that opens it for writing meanwhile waits.
//!
//! A crate of its own, because the system call needs `unsafe`, which portgen forbids, and no safe wrapper has it.
//! See `man 2const F_SETLEASE`.

use std::fs::File;
use std::io;

/// A file, with a lease on it where the system grants one: not on every file system, and only to the owner of the file or to root.
#[derive(Debug)]
pub struct Lease {
    file: File,
    is_granted: bool,
}

impl Lease {
    /// Takes a lease on a file that is open for reading alone.
    ///
    /// # Errors
    /// [`io::ErrorKind::WouldBlock`]: somebody has the file open for writing.
    pub fn take(file: File) -> io::Result<Self> {
        match system::take(&file) {
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => Err(error),
            taken => Ok(Self { file, is_granted: taken.is_ok() }),
        }
    }

    /// The file.
    pub fn file(&self) -> &File {
        &self.file
    }

    /// Whether a program waits to open the file for writing, or has waited so long that the system has ended the lease. Without a lease, it is
    /// not known, and the answer is no.
    pub fn is_wanted(&self) -> bool {
        self.is_granted && !system::is_kept(&self.file)
    }
}

impl Drop for Lease {
    /// A child that was just started may still have the file open, so closing it is not enough.
    fn drop(&mut self) {
        if self.is_granted {
            system::give_back(&self.file);
        }
    }
}

#[cfg(target_os = "linux")]
mod system {
    use std::ffi::c_int;
    use std::fs::File;
    use std::io;
    use std::os::fd::AsRawFd as _;

    /// From `linux/fcntl.h`.
    const F_SETSIG: c_int = 10;

    pub(super) fn take(file: &File) -> io::Result<()> {
        // A program that waits for the file raises a signal. By default it is SIGIO, which would end the process; SIGURG is ignored.
        fcntl(file, F_SETSIG, libc::SIGURG)?;
        fcntl(file, libc::F_SETLEASE, libc::F_RDLCK.into()).map(|_| ())
    }

    pub(super) fn is_kept(file: &File) -> bool {
        fcntl(file, libc::F_GETLEASE, 0).is_ok_and(|lease| lease == c_int::from(libc::F_RDLCK))
    }

    pub(super) fn give_back(file: &File) {
        let _ = fcntl(file, libc::F_SETLEASE, libc::F_UNLCK.into());
    }

    fn fcntl(file: &File, command: c_int, argument: c_int) -> io::Result<c_int> {
        // SAFETY: the descriptor is open as long as `file` lives, and these commands take a number and touch no memory.
        match unsafe { libc::fcntl(file.as_raw_fd(), command, argument) } {
            -1 => Err(io::Error::last_os_error()),
            result => Ok(result),
        }
    }
}

#[cfg(not(target_os = "linux"))]
mod system {
    use std::fs::File;
    use std::io;

    pub(super) fn take(_: &File) -> io::Result<()> {
        Err(io::ErrorKind::Unsupported.into())
    }

    pub(super) fn is_kept(_: &File) -> bool {
        false
    }

    pub(super) fn give_back(_: &File) {}
}
