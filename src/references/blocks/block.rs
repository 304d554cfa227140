//! A block of a file.

use std::ops::Range;

/// A line of a file without its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Its bytes.
    pub span: Range<usize>,
    /// How many lines stand above it.
    pub above: usize,
}

/// A block: all but what is inside is the person's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    /// The name of its template.
    pub name: String,
    /// What it is about, if the line says: the id of a service, say.
    pub about: Option<String>,
    /// The line that begins it.
    pub begin: Line,
    /// The bytes between the line that begins it and the one that ends it.
    pub inside: Range<usize>,
    /// What the line that begins it is indented by.
    pub indent: String,
    /// Whether the line that begins it ends in CR LF.
    pub is_crlf: bool,
}

impl Block {
    /// The block as people know it: `env`, `service-env api`.
    pub fn shown(&self) -> String {
        match &self.about {
            Some(about) => format!("{} {about}", self.name),
            None => self.name.clone(),
        }
    }
}
