//! The text of a file that a person owns, with its name.

use std::cell::OnceCell;
use std::ops::Range;
use std::sync::Arc;

use crate::diagnostic::{Origin, Place, Secrets, Source};

/// A file that a person owns. Its text is copied into a [`Source`] only for a diagnostic.
#[derive(Debug)]
pub struct File<'a> {
    /// The path as shown to the user, relative to the root.
    pub name: &'a str,
    /// The whole text.
    pub text: &'a str,
    secrets: Secrets,
    source: OnceCell<Arc<Source>>,
}

impl<'a> File<'a> {
    /// The file `name` with its text, of which excerpts hide the `secrets`.
    pub fn new(name: &'a str, text: &'a str, secrets: Secrets) -> Self {
        Self { name, text, secrets, source: OnceCell::new() }
    }

    /// The bytes `span` of the file, for a diagnostic.
    pub fn place(&self, span: Range<usize>) -> Place {
        let source = self.source.get_or_init(|| Source::hiding(Origin::Tree, self.name, self.text, self.secrets));
        Place::new(source, span)
    }
}
