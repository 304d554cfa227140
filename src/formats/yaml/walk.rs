//! A walk over the scalars of a file, with their paths and places.

use std::borrow::Cow;
use std::ops::Range;

use super::listen::Listen;
use super::{block, saphyr};
use crate::diagnostic::quoted;
use crate::formats::keys::Keys;
use crate::formats::{Fault, Reading, Written};

/// One step on the way to a scalar.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step<'t> {
    /// Into a mapping, by key.
    Key(Cow<'t, str>),
    /// Into a sequence, by index.
    Index(usize),
}

impl Step<'_> {
    /// The key, for a step into a mapping.
    pub fn key(&self) -> Option<&str> {
        match self {
            Self::Key(key) => Some(key),
            Self::Index(_) => None,
        }
    }
}

/// One scalar with its place, in a file that lives for `'t`.
#[derive(Debug)]
pub struct Scalar<'a, 't> {
    /// The path from the root of its document.
    pub path: &'a [Step<'t>],
    /// The value, and where the file writes it.
    pub text: Written<'t>,
    /// Whether it has no quotes and no tag.
    pub is_plain: bool,
    /// The index of its document in the file, from 0.
    pub document: usize,
}

/// Collects claims from the scalars of a file.
pub trait Visit<'t>: Default {
    /// Visits the next value, in the order of the file, and adds its claims.
    fn scalar(&mut self, scalar: Scalar<'_, 't>, reading: &mut Reading<'t>);
}

/// Visits every scalar that is a value. Faults: the file is not YAML, a mapping has a key twice, a key is not a scalar, or the
/// file has an alias, which portgen's outputs do not need.
pub fn walk<'t, V: Visit<'t>>(text: &'t str) -> (V, Reading<'t>) {
    let mut walk = Walk::new();
    match block::read(text, &mut walk) {
        Some(()) => (walk.visitor, walk.reading),
        // saphyr decides everything unusual or wrong, with a new visitor.
        None => walk_all(text),
    }
}

/// As [`walk`], but always with saphyr.
pub(super) fn walk_all<'t, V: Visit<'t>>(text: &'t str) -> (V, Reading<'t>) {
    let mut walk = Walk::new();
    if let Err(fault) = saphyr::read(text, &mut walk) {
        walk.reading.faults.push(fault);
    }
    (walk.visitor, walk.reading)
}

struct Walk<'t, V> {
    visitor: V,
    reading: Reading<'t>,
    path: Vec<Step<'t>>,
    keys: Keys<'t>,
    document: usize,
}

impl<'t, V: Visit<'t>> Walk<'t, V> {
    fn new() -> Self {
        let (visitor, reading) = Default::default();
        Self { visitor, reading, path: Vec::with_capacity(8), keys: Keys::new(), document: 0 }
    }
}

// Inlined into the reader, because calls for every line would be a good part of the cost.
impl<'t, V: Visit<'t>> Listen<'t> for Walk<'t, V> {
    #[inline(always)]
    fn key(&mut self, key: Cow<'t, str>, span: Range<usize>) {
        if !self.keys.insert(key.clone()) {
            self.fault(Fault::new(format!("the key {} is set twice", quoted(&key)), span));
        }
        if let Some(last) = self.path.last_mut() {
            *last = Step::Key(key);
        }
    }

    #[inline(always)]
    fn scalar(&mut self, text: Written<'t>, is_plain: bool) {
        if !(is_plain && matches!(&*text.value, "" | "~" | "null")) {
            let scalar = Scalar { path: &self.path, text, is_plain, document: self.document };
            self.visitor.scalar(scalar, &mut self.reading);
        }
        self.null();
    }

    fn fault(&mut self, fault: Fault) {
        self.reading.faults.push(fault);
    }

    #[inline]
    fn null(&mut self) {
        if let Some(Step::Index(index)) = self.path.last_mut() {
            *index += 1;
        }
    }

    fn mapping(&mut self) {
        self.keys.open();
        self.path.push(Step::Key(Cow::Borrowed("")));
    }

    fn sequence(&mut self) {
        self.path.push(Step::Index(0));
    }

    fn end(&mut self) {
        if let Some(Step::Key(_)) = self.path.pop() {
            self.keys.close();
        }
        self.null();
    }

    fn end_document(&mut self) {
        self.document += 1;
    }
}
