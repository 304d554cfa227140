//! A walk over the scalars of a file, with their paths and places.

use std::borrow::Cow;
use std::ops::Range;

use super::listen::Listen;
use super::{block, saphyr};
use crate::diagnostic::quoted;
use crate::formats::Fault;
use crate::formats::keys::Keys;

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
    /// The way to it from the root of its document.
    pub path: &'a [Step<'t>],
    /// The value: borrowed where it stands in the file as it is.
    pub value: Cow<'t, str>,
    /// Its bytes in the file, quotes included.
    pub span: Range<usize>,
    /// The document of the file that it is in, from 0.
    pub document: usize,
}

/// What is made of the scalars of a file.
pub trait Visit<'t>: Default {
    /// Takes the next scalar that is a value, in the order of the file.
    ///
    /// # Errors
    /// The file cannot have it there.
    fn scalar(&mut self, scalar: Scalar<'_, 't>) -> Result<(), Fault>;
}

/// What a visitor makes of every scalar that is a value.
///
/// # Errors
/// The file is not YAML, a mapping has a key twice, a key is no scalar, an alias is used (portgen's outputs need none), or the
/// visitor says so.
pub fn walk<'t, V: Visit<'t>>(text: &'t str) -> Result<V, Fault> {
    let mut walk = Walk::new();
    match block::read(text, &mut walk) {
        Some(()) => Ok(walk.visitor),
        // Whatever is unusual or wrong, the reader of all of YAML decides, with a new visitor.
        None => walk_all(text),
    }
}

/// The same by the reader of all of YAML.
pub(super) fn walk_all<'t, V: Visit<'t>>(text: &'t str) -> Result<V, Fault> {
    let mut walk = Walk::new();
    saphyr::read(text, &mut walk)?;
    Ok(walk.visitor)
}

struct Walk<'t, V> {
    visitor: V,
    path: Vec<Step<'t>>,
    keys: Keys<'t>,
    document: usize,
}

impl<'t, V: Visit<'t>> Walk<'t, V> {
    fn new() -> Self {
        Self { visitor: V::default(), path: Vec::with_capacity(8), keys: Keys::new(), document: 0 }
    }
}

// What comes with every line is inlined into the reader: calls would be a good part of what reading costs.
impl<'t, V: Visit<'t>> Listen<'t> for Walk<'t, V> {
    #[inline(always)]
    fn key(&mut self, key: Cow<'t, str>, span: Range<usize>) -> Result<(), Fault> {
        if !self.keys.insert(key.clone()) {
            return Err(Fault::new(format!("the key {} stands twice", quoted(&key)), span));
        }
        if let Some(last) = self.path.last_mut() {
            *last = Step::Key(key);
        }
        Ok(())
    }

    #[inline(always)]
    fn scalar(&mut self, value: Cow<'t, str>, is_plain: bool, span: Range<usize>) -> Result<(), Fault> {
        if !(is_plain && matches!(&*value, "" | "~" | "null")) {
            self.visitor.scalar(Scalar { path: &self.path, value, span, document: self.document })?;
        }
        self.null();
        Ok(())
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
