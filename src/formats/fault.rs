//! A mistake in a file's format.

use std::ops::Range;

/// Where and why a file is not valid in its format.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// What is wrong, without a full stop.
    pub message: String,
    /// The bytes of the file that are wrong.
    pub span: Range<usize>,
}

impl Fault {
    /// A fault at `span`.
    pub fn new(message: impl Into<String>, span: Range<usize>) -> Self {
        Self { message: message.into(), span }
    }
}
