//! What is read of a package.json: its scripts, with their places.

use std::borrow::Cow;
use std::ops::Range;

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
    /// The bytes of its value in the file, quotes included.
    pub(super) value: Range<usize>,
    /// Its command line; none where the value is no string.
    pub(super) line: Option<Cow<'a, str>>,
}

impl Script<'_> {
    /// Turns ascending byte ranges of the command line into those of the file, which differ after the first escape.
    pub(super) fn in_file<'f>(&self, text: &str, spans: impl Iterator<Item = &'f mut Range<usize>>) {
        let first = self.value.start + 1;
        let (Some(Cow::Owned(line)), Some(raw)) = (&self.line, text.get(first..)) else {
            spans.for_each(|span| *span = span.start + first..span.end + first);
            return;
        };
        let mut chars = line.char_indices();
        let mut written = 0;
        let mut reach = |wanted: usize| {
            while chars.offset() < wanted {
                let Some((_, c)) = chars.next() else { break };
                written += written_length(raw.as_bytes().get(written..).unwrap_or_default(), c);
            }
            first + written
        };
        spans.for_each(|span| *span = reach(span.start)..reach(span.end));
    }
}

/// How many bytes of the file stand for the character `c` at the start of `raw`.
fn written_length(raw: &[u8], c: char) -> usize {
    match raw {
        [b'\\', b'u', ..] => 6 * c.len_utf16(),
        [b'\\', ..] => 2,
        _ => c.len_utf8(),
    }
}
