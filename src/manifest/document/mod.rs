//! ports.toml as a tree of its keys and values, each with its place.
//!
//! What people write is nearly always plain TOML, which [`quick`] reads in one pass; every other file, and every file with a
//! mistake in it, is read by the toml crate. Both make the same tree.

#[cfg(test)]
mod agreement;
mod build;
mod quick;
mod raw;
mod whole;

use std::ops::Range;

use toml::de::Error;

pub use raw::{Integer, Item, Items, Raw};

/// The tree of a file: one flat list, as a file of 10,000 services has 100,000 values.
#[derive(Debug)]
pub struct Document<'t> {
    text: &'t str,
    /// Texts that do not read as they are written (escapes, `4_000`), as if they stood behind `text`.
    decoded: String,
    nodes: Vec<Node>,
}

/// A value with its key.
#[derive(Clone, Copy, Debug)]
struct Node {
    key: Key,
    span: Bytes,
    kind: Kind,
    /// The node behind it in its table or list; behind the last one, the first.
    next: u32,
}

/// A key; of an item of a list, an empty one.
#[derive(Clone, Copy, Debug, Default)]
struct Key {
    /// What it reads.
    name: Bytes,
    /// Where it is written, quotes included.
    span: Bytes,
}

/// A range of bytes: no file is longer than [`super::MAX_BYTES`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Bytes {
    start: u32,
    end: u32,
}

/// What a value is; texts and digits by their bytes.
#[derive(Clone, Copy, Debug)]
enum Kind {
    String(Bytes),
    /// With its base.
    Integer(Bytes, u8),
    Float(Bytes),
    Boolean(bool),
    /// As RFC 3339 has it.
    Datetime(Bytes),
    Array(Children, Form),
    Table(Children, Form),
}

/// The nodes in a table or list, which are a ring: the last one leads to the first.
#[derive(Clone, Copy, Debug, Default)]
struct Children {
    last: u32,
    len: u32,
}

/// How a table or list is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    /// In brackets behind its key.
    Inline,
    /// By a header of its own: `[a]`, `[[a]]`.
    Header,
    /// By the header of a table in it: `a` of `[a.b]`.
    Path,
    /// By a key in it: `a` of `a.b = 1`.
    Dotted,
}

/// The table that is the whole file.
const ROOT: u32 = 0;

impl<'t> Document<'t> {
    /// Reads `text`, as far as it is TOML; the errors say what is not.
    pub fn read(text: &'t str) -> (Self, Vec<Error>) {
        match quick::read(text) {
            Some(document) => (document, Vec::new()),
            None => whole::read(text),
        }
    }

    /// The keys of the whole file.
    pub fn root(&self) -> Items<'_> {
        Items::new(self, self.children(ROOT).unwrap_or_default())
    }

    /// An empty file with room for the nodes that a file of many services has.
    fn new(text: &'t str) -> Self {
        let mut nodes = Vec::with_capacity(text.len() / 20 + 1);
        let kind = Kind::Table(Children::default(), Form::Header);
        nodes.push(Node { key: Key::default(), span: Bytes::default(), kind, next: ROOT });
        Self { text, decoded: String::new(), nodes }
    }

    fn node(&mut self, node: u32) -> &mut Node {
        &mut self.nodes[node as usize]
    }

    fn children(&self, node: u32) -> Option<Children> {
        match self.nodes[node as usize].kind {
            Kind::Array(children, _) | Kind::Table(children, _) => Some(children),
            _ => None,
        }
    }

    /// Adds a value, of which only the key is known yet, to the end of a table or list.
    fn append(&mut self, parent: u32, key: Key) -> u32 {
        let new = self.nodes.len() as u32;
        let mut next = new;
        if let Kind::Array(children, _) | Kind::Table(children, _) = &mut self.nodes[parent as usize].kind {
            let last = std::mem::replace(&mut children.last, new);
            children.len += 1;
            if children.len > 1 {
                next = std::mem::replace(&mut self.nodes[last as usize].next, new);
            }
        }
        self.nodes.push(Node { key, span: key.span, kind: Kind::Boolean(false), next });
        new
    }

    /// Keeps a text that does not read as it is written.
    fn decode(&mut self, text: &str) -> Bytes {
        let start = self.text.len() + self.decoded.len();
        self.decoded.push_str(text);
        Bytes::new(start, start + text.len())
    }

    fn text(&self, bytes: Bytes) -> &str {
        match bytes.range() {
            range if range.start < self.text.len() => &self.text[range],
            range => &self.decoded[range.start - self.text.len()..range.end - self.text.len()],
        }
    }
}

impl Bytes {
    fn new(start: usize, end: usize) -> Self {
        Self { start: start as u32, end: end as u32 }
    }

    fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }
}
