//! Mistakes in the merged ports.toml of two branches that neither branch has alone.

use std::ops::Range;
use std::sync::Arc;

use similar::{Algorithm, DiffOp, capture_diff_slices};

use super::Rivals;
use crate::diagnostic::{Diagnostic, Label, Origin, Place, Severity, Source, codes, quoted};
use crate::files::names::PORTS_TOML;
use crate::git::merge_texts;
use crate::manifest::merge::{self, Markers, Versions};

/// What stands before the name of a branch where a file is that of neither branch.
const MERGED_WITH: &str = "merged with";

impl Rivals<'_> {
    /// The ports.toml that the two would become: as git merges it, or, where that leaves a conflict, as portgen's merge driver
    /// does. None where there is nothing to merge, and where both leave a conflict. `base` is the one at which they diverged.
    ///
    /// # Errors
    /// git cannot merge.
    pub fn merged(&self, base: &Source) -> Result<Option<Arc<Source>>, Diagnostic> {
        // A checkout may have other line ends than what is committed.
        let [base, ours, theirs] =
            [base, &*self.ours.source, &*self.theirs.source].map(|one| one.text.replace("\r\n", "\n"));
        if base == ours || base == theirs || ours == theirs {
            return Ok(None);
        }
        let by_git = merge_texts::merged(&base, [&ours, &theirs])?;
        let Some(text) = by_git.or_else(|| by_driver(&base, &ours, &theirs)) else { return Ok(None) };
        // As a file of a revision: what is in neither has no line in the tree.
        let origin = Origin::Revision(format!("{MERGED_WITH} {}", self.name));
        Ok(Some(Source::of(origin, PORTS_TOML, text)))
    }

    /// What is wrong with `merged`, of the diagnostics `of_merged`, and with neither of the two, which have those `of_sides`.
    /// Each at its places in the two; one of the `collisions` with the same places stands for it.
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

/// What portgen's merge driver makes of the three; none where it leaves a conflict.
fn by_driver(base: &str, ours: &str, theirs: &str) -> Option<String> {
    let versions = Versions { base: base.as_bytes(), ours: ours.as_bytes(), theirs: theirs.as_bytes() };
    let merged = merge::merge(versions, &Markers::default()).ok().filter(|merged| merged.conflicts == 0)?;
    String::from_utf8(merged.bytes).ok()
}

fn is_same(known: &Diagnostic, one: &Diagnostic) -> bool {
    (known.code, known.severity, &known.message) == (one.code, one.severity, &one.message)
}

/// Whether a collision has all the lines that a fault with several places has.
fn covers(collision: &Diagnostic, fault: &Diagnostic) -> bool {
    fault.labels.len() > 1
        && fault.labels.iter().all(|label| collision.labels.iter().any(|known| is_same_line(known, label)))
}

fn is_same_line(a: &Label, b: &Label) -> bool {
    Arc::ptr_eq(&a.place.source, &b.place.source) && a.place.line() == b.place.line()
}

/// Where the lines of a merged text come from.
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
    /// Which of its lines each line of the merged text is, if it is one.
    lines: Vec<Option<usize>>,
}

impl<'a> Origins<'a> {
    fn new(merged: &'a Source, sides: [&'a Arc<Source>; 2]) -> Self {
        Self { merged, sides: sides.map(|source| Side { source, lines: lines(&source.text, &merged.text) }) }
    }

    /// A diagnostic of the merged text as a finding whose places are those of the two sides; `name` is how the user calls theirs.
    fn trace(&self, diagnostic: Diagnostic, name: &str) -> Diagnostic {
        let message = format!("merged with {}, {}", quoted(name), diagnostic.message).into();
        let mut diagnostic = diagnostic.of_revision(&format!("{MERGED_WITH} {name}"));
        for label in &mut diagnostic.labels {
            label.place = self.place(&label.place);
        }
        diagnostic.labels.sort_by_key(|label| !Arc::ptr_eq(&label.place.source, self.sides[0].source));
        Diagnostic { message, code: codes::RIVAL_MERGE, severity: Severity::Finding, ..diagnostic }
    }

    /// The same place in the version that has the line; where both have it, in the one that has it in this table. A line of
    /// neither, as the merge driver may make, is shown by the header of its table.
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

    /// The bytes `columns` of a line of the merged text.
    fn place(&self, line: usize, columns: Range<usize>) -> Place {
        let line = self.lines[line].unwrap_or_default();
        let start: usize = self.source.text.split_inclusive('\n').take(line).map(str::len).sum();
        Place::new(self.source, start + columns.start..start + columns.end)
    }
}

fn lines(side: &str, merged: &str) -> Vec<Option<usize>> {
    let [side, merged] = [side, merged].map(|text| text.lines().collect::<Vec<_>>());
    let mut lines = vec![None; merged.len()];
    for operation in capture_diff_slices(Algorithm::Histogram, &side, &merged) {
        if let DiffOp::Equal { old_index, new_index, len } = operation {
            for at in 0..len {
                lines[new_index + at] = Some(old_index + at);
            }
        }
    }
    lines
}
