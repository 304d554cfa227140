//! The portgen.lock that `write` is to leave.

use std::borrow::Cow;
use std::sync::Arc;

use super::lock::Lock;
use crate::path::RelPath;

/// What it is made from: its text is the longest of all, and is held only while it is shown or written.
#[derive(Debug)]
pub struct NextLock {
    lock: Arc<Lock<RelPath>>,
    /// The lines of files of people that it remembers.
    files: String,
}

impl NextLock {
    /// That of the outputs and ports of `lock`, and of the remembered `files`.
    pub fn new(lock: Arc<Lock<RelPath>>, files: String) -> Self {
        Self { lock, files }
    }

    /// The outputs and ports.
    pub fn lock(&self) -> &Lock<RelPath> {
        &self.lock
    }

    /// Whether `text` is its text.
    pub fn has_text(&self, text: &[u8]) -> bool {
        self.lock.rest_of(text) == Some(self.files.as_bytes())
    }

    /// Whether `other` has the same text.
    pub(crate) fn is(&self, other: &Lock<&str>) -> bool {
        self.files.is_empty() && self.lock.is(other)
    }

    /// Everything that it remembers of this `write`.
    pub(crate) fn remembered(&self) -> [&str; 2] {
        [self.lock.remembered(), &self.files]
    }

    /// How many bytes its text has.
    pub fn size(&self) -> usize {
        self.parts().map(|part| part.len()).sum()
    }

    /// Its text.
    pub fn render(&self) -> String {
        let mut text = String::with_capacity(self.size());
        text.extend(self.parts());
        text
    }

    fn parts(&self) -> impl Iterator<Item = Cow<'_, str>> {
        self.lock.parts().chain([Cow::Borrowed(&*self.files)])
    }
}
