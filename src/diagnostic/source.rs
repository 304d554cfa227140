//! The texts that diagnostics point into, and places in them.

use std::ops::Range;
use std::sync::{Arc, OnceLock};

/// Where the text of a [`Source`] comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// A file of the tree: what is on the disk, or about to be committed.
    Tree,
    /// A file as another revision has it, by the name of that revision.
    Revision(String),
    /// A file of the tree as an edit would make it.
    Edited,
    /// A template that portgen brings along.
    BuiltIn,
}

/// A text that diagnostics point into.
#[derive(Debug)]
pub struct Source {
    /// Where it comes from.
    pub origin: Origin,
    /// The path, relative to the root.
    pub path: String,
    /// The whole text.
    pub text: String,
    index: OnceLock<Index>,
    secrets: Secrets,
    shown: OnceLock<Option<String>>,
}

/// The bytes of a text that excerpts hide: values may be passwords. They do not overlap.
pub type Secrets = fn(&str) -> Vec<Range<usize>>;

impl PartialEq for Source {
    fn eq(&self, other: &Self) -> bool {
        self.origin == other.origin && self.path == other.path && self.text == other.text
    }
}

impl Eq for Source {}

impl Source {
    /// The text of the file `path` of the tree, to be shared by several diagnostics.
    pub fn new(path: impl Into<String>, text: impl Into<String>) -> Arc<Self> {
        Self::of(Origin::Tree, path, text)
    }

    /// As [`Source::new`], of any origin.
    pub fn of(origin: Origin, path: impl Into<String>, text: impl Into<String>) -> Arc<Self> {
        Self::hiding(origin, path, text, |_| Vec::new())
    }

    /// As [`Source::of`], for a text with `secrets`.
    pub fn hiding(origin: Origin, path: impl Into<String>, text: impl Into<String>, secrets: Secrets) -> Arc<Self> {
        let (index, shown) = (OnceLock::new(), OnceLock::new());
        Arc::new(Self { origin, path: path.into(), text: text.into(), index, secrets, shown })
    }

    /// The same text of another origin.
    pub fn moved_to(&self, origin: Origin) -> Arc<Self> {
        Self::hiding(origin, self.path.as_str(), self.text.as_str(), self.secrets)
    }

    /// The text without its secrets: other characters stand for their letters and digits. Lines, columns and bytes stay.
    pub fn shown(&self) -> &str {
        let shown = self.shown.get_or_init(|| {
            let secrets = (self.secrets)(&self.text);
            (!secrets.is_empty()).then(|| hidden(&self.text, &secrets))
        });
        shown.as_ref().unwrap_or(&self.text)
    }

    /// Whether it is a file of the tree.
    pub fn is_in_tree(&self) -> bool {
        self.origin == Origin::Tree
    }

    /// How the user knows it: by its path from the root; in another revision, as git names it, `main:ports.toml`.
    pub fn name(&self) -> String {
        self.name_below("")
    }

    /// As [`Source::name`], where the path of a file stands behind `prefix`.
    pub fn name_below(&self, prefix: &str) -> String {
        let path = &self.path;
        match &self.origin {
            Origin::Tree => format!("{prefix}{path}"),
            Origin::Revision(revision) => format!("{revision}:{prefix}{path}"),
            Origin::Edited => format!("{prefix}{path} (as edited)"),
            Origin::BuiltIn => format!("{path} (built in)"),
        }
    }
}

/// The bytes of the key of a line, `key: value` or `KEY=value`: the word before the first `:` or `=`. What else is in the line may be
/// a value.
pub fn key_of_line(line: &str) -> Range<usize> {
    let key = line[..line.find([':', '=']).unwrap_or(0)].trim_end();
    key.rfind([' ', '\t']).map_or(0, |blank| blank + 1)..key.len()
}

/// The bytes of a text of lines with values, such as an env file or a Compose file, that may be values: all but the key of each line.
pub fn all_but_keys(text: &str) -> Vec<Range<usize>> {
    let mut values = Vec::new();
    let mut end = 0;
    for line in text.split_inclusive('\n') {
        let key = key_of_line(line);
        values.push(end..end + key.start);
        values.push(end + key.end..end + line.len());
        end += line.len();
    }
    values
}

/// A text that may be a secret: other characters stand for its letters and digits.
pub fn covered(text: &str) -> String {
    hidden(text, std::slice::from_ref(&(0..text.len())))
}

fn hidden(text: &str, secrets: &[Range<usize>]) -> String {
    let mut shown = text.as_bytes().to_vec();
    for secret in secrets {
        for (at, c) in text.get(secret.clone()).unwrap_or_default().char_indices() {
            if c.is_alphanumeric() {
                let instead = ["*", "¿", "…", "\u{10000}"][c.len_utf8() - 1];
                let at = secret.start + at;
                shown[at..at + instead.len()].copy_from_slice(instead.as_bytes());
            }
        }
    }
    String::from_utf8(shown).unwrap_or_default()
}

/// A byte range of a [`Source`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The text pointed into.
    pub source: Arc<Source>,
    /// Bytes from its start.
    pub span: Range<usize>,
}

impl Place {
    /// The bytes `span` of `source`.
    pub fn new(source: &Arc<Source>, span: Range<usize>) -> Self {
        Self { source: Arc::clone(source), span }
    }

    /// The line the place starts in, counted from 1.
    pub fn line(&self) -> usize {
        self.source.position(self.span.start).line
    }

    /// The column the place starts in, in characters, counted from 1.
    pub fn column(&self) -> usize {
        self.source.position(self.span.start).column
    }
}

/// A line and a column, both counted from 1; columns in characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Position {
    pub(crate) line: usize,
    pub(crate) column: usize,
}

impl Source {
    /// Where the byte `at` is; of one that is no start of a character or behind the text, the first position.
    pub(crate) fn position(&self, at: usize) -> Position {
        let at = if self.text.is_char_boundary(at) { at } else { 0 };
        let index = self.index.get_or_init(|| Index::of(&self.text));
        let line = index.line_starts.partition_point(|start| *start <= at).max(1);
        let start = index.line_starts.get(line - 1).copied().unwrap_or(0);
        Position { line, column: 1 + index.characters(&self.text, at) - index.characters(&self.text, start) }
    }
}

/// What makes a position of any place cheap: there may be as many places as bytes, and all of them in one line.
#[derive(Debug)]
struct Index {
    line_starts: Vec<usize>,
    /// How many characters start before each block of [`BLOCK`] bytes.
    characters: Vec<usize>,
}

/// Bytes between two counts.
const BLOCK: usize = 1 << 10;

impl Index {
    fn of(text: &str) -> Self {
        let breaks = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
        let line_starts = std::iter::once(0).chain(breaks.map(|(at, _)| at + 1)).collect();
        let mut characters = vec![0];
        let mut count = 0;
        for block in text.as_bytes().chunks(BLOCK) {
            count += starts(block);
            characters.push(count);
        }
        Self { line_starts, characters }
    }

    /// How many characters start before the byte `at`.
    fn characters(&self, text: &str, at: usize) -> usize {
        let block = at / BLOCK;
        self.characters[block] + starts(&text.as_bytes()[block * BLOCK..at])
    }
}

/// How many characters start in these bytes of UTF-8.
fn starts(bytes: &[u8]) -> usize {
    bytes.iter().filter(|byte| **byte & 0xc0 != 0x80).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_are_those_of_counting() {
        let text = "aé🦀\n\n".repeat(700) + &"é".repeat(3000) + "\nend";
        let source = Source::new("x", text.as_str());
        for (at, _) in text.char_indices().chain([(text.len(), ' ')]) {
            let before = &text[..at];
            let line = 1 + before.matches('\n').count();
            let column = 1 + before.rsplit('\n').next().unwrap_or_default().chars().count();
            assert_eq!(source.position(at), Position { line, column }, "byte {at}");
        }
        assert_eq!(source.position(2), Position { line: 1, column: 1 }, "inside of a character");
        assert_eq!(source.position(text.len() + 1), Position { line: 1, column: 1 }, "behind the text");
    }
}
