//! Which part of the tree a command looks at.

use std::path::{Component, Path, PathBuf};

use crate::diagnostic::{Diagnostic, Diagnostics, codes, quoted};
use crate::files::root;
use crate::files::tree::Tree;
use crate::session::Session;

/// The tree of a repository without ports.toml: from the top of the work tree, else from here.
///
/// # Errors
/// The current folder cannot be told.
pub fn without(session: &Session) -> Result<Tree, Diagnostics> {
    let here = root::folder(session.directory())?;
    let top = here.ancestors().find(|folder| folder.join(".git").exists()).unwrap_or(&here);
    Ok(Tree::new(top))
}

/// Whether a path is a folder or file that was named, or below it.
pub fn is_below(path: &str, folder: &str) -> bool {
    let rest = path.strip_prefix(folder);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/') || folder.is_empty())
}

/// The paths of the command line, from the root; empty for the root itself.
///
/// # Errors
/// One is nothing below the root.
pub fn below(tree: &Tree, paths: &[PathBuf], session: &Session) -> anyhow::Result<Vec<String>> {
    let root = dunce::canonicalize(tree.root())?;
    let mut below = Vec::new();
    for path in paths {
        let found = dunce::canonicalize(session.path(path)).ok();
        let inside = found.as_deref().and_then(|found| found.strip_prefix(&root).ok()).map(Path::to_owned);
        let Some(inside) = inside else { return Err(no_path(path).into()) };
        let parts: Vec<_> = inside
            .components()
            .filter_map(|part| match part {
                Component::Normal(part) => part.to_str(),
                _ => None,
            })
            .collect();
        below.push(parts.join("/"));
    }
    Ok(below)
}

fn no_path(path: &Path) -> Diagnostic {
    let shown = quoted(&path.to_string_lossy());
    Diagnostic::error(codes::USAGE, format!("{shown} is not a file or folder below the one of ports.toml"))
        .help("name a path as seen from here")
}
