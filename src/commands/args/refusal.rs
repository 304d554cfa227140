//! Where the mistakes of an edit that is refused are: in the lines that the user has, as far as they are there.

use std::ops::Range;
use std::sync::Arc;

use similar::DiffOp;

use crate::diagnostic::{Diagnostics, Label, Origin, Place, Source};
use crate::drift::Runs;

/// The mistakes in `edited`, the text that would have been written, at the same lines of `original`. A line that is not there is shown as
/// one of the edited text.
pub(super) fn at_lines_of(original: &Arc<Source>, edited: &Arc<Source>, mut mistakes: Diagnostics) -> Diagnostics {
    let runs: Vec<DiffOp> = Runs::new(original.text.as_bytes(), edited.text.as_bytes()).collect();
    let as_edited = edited.moved_to(Origin::Edited);
    for mistake in &mut mistakes.0 {
        for Label { place, .. } in &mut mistake.labels {
            if Arc::ptr_eq(&place.source, edited) {
                *place = match same(&runs, [original, edited], &place.span) {
                    Some(span) => Place::new(original, span),
                    None => Place::new(&as_edited, place.span.clone()),
                };
            }
        }
    }
    mistakes
}

/// The bytes of the first text that are `span` of the second one; `None` if it has no such lines.
fn same(ops: &[DiffOp], texts: [&Source; 2], span: &Range<usize>) -> Option<Range<usize>> {
    let [first, last] = [span.start, span.end].map(|at| line(texts[1], at));
    for op in ops {
        if let DiffOp::Equal { old_index, new_index, len } = *op
            && new_index <= first
            && last < new_index + len
        {
            let moved = line_start(texts[0], old_index + first - new_index) + span.start - line_start(texts[1], first);
            return Some(moved..moved + span.len());
        }
    }
    None
}

/// The number of a line, counted from 0.
fn line(text: &Source, at: usize) -> usize {
    text.text[..at].matches('\n').count()
}

fn line_start(text: &Source, line: usize) -> usize {
    text.text.split_inclusive('\n').take(line).map(str::len).sum()
}
