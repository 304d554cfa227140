//! The first step of the pass: what it reads besides the outputs themselves.

use std::fs;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use walkdir::WalkDir;

use crate::diagnostic::{Diagnostic, Diagnostics, Source, quoted};
use crate::lock::LockFile;
use crate::manifest;
use crate::path::RelPath;
use crate::tree::{Tree, open_regular};

/// The name of the allocation file.
pub const PORTS_TOML: &str = "ports.toml";

/// A template is text for people: one over this many bytes is none.
const MOST_TEMPLATE: u64 = 1 << 20;

/// The nearest folder that holds a ports.toml: `start` or one above it.
///
/// # Errors
/// There is none.
pub fn root(start: &Path) -> Result<PathBuf, Diagnostic> {
    if !start.is_dir() {
        let message = format!("{} is no folder", quoted(&start.to_string_lossy()));
        return Err(Diagnostic::error("no-ports-toml", message).help("name an existing one with `-C`"));
    }
    let start = std::path::absolute(start).unwrap_or_else(|_| start.to_path_buf());
    let found = start.ancestors().find(|folder| fs::symlink_metadata(folder.join(PORTS_TOML)).is_ok());
    found.map(Path::to_path_buf).ok_or_else(|| {
        Diagnostic::error("no-ports-toml", "there is no ports.toml in this folder or above it")
            .help("run portgen where it is, or name the folder: `portgen -C <dir> ...`")
    })
}

/// ports.toml.
///
/// # Errors
/// It is no regular file, too large, or not UTF-8.
pub fn ports_toml(tree: &Tree) -> Result<Arc<Source>, Diagnostic> {
    let refuse = |error: &io::Error| {
        Diagnostic::error("unreadable-file", format!("ports.toml cannot be read: {error}"))
            .help("ports.toml is a regular file, committed to the repository")
    };
    let file = open_regular(&tree.root().join(PORTS_TOML)).map_err(|error| refuse(&error))?;
    let most = manifest::MAX_BYTES as u64 + 1;
    let size = file.metadata().map_or(0, |meta| meta.len().min(most));
    let mut bytes = Vec::with_capacity(size as usize);
    file.take(most).read_to_end(&mut bytes).map_err(|error| refuse(&error))?;
    manifest::decode(PORTS_TOML, bytes)
}

/// The project's own templates, by name: `templates/**/*.j2`, less the ending.
///
/// # Errors
/// One of them is a symlink, which could lead out of the folder, or cannot be read as text.
pub fn templates(tree: &Tree) -> Result<Vec<(String, Arc<Source>)>, Diagnostics> {
    let folder = tree.root().join("templates");
    if std::fs::symlink_metadata(&folder).is_ok_and(|meta| meta.is_symlink()) {
        let error = Diagnostic::error("symlink", "`templates` is a symlink: portgen follows none");
        return Err(error.help("make it a real folder").into());
    }
    let mut found = Vec::new();
    let mut errors = Vec::new();
    for entry in WalkDir::new(&folder).sort_by_file_name().max_depth(16) {
        let entry = match entry {
            Ok(entry) => entry,
            Err(error) if error.io_error().is_some_and(|error| error.kind() == io::ErrorKind::NotFound) => continue,
            Err(error) => {
                errors.push(Diagnostic::error("template", format!("templates/ cannot be read: {error}")));
                continue;
            }
        };
        let path = entry.path().strip_prefix(&folder).unwrap_or(entry.path());
        let Some(path) = path.to_str().map(|path| path.replace('\\', "/")) else {
            let shown = quoted(&path.to_string_lossy());
            errors.push(
                Diagnostic::error("template", format!("the name {shown} in templates/ is not UTF-8")).help("rename it"),
            );
            continue;
        };
        if entry.path_is_symlink() {
            let shown = quoted(&format!("templates/{path}"));
            errors.push(
                Diagnostic::error("symlink", format!("{shown} is a symlink: portgen follows none"))
                    .help("copy the file here"),
            );
        } else if let Some(name) = path.strip_suffix(".j2").filter(|_| !entry.file_type().is_dir()) {
            match template(entry.path(), &format!("templates/{path}")) {
                Ok(source) => found.push((name.to_owned(), source)),
                Err(error) => errors.push(error),
            }
        }
    }
    if errors.is_empty() { Ok(found) } else { Err(Diagnostics(errors)) }
}

fn template(on_disk: &Path, shown: &str) -> Result<Arc<Source>, Diagnostic> {
    let refuse = |reason: String| Diagnostic::error("template", format!("{} {reason}", quoted(shown)));
    let file = open_regular(on_disk).map_err(|error| refuse(format!("cannot be read: {error}")))?;
    let mut bytes = Vec::new();
    io::copy(&mut file.take(MOST_TEMPLATE + 1), &mut bytes).map_err(|error| refuse(error.to_string()))?;
    if bytes.len() as u64 > MOST_TEMPLATE {
        return Err(refuse(format!("is over {MOST_TEMPLATE} bytes")));
    }
    match String::from_utf8(bytes) {
        Ok(text) => Ok(Source::new(shown, text.replace("\r\n", "\n"))),
        Err(error) => Err(refuse(format!("is not UTF-8 from byte {} on", error.utf8_error().valid_up_to()))),
    }
}

/// portgen.lock, which lies at `path`.
///
/// # Errors
/// It cannot be read.
pub fn lock(tree: &Tree, path: RelPath) -> Result<LockFile, Diagnostic> {
    let bytes = tree.read(&path, 0)?;
    Ok(LockFile::new(path, bytes))
}
