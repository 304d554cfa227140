//! The bytes of git's objects: one git is asked for all of them.

use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout};

use crate::diagnostic::{Diagnostic, codes};
use crate::git;
use crate::path::RelPath;

/// The largest file that is read, in bytes: far over any output, far under what would exhaust the memory.
pub(crate) const MOST: u64 = 256 << 20;

/// A `git cat-file --batch` that runs as long as this does.
#[derive(Debug)]
pub(crate) struct Objects {
    git: Child,
    /// None once it is to end.
    requests: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
}

impl Objects {
    /// Starts git in `folder`.
    ///
    /// # Errors
    /// It cannot be run.
    pub(crate) fn start(folder: &Path) -> Result<Self, Diagnostic> {
        Self::of(git::start(folder, &["cat-file", "--batch"])?)
    }

    /// Those of a git that has been started so.
    ///
    /// # Errors
    /// It has no input or output.
    pub(crate) fn of(mut git: Child) -> Result<Self, Diagnostic> {
        match (git.stdin.take(), git.stdout.take()) {
            (Some(requests), Some(answers)) => {
                Ok(Self { git, requests: Some(requests), answers: BufReader::new(answers) })
            }
            _ => Err(Diagnostic::error(codes::GIT, "git cannot be run: it has no input or output")),
        }
    }

    /// The bytes of the file at `path`, from where git runs, in a commit; none where there is no such file or commit.
    pub(crate) fn file(&mut self, commit: &str, path: &RelPath) -> Option<Vec<u8>> {
        let mut bytes = Vec::new();
        self.read(&format!("{commit}:./{path}"), MOST, &mut bytes).is_ok().then_some(bytes)
    }

    /// Asks for an object by any name that git knows it by: the answer is `<object> <type> <size>`, a line break, the bytes,
    /// and another one
    /// (git-cat-file(1), "BATCH OUTPUT").
    ///
    /// # Errors
    /// git does not have it, it is no file, it has more than `most` bytes, or git fails.
    pub(crate) fn read(&mut self, object: &str, most: u64, buffer: &mut Vec<u8>) -> io::Result<()> {
        let requests = self.requests.as_mut().ok_or(io::ErrorKind::BrokenPipe)?;
        requests.write_all(format!("{object}\n").as_bytes())?;
        let mut head = String::new();
        self.answers.read_line(&mut head)?;
        let size = head.trim_end().split_once(" blob ").and_then(|(_, size)| size.parse().ok());
        let size: u64 = size.ok_or_else(|| io::Error::other("git does not have its bytes"))?;
        if size > most {
            // What follows in the answer is never read: nothing can be asked any more.
            self.requests = None;
            return Err(io::Error::new(io::ErrorKind::FileTooLarge, "it is too large"));
        }
        buffer.clear();
        self.answers.by_ref().take(size).read_to_end(buffer)?;
        let mut end = [0; 1];
        self.answers.read_exact(&mut end)
    }
}

impl Drop for Objects {
    fn drop(&mut self) {
        // Without more to be asked, git ends; one that has more to say than anybody reads is ended.
        self.requests = None;
        let _ = self.git.kill();
        let _ = self.git.wait();
    }
}
