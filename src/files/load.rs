//! The first step of the pass: what it reads besides the outputs themselves.

use std::fs;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use walkdir::WalkDir;

use crate::allocation::Outputs;
use crate::diagnostic::{Diagnostic, Diagnostics, Source, quoted};
use crate::files::disk::open_regular;
use crate::files::snapshot::{Kind, Snapshot, View};
use crate::files::tree::Tree;
use crate::outputs::lock::LockFile;
use crate::path::RelPath;
use crate::{git, manifest};

/// The name of the allocation file.
pub const PORTS_TOML: &str = "ports.toml";

/// The folder of the project's own templates.
const TEMPLATES: &str = "templates";

/// A template is text for people: one over this many bytes is none.
const MOST_TEMPLATE: u64 = 1 << 20;

/// The nearest folder that holds a ports.toml: `start` or one above it.
///
/// # Errors
/// There is none.
pub fn root(start: &Path) -> Result<PathBuf, Diagnostic> {
    let start = folder(start)?;
    let found = start.ancestors().find(|folder| fs::symlink_metadata(folder.join(PORTS_TOML)).is_ok());
    found.map(Path::to_path_buf).ok_or_else(|| {
        Diagnostic::error("no-ports-toml", "there is no ports.toml in this folder or above it")
            .help("run portgen where it is, or name the folder: `portgen -C <dir> ...`")
    })
}

/// The nearest folder whose ports.toml git has in `view`: `start` or one above it.
///
/// # Errors
/// There is none, neither there nor on the disk; `start` is in no repository, or git does not have the view.
pub fn root_in_git(start: &Path, view: &View) -> Result<PathBuf, Diagnostic> {
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
    nearest.map_or_else(|| root(&start), |(_, folder)| Ok(folder.to_path_buf()))
}

/// Where a folder really lies, without `..` and symlinks on the way: what is above it is above it for git too.
///
/// # Errors
/// It is none.
pub fn folder(named: &Path) -> Result<PathBuf, Diagnostic> {
    fs::canonicalize(named).ok().filter(|folder| folder.is_dir()).ok_or_else(|| {
        let message = format!("{} is no folder", quoted(&named.to_string_lossy()));
        Diagnostic::error("no-ports-toml", message).help("name an existing one with `-C`")
    })
}

/// ports.toml.
///
/// # Errors
/// It is no regular file, too large, or not UTF-8.
pub fn ports_toml(tree: &Tree) -> Result<Arc<Source>, Diagnostic> {
    let refuse = |error: &io::Error| {
        if let Some(snapshot) = tree.snapshot().filter(|_| error.kind() == io::ErrorKind::NotFound) {
            return absent_in(snapshot);
        }
        let unreadable = Diagnostic::error("unreadable-file", format!("ports.toml cannot be read: {error}"));
        unreadable.help(match (tree.snapshot(), error.kind()) {
            (Some(_), io::ErrorKind::Other) => git::FETCH,
            _ => "ports.toml is a regular file, committed to the repository",
        })
    };
    let bytes = head(tree, PORTS_TOML, manifest::MAX_BYTES as u64).map_err(|error| refuse(&error))?;
    match tree.snapshot() {
        Some(snapshot) => manifest::decode(&snapshot.name_of(PORTS_TOML), bytes),
        None => manifest::decode(PORTS_TOML, bytes),
    }
}

/// A revision is only ever something to compare with.
fn absent_in(snapshot: &Snapshot) -> Diagnostic {
    let absent = format!("there is no ports.toml in {}", snapshot.name());
    let error = match snapshot.view() {
        View::Index => Diagnostic::error("no-ports-toml", absent),
        View::Revision(_) => Diagnostic::error("nothing-to-compare", format!("{absent}: nothing to compare with"))
            .help("judge what there is by itself: `portgen check`, and `portgen diff`"),
    };
    error.help(snapshot.mend_absence(PORTS_TOML))
}

/// The bytes of a file of a fixed name; of one with more than `most`, one more than that.
fn head(tree: &Tree, path: &str, most: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    match tree.snapshot() {
        Some(snapshot) => snapshot.read(path, most, &mut bytes)?,
        None => {
            let file = open_regular(&tree.root().join(path))?;
            // Its size and one more, so that the end is met without asking for room again.
            bytes.reserve_exact(file.metadata().map_or(0, |meta| meta.len().min(most) as usize + 1));
            file.take(most + 1).read_to_end(&mut bytes)?;
        }
    }
    Ok(bytes)
}

/// The project's own templates, by name: `templates/**/*.j2`, less the ending.
///
/// # Errors
/// One of them is a symlink, which could lead out of the folder, or cannot be read as text.
pub fn templates(tree: &Tree) -> Result<Vec<(String, Arc<Source>)>, Diagnostics> {
    let mut errors = Vec::new();
    let listed = match tree.snapshot() {
        Some(snapshot) => listed_in_git(snapshot)?,
        None => listed_on_disk(&tree.root().join(TEMPLATES), &mut errors)?,
    };
    let mut found = Vec::new();
    for (path, is_symlink) in listed {
        let shown = format!("{TEMPLATES}/{path}");
        if is_symlink {
            let error = Diagnostic::error("symlink", format!("{} is a symlink: portgen follows none", quoted(&shown)));
            errors.push(error.help("copy the file here"));
        } else if let Some(name) = path.strip_suffix(".j2") {
            match template(tree, &shown) {
                Ok(source) => found.push((name.to_owned(), source)),
                Err(error) => errors.push(error),
            }
        }
    }
    if errors.is_empty() { Ok(found) } else { Err(Diagnostics(errors)) }
}

/// What lies in `templates/`, by its path from there, and whether it is a symlink.
type Listed = Vec<(String, bool)>;

fn listed_in_git(snapshot: &Snapshot) -> Result<Listed, Diagnostic> {
    if snapshot.kind(TEMPLATES) == Some(Kind::Symlink) {
        return Err(symlinked_templates());
    }
    let strip = |path: &str| path.strip_prefix(TEMPLATES).unwrap_or(path).trim_start_matches('/').to_owned();
    Ok(snapshot.below(TEMPLATES).map(|(path, kind)| (strip(path), kind == Kind::Symlink)).collect())
}

fn symlinked_templates() -> Diagnostic {
    Diagnostic::error("symlink", "`templates` is a symlink: portgen follows none").help("make it a real folder")
}

fn listed_on_disk(folder: &Path, errors: &mut Vec<Diagnostic>) -> Result<Listed, Diagnostic> {
    if std::fs::symlink_metadata(folder).is_ok_and(|meta| meta.is_symlink()) {
        return Err(symlinked_templates());
    }
    let mut listed = Vec::new();
    for entry in WalkDir::new(folder).sort_by_file_name().max_depth(16) {
        let entry = match entry {
            Ok(entry) => entry,
            Err(error) if error.io_error().is_some_and(|error| error.kind() == io::ErrorKind::NotFound) => continue,
            Err(error) => {
                errors.push(Diagnostic::error("template", format!("templates/ cannot be read: {error}")));
                continue;
            }
        };
        let path = entry.path().strip_prefix(folder).unwrap_or(entry.path());
        let Some(path) = path.to_str().map(|path| path.replace('\\', "/")) else {
            let shown = quoted(&path.to_string_lossy());
            errors.push(
                Diagnostic::error("template", format!("the name {shown} in templates/ is not UTF-8")).help("rename it"),
            );
            continue;
        };
        if entry.path_is_symlink() || !entry.file_type().is_dir() {
            listed.push((path, entry.path_is_symlink()));
        }
    }
    Ok(listed)
}

fn template(tree: &Tree, path: &str) -> Result<Arc<Source>, Diagnostic> {
    let refuse = |reason: String| Diagnostic::error("template", format!("{} {reason}", quoted(path)));
    let bytes = head(tree, path, MOST_TEMPLATE).map_err(|error| refuse(format!("cannot be read: {error}")))?;
    if bytes.len() as u64 > MOST_TEMPLATE {
        return Err(refuse(format!("is over {MOST_TEMPLATE} bytes")));
    }
    let name = tree.snapshot().map_or_else(|| path.to_owned(), |snapshot| snapshot.name_of(path));
    match String::from_utf8(bytes) {
        Ok(text) => Ok(Source::new(name, text.replace("\r\n", "\n"))),
        Err(error) => Err(refuse(format!("is not UTF-8 from byte {} on", error.utf8_error().valid_up_to()))),
    }
}

/// Where portgen.lock lies, read from the text of ports.toml before that is understood: a guess, with which reading can begin.
pub fn probable_lock_path(ports_toml: &str) -> Option<RelPath> {
    let mut section = ports_toml.split_once("\n[outputs]").map_or("", |(_, section)| section).lines();
    let mut own = section.by_ref().take_while(|line| !line.starts_with('['));
    let directory =
        own.find_map(|line| line.strip_prefix("directory")?.trim_start().strip_prefix('=')?.trim().split('"').nth(1));
    lock_path(directory.unwrap_or(Outputs::DIRECTORY)).ok()
}

/// Where portgen.lock lies: in the directory of the outputs.
///
/// # Errors
/// The path is too long.
pub fn lock_path(directory: &str) -> Result<RelPath, Diagnostic> {
    let path = format!("{directory}/portgen.lock");
    RelPath::parse(&path).map_err(|reason| Diagnostic::error("output-path", format!("the lock's path {reason}")))
}

/// portgen.lock, which lies at `path`.
///
/// # Errors
/// It cannot be read.
pub fn lock(tree: &Tree, path: RelPath) -> Result<LockFile, Diagnostic> {
    let bytes = tree.read(&path)?;
    Ok(LockFile::new(path, bytes))
}
