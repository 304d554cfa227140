//! The facts about a kind of file that people own: one row of the table.

use std::ops::Range;

use super::file::File;
use crate::allocation::Allocation;
use crate::claims::{At, Owners};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Secrets};
use crate::formats::{Claim, Number};
use crate::path::RelPath;

/// Reads a file for each service that names it.
pub type Read = for<'f> fn(&File<'f>, &[Reference<'_>], &Owners<'_>) -> Result<Vec<Found<'f>>, Diagnostics>;

/// One kind of file that people own and portgen keeps in step.
#[derive(Debug)]
pub struct Kind {
    /// The name of the kind, and the code of the error for a file that cannot be read.
    pub name: Code,
    /// The kind in messages: `a package.json`, `14 package.json files`.
    pub noun: &'static str,
    /// The program that reads it as UTF-8, for the error about a file that is not.
    pub reader: &'static str,
    /// The values that excerpts hide.
    pub secrets: Secrets,
    /// The files of this kind that ports.toml names, in its order.
    pub files: for<'a> fn(&'a Allocation) -> Vec<Reference<'a>>,
    /// The lint for a file that ports.toml names but that is not in the tree.
    pub missing: Code,
    /// When to set that lint to `allow`, as the end of a sentence.
    pub elsewhere: &'static str,
    /// The lints about the text of such a file.
    pub lints: &'static [Code],
    /// Finds, for each service that names a file, the places that state a port of it, or of another one that follows there. The file is
    /// read once.
    ///
    /// # Errors
    /// Every mistake found for the first service that has some: the file cannot be read, or it is not clear what has to change.
    pub read: Read,
    /// The name of what has a byte of the text, for the user: `dev` in the script of that name.
    pub key: fn(&File<'_>, usize) -> String,
    /// What to do if two services want different numbers at one place.
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
    /// Whether several services name the file.
    pub is_shared: bool,
    /// Whether its numbers are known to be those of the last `write`, without a look at portgen.lock.
    pub is_in_step: bool,
}

/// What a service has to do with a file that a person owns.
#[derive(Debug, Default)]
pub struct Found<'f> {
    /// The places that state its port, and those of other services' ports that follow with it, ascending.
    pub places: Vec<Place<'f>>,
    /// Every number of the file that may be a port, in its order.
    pub numbers: Vec<Number>,
    /// What the lints of the kind find.
    pub diagnostics: Vec<Diagnostic>,
}

/// A place of a file that a person owns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place<'f> {
    /// What it states now.
    pub claim: Claim<'f>,
    /// The binding whose number it must be.
    pub binding: At,
}
