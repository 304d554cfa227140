//! What git leaves in a file that both sides of a merge have changed.

use std::sync::Arc;

use crate::diagnostic::{Diagnostic, Place, Source};
use crate::manifest::codes;

/// How many conflicts are shown.
const MOST_SHOWN: usize = 8;

/// The conflicts in the text, as one mistake: nothing else can be said of a file that is two.
pub(super) fn find(source: &Arc<Source>) -> Option<Diagnostic> {
    let lines = source.text.split_inclusive('\n').scan(0, |end, line| {
        let start = *end;
        *end += line.len();
        Some((start, line.trim_end()))
    });
    let places: Vec<Place> = lines
        .filter(|(_, line)| line.starts_with("<<<<<<< "))
        .map(|(start, line)| Place::new(source, start..start + line.len()))
        .collect();
    let message = match places.as_slice() {
        [] => return None,
        [one] => format!("ports.toml has a merge conflict in line {}", one.line()),
        [first, ..] => format!("ports.toml has {} merge conflicts, the first in line {}", places.len(), first.line()),
    };
    let mistake = Diagnostic::error(codes::MERGE_CONFLICT, message);
    let mistake =
        places.into_iter().take(MOST_SHOWN).fold(mistake, |mistake, place| mistake.at(place, "a conflict starts here"));
    Some(mistake.help(
        "resolve the conflict in ports.toml first; generated files and portgen.lock are made again by `portgen write`",
    ))
}
