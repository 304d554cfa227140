//! What is wrong with the ports.toml that two branches come to, and with neither of theirs.

use std::ops::Range;
use std::sync::Arc;

use similar::{Algorithm, DiffOp, capture_diff_slices};

use super::Rivals;
use crate::diagnostic::{Diagnostic, Label, Origin, Place, Severity, Source, codes, quoted};
use crate::files::names::PORTS_TOML;
use crate::git::merge_texts;
use crate::manifest::merge::{self, Markers, Versions};

/// What stands before the name of a branch where a file is that of neither.
const MERGED_WITH: &str = "merged with";

impl Rivals<'_> {
    /// The ports.toml that the two come to: as git merges it, or, where that leaves a conflict, as portgen's merge driver does.
    /// None where nothing comes together, and where both leave a conflict. `base` is the one at which they parted.
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
        let by_driver = || {
            let versions = Versions { base: base.as_bytes(), ours: ours.as_bytes(), theirs: theirs.as_bytes() };
            let merged = merge::merge(versions, &Markers::default()).ok().filter(|merged| merged.conflicts == 0)?;
            String::from_utf8(merged.bytes).ok()
        };
        let text = merge_texts::merged(&base, [&ours, &theirs])?.or_else(by_driver);
        // As a file of a revision: what lies in none of the two has no line in the tree.
        let origin = Origin::Revision(format!("{MERGED_WITH} {}", self.name));
        Ok(text.map(|text| Source::of(origin, PORTS_TOML, text)))
    }

    /// What is wrong with `merged`, of which `said` is said, and was with neither of the two, of which is said what `alone` has.
    /// Each at its places in the two; one of the `collisions` that speaks of the same says more.
    pub fn faults(
        &self,
        merged: &Source,
        said: Vec<Diagnostic>,
        alone: &[Diagnostic],
        collisions: Vec<Diagnostic>,
    ) -> Vec<Diagnostic> {
        let is_new = |one: &Diagnostic| one.severity >= Severity::Finding && !is_said(alone, one);
        let new: Vec<Diagnostic> = said.into_iter().filter(is_new).collect();
        if new.is_empty() {
            return new;
        }
        let origins = Origins::new(merged, [&self.ours.source, &self.theirs.source]);
        let mut faults: Vec<Diagnostic> = new.into_iter().map(|one| origins.trace(one, self.name)).collect();
        let told: Vec<Diagnostic> =
            collisions.into_iter().filter(|told| faults.iter().any(|one| speaks_of(told, one))).collect();
        faults.retain(|one| !told.iter().any(|told| speaks_of(told, one)));
        [told, faults].concat()
    }
}

/// Whether the same is among what is said, and as grave.
fn is_said(said: &[Diagnostic], one: &Diagnostic) -> bool {
    let what = |one: &Diagnostic| (one.code, one.severity);
    said.iter().any(|known| what(known) == what(one) && known.message == one.message)
}

/// Whether `told` speaks of all the places that `one` joins.
fn speaks_of(told: &Diagnostic, one: &Diagnostic) -> bool {
    let line = |place: &Place| (Arc::as_ptr(&place.source), place.line());
    let is_told = |place: &Place| told.labels.iter().any(|known| line(&known.place) == line(place));
    one.labels.len() > 1 && one.labels.iter().all(|label| is_told(&label.place))
}

/// Where the lines of a merged text come from.
#[derive(Debug)]
struct Origins<'a> {
    merged: &'a Source,
    /// Ours first.
    sides: [(&'a Arc<Source>, Lines); 2],
}

/// Which line of a side each line of the merged text is, if it is one.
type Lines = Vec<Option<usize>>;

impl<'a> Origins<'a> {
    /// Of `merged`, in our version or in theirs.
    fn new(merged: &'a Source, sides: [&'a Arc<Source>; 2]) -> Self {
        Self { merged, sides: sides.map(|side| (side, lines(&side.text, &merged.text))) }
    }

    /// What is said of the merged text, as a finding whose places are those of the two sides; `name` is how the user calls theirs.
    fn trace(&self, said: Diagnostic, name: &str) -> Diagnostic {
        let message = format!("merged with {}, {}", quoted(name), said.message).into();
        let said = said.of_revision(&format!("{MERGED_WITH} {name}"));
        let found = |label: Label| Label { place: self.place(label.place), ..label };
        let mut labels: Vec<Label> = said.labels.into_iter().map(found).collect();
        labels.sort_by_key(|label| !Arc::ptr_eq(&label.place.source, self.sides[0].0));
        Diagnostic { labels, message, code: codes::RIVAL_MERGE, severity: Severity::Finding, ..said }
    }

    /// The same in the version that has the line; where both have it, in the one that has it in this table. A line of neither, as
    /// the merge driver may make, is shown by the header of its table.
    fn place(&self, place: Place) -> Place {
        if !std::ptr::eq(&*place.source, self.merged) {
            return place;
        }
        let line = place.line() - 1;
        let merged: Vec<&str> = self.merged.text.split_inclusive('\n').collect();
        let header = merged[..line].iter().rposition(|line| line.starts_with('[')).unwrap_or(line);
        let found = |wanted: &[usize]| {
            let has_all = |lines: &Lines| wanted.iter().all(|line| lines.get(*line).is_some_and(Option::is_some));
            self.sides.iter().find(|(_, lines)| has_all(lines))
        };
        if let Some((side, lines)) = found(&[line, header]).or_else(|| found(&[line])) {
            let start: usize = merged[..line].iter().map(|line| line.len()).sum();
            let column = place.span.start - start;
            let end = merged[line].trim_end().len().min(place.span.end - start).max(column);
            return within(side, lines[line], column..end);
        }
        found(&[header]).map_or(place, |(side, lines)| within(side, lines[header], 0..merged[header].trim_end().len()))
    }
}

/// The bytes `columns` of a line.
fn within(side: &Arc<Source>, line: Option<usize>, columns: Range<usize>) -> Place {
    let at = side.text.split_inclusive('\n').take(line.unwrap_or_default()).map(str::len).sum::<usize>();
    Place::new(side, at + columns.start..at + columns.end)
}

fn lines(side: &str, merged: &str) -> Lines {
    let [side, merged] = [side, merged].map(|text| text.lines().collect::<Vec<_>>());
    let mut lines = vec![None; merged.len()];
    for operation in capture_diff_slices(Algorithm::Histogram, &side, &merged) {
        if let DiffOp::Equal { old_index, new_index, len } = operation {
            (0..len).for_each(|at| lines[new_index + at] = Some(old_index + at));
        }
    }
    lines
}
