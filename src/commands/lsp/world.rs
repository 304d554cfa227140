//! ports.toml and the files below it as an editor has them, and what lies at a place in one.

use std::collections::BTreeMap;
use std::ops::Range as Span;
use std::path::{Path, PathBuf};

use lsp_types::{Location, Position, Range, Uri};

use super::positions::{self, Encoding, Lines};
use super::uris;
use crate::allocation::Allocation;
use crate::commands::args::scanning;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::files::names::PORTS_TOML;
use crate::files::root;
use crate::files::tree::Tree;
use crate::manifest::earlier::Earlier;
use crate::path::{RelPath, relative};
use crate::pipeline;
use crate::scan::Scanned;

/// A file that the editor has open.
#[derive(Debug)]
pub(super) struct Open {
    /// As the editor names it.
    pub(super) uri: Uri,
    pub(super) version: i32,
    pub(super) text: String,
}

/// The files that are open, by their paths.
pub(super) type Files = BTreeMap<PathBuf, Open>;

/// The folder of a ports.toml, with what is open below it.
pub(super) struct World<'f> {
    pub(super) root: PathBuf,
    pub(super) tree: Tree,
    files: &'f Files,
    encoding: Encoding,
}

impl<'f> World<'f> {
    /// That of the ports.toml next to the file at `path`; none where there is none.
    pub(super) fn around(path: &Path, files: &'f Files, encoding: Encoding) -> Option<Self> {
        Some(Self::below(root_of(path)?, files, encoding))
    }

    /// That of the ports.toml in the folder `root`.
    pub(super) fn below(root: PathBuf, files: &'f Files, encoding: Encoding) -> Self {
        let below =
            files.iter().filter_map(|(path, open)| Some((relative(&root, path)?, open.text.clone().into_bytes())));
        let tree = Tree::new(&root).with_unsaved(below.collect());
        Self { root, tree, files, encoding }
    }

    /// The path of a file from the root; none where it lies elsewhere.
    pub(super) fn relative(&self, path: &Path) -> Option<String> {
        relative(&self.root, path)
    }

    /// The text of a file, as the editor has it; ports.toml without the byte order mark, which its places do not count.
    pub(super) fn text(&self, path: &str) -> Option<String> {
        let text = String::from_utf8(self.tree.read(&RelPath::parse(path).ok()?).ok()??).ok()?;
        match text.strip_prefix('\u{feff}').filter(|_| path == PORTS_TOML) {
            Some(rest) => Some(rest.to_owned()),
            None => Some(text),
        }
    }

    /// As the editor names a file.
    pub(super) fn uri(&self, path: &str) -> Option<Uri> {
        let whole = self.root.join(path);
        self.files.get(&whole).map(|open| open.uri.clone()).or_else(|| uris::uri(&whole))
    }

    /// A place in a file, for the editor.
    pub(super) fn location(&self, path: &str, span: &Span<usize>) -> Option<Location> {
        self.locations(path, vec![span]).pop()
    }

    /// Places in a file, which is read once.
    pub(super) fn locations(&self, path: &str, spans: Vec<&Span<usize>>) -> Vec<Location> {
        if spans.is_empty() {
            return Vec::new();
        }
        let (Some(uri), Some(text)) = (self.uri(path), self.text(path)) else { return Vec::new() };
        let lines = Lines::of(&text, self.encoding);
        spans.into_iter().map(|span| Location { uri: uri.clone(), range: lines.range(span) }).collect()
    }

    /// The byte at a position in a text.
    pub(super) fn offset(&self, text: &str, position: Position) -> usize {
        positions::offset(text, position, self.encoding)
    }

    /// The lines of a text, for ranges as the editor counts.
    pub(super) fn lines<'t>(&self, text: &'t str) -> Lines<'t> {
        Lines::of(text, self.encoding)
    }

    /// The range of bytes in a text, for the editor.
    pub(super) fn range(&self, text: &str, span: &Span<usize>) -> Range {
        self.lines(text).range(span)
    }

    /// What ports.toml says.
    pub(super) fn allocation(&self) -> Result<(Allocation, Vec<Diagnostic>), Diagnostics> {
        pipeline::allocation(&self.tree)
    }

    /// What files of people state, judged.
    pub(super) fn scanned(&self, allocation: &Allocation) -> Result<Scanned<'_>, Diagnostic> {
        scanning::scanned(&self.tree, allocation, &Earlier::in_git(&self.tree), &|_| true)
    }

    /// What every file states.
    pub(super) fn everything(&self, allocation: &Allocation) -> Result<Scanned<'_>, Diagnostic> {
        scanning::with_outputs(&self.tree, allocation, &Earlier::in_git(&self.tree))
    }
}

/// The folder of the ports.toml next to the file at `path`: its own, or one above.
pub(super) fn root_of(path: &Path) -> Option<PathBuf> {
    root::find(path.parent()?).ok()
}
