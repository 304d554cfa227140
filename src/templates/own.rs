//! The project's own templates, read from the tree.

use std::io;
use std::path::Path;
use std::sync::Arc;

use walkdir::WalkDir;

use crate::diagnostic::{Diagnostic, Diagnostics, Source, codes, quoted};
use crate::files::names::TEMPLATES;
use crate::files::snapshot::{Kind, Snapshot};
use crate::files::tree::Tree;

/// A template is text for people: one over this many bytes is none.
const MOST_TEMPLATE: u64 = 1 << 20;

/// The project's own templates, by name: `templates/**/*.j2`, less the ending.
///
/// # Errors
/// One of them is a symlink, which could lead out of the folder, or cannot be read as text.
pub fn read(tree: &Tree) -> Result<Vec<(String, Arc<Source>)>, Diagnostics> {
    let mut errors = Vec::new();
    let listed = match tree.snapshot() {
        Some(snapshot) => listed_in_git(snapshot)?,
        None => listed_on_disk(&tree.root().join(TEMPLATES), &mut errors)?,
    };
    let mut found = Vec::new();
    for (path, is_symlink) in listed {
        let shown = format!("{TEMPLATES}/{path}");
        if is_symlink {
            let error = Diagnostic::error(
                codes::SYMLINK,
                format!("{} is a symlink, which portgen does not follow", quoted(&shown)),
            );
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
    Diagnostic::error(codes::SYMLINK, "`templates` is a symlink, which portgen does not follow")
        .help("make it a real directory")
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
                errors.push(Diagnostic::error(codes::TEMPLATE, format!("templates/ cannot be read: {error}")));
                continue;
            }
        };
        let path = entry.path().strip_prefix(folder).unwrap_or(entry.path());
        let Some(path) = path.to_str().map(|path| path.replace('\\', "/")) else {
            let shown = quoted(&path.to_string_lossy());
            errors.push(
                Diagnostic::error(codes::TEMPLATE, format!("the name {shown} in templates/ is not UTF-8"))
                    .help("rename it"),
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
    let refuse = |reason: String| Diagnostic::error(codes::TEMPLATE, format!("{} {reason}", quoted(path)));
    let bytes = tree.read_head(path, MOST_TEMPLATE).map_err(|error| refuse(format!("cannot be read: {error}")))?;
    if bytes.len() as u64 > MOST_TEMPLATE {
        return Err(refuse(format!("is over {MOST_TEMPLATE} bytes")));
    }
    match String::from_utf8(bytes) {
        Ok(text) => Ok(Source::of(tree.origin(), path, text.replace("\r\n", "\n"))),
        Err(error) => Err(refuse(format!("is not UTF-8: see byte {}", error.utf8_error().valid_up_to()))),
    }
}
