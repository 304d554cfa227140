//! What stands in a [`Document`], for those who read it.

use std::ops::Range;

use super::{Children, Document, Kind, Node};

/// A value with its key.
#[derive(Clone, Copy, Debug)]
pub struct Item<'t> {
    document: &'t Document<'t>,
    node: &'t Node,
}

impl<'t> Item<'t> {
    /// What its key reads; an item of a list has an empty one.
    pub fn name(self) -> &'t str {
        self.document.text(self.node.key.name)
    }

    /// Where its key is written, quotes included.
    pub fn key_span(self) -> Range<usize> {
        self.node.key.span.range()
    }

    /// Where it is written: quotes and brackets included, the header where a table has one, else the key that makes it.
    pub fn span(self) -> Range<usize> {
        self.node.span.range()
    }

    /// The text of a string.
    pub fn as_str(self) -> Option<&'t str> {
        match self.node.kind {
            Kind::String(text) => Some(self.document.text(text)),
            _ => None,
        }
    }

    /// What it is.
    pub fn raw(self) -> Raw<'t> {
        match self.node.kind {
            Kind::String(text) => Raw::String(self.document.text(text)),
            Kind::Integer(digits, radix) => Raw::Integer(Integer { digits: self.document.text(digits), radix }),
            Kind::Float(text) => Raw::Float(self.document.text(text)),
            Kind::Boolean(truth) => Raw::Boolean(truth),
            Kind::Datetime(text) => Raw::Datetime(self.document.text(text)),
            Kind::Array(children, _) => Raw::Array(Items::new(self.document, children)),
            Kind::Table(children, _) => Raw::Table(Items::new(self.document, children)),
        }
    }

    /// Whether both are the same place of the same file.
    pub fn is(self, other: Self) -> bool {
        std::ptr::eq(self.node, other.node)
    }
}

/// What a value is.
#[derive(Clone, Copy, Debug)]
pub enum Raw<'t> {
    /// A string, without its quotes and escapes.
    String(&'t str),
    /// An integer.
    Integer(Integer<'t>),
    /// A float, without `_` between its digits.
    Float(&'t str),
    /// A boolean.
    Boolean(bool),
    /// A date, a time or both, as RFC 3339 has it; empty where it is none, which is a mistake in the TOML.
    Datetime(&'t str),
    /// A list: `[1, 2]`, or the tables of one header `[[a]]`.
    Array(Items<'t>),
    /// A table.
    Table(Items<'t>),
}

impl<'t> Raw<'t> {
    /// What a list holds.
    pub fn as_array(self) -> Option<Items<'t>> {
        match self {
            Self::Array(items) => Some(items),
            _ => None,
        }
    }

    /// What a table holds.
    pub fn as_table(self) -> Option<Items<'t>> {
        match self {
            Self::Table(items) => Some(items),
            _ => None,
        }
    }

    /// Whether it is a table.
    pub fn is_table(self) -> bool {
        matches!(self, Self::Table(_))
    }
}

/// An integer as it is written, without its prefix and `_` between its digits.
#[derive(Clone, Copy, Debug)]
pub struct Integer<'t> {
    /// Its digits, behind a sign where it has one.
    pub digits: &'t str,
    /// Its base: 2, 8, 10 or 16.
    pub radix: u8,
}

impl Integer<'_> {
    /// Its value; none where 64 bits do not hold it.
    pub fn number(self) -> Option<i64> {
        i64::from_str_radix(self.digits, self.radix.into()).ok()
    }
}

/// What a table or list holds, in the order of the file.
#[derive(Clone, Copy, Debug)]
pub struct Items<'t> {
    document: &'t Document<'t>,
    children: Children,
}

impl<'t> Items<'t> {
    pub(super) fn new(document: &'t Document<'t>, children: Children) -> Self {
        Self { document, children }
    }

    /// How many there are.
    pub fn len(self) -> usize {
        self.children.len as usize
    }

    /// Whether there is none.
    pub fn is_empty(self) -> bool {
        self.children.len == 0
    }

    /// Each of them.
    pub fn iter(self) -> impl ExactSizeIterator<Item = Item<'t>> + use<'t> {
        let nodes = &self.document.nodes;
        let mut node = &nodes[self.children.last as usize];
        (0..self.len()).map(move |_| {
            node = &nodes[node.next as usize];
            Item { document: self.document, node }
        })
    }

    /// The one with the key `name`, for which all of them are gone through: to look up many is for an index.
    pub fn get(self, name: &str) -> Option<Item<'t>> {
        self.iter().find(|item| item.name() == name)
    }
}
