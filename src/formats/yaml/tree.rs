//! The nodes of a YAML file that people write, with their places: anchors, aliases and merge keys too.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::ops::Range;

use saphyr_parser::{Event, Parser};

use super::brackets;
use super::saphyr::{Look, Offsets, Turn};
use crate::formats::{Fault, Written};

/// The most nodes that a look at one file visits, through whatever aliases: a few lines of them can stand for more than any memory holds.
const MOST_VISITS: usize = 1 << 20;

/// How deep a look goes, through whatever aliases: one may stand for a node that it is in.
const MOST_DEPTH: usize = 64;

/// A node, by its index in the tree.
pub type Id = usize;

/// What a node is.
#[derive(Debug)]
pub enum Node<'t> {
    /// A text, a number, a null: whatever is no list and no mapping.
    Scalar(Written<'t>),
    /// A list.
    Sequence(Vec<Id>),
    /// A mapping, with the place of each key.
    Mapping(Vec<(Written<'t>, Id)>),
}

/// The nodes of a file. An alias is the node that it stands for.
#[derive(Debug, Default)]
pub struct Tree<'t> {
    nodes: Vec<Node<'t>>,
    /// The root of each document that is not empty.
    pub documents: Vec<Id>,
    /// Why the rest of the file, behind what the tree has, cannot be read.
    pub mistake: Option<Fault>,
    /// Whether a mapping has a key that is no text, as `{{ name }}` has to YAML.
    pub has_other_keys: bool,
}

/// The keys of a mapping, as they are collected.
struct Merged<'s, 't> {
    tree: &'s Tree<'t>,
    seen: HashSet<&'s str>,
    entries: Vec<(&'s Written<'t>, Id)>,
    visits: usize,
}

impl Merged<'_, '_> {
    fn add(&mut self, id: Id, depth: usize) {
        let Node::Mapping(keys) = self.tree.node(id) else { return };
        if depth == 0 || self.visits <= keys.len() {
            return;
        }
        self.visits -= keys.len() + 1;
        for (key, value) in keys.iter().filter(|(key, _)| key.value != "<<") {
            if self.seen.insert(&key.value) {
                self.entries.push((key, *value));
            }
        }
        for (_, value) in keys.iter().filter(|(key, _)| key.value == "<<") {
            match self.tree.node(*value) {
                Node::Sequence(all) => all.iter().for_each(|one| self.add(*one, depth - 1)),
                _ => self.add(*value, depth - 1),
            }
        }
    }
}

/// A mapping or list that is open, with the key that waits for its value.
struct Open<'t> {
    id: Id,
    turn: Turn,
    key: Option<Written<'t>>,
}

impl<'t> Tree<'t> {
    /// Reads `text`. What stands before a mistake is read.
    pub fn read(text: &'t str) -> Self {
        let tree = Self::parse(text, text, |value| value);
        if tree.mistake.is_none() {
            return tree;
        }
        // The bytes of both texts are at the same places.
        match brackets::joined(text) {
            Some(joined) => Self::parse(text, &joined, |value| Cow::Owned(value.into_owned())),
            None => tree,
        }
    }

    /// The tree of `parsed`, which has the places of `text`.
    fn parse<'p>(text: &'t str, parsed: &'p str, value: fn(Cow<'p, str>) -> Cow<'t, str>) -> Self {
        let mut builder = Builder { tree: Self::default(), anchors: HashMap::new(), open: Vec::new(), text };
        let mut offsets = Offsets::new(text);
        for event in Parser::new_from_str(parsed) {
            match event {
                Ok((event, span)) => builder.take(event, value, offsets.range(span)),
                Err(error) => {
                    builder.tree.mistake = Some(offsets.fault(&error));
                    break;
                }
            }
        }
        // What a mistake has left open holds what stands before it.
        while let Some(open) = builder.open.pop() {
            builder.place(open.id);
        }
        builder.tree
    }

    fn add(&mut self, node: Node<'t>) -> Id {
        self.nodes.push(node);
        self.nodes.len() - 1
    }

    /// The node.
    pub fn node(&self, id: Id) -> &Node<'t> {
        &self.nodes[id]
    }

    /// The text of a scalar.
    pub fn scalar(&self, id: Id) -> Option<&Written<'t>> {
        match self.node(id) {
            Node::Scalar(text) => Some(text),
            _ => None,
        }
    }

    /// The items of a list; none of anything else.
    pub fn items(&self, id: Id) -> &[Id] {
        match self.node(id) {
            Node::Sequence(items) => items,
            _ => &[],
        }
    }

    /// The keys of a mapping with their values, those of its merge keys behind its own; none of anything else.
    ///
    /// Source: <https://yaml.org/type/merge.html>.
    pub fn entries(&self, id: Id) -> Vec<(&Written<'t>, Id)> {
        let mut merged = Merged { tree: self, seen: HashSet::new(), entries: Vec::new(), visits: MOST_VISITS };
        merged.add(id, MOST_DEPTH);
        merged.entries
    }

    /// The value of a key of a mapping.
    pub fn get(&self, id: Id, key: &str) -> Option<Id> {
        self.entries(id).into_iter().find(|(known, _)| known.value == key).map(|(_, value)| value)
    }

    /// The text at a key of a mapping.
    pub fn text(&self, id: Id, key: &str) -> Option<&Written<'t>> {
        self.scalar(self.get(id, key)?)
    }

    /// Every mapping at or below a node, with the keys on the way to it, and its own keys and values.
    pub fn mappings<'s>(&'s self, id: Id, visit: &mut impl FnMut(&[&'s str], &'s [(Written<'t>, Id)])) {
        let mut walk = Walk { tree: self, visits: MOST_VISITS, keys: Vec::new(), visit };
        walk.at(id, MOST_DEPTH);
    }
}

/// A walk over the mappings below a node.
struct Walk<'s, 't, 'v, V> {
    tree: &'s Tree<'t>,
    visits: usize,
    keys: Vec<&'s str>,
    visit: &'v mut V,
}

impl<'s, 't, V: FnMut(&[&'s str], &'s [(Written<'t>, Id)])> Walk<'s, 't, '_, V> {
    fn at(&mut self, id: Id, depth: usize) {
        if depth == 0 || self.visits == 0 {
            return;
        }
        self.visits -= 1;
        match self.tree.node(id) {
            Node::Scalar(_) => {}
            Node::Sequence(items) => items.iter().for_each(|item| self.at(*item, depth - 1)),
            Node::Mapping(entries) => {
                (self.visit)(&self.keys, entries);
                for (key, value) in entries {
                    self.keys.push(&key.value);
                    self.at(*value, depth - 1);
                    self.keys.pop();
                }
            }
        }
    }
}

/// Makes a tree of events.
struct Builder<'t> {
    tree: Tree<'t>,
    anchors: HashMap<usize, Id>,
    open: Vec<Open<'t>>,
    text: &'t str,
}

impl<'t> Builder<'t> {
    fn take<'p>(&mut self, event: Event<'p>, owned: fn(Cow<'p, str>) -> Cow<'t, str>, span: Range<usize>) {
        match event {
            Event::Scalar(value, style, anchor, tag) => {
                let look = Look { style, has_properties: anchor > 0 || tag.is_some() };
                self.scalar(look.written(owned(value), span, self.text), anchor);
            }
            Event::Alias(anchor) => {
                let known = self.anchors.get(&anchor).copied();
                let id = known.unwrap_or_else(|| self.tree.add(Node::Scalar(empty(span, self.text))));
                self.place(id);
            }
            Event::MappingStart(anchor, _) => self.open(Node::Mapping(Vec::new()), anchor, Turn::Key),
            Event::SequenceStart(anchor, _) => self.open(Node::Sequence(Vec::new()), anchor, Turn::Item),
            Event::MappingEnd | Event::SequenceEnd => {
                if let Some(closed) = self.open.pop() {
                    self.place(closed.id);
                }
            }
            _ => {}
        }
    }

    fn scalar(&mut self, written: Written<'t>, anchor: usize) {
        if let Some(at) = self.open.last_mut().filter(|at| at.turn == Turn::Key) {
            (at.key, at.turn) = (Some(written), Turn::Value);
            return;
        }
        let id = self.tree.add(Node::Scalar(written));
        self.anchors.insert(anchor, id);
        self.place(id);
    }

    fn open(&mut self, node: Node<'t>, anchor: usize, turn: Turn) {
        let id = self.tree.add(node);
        self.anchors.insert(anchor, id);
        self.open.push(Open { id, turn, key: None });
    }

    /// Puts a node where the file has it.
    fn place(&mut self, id: Id) {
        let Some(at) = self.open.last_mut() else {
            self.tree.documents.push(id);
            return;
        };
        // A key that is no scalar has no name.
        if at.turn == Turn::Key {
            at.turn = Turn::Value;
            self.tree.has_other_keys = true;
            return;
        }
        match (&mut self.tree.nodes[at.id], at.key.take()) {
            (Node::Sequence(items), _) => items.push(id),
            (Node::Mapping(keys), Some(key)) => keys.push((key, id)),
            _ => {}
        }
        if at.turn == Turn::Value {
            at.turn = Turn::Key;
        }
    }
}

fn empty(span: Range<usize>, text: &str) -> Written<'_> {
    Written::new(Cow::Borrowed(""), span, text)
}
