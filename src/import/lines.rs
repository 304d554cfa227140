//! On which line a byte of a text is.

/// Where the lines of a text end.
#[derive(Debug)]
pub(super) struct Lines(Vec<usize>);

impl Lines {
    pub(super) fn new(text: &str) -> Self {
        Self(memchr::memchr_iter(b'\n', text.as_bytes()).collect())
    }

    /// The line of a byte, from 1.
    pub(super) fn of(&self, byte: usize) -> usize {
        1 + self.0.partition_point(|end| *end < byte)
    }
}
