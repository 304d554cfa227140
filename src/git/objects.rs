//! Reads git's objects, all through one running git.

use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout};

use crate::diagnostic::{Diagnostic, codes};
use crate::git;
use crate::path::RelPath;

/// The largest file that is read, in bytes: far larger than any output, and small enough for the memory.
pub(crate) const MOST: u64 = 256 << 20;

/// A `git cat-file --batch` that runs until this is dropped.
#[derive(Debug)]
pub(crate) struct Objects {
    git: Child,
    /// `None` once git is to end.
    requests: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
}

impl Objects {
    /// Starts git in `folder`.
    ///
    /// # Errors
    /// git cannot be run.
    pub(crate) fn start(folder: &Path) -> Result<Self, Diagnostic> {
        Self::of(git::start(folder, &["cat-file", "--batch"])?)
    }

    /// Reads objects from a `git cat-file --batch` that is already running.
    ///
    /// # Errors
    /// git has no input or output.
    pub(crate) fn of(mut git: Child) -> Result<Self, Diagnostic> {
        match (git.stdin.take(), git.stdout.take()) {
            (Some(requests), Some(answers)) => {
                Ok(Self { git, requests: Some(requests), answers: BufReader::new(answers) })
            }
            _ => Err(Diagnostic::error(codes::GIT, "git cannot be run: it has no input or output")),
        }
    }

    /// The bytes of the file at `path`, relative to git's folder, in a commit; `None` if there is no such file or commit.
    pub(crate) fn file(&mut self, commit: &str, path: &RelPath) -> Option<Vec<u8>> {
        let mut bytes = Vec::new();
        self.read(&format!("{commit}:./{path}"), MOST, &mut bytes).is_ok().then_some(bytes)
    }

    /// Reads a file by any name that git knows. The answer is `<object> <type> <size>`, a line break, the bytes, and another
    /// line break (git-cat-file(1), "BATCH OUTPUT").
    ///
    /// # Errors
    /// git does not have the object, it is not a file, it has more than `most` bytes, or git fails.
    pub(crate) fn read(&mut self, object: &str, most: u64, buffer: &mut Vec<u8>) -> io::Result<()> {
        let requests = self.requests.as_mut().ok_or(io::ErrorKind::BrokenPipe)?;
        requests.write_all(format!("{object}\n").as_bytes())?;
        let mut head = String::new();
        self.answers.read_line(&mut head)?;
        let size = head.trim_end().split_once(" blob ").and_then(|(_, size)| size.parse().ok());
        let size: u64 = size.ok_or_else(|| io::Error::other("git does not have its bytes"))?;
        if size > most {
            // The rest of the answer stays unread, so this git can answer nothing more.
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
        // Git ends with its input, but not while it waits for somebody to read its output: kill it.
        self.requests = None;
        let _ = self.git.kill();
        let _ = self.git.wait();
    }
}
