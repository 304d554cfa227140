//! Waiting for programs that have a file open for writing.

use std::io;
use std::thread;
use std::time::{Duration, Instant};

use super::disk::Disk;
use super::exclusive::Guard;
use crate::diagnostic::{Diagnostic, codes, quoted};
use crate::system::Lease;

/// How long an editor may take to save a file.
const PATIENCE: Duration = Duration::from_secs(1);

const PAUSE: Duration = Duration::from_millis(5);

impl Guard<'_> {
    /// Waits until no program has a file open for writing. As long as the lease lasts, none opens it, and what is read is not half of a save.
    /// None where there is no file; where the system grants no lease, nothing is known.
    ///
    /// # Errors
    /// A program still has it open after a second.
    pub fn lease(&self, path: &str) -> Result<Option<Lease>, Diagnostic> {
        take(self.disk(), path)
    }
}

/// As [`Guard::lease`].
pub(super) fn take(disk: Disk<'_>, path: &str) -> Result<Option<Lease>, Diagnostic> {
    let start = Instant::now();
    loop {
        match disk.lease(path) {
            Err(error) if error.kind() != io::ErrorKind::WouldBlock => return Ok(None),
            Err(_) if start.elapsed() < PATIENCE => thread::sleep(PAUSE),
            Err(_) => return Err(open_elsewhere(path)),
            Ok(lease) => return Ok(Some(lease)),
        }
    }
}

fn open_elsewhere(path: &str) -> Diagnostic {
    Diagnostic::error(codes::CHANGED_MEANWHILE, format!("{} is open for writing in another program", quoted(path)))
        .help("it was left as it is: save and close it there, then run this again")
}
