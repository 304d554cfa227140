//! Classes of bytes, and the length of their runs in a text.

/// A set of bytes.
pub(super) struct Class([bool; 256]);

impl Class {
    pub(super) const fn of(bytes: &[u8]) -> Self {
        let mut class = [false; 256];
        let mut at = 0;
        while at < bytes.len() {
            class[bytes[at] as usize] = true;
            at += 1;
        }
        Self(class)
    }

    #[inline]
    pub(super) fn has(&self, byte: u8) -> bool {
        self.0[byte as usize]
    }

    /// How many bytes at the start of `bytes` are in the class.
    #[inline]
    pub(super) fn run(&self, bytes: &[u8]) -> usize {
        // Eight at a time, for speed: this checks every byte of every output.
        let (chunks, rest) = bytes.as_chunks::<8>();
        for (at, chunk) in chunks.iter().enumerate() {
            if let Some(end) = chunk.iter().position(|byte| !self.has(*byte)) {
                return at * 8 + end;
            }
        }
        chunks.len() * 8 + rest.iter().position(|byte| !self.has(*byte)).unwrap_or(rest.len())
    }

    /// How many bytes at the end of `bytes` are in the class.
    #[inline]
    pub(super) fn run_back(&self, bytes: &[u8]) -> usize {
        let mut start = bytes.len();
        while start > 0 && self.has(bytes[start - 1]) {
            start -= 1;
        }
        bytes.len() - start
    }
}
