//! Merges three versions of ports.toml by services and keys rather than by lines.
//!
//! ```text
//! bytes ──decode───> text, whose lines end in LF      encoding
//!       ──arrange──> blocks: entries, tables, keys    lines, sections, arrange
//!       ──combine──> pieces, agreed or contested      align, order, combine, value, inline
//!       ──prove────> the same pieces, proven right    value, proof
//!       ──encode───> bytes
//! ```
//!
//! A block keeps its bytes, comments included, so unchanged blocks stay as they were. The proof does not trust the steps before
//! it: if the parsed result is not what the three parsed files require, the merge fails, and the caller merges by lines, as git
//! does.

mod align;
mod arrange;
mod block;
mod combine;
pub mod encoding;
mod inline;
mod order;
mod proof;
pub mod result;
pub mod sections;
mod value;
mod versions;

use std::fmt;

pub use result::Markers;
pub use versions::Versions;

use crate::manifest::value::SemanticValue;
use arrange::Document;
use encoding::Encoding;
use result::Pieces;

/// A merged ports.toml.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Merged {
    /// Its bytes, with the markers of its conflicts.
    pub bytes: Vec<u8>,
    /// How many conflicts are left in it.
    pub conflicts: usize,
}

/// Why versions cannot be merged by services and keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unfit {
    /// A version is not TOML in UTF-8.
    NotToml,
    /// A version has an entry in several places, or in a form that cannot be split into parts.
    Scattered,
    /// The result is not what the three versions require.
    Unproven,
}

impl fmt::Display for Unfit {
    /// The reason, as the predicate of a sentence about the file.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotToml => "is not valid TOML in every version",
            Self::Scattered => "has an entry in several places",
            Self::Unproven => "says the same in different forms",
        })
    }
}

/// Merges three versions of a ports.toml.
///
/// Leaves a conflict only if both sides changed the same key of an entry to different values, if one side removed what the
/// other changed, or if both changed the same comment.
///
/// # Errors
/// The versions need a merge by lines.
pub fn merge(versions: Versions<&[u8]>, markers: &Markers) -> Result<Merged, Unfit> {
    let decoded = versions.map(encoding::decode).all().ok_or(Unfit::NotToml)?;
    let texts = decoded.as_ref().map(|(_, text)| text.as_str());
    let values = texts.map(SemanticValue::of).all().ok_or(Unfit::NotToml)?;
    let documents = texts.map(Document::of).all().ok_or(Unfit::Scattered)?;
    let mut pieces = Pieces::default();
    combine::documents(documents, &mut pieces);
    if !proof::holds(values.as_ref(), &pieces) {
        return Err(Unfit::Unproven);
    }
    let conflicts = pieces.conflicts();
    let encoding = Encoding::of_all(decoded.map(|(encoding, _)| encoding)).closed_if(conflicts > 0);
    Ok(Merged { bytes: encoding.encode(pieces.marked(markers)), conflicts })
}

/// Whether `bytes` are TOML in UTF-8.
pub fn is_toml(bytes: &[u8]) -> bool {
    encoding::decode(bytes).is_some_and(|(_, text)| SemanticValue::of(&text).is_some())
}
