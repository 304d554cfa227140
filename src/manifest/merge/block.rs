//! A part of ports.toml that has an identity of its own and keeps its bytes.

use std::borrow::Cow;

use super::value;
use super::versions::same_lines;

/// Identifies a block within its list and across versions.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Id {
    /// A key: relative to its table for a pair, from the root for a table or an entry.
    Key(Vec<String>),
    /// A free-standing comment: its text, and how many equal comments come before it.
    Comment(String, usize),
    /// An item of an array of tables: its subject, and how many items with this subject come before it.
    Item { array: String, subject: String, nth: usize },
}

/// A part of ports.toml. The fields are in the order of the file.
#[derive(Clone, Debug)]
pub(super) struct Block<'t> {
    pub(super) id: Id,
    /// The blank lines above.
    pub(super) gap: &'t str,
    /// The comment directly above.
    pub(super) lead: &'t str,
    /// The key of a pair, or the line of a header; may be empty.
    pub(super) head: &'t str,
    pub(super) body: Body<'t>,
    /// The text after the value of a pair.
    pub(super) tail: &'t str,
}

/// What a block is made of.
#[derive(Clone, Debug)]
pub(super) enum Body<'t> {
    /// Text that is merged as a whole: a free-standing comment, or an array of tables.
    Text(Cow<'t, str>),
    Value(&'t str),
    Blocks(Vec<Block<'t>>),
}

impl<'t> Block<'t> {
    /// A block with only a body.
    pub(super) fn of(id: Id, body: Body<'t>) -> Self {
        Self { id, gap: "", lead: "", head: "", body, tail: "" }
    }

    /// Its own lines.
    pub(super) fn text(&self) -> String {
        let mut text = self.head.to_owned();
        match &self.body {
            Body::Text(whole) => text.push_str(whole),
            Body::Value(value) => text.push_str(value),
            Body::Blocks(blocks) => text.extend(blocks.iter().map(|block| block.gap.to_owned() + &block.commented())),
        }
        text + self.tail
    }

    /// Its own lines and the comment above.
    pub(super) fn commented(&self) -> String {
        self.lead.to_owned() + &self.text()
    }

    pub(super) fn value(&self) -> Option<&'t str> {
        match self.body {
            Body::Value(value) => Some(value),
            Body::Text(_) | Body::Blocks(_) => None,
        }
    }

    pub(super) fn into_blocks(self) -> Vec<Self> {
        match self.body {
            Body::Blocks(blocks) => blocks,
            Body::Text(_) | Body::Value(_) => Vec::new(),
        }
    }

    /// Whether two versions of a block say the same and have the same comments.
    pub(super) fn is_like(&self, other: &Self) -> bool {
        let body = match (&self.body, &other.body) {
            (Body::Value(a), Body::Value(b)) => value::is_like(a, b) && same_lines(self.tail, other.tail),
            (Body::Blocks(a), Body::Blocks(b)) => {
                let mut pairs = a.iter().zip(b);
                same_lines(self.head, other.head)
                    && a.len() == b.len()
                    && pairs.all(|(a, b)| a.id == b.id && a.is_like(b))
            }
            (Body::Text(a), Body::Text(b)) if matches!(self.id, Id::Comment(..)) => same_lines(a, b),
            _ => self.text() == other.text(),
        };
        body && same_lines(self.lead, other.lead)
    }
}
