//! The SHA-256 of a file, of one in memory or of one that is read piece by piece beside the text it should have.

use sha2::{Digest as _, Sha256};

/// A SHA-256.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest([u8; 32]);

/// The SHA-256 of `bytes`.
pub fn digest(bytes: &[u8]) -> Digest {
    Digest(Sha256::digest(bytes).into())
}

impl Digest {
    /// The digest in 64 lower-case hexadecimal digits.
    pub fn hex(&self) -> String {
        String::from_utf8_lossy(&self.digits()).into_owned()
    }

    pub(super) fn digits(&self) -> [u8; 64] {
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        let mut hex = [0; 64];
        for (at, byte) in self.0.iter().enumerate() {
            hex[2 * at] = DIGITS[usize::from(byte >> 4)];
            hex[2 * at + 1] = DIGITS[usize::from(byte & 15)];
        }
        hex
    }

    pub(super) fn parse(hex: &str) -> Option<Self> {
        let hex: &[u8; 64] = hex.as_bytes().try_into().ok()?;
        let mut bytes = [0; 32];
        for (byte, pair) in bytes.iter_mut().zip(hex.chunks_exact(2)) {
            *byte = nibble(pair[0])? << 4 | nibble(pair[1])?;
        }
        Some(Self(bytes))
    }
}

fn nibble(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        _ => None,
    }
}

/// Compares bytes that come in pieces with a text.
#[derive(Debug)]
pub struct Comparison<'a> {
    text: &'a [u8],
    /// How many bytes have come.
    size: usize,
    /// The hash of what has come, from the first difference on.
    other: Option<Sha256>,
}

impl<'a> Comparison<'a> {
    /// Compares what is to come with `text`.
    pub fn with(text: &'a [u8]) -> Self {
        Self { text, size: 0, other: None }
    }

    /// Takes the next piece.
    pub fn add(&mut self, piece: &[u8]) {
        let end = self.size + piece.len();
        match &mut self.other {
            Some(other) => other.update(piece),
            None if self.text.get(self.size..end) != Some(piece) => {
                let same = &self.text[..self.size];
                self.other = Some(Sha256::new().chain_update(same).chain_update(piece));
            }
            None => {}
        }
        self.size = end;
    }

    /// How many bytes have come, and their SHA-256; `None` if they are the text.
    pub fn difference(self) -> Option<(usize, Digest)> {
        match self.other {
            Some(other) => Some((self.size, Digest(other.finalize().into()))),
            None if self.size < self.text.len() => Some((self.size, digest(&self.text[..self.size]))),
            None => None,
        }
    }
}
