//! Finds mistakes in the merged ports.toml of two branches that neither branch has alone.

use std::ops::Range;
use std::sync::Arc;

use similar::{Algorithm, DiffOp};

use super::Rivals;
use crate::diagnostic::{Diagnostic, Label, Origin, Place, Severity, Source, codes, quoted};
use crate::drift;
use crate::git::merge_texts;
use crate::manifest;
use crate::manifest::merge::{self, Markers, Versions};

/// The text before the branch's name in the origin of a merged file.
const MERGED_WITH: &str = "merged with";

impl Rivals<'_> {
    /// Merges the two ports.toml with git or, if git leaves a conflict, with portgen's merge driver. Returns `None` if there is
    /// nothing to merge, or if both leave a conflict. `base` is the ports.toml of the common ancestor.
    ///
    /// # Errors
    /// git cannot merge.
    pub fn merged(&self, base: &Source) -> Result<Option<Arc<Source>>, Diagnostic> {
        // A checkout may have other line ends than the commit.
        let [base, ours, theirs] =
            [base, &*self.ours.source, &*self.theirs.source].map(|one| one.text.replace("\r\n", "\n"));
        if base == ours || base == theirs || ours == theirs {
            return Ok(None);
        }
        let by_git = merge_texts::merged(&base, [&ours, &theirs])?;
        let Some(text) = by_git.or_else(|| by_driver(&base, &ours, &theirs)) else { return Ok(None) };
        // As a file of a revision: a line that is in neither side has no place in the tree.
        let origin = Origin::Revision(format!("{MERGED_WITH} {}", self.name));
        Ok(Some(manifest::source(origin, text)))
    }

    /// The diagnostics `of_merged` that are not among `of_sides`, those of the two sides, moved to their places in the sides. A
    /// collision among `collisions` with the same places replaces such a diagnostic.
    pub fn faults(
        &self,
        merged: &Source,
        mut of_merged: Vec<Diagnostic>,
        of_sides: &[Diagnostic],
        mut collisions: Vec<Diagnostic>,
    ) -> Vec<Diagnostic> {
        of_merged.retain(|one| one.severity >= Severity::Finding && !of_sides.iter().any(|known| is_same(known, one)));
        if of_merged.is_empty() {
            return of_merged;
        }
        let origins = Origins::new(merged, [&self.ours.source, &self.theirs.source]);
        let mut faults: Vec<Diagnostic> = of_merged.into_iter().map(|one| origins.trace(one, self.name)).collect();
        collisions.retain(|collision| faults.iter().any(|one| covers(collision, one)));
        faults.retain(|one| !collisions.iter().any(|collision| covers(collision, one)));
        [collisions, faults].concat()
    }
}

/// Merges with portgen's merge driver; `None` if it leaves a conflict.
fn by_driver(base: &str, ours: &str, theirs: &str) -> Option<String> {
    let versions = Versions { base: base.as_bytes(), ours: ours.as_bytes(), theirs: theirs.as_bytes() };
    let merged = merge::merge(versions, &Markers::default()).ok().filter(|merged| merged.conflicts == 0)?;
    String::from_utf8(merged.bytes).ok()
}

fn is_same(known: &Diagnostic, one: &Diagnostic) -> bool {
    (known.code, known.severity, &known.message) == (one.code, one.severity, &one.message)
}

/// Whether a collision has all the lines of a fault with several places.
fn covers(collision: &Diagnostic, fault: &Diagnostic) -> bool {
    fault.labels.len() > 1
        && fault.labels.iter().all(|label| collision.labels.iter().any(|known| is_same_line(known, label)))
}

fn is_same_line(a: &Label, b: &Label) -> bool {
    Arc::ptr_eq(&a.place.source, &b.place.source) && a.place.line() == b.place.line()
}

/// The origins of the lines of a merged text.
#[derive(Debug)]
struct Origins<'a> {
    merged: &'a Source,
    /// Ours first.
    sides: [Side<'a>; 2],
}

/// One of the versions that were merged.
#[derive(Debug)]
struct Side<'a> {
    source: &'a Arc<Source>,
    /// For each line of the merged text, the line of this version that it comes from, if any.
    lines: Vec<Option<usize>>,
}

impl<'a> Origins<'a> {
    fn new(merged: &'a Source, sides: [&'a Arc<Source>; 2]) -> Self {
        Self { merged, sides: sides.map(|source| Side { source, lines: lines(&source.text, &merged.text) }) }
    }

    /// Turns a diagnostic of the merged text into a finding with places in the two sides; `name` is the name of theirs.
    fn trace(&self, diagnostic: Diagnostic, name: &str) -> Diagnostic {
        let message = format!("merged with {}, {}", quoted(name), diagnostic.message).into();
        let mut diagnostic = diagnostic.of_revision(&format!("{MERGED_WITH} {name}"));
        for label in &mut diagnostic.labels {
            label.place = self.place(&label.place);
        }
        diagnostic.labels.sort_by_key(|label| !Arc::ptr_eq(&label.place.source, self.sides[0].source));
        Diagnostic { message, code: codes::RIVAL_MERGE, severity: Severity::Finding, ..diagnostic }
    }

    /// The same place in the version that has the line, preferably in the same table. For a line in neither version, which the
    /// merge driver may write, the header of its table.
    fn place(&self, place: &Place) -> Place {
        if !std::ptr::eq(&*place.source, self.merged) {
            return place.clone();
        }
        let line = place.line() - 1;
        let merged: Vec<&str> = self.merged.text.split_inclusive('\n').collect();
        let header = merged[..line].iter().rposition(|line| line.starts_with('[')).unwrap_or(line);
        let in_table = self.sides.iter().find(|side| side.has(line) && side.has(header));
        if let Some(side) = in_table.or_else(|| self.sides.iter().find(|side| side.has(line))) {
            let start: usize = merged[..line].iter().map(|line| line.len()).sum();
            let column = place.span.start - start;
            let end = merged[line].trim_end().len().min(place.span.end - start).max(column);
            return side.place(line, column..end);
        }
        match self.sides.iter().find(|side| side.has(header)) {
            Some(side) => side.place(header, 0..merged[header].trim_end().len()),
            None => place.clone(),
        }
    }
}

impl Side<'_> {
    fn has(&self, line: usize) -> bool {
        self.lines.get(line).is_some_and(Option::is_some)
    }

    /// The place of the bytes `columns` of a line of the merged text.
    fn place(&self, line: usize, columns: Range<usize>) -> Place {
        let line = self.lines[line].unwrap_or_default();
        let start: usize = self.source.text.split_inclusive('\n').take(line).map(str::len).sum();
        Place::new(self.source, start + columns.start..start + columns.end)
    }
}

fn lines(side: &str, merged: &str) -> Vec<Option<usize>> {
    let [side, merged] = [side, merged].map(|text| text.lines().map(str::as_bytes).collect::<Vec<_>>());
    let mut lines = vec![None; merged.len()];
    for operation in drift::compare(&side, &merged, Algorithm::Histogram) {
        if let DiffOp::Equal { old_index, new_index, len } = operation {
            for at in 0..len {
                lines[new_index + at] = Some(old_index + at);
            }
        }
    }
    lines
}
