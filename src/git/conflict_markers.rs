//! Git's conflict markers in files.

use std::ops::Range;
use std::sync::Arc;

use crate::diagnostic::{Diagnostic, Place, Source, codes};

const MOST_SHOWN: usize = 8;

/// If the line is a conflict marker, its character and how often the line repeats it.
///
/// Git repeats it seven times, or as often as the attribute `conflict-marker-size` says, and adds a label (gitattributes(5)).
pub fn marker(line: &[u8]) -> Option<(u8, usize)> {
    let first = *line.first()?;
    let size = line.iter().take_while(|byte| **byte == first).count();
    let is_marker = b"<|=>".contains(&first) && size >= 7 && matches!(line.get(size), None | Some(b' ' | b'\r'));
    is_marker.then_some((first, size))
}

/// Whether there are the markers of a conflict, in order; the base's marker is optional.
pub fn is_in(bytes: &[u8]) -> bool {
    let mut lines = bytes.split(|byte| *byte == b'\n').filter_map(marker);
    b"<=>".iter().all(|wanted| lines.any(|(marker, _)| marker == *wanted))
}

/// The lines where conflicts start; if there are none, other markers that are left over.
pub fn left_in(text: &str) -> Vec<Range<usize>> {
    let starts = marked(text, b"<");
    if starts.is_empty() { marked(text, b"|=>") } else { starts }
}

/// The lines that are such markers.
fn marked(text: &str, markers: &[u8]) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let trimmed = line.trim_end();
        if marker(trimmed.as_bytes()).is_some_and(|(marker, _)| markers.contains(&marker)) {
            found.push(start..start + trimmed.len());
        }
        start += line.len();
    }
    found
}

/// Reports all conflicts in ports.toml as one mistake; no other check makes sense before they are resolved.
pub fn find(source: &Arc<Source>) -> Option<Diagnostic> {
    let places = left_in(&source.text).into_iter().map(|one| Place::new(source, one)).collect();
    let help = "resolve the conflict in ports.toml first; `portgen write` makes generated files and portgen.lock again";
    Some(mistake("ports.toml", places)?.help(help))
}

/// Reports conflicts at these places of the file `name`; `None` if there are no places.
pub fn mistake(name: &str, places: Vec<Place>) -> Option<Diagnostic> {
    let first = places.first()?;
    let is_whole = first.source.text[first.span.start..].starts_with('<');
    let message = match places.as_slice() {
        [one] if is_whole => format!("{name} has a merge conflict on line {}", one.line()),
        all if is_whole => format!("{name} has {} merge conflicts, the first on line {}", all.len(), first.line()),
        _ => format!("{name} has a leftover conflict marker on line {}", first.line()),
    };
    let label = if is_whole { "a conflict starts here" } else { "left over from a conflict" };
    let mut mistake = Diagnostic::error(codes::MERGE_CONFLICT, message);
    for place in places.into_iter().take(MOST_SHOWN) {
        mistake = mistake.at(place, label);
    }
    Some(mistake)
}
