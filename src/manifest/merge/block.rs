//! A part of ports.toml that has an identity of its own and keeps its bytes.

use std::borrow::Cow;

use super::id::Id;
use super::value;
use super::versions::same_lines;

/// A part of ports.toml: `gap`, `lead` and `body` follow each other in the file.
#[derive(Clone, Debug)]
pub(super) struct Block<'t> {
    pub(super) id: Id,
    /// The blank lines above.
    pub(super) gap: &'t str,
    /// The comment directly above.
    pub(super) lead: &'t str,
    /// The lines of the block itself.
    pub(super) body: Body<'t>,
}

/// What a block is made of.
#[derive(Clone, Debug)]
pub(super) enum Body<'t> {
    /// What is taken as a whole: a free-standing comment, or an array of tables.
    Text(Cow<'t, str>),
    /// A pair: what stands before its value, the value, and what stands behind it.
    Pair { head: &'t str, value: &'t str, tail: &'t str },
    /// A header's line, which may be missing, and what stands below it.
    Group { head: &'t str, blocks: Vec<Block<'t>> },
}

impl Block<'_> {
    /// Its own lines.
    pub(super) fn text(&self) -> String {
        match &self.body {
            Body::Text(text) => text.to_string(),
            Body::Pair { head, value, tail } => [*head, value, tail].concat(),
            Body::Group { head, blocks } => {
                blocks.iter().fold((*head).to_owned(), |text, block| text + block.gap + &block.commented())
            }
        }
    }

    /// Its own lines and the comment above.
    pub(super) fn commented(&self) -> String {
        self.lead.to_owned() + &self.text()
    }

    /// Whether two versions of a block say the same and have the same comments.
    pub(super) fn is_like(&self, other: &Self) -> bool {
        let body = match (&self.body, &other.body) {
            (Body::Pair { value: a, tail: a_tail, .. }, Body::Pair { value: b, tail: b_tail, .. }) => {
                value::is_like(a, b) && same_lines(a_tail, b_tail)
            }
            (Body::Group { head: a, blocks: a_blocks }, Body::Group { head: b, blocks: b_blocks }) => {
                let mut pairs = a_blocks.iter().zip(b_blocks);
                same_lines(a, b) && a_blocks.len() == b_blocks.len() && pairs.all(|(a, b)| a.id == b.id && a.is_like(b))
            }
            (Body::Text(a), Body::Text(b)) if matches!(self.id, Id::Comment(..)) => same_lines(a, b),
            _ => self.text() == other.text(),
        };
        body && same_lines(self.lead, other.lead)
    }
}
