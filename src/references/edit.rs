//! Numbers in a file, changed in place.

use std::fmt::Write as _;
use std::ops::Range;

/// One number that is replaced.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// The bytes of the file that write it.
    pub digits: Range<usize>,
    /// The number as it is.
    pub before: u16,
    /// The number that it becomes.
    pub after: u16,
}

/// `text` with `edits`, which are ascending and do not overlap; every other byte stays.
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
