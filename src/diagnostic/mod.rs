//! What portgen says to its user: a code, a severity, places with excerpts, and what to do next.
//!
//! A [`Diagnostic`] is a struct of facts. This room holds the only excerpt printer of the project, and [`Text`], through which
//! a user's text goes into a message.

mod abridged;
mod code;
mod excerpt;
mod source;
mod text;
mod window;

use std::fmt;
use std::sync::Arc;

pub use abridged::render_all;
pub use code::{Code, codes};
pub(crate) use source::Position;
pub use source::{Origin, Place, Secrets, Source, all_but_keys, covered, key_of_line};
pub use text::{Text, counted, is_hidden, nearest, quoted, quoted_whole};
pub(crate) use text::{lines, lines_and_tabs, visible};

/// How grave a diagnostic is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Worth knowing: an accepted exception.
    Note,
    /// A lint at level `warn`.
    Warning,
    /// A lint at level `deny`: `check` ends with 1, everything else refuses with 2.
    Finding,
    /// A mistake that ends every command with 2.
    Error,
}

/// A place with what is said of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// Where.
    pub place: Place,
    /// What stands beside the excerpt; empty where the message says it all.
    pub text: Text,
}

/// One thing said to the user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// The stable kebab-case code: a lint's, or that of a class of mistakes.
    pub code: Code,
    /// How grave it is.
    pub severity: Severity,
    /// What is wrong, in one line, without a full stop.
    pub message: Text,
    /// Where: the first is the primary place; a conflict names the other party too.
    pub labels: Vec<Label>,
    /// What to do next, one line each.
    pub help: Vec<Text>,
}

impl Diagnostic {
    /// A diagnostic of any severity, without a place as yet.
    pub fn new(code: Code, severity: Severity, message: impl Into<Text>) -> Self {
        Self { code, severity, message: message.into(), labels: Vec::new(), help: Vec::new() }
    }

    /// A mistake.
    pub fn error(code: Code, message: impl Into<Text>) -> Self {
        Self::new(code, Severity::Error, message)
    }

    /// Adds a place; the first one added is the primary one.
    #[must_use]
    pub fn at(mut self, place: Place, label: impl Into<Text>) -> Self {
        self.labels.push(Label { place, text: label.into() });
        self
    }

    /// Adds a line that says what to do next.
    #[must_use]
    pub fn help(mut self, help: impl Into<Text>) -> Self {
        self.help.push(help.into());
        self
    }

    /// Adds several places with one label.
    #[must_use]
    pub fn at_each(mut self, places: impl IntoIterator<Item = Place>, label: &str) -> Self {
        self.labels.extend(places.into_iter().map(|place| Label { place, text: label.into() }));
        self
    }

    /// Asks whether the one of `known` was meant that is nearest to `word`; `otherwise` helps where none is near.
    #[must_use]
    pub fn did_you_mean<'a>(
        self,
        word: &str,
        known: impl IntoIterator<Item = &'a str>,
        otherwise: impl Into<Text>,
    ) -> Self {
        match nearest(word, known) {
            Some(near) => self.help(format!("did you mean {}?", quoted(near))),
            None => self.help(otherwise),
        }
    }

    /// The primary place; none where there is no place at all.
    pub fn primary(&self) -> Option<&Place> {
        self.labels.first().map(|label| &label.place)
    }

    /// Where the primary place starts, in bytes; 0 without one.
    pub fn start(&self) -> usize {
        self.primary().map_or(0, |place| place.span.start)
    }

    /// The diagnostic as one of what another revision holds: it names that, and its places are none of the tree.
    #[must_use]
    pub fn of_revision(mut self, revision: &str) -> Self {
        let origin = Origin::Revision(revision.to_owned());
        let mut named = self.message.contains(&quoted(revision));
        let mut known: Vec<(Arc<Source>, Arc<Source>)> = Vec::new();
        for Label { place, .. } in &mut self.labels {
            if place.source.is_in_tree() {
                let at = known.iter().position(|(source, _)| Arc::ptr_eq(source, &place.source)).unwrap_or_else(|| {
                    known.push((Arc::clone(&place.source), place.source.moved_to(origin.clone())));
                    known.len() - 1
                });
                place.source = Arc::clone(&known[at].1);
            }
            named |= place.source.origin == origin;
        }
        if !named {
            self.message = format!("{}: {}", quoted(revision), self.message).into();
        }
        self
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.render(false))
    }
}

impl std::error::Error for Diagnostic {}

/// Several diagnostics as one error: everything that was found wrong in one run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Diagnostics(pub Vec<Diagnostic>);

impl Diagnostics {
    /// Goes on where nothing was found wrong.
    ///
    /// # Errors
    /// All of them, if there are any.
    pub fn into_result(self) -> Result<(), Self> {
        if self.0.is_empty() { Ok(()) } else { Err(self) }
    }

    /// As [`Diagnostic::of_revision`], each.
    #[must_use]
    pub fn of_revision(self, revision: &str) -> Self {
        Self(self.0.into_iter().map(|one| one.of_revision(revision)).collect())
    }

    /// Adds a line that says what to do next, once for all.
    #[must_use]
    pub fn help(mut self, help: impl Into<Text>) -> Self {
        if let Some(last) = self.0.pop() {
            self.0.push(last.help(help));
        }
        self
    }
}

impl IntoIterator for Diagnostics {
    type Item = Diagnostic;
    type IntoIter = std::vec::IntoIter<Diagnostic>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl From<Diagnostic> for Diagnostics {
    fn from(one: Diagnostic) -> Self {
        Self(vec![one])
    }
}

impl fmt::Display for Diagnostics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|one| one.fmt(f))
    }
}

impl std::error::Error for Diagnostics {}
