//! What is read of a package.json: its scripts, with their places.

use std::borrow::Cow;
use std::ops::Range;

use crate::formats::Written;

/// The scripts of a package.json.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Document<'a> {
    /// In the order of the file.
    pub(super) scripts: Vec<Script<'a>>,
    /// The bytes of the key `scripts`, or the start of the file where there is none.
    pub(super) key: Range<usize>,
}

/// One script.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Script<'a> {
    /// Its key.
    pub(super) name: Cow<'a, str>,
    /// The bytes of its key in the file, quotes included.
    pub(super) key: Range<usize>,
    /// Its command line, and where the file writes it; none where the value is no string.
    pub(super) line: Option<Written<'a>>,
}
