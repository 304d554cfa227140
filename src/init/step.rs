//! The steps of `init`: all of them are taken, or none.

use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use crate::diagnostic::{Diagnostic, codes, quoted};
use crate::git;
use crate::system::mode;

/// Something that is to be done.
#[derive(Debug)]
pub enum Step {
    /// Makes a file, and the folders on the way to it.
    Make {
        /// Where nothing is as yet.
        file: PathBuf,
        /// What is in it.
        text: String,
        /// Whether it is a program.
        runnable: bool,
    },
    /// Adds to the end of a file, or makes it.
    Append {
        /// The file.
        file: PathBuf,
        /// What is added.
        text: String,
    },
    /// Tells git a setting of a clone.
    Set {
        /// A folder of the clone.
        folder: PathBuf,
        /// The setting.
        key: &'static str,
        /// What it is to be.
        value: &'static str,
    },
}

/// What takes a step back.
#[derive(Debug)]
enum Undo {
    Remove(PathBuf),
    Cut(PathBuf, u64),
    Tell(PathBuf, &'static str, Option<String>),
}

/// Takes the steps below `folder`, in order. Where one fails, those before it are taken back.
///
/// # Errors
/// A file cannot be written, or git cannot be told.
pub fn take(folder: &Path, steps: Vec<Step>) -> Result<(), Diagnostic> {
    let mut taken = Vec::new();
    for step in steps {
        match step.take(folder) {
            Ok(undo) => taken.push(undo),
            Err(error) => {
                taken.into_iter().rev().for_each(Undo::undo);
                return Err(error);
            }
        }
    }
    Ok(())
}

impl Step {
    fn take(self, below: &Path) -> Result<Undo, Diagnostic> {
        match self {
            Self::Make { file, text, runnable } => {
                make(&file, &text, runnable).map_err(|error| unwritable(below, &file, &error))?;
                Ok(Undo::Remove(file))
            }
            Self::Append { file, text } => append(&file, &text).map_err(|error| unwritable(below, &file, &error)),
            Self::Set { folder, key, value } => {
                let was = git::own_setting(&folder, key)?;
                git::set(&folder, key, Some(value))?;
                Ok(Undo::Tell(folder, key, was))
            }
        }
    }
}

impl Undo {
    /// What cannot be taken back stays.
    fn undo(self) {
        let _ = match self {
            Self::Remove(file) => fs::remove_file(file),
            Self::Cut(file, length) => cut(&file, length),
            Self::Tell(folder, key, value) => {
                git::set(&folder, key, value.as_deref()).map_err(|_| io::ErrorKind::Other.into())
            }
        };
    }
}

fn make(file: &Path, text: &str, runnable: bool) -> io::Result<()> {
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder)?;
    }
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    mode::make_runnable(&mut options, runnable);
    let written = options.open(file)?.write_all(text.as_bytes());
    written.inspect_err(|_| Undo::Remove(file.to_path_buf()).undo())
}

fn append(file: &Path, text: &str) -> io::Result<Undo> {
    let undo = match fs::metadata(file) {
        Ok(meta) => Undo::Cut(file.to_path_buf(), meta.len()),
        Err(_) => Undo::Remove(file.to_path_buf()),
    };
    match OpenOptions::new().append(true).create(true).open(file)?.write_all(text.as_bytes()) {
        Ok(()) => Ok(undo),
        Err(error) => {
            undo.undo();
            Err(error)
        }
    }
}

fn cut(file: &Path, length: u64) -> io::Result<()> {
    OpenOptions::new().write(true).open(file)?.set_len(length)
}

fn unwritable(below: &Path, file: &Path, error: &io::Error) -> Diagnostic {
    let file = file.strip_prefix(below).unwrap_or(file);
    let message = format!("{} cannot be written: {error}", quoted(&file.to_string_lossy()));
    Diagnostic::error(codes::CANNOT_WRITE, message).help("fix this, then run it again")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_one_fails_all_are_taken_back() {
        let folder = tempfile::tempdir().unwrap();
        let below = |name: &str| folder.path().join(name);
        fs::write(below("file"), "as it was\n").unwrap();
        for last in ["file/below", "new"] {
            let make = |name| Step::Make { file: below(name), text: "text".to_owned(), runnable: false };
            let append = |name| Step::Append { file: below(name), text: "more\n".to_owned() };
            let error =
                take(folder.path(), vec![make("new"), append("file"), append("other"), make(last)]).unwrap_err();
            assert!(error.message.starts_with(&format!("`{last}` cannot be written: ")), "{}", error.message);
            assert_eq!(fs::read_to_string(below("file")).unwrap(), "as it was\n");
            assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
        }
    }
}
