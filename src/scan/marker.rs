//! `portgen: auth-service` and `portgen: ignore` in comments.

use super::names::{Meant, Names};
use super::statement::View;
use crate::references::blocks::is_block_line;
use crate::references::comment::{has_word, said};

/// What a comment says of the numbers of its line and of the next one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Marker {
    /// They are no ports, or none that matter.
    Ignore,
    /// They are a service's, in this view if it says.
    Owner(Meant, Option<View>),
}

/// The markers of a file, by line from 1; empty for nearly every file.
#[derive(Debug, Default)]
pub(super) struct Markers {
    by_line: Vec<(usize, Marker)>,
}

/// What lines of comments begin with.
const COMMENTS: [&str; 9] = ["#", "//", "/*", "<!--", "--", ";", "*", "%", "{/*"];

impl Markers {
    /// Reads those of a text. One on a line of its own is about the next line that says something.
    pub(super) fn read(text: &str, names: &Names<'_>) -> Self {
        let mut by_line: Vec<(usize, Marker)> = Vec::new();
        if !has_word(text) {
            return Self { by_line };
        }
        let mut above = None;
        for (index, line) in text.lines().enumerate() {
            let trimmed = line.trim_start();
            let is_comment = COMMENTS.iter().any(|comment| trimmed.starts_with(comment));
            let own = said(line).filter(|said| !is_block_line(said)).map(|said| marker(said, names));
            let found = own.or(above.filter(|_| !is_comment && !trimmed.is_empty()));
            by_line.extend(found.map(|marker| (index + 1, marker)));
            above = match own {
                Some(marker) if is_comment => Some(marker),
                None if is_comment || trimmed.is_empty() => above,
                _ => None,
            };
        }
        Self { by_line }
    }

    /// What is said of a line.
    pub(super) fn of(&self, line: usize) -> Option<Marker> {
        let at = self.by_line.binary_search_by_key(&line, |(marked, _)| *marked).ok()?;
        Some(self.by_line[at].1)
    }
}

/// `ignore`, `auth-service`, `auth-service.metrics`, `auth-service container`. What is none of these leaves the line alone: somebody has
/// something to say about it.
fn marker(said: &str, names: &Names<'_>) -> Marker {
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.');
    let mut words =
        said.split_whitespace().map(|word| word.trim_matches(|c: char| !is_part(c)).trim_end_matches(['.', '-']));
    let name = words.next().unwrap_or_default();
    let view = match words.next() {
        Some("host") => Some(View::Host),
        Some("container") => Some(View::Container),
        Some("service") => Some(View::Service),
        _ => None,
    };
    match names.of_name(name) {
        Some(meant) if !name.eq_ignore_ascii_case("ignore") => Marker::Owner(meant, view),
        _ => Marker::Ignore,
    }
}
