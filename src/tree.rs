//! The files below the root, as the first and the last step of the pass see them.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use crate::diagnostic::{Diagnostic, quoted};
use crate::path::RelPath;

/// The folder of ports.toml and everything below it.
#[derive(Debug, Clone)]
pub struct Tree {
    root: PathBuf,
}

impl Tree {
    /// The tree below `root`.
    pub fn new(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into() }
    }

    /// The folder of ports.toml.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The bytes of a file; none where there is none.
    ///
    /// `capacity` is how many bytes are expected: a good guess saves system calls.
    ///
    /// # Errors
    /// The file is a symlink or no regular file, or cannot be read.
    pub fn read(&self, path: &RelPath, capacity: usize) -> Result<Option<Vec<u8>>, Diagnostic> {
        match open_regular(&self.root.join(path.as_str())) {
            Ok(mut file) => {
                let mut bytes = Vec::with_capacity(capacity + 1);
                file.read_to_end(&mut bytes).map_err(|error| unreadable(path, &error))?;
                Ok(Some(bytes))
            }
            Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => Ok(None),
            Err(error) => Err(unreadable(path, &error)),
        }
    }

    /// Whether no existing folder on the way to `path` is a symlink.
    ///
    /// # Errors
    /// One is: following it could write outside the root.
    pub fn refuse_symlinked_folders(&self, folder: &str) -> Result<(), Diagnostic> {
        let mut on_disk = self.root.clone();
        for component in folder.split('/') {
            on_disk.push(component);
            match fs::symlink_metadata(&on_disk) {
                Ok(meta) if meta.is_symlink() => {
                    let shown = quoted(&on_disk.strip_prefix(&self.root).unwrap_or(&on_disk).to_string_lossy());
                    return Err(Diagnostic::error("symlink", format!("{shown} is a symlink: portgen follows none"))
                        .help("make it a real folder, or move the output with `[outputs]`"));
                }
                Ok(_) => {}
                Err(_) => return Ok(()),
            }
        }
        Ok(())
    }
}

/// Opens a regular file for reading without following a symlink in the last component and without waiting for a pipe.
///
/// # Errors
/// As opening does, and `InvalidInput` for what is no regular file.
pub fn open_regular(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        let flags = rustix::fs::OFlags::NOFOLLOW | rustix::fs::OFlags::NONBLOCK;
        options.custom_flags(flags.bits().cast_signed());
    }
    #[cfg(not(unix))]
    if fs::symlink_metadata(path)?.is_symlink() {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "is a symlink"));
    }
    let file = options.open(path).map_err(|error| match rustix::io::Errno::from_io_error(&error) {
        Some(rustix::io::Errno::LOOP) => {
            io::Error::new(io::ErrorKind::InvalidInput, "is a symlink: portgen follows none")
        }
        _ => error,
    })?;
    if !file.metadata()?.is_file() {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "is not a regular file"));
    }
    Ok(file)
}

fn unreadable(path: &RelPath, error: &io::Error) -> Diagnostic {
    Diagnostic::error("unreadable-file", format!("{} cannot be read: {error}", quoted(path.as_str())))
}
