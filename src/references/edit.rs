//! Changes numbers of a file in place.

use std::fmt::Write as _;
use std::ops::Range;

/// One number to replace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// The bytes of its digits in the file.
    pub digits: Range<usize>,
    /// The old number.
    pub before: u16,
    /// The new number.
    pub after: u16,
}

/// Applies `edits`, which are ascending and do not overlap, to `text`. Every other byte stays.
pub fn splice(text: &str, edits: &[Edit]) -> String {
    let mut out = String::with_capacity(text.len() + edits.len() * "65535".len());
    let mut copied = 0;
    for edit in edits {
        out.push_str(text.get(copied..edit.digits.start).unwrap_or_default());
        let _ = write!(out, "{}", edit.after);
        copied = edit.digits.end;
    }
    out.push_str(text.get(copied..).unwrap_or_default());
    out
}
