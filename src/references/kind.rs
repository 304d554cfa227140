//! What a kind of file that people own says of itself: one row of the table.

use std::ops::Range;

use super::file::File;
use crate::allocation::Allocation;
use crate::claims::{At, Owners};
use crate::diagnostic::{Code, Diagnostics};
use crate::formats::Claim;
use crate::path::RelPath;

/// One kind of file that people own and portgen keeps in step.
#[derive(Debug)]
pub struct Kind {
    /// Its name, and the code of a file that cannot be read.
    pub name: Code,
    /// What such a file is called: `a package.json`, `14 package.json files`.
    pub noun: &'static str,
    /// Who reads it as UTF-8, for a file that is not.
    pub reader: &'static str,
    /// The files of this kind that ports.toml names, in its order.
    pub files: for<'a> fn(&'a Allocation) -> Vec<Reference<'a>>,
    /// The lint for a file that is named and not in the tree.
    pub missing: Code,
    /// When the lint for a missing file is set to `allow`, as the end of a sentence.
    pub elsewhere: &'static str,
    /// The places of a file that state a port of the service with an index, and what each has to be; ascending.
    ///
    /// # Errors
    /// Every mistake found: the file cannot be read, or what has to change is not clear.
    pub read: for<'f> fn(&File<'f>, usize, &Owners<'_>) -> Result<Vec<Place<'f>>, Diagnostics>,
    /// What to do where two services want different numbers at one place.
    pub apart: &'static str,
}

/// A file that ports.toml names for a service.
#[derive(Clone, Copy, Debug)]
pub struct Reference<'a> {
    /// The file.
    pub path: &'a RelPath,
    /// Index into [`Allocation::services`].
    pub service: usize,
    /// Where ports.toml names it.
    pub span: &'a Range<usize>,
}

/// A place of a file that a person owns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place<'f> {
    /// What it states as it is now.
    pub claim: Claim<'f>,
    /// The binding whose number it has to be; none where it may stay whatever it is.
    pub binding: Option<At>,
}
