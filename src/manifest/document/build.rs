//! Building a [`Document`] from top to bottom, as far as each key is new.

use std::collections::HashMap;

use super::{Bytes, Children, Document, Form, Key, Kind};

/// Up to how many keys a table is gone through to find one.
const FEW: u32 = 16;

/// A document, and where the keys of its larger tables are.
pub(super) struct Builder<'t> {
    pub(super) document: Document<'t>,
    /// By table and name; of the tables with more than [`FEW`] keys.
    index: HashMap<(u32, &'t str), u32>,
}

impl<'t> Builder<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Self { document: Document::new(text), index: HashMap::new() }
    }

    /// A new key of `table`, with its value still to come; none where the key is there already.
    pub(super) fn insert(&mut self, table: u32, key: Key) -> Option<u32> {
        let Children { last, len } = self.document.children(table)?;
        if len < FEW {
            return self.among(last, len, key).is_none().then(|| self.document.append(table, key));
        }
        if len == FEW {
            let mut node = last;
            for _ in 0..len {
                node = self.document.nodes[node as usize].next;
                self.index.insert((table, self.name(self.document.nodes[node as usize].key)), node);
            }
        }
        let new = self.document.append(table, key);
        let known = self.index.insert((table, self.name(key)), new);
        known.is_none().then_some(new)
    }

    /// The table under `key` of `table`, made by way of `form` where there is none; none where what is there is written
    /// otherwise.
    pub(super) fn enter(&mut self, table: u32, key: Key, form: Form) -> Option<u32> {
        let Some(known) = self.find(table, key) else {
            let new = self.insert(table, key)?;
            self.document.node(new).kind = Kind::Table(Children::default(), form);
            return Some(new);
        };
        match (self.document.node(known).kind, form) {
            (Kind::Table(_, Form::Dotted), Form::Dotted) => Some(known),
            (Kind::Table(_, Form::Header | Form::Path), Form::Path) => Some(known),
            (Kind::Array(tables, Form::Header), Form::Path) => Some(tables.last),
            _ => None,
        }
    }

    /// The table of a header `[key]` in `table`.
    pub(super) fn table(&mut self, table: u32, key: Key, header: Bytes) -> Option<u32> {
        let new = self.insert(table, key)?;
        Some(self.write(new, Kind::Table(Children::default(), Form::Header), header))
    }

    /// One more table of a header `[[key]]` in `table`.
    pub(super) fn table_of_list(&mut self, table: u32, key: Key, header: Bytes) -> Option<u32> {
        let list = match self.find(table, key) {
            None => {
                let list = self.insert(table, key)?;
                self.write(list, Kind::Array(Children::default(), Form::Header), header)
            }
            Some(list) if matches!(self.document.node(list).kind, Kind::Array(_, Form::Header)) => list,
            Some(_) => return None,
        };
        let new = self.document.append(list, Key::default());
        Some(self.write(new, Kind::Table(Children::default(), Form::Header), header))
    }

    fn write(&mut self, node: u32, kind: Kind, span: Bytes) -> u32 {
        let written = self.document.node(node);
        written.kind = kind;
        written.span = span;
        node
    }

    fn find(&self, table: u32, key: Key) -> Option<u32> {
        let Children { last, len } = self.document.children(table)?;
        match len {
            ..=FEW => self.among(last, len, key),
            _ => self.index.get(&(table, self.name(key))).copied(),
        }
    }

    /// The one of `len` nodes, of which `last` is the last, that has the key.
    fn among(&self, last: u32, len: u32, key: Key) -> Option<u32> {
        let text = self.document.text.as_bytes();
        let name = &text[key.name.range()];
        let mut node = last;
        let mut next = self.document.nodes[last as usize].next;
        (0..len).find_map(|_| {
            let known = &self.document.nodes[next as usize];
            (node, next) = (next, known.next);
            let range = known.key.name.range();
            (range.len() == name.len() && text[range] == *name).then_some(node)
        })
    }

    /// What a key reads: here, every key reads as it is written.
    fn name(&self, key: Key) -> &'t str {
        &self.document.text[key.name.range()]
    }
}
