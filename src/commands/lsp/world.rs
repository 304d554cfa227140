//! ports.toml and the files below it as an editor has them, and what lies at a place in one.

use std::collections::BTreeMap;
use std::ops::Range as Span;
use std::path::{Path, PathBuf};

use lsp_types::{Location, Range, Uri};

use super::positions::{Encoding, Lines};
use super::uris;
use crate::allocation::{Allocation, Binding, Service};
use crate::commands::args::scanning;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::files::names::PORTS_TOML;
use crate::files::root;
use crate::files::tree::Tree;
use crate::manifest::earlier::Earlier;
use crate::path::RelPath;
use crate::pipeline;
use crate::scan::{Judged, Scanned};

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

/// What a number or a name stands for.
#[derive(Debug)]
pub(super) struct Target {
    /// The service, by its index.
    pub(super) service: usize,
    /// Its binding, where only one can be meant.
    pub(super) binding: Option<usize>,
    /// The bytes of the number or the name.
    pub(super) span: Span<usize>,
    /// What a scan says of it; none in ports.toml.
    pub(super) judged: Option<Judged>,
}

impl<'f> World<'f> {
    /// That of the ports.toml next to the file at `path`, in its folder or above; none where there is none.
    pub(super) fn around(path: &Path, files: &'f Files, encoding: Encoding) -> Option<Self> {
        let root = root::find(path.parent()?).ok()?;
        let below =
            files.iter().filter_map(|(path, open)| Some((relative(&root, path)?, open.text.clone().into_bytes())));
        let tree = Tree::new(&root).with_unsaved(below.collect());
        Some(Self { root, tree, files, encoding })
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

    /// What lies at the byte `at` of a file; `scanned` is asked for one that is not ports.toml.
    pub(super) fn target(
        &self,
        allocation: &Allocation,
        scanned: &Scanned<'_>,
        path: &str,
        at: usize,
    ) -> Option<Target> {
        if path == PORTS_TOML {
            return in_ports_toml(allocation, at);
        }
        let file = scanned.files.iter().find(|file| file.path == path)?;
        let judged = file.judged.iter().find(|one| has(&one.digits, at) && one.owner.is_some())?;
        let (service, binding) = judged.owner?;
        Some(Target { service, binding, span: judged.digits.clone(), judged: Some(judged.clone()) })
    }
}

impl Target {
    /// Its service, and the bindings that can be meant.
    pub(super) fn meant<'a>(&self, allocation: &'a Allocation) -> (&'a Service, Vec<&'a Binding>) {
        let service = &allocation.services[self.service];
        let bindings = service.bindings.iter().enumerate();
        let meant = bindings.filter(|(index, _)| self.binding.is_none_or(|binding| binding == *index));
        (service, meant.map(|(_, binding)| binding).collect())
    }

    /// Whether a statement is one of the same port, or of the same service where no port is meant.
    pub(super) fn is_of(&self, one: &Judged) -> bool {
        one.owner.is_some_and(|(service, binding)| {
            service == self.service && (self.binding.is_none() || binding.is_none() || binding == self.binding)
        })
    }
}

fn in_ports_toml(allocation: &Allocation, at: usize) -> Option<Target> {
    for (index, service) in allocation.services.iter().enumerate() {
        let bindings = service.bindings.iter().enumerate();
        let mut spans = bindings.flat_map(|(at, one)| [(Some(at), &one.span), (Some(at), &one.service_span)]);
        let own = spans
            .find(|(_, span)| has(span, at))
            .or_else(|| Some((None, &service.span)).filter(|(_, span)| has(span, at)));
        if let Some((binding, span)) = own {
            return Some(Target { service: index, binding, span: span.clone(), judged: None });
        }
        if let Some((needed, span)) = service.depends_on.iter().find(|(_, span)| has(span, at)) {
            return Some(Target { service: *needed, binding: None, span: span.clone(), judged: None });
        }
    }
    None
}

/// Whether a cursor at the byte `at` is in a word, or right behind it.
fn has(span: &Span<usize>, at: usize) -> bool {
    span.start <= at && at <= span.end
}

fn relative(root: &Path, path: &Path) -> Option<String> {
    Some(path.strip_prefix(root).ok()?.to_str()?.to_owned())
}
