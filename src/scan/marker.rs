//! `portgen: auth-service` and `portgen: ignore` in comments.

use super::names::{Meant, Names};
use super::statement::View;

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

const WORD: &str = "portgen:";

impl Markers {
    /// Reads those of a text.
    pub(super) fn read(text: &str, names: &Names<'_>) -> Self {
        let mut by_line = Vec::new();
        if memchr::memmem::find(text.as_bytes(), WORD.as_bytes()).is_some() {
            for (index, line) in text.lines().enumerate() {
                if let Some((before, said)) = line.split_once(WORD)
                    && let Some(marker) = marker(said, names)
                {
                    let is_alone = !before.contains(|c: char| c.is_alphanumeric());
                    by_line.push((index + 1 + usize::from(is_alone), marker));
                }
            }
        }
        Self { by_line }
    }

    /// What is said of a line.
    pub(super) fn of(&self, line: usize) -> Option<Marker> {
        let at = self.by_line.binary_search_by_key(&line, |(marked, _)| *marked).ok()?;
        Some(self.by_line[at].1)
    }
}

/// `ignore`, `auth-service`, `auth-service.metrics`, `auth-service container`.
fn marker(said: &str, names: &Names<'_>) -> Option<Marker> {
    let mut words = said.split_whitespace();
    let name = words.next()?;
    if name == "ignore" {
        return Some(Marker::Ignore);
    }
    let view = match words.next() {
        Some("host") => Some(View::Host),
        Some("container") => Some(View::Container),
        Some("service") => Some(View::Service),
        _ => None,
    };
    let meant = names.of_name(name)?;
    Some(Marker::Owner(meant, view))
}
