//! What a scan has to do with the blocks of a file. What is inside is a template's: its numbers are judged and mended with it, and not one by
//! one.

use std::sync::Arc;

use crate::diagnostic::{Diagnostic, Place, Severity, Source, codes, quoted};
use crate::files::names::TEMPLATES;
use crate::path::RelPath;
use crate::references::blocks::{Blocks, InFile, Renderer};

/// What becomes of the blocks of a file, of which `source` shows the lines that mark them. Without a renderer they are left as they are; in a
/// file that is not kept in step they are left for ever.
pub(super) fn of_file(
    path: &RelPath,
    text: &str,
    blocks: &Blocks,
    source: &Arc<Source>,
    (is_kept, renderer): (bool, Option<&Renderer<'_, '_>>),
) -> InFile {
    match renderer {
        Some(renderer) => renderer.file(path, text, blocks, source),
        None if is_kept => InFile { faults: blocks.faults(source), ..InFile::default() },
        // What a template writes is no block of a person's.
        None if path.as_str().starts_with(&format!("{TEMPLATES}/")) => InFile::default(),
        None => InFile { faults: vec![unkept(blocks, source)], ..InFile::default() },
    }
}

fn unkept(blocks: &Blocks, source: &Arc<Source>) -> Diagnostic {
    let message = format!("portgen does not render the blocks in {}", quoted(&source.path));
    let places = blocks.lines().map(|line| Place::new(source, line.span.clone()));
    Diagnostic::new(codes::UNKEPT_BLOCK, Severity::Note, message)
        .at_each(places, "")
        .help("name the file in `files` of `[references]`, or remove the comments")
}

/// What is said of the blocks of a file that is not UTF-8 from the byte `at` on.
pub(super) fn in_no_text(blocks: &Blocks, source: &Arc<Source>, at: usize) -> InFile {
    let message = format!("{} has a block, and is not UTF-8: see byte {at}", quoted(&source.path));
    let places = blocks.lines().map(|line| Place::new(source, line.span.clone()));
    let error = Diagnostic::error(codes::BROKEN_BLOCK, message).at_each(places, "");
    InFile { faults: vec![error.help("save it as UTF-8")], ..InFile::default() }
}

/// Whether git has left both sides of a conflict in a text.
pub(super) fn has_conflict(text: &str) -> bool {
    let has = |marker: &str| text.starts_with(marker) || text.contains(&format!("\n{marker}"));
    memchr::memmem::find(text.as_bytes(), b"<<<<<<< ").is_some() && has("<<<<<<< ") && has(">>>>>>> ")
}

/// Whether the conflicts of a text are inside of its blocks, which are rendered anew.
pub(super) fn have_conflicts(text: &str, blocks: &Blocks) -> bool {
    let outside = blocks.outside(text);
    blocks.is_whole() && !["<<<<<<< ", ">>>>>>> "].iter().any(|marker| outside.contains(marker))
}
