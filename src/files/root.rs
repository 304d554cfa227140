//! Where the folder of ports.toml is.

use std::fs;
use std::path::{Path, PathBuf};

use super::names::PORTS_TOML;
use super::snapshot::View;
use crate::diagnostic::{Diagnostic, codes, quoted};
use crate::git;

/// The nearest folder that holds a ports.toml: `start` or one above it.
///
/// # Errors
/// There is none.
pub fn find(start: &Path) -> Result<PathBuf, Diagnostic> {
    let start = folder(start)?;
    let found = start.ancestors().find(|folder| fs::symlink_metadata(folder.join(PORTS_TOML)).is_ok());
    found.map(Path::to_path_buf).ok_or_else(|| {
        Diagnostic::error(codes::NO_PORTS_TOML, "there is no ports.toml in this folder or above it")
            .help("run portgen where it is, or name the folder: `portgen -C <dir> ...`")
    })
}

/// The nearest folder whose ports.toml git has in `view`: `start` or one above it.
///
/// # Errors
/// There is none, neither there nor on the disk; `start` is in no repository, or git does not have the view.
pub fn find_in_git(start: &Path, view: &View) -> Result<PathBuf, Diagnostic> {
    let start = folder(start)?;
    // It is asked only where it could know of a nearer one than the disk.
    if fs::symlink_metadata(start.join(PORTS_TOML)).is_ok() {
        return Ok(start);
    }
    let below = git::line(&start, &["rev-parse", "--show-prefix"])?;
    let ends = below.rmatch_indices('/').map(|(at, _)| at + 1).chain([0]);
    let folders: Vec<(String, &Path)> =
        ends.zip(start.ancestors()).map(|(end, folder)| (format!("{}{PORTS_TOML}", &below[..end]), folder)).collect();
    let paths: Vec<&str> = folders.iter().map(|(path, _)| &**path).collect();
    let known = match view {
        View::Index => git::staged(&start, &paths)?,
        View::Revision(revision) => git::committed(&start, revision, &paths)?,
    };
    let nearest = folders.iter().find(|(path, _)| known.contains(path));
    nearest.map_or_else(|| find(&start), |(_, folder)| Ok(folder.to_path_buf()))
}

/// Where a folder really lies, without `..` and symlinks on the way: what is above it is above it for git too.
///
/// # Errors
/// It is none.
pub fn folder(named: &Path) -> Result<PathBuf, Diagnostic> {
    dunce::canonicalize(named).ok().filter(|folder| folder.is_dir()).ok_or_else(|| {
        let message = format!("{} is not a directory", quoted(&named.to_string_lossy()));
        Diagnostic::error(codes::NO_PORTS_TOML, message).help("name an existing one with `-C`")
    })
}
