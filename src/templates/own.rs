//! The project's own templates, read from the tree.

use std::sync::Arc;

use super::hidden;
use crate::diagnostic::{Diagnostic, Diagnostics, Source, codes, quoted};
use crate::files::names::TEMPLATES;
use crate::files::tree::{Tree, symlinked};

/// The most bytes of a template: it is text for people.
const MOST_TEMPLATE: u64 = 1 << 20;

/// A template of the project's own.
#[derive(Clone, Debug)]
pub struct Own {
    /// Its path below `templates/`, without `.j2`.
    pub name: String,
    /// Its text.
    pub source: Arc<Source>,
}

impl Own {
    /// The template with this name and text.
    pub fn new(name: String, text: &str) -> Self {
        let source = Source::new(format!("{TEMPLATES}/{name}.j2"), text);
        Self { name, source }
    }
}

/// The project's own templates, by name: `templates/**/*.j2`.
///
/// # Errors
/// One of them is a symlink, which could lead out of the folder, or cannot be read as text.
pub fn read(tree: &Tree) -> Result<Vec<Own>, Diagnostics> {
    let walk = tree.walk(TEMPLATES);
    let mut errors = walk.faults;
    let mut found = Vec::new();
    for entry in walk.entries {
        if entry.is_symlink {
            errors.push(symlinked(&entry.path).help("copy the file here"));
        } else if let Some(name) = name(&entry.path) {
            match source(tree, &entry.path) {
                Ok(source) => found.push(Own { name: name.to_owned(), source }),
                Err(error) => errors.push(error),
            }
        }
    }
    Diagnostics(errors).into_result()?;
    Ok(found)
}

/// The name of the template at `path`; none for a file that is not one.
fn name(path: &str) -> Option<&str> {
    path.strip_prefix(TEMPLATES)?.strip_prefix('/')?.strip_suffix(".j2")
}

fn source(tree: &Tree, path: &str) -> Result<Arc<Source>, Diagnostic> {
    let refuse = |reason: String| Diagnostic::error(codes::TEMPLATE, format!("{} {reason}", quoted(path)));
    let bytes = tree.read_head(path, MOST_TEMPLATE).map_err(|error| refuse(format!("cannot be read: {error}")))?;
    if bytes.len() as u64 > MOST_TEMPLATE {
        return Err(refuse(format!("is over {MOST_TEMPLATE} bytes")));
    }
    match String::from_utf8(bytes) {
        Ok(text) => Ok(Source::hiding(tree.origin(), path, text.replace("\r\n", "\n"), hidden::secrets)),
        Err(error) => Err(refuse(format!("is not UTF-8: see byte {}", error.utf8_error().valid_up_to()))),
    }
}
