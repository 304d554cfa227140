//! What the blocks of a file are to hold, verified as outputs are.

use std::sync::Arc;

use super::block::Block;
use super::find::{Blocks, find, is_block_line};
use super::standing::Memory;
use super::subject;
use super::text::{NewText, laid_out, plain, replaced, whole};
use crate::claims::At;
use crate::diagnostic::{Diagnostic, Diagnostics, Place, Severity, Source, codes, quoted};
use crate::formats::Number;
use crate::outputs::digest::{Digest, digest};
use crate::outputs::render::{Piece, Trace, render};
use crate::outputs::verify::Verifier;
use crate::path::RelPath;
use crate::references::comment::Comments;
use crate::templates::Templates;
use crate::templates::context::Context;

/// What renders blocks.
#[derive(Debug)]
pub struct Renderer<'r, 'e> {
    /// The allocation that they are rendered from.
    pub context: &'static Context,
    /// The templates.
    pub templates: &'r Templates,
    /// What reads them back.
    pub verifier: Verifier<'r, 'e>,
    /// What portgen wrote.
    pub memory: Memory<'r>,
}

/// What portgen writes into a block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// The block as people know it.
    pub shown: String,
    /// The digest of its text as the template renders it.
    pub digest: Digest,
}

/// A port that a block states.
#[derive(Clone, Debug)]
pub struct Stated {
    /// The line of the file, from 1.
    pub line: usize,
    /// The number, with its digits in the text of the block.
    pub number: Number,
    /// The bindings that have it.
    pub owners: Vec<At>,
    /// The block as people know it.
    pub block: String,
}

/// What became of the blocks of a file.
#[derive(Debug, Default)]
pub struct InFile {
    /// What they are to hold.
    pub written: Vec<Written>,
    /// The new texts of those that hold something else, ascending.
    pub changes: Vec<NewText>,
    /// What is said of those.
    pub stale: Vec<Diagnostic>,
    /// What cannot be rendered.
    pub faults: Vec<Diagnostic>,
}

/// A file with its text and with excerpts of it.
struct File<'f> {
    path: &'f RelPath,
    text: &'f str,
    source: &'f Arc<Source>,
}

impl Renderer<'_, '_> {
    /// Compares the `blocks` of the file at `path` with what their templates render.
    pub fn file(&self, path: &RelPath, text: &str, blocks: &Blocks, source: &Arc<Source>) -> InFile {
        let mut found = InFile { faults: blocks.faults(source), ..InFile::default() };
        let file = File { path, text, source };
        for block in &blocks.all {
            match self.rendered(&file, block) {
                Ok(rendered) => self.compare(&file, block, &rendered, &mut found),
                Err(Diagnostics(wrong)) => found.faults.extend(wrong),
            }
        }
        found.faults.extend(unproven(&file, blocks, &found.changes));
        found
    }

    /// The ports that the blocks of a file state now, each with what it is a port of.
    pub fn stated(&self, path: &RelPath, text: &str) -> Vec<Stated> {
        let mut stated = Vec::new();
        for block in find(path.as_str(), text).all {
            let Ok(piece) = self.piece(path, &block) else { continue };
            let plain = plain(&text[block.inside.clone()], &block.indent);
            for (claim, owners) in self.verifier.stated(piece, &plain) {
                let line = piece.above + 1 + plain[..claim.span.start].matches('\n').count();
                let number = |number: Number| Stated { line, number, owners: owners.clone(), block: block.shown() };
                stated.extend(claim.numbers.iter().map(number));
            }
        }
        stated
    }

    /// What is rendered for a block.
    ///
    /// # Errors
    /// It has no template, or is about nothing; without a place.
    fn piece<'p>(&self, path: &'p RelPath, block: &Block) -> Result<Piece<'p>, Diagnostic> {
        let template = subject::template(block, self.templates)?;
        let each = self.templates.list[template].front.each;
        let subject = subject::subject(block, each, &self.context.allocation)?;
        Ok(Piece { template, subject, path, above: block.begin.above + 1 })
    }

    /// The text of a block as its template renders it.
    fn rendered(&self, file: &File<'_>, block: &Block) -> Result<String, Diagnostics> {
        let piece = self.piece(file.path, block).map_err(|wrong| wrong.at(file.begin(block), ""))?;
        let in_block = |wrong: Diagnostic| wrong.at(file.begin(block), "in this block");
        let text = render(self.context, self.templates, piece).map_err(in_block)?;
        let is_shown =
            |wrong: &Diagnostic| wrong.labels.iter().any(|label| label.place.source.path == file.path.as_str());
        let with_block = |wrong: Diagnostic| if is_shown(&wrong) { wrong } else { in_block(wrong) };
        let verified = self.verifier.verify(piece, &text);
        verified.map_err(|Diagnostics(wrong)| Diagnostics(wrong.into_iter().map(with_block).collect()))?;
        self.without_marks(&text, piece).map_err(in_block)?;
        Ok(whole(text))
    }

    /// # Errors
    /// A line of the text would begin or end a block.
    fn without_marks(&self, text: &str, piece: Piece<'_>) -> Result<(), Diagnostic> {
        let comments = Comments::of(piece.path.as_str());
        let marks = |line: &str| comments.said(line).is_some_and(|said| is_block_line(said.text));
        if !text.lines().any(marks) {
            return Ok(());
        }
        let template = &self.templates.list[piece.template];
        let message = format!("{} writes a line that begins or ends a block", quoted(&template.source.name()));
        let place = Trace::new(self.context, self.templates, piece).and_then(|trace| {
            let line = trace.text.lines().find(|line| marks(line))?;
            let start = trace.text.find(line)?;
            trace.place(self.templates, &(start..start + line.len()))
        });
        let place = place.unwrap_or_else(|| template.path_place.clone());
        Err(Diagnostic::error(codes::BROKEN_BLOCK, message)
            .at(place, "written here")
            .help("only the lines of the person's file may do that: remove it from the template"))
    }

    /// Adds how a block differs from its text.
    fn compare(&self, file: &File<'_>, block: &Block, rendered: &str, found: &mut InFile) {
        found.written.push(Written { shown: block.shown(), digest: digest(rendered.as_bytes()) });
        let text = laid_out(rendered, &block.indent, block.is_crlf);
        let inside = &file.text[block.inside.clone()];
        if text == inside {
            return;
        }
        let now = plain(inside, &block.indent);
        let is_edited = now != rendered && !self.memory.has_written(file.path, &now);
        let (code, what) = match is_edited {
            true => (codes::EDITED_BLOCK, "was edited by hand, or never written by portgen"),
            false => (codes::STALE_BLOCK, "is not up to date"),
        };
        let message = format!("the block {} in {} {what}", quoted(&block.shown()), quoted(file.path.as_str()));
        let help = match is_edited {
            true => "`portgen diff` shows what would be lost, `portgen write --force` renders it anew",
            false => "`portgen write` renders it anew",
        };
        found.stale.push(Diagnostic::new(code, Severity::Finding, message).at(file.begin(block), "").help(help));
        found.changes.push(NewText {
            inside: block.inside.clone(),
            text: text.into(),
            shown: block.shown().into(),
            begin: block.begin.span.clone(),
            edited: is_edited.then(|| digest(now.as_bytes())),
        });
    }
}

impl File<'_> {
    /// The line that begins a block.
    fn begin(&self, block: &Block) -> Place {
        Place::new(self.source, block.begin.span.clone())
    }
}

/// What is wrong where the file, read again with its new texts, would not have the same blocks: a text that opens a fence of Markdown hides
/// the line that ends its block.
fn unproven(file: &File<'_>, blocks: &Blocks, changes: &[NewText]) -> Option<Diagnostic> {
    if !blocks.is_whole() || is_proven(file, blocks, changes) {
        return None;
    }
    let message = format!("a block in {} would not end where it ends now", quoted(file.path.as_str()));
    let first = changes.iter().find(|change| !is_proven(file, blocks, std::slice::from_ref(change)));
    let place = first.or(changes.first()).map(|change| Place::new(file.source, change.begin.clone()));
    let said = Diagnostic::error(codes::BROKEN_BLOCK, message);
    let said = place.into_iter().fold(said, |said, place| said.at(place, "in this block"));
    Some(said.help("its template opens something that it does not close, such as a fence of code"))
}

fn is_proven(file: &File<'_>, blocks: &Blocks, changes: &[NewText]) -> bool {
    if changes.is_empty() {
        return true;
    }
    let after = replaced(file.text, changes);
    let again = find(file.path.as_str(), &after);
    let is_same = |(is, was): (&Block, &Block)| (&is.name, &is.about) == (&was.name, &was.about);
    again.is_whole()
        && again.all.len() == blocks.all.len()
        && again.all.iter().zip(&blocks.all).all(is_same)
        && again.outside(&after) == blocks.outside(file.text)
}
