//! An inline table with its pairs.

use std::collections::HashMap;

use super::id::Id;
use crate::manifest::lines::{self, Pair};

/// An inline table with its pairs, each under its key.
pub(super) struct Inline<'t> {
    text: &'t str,
    pub(super) ids: Vec<Id>,
    pairs: Vec<Pair>,
}

impl<'t> Inline<'t> {
    /// None where the value is another, or where lines and comments make its layout more than a list.
    pub(super) fn of(text: &'t str) -> Option<Self> {
        let pairs = lines::members(text, 0)?;
        let ids = pairs.iter().map(|pair| Id::Key(pair.path.clone())).collect();
        (!text.contains('\n')).then_some(Self { text, ids, pairs })
    }

    fn find(&self, id: &Id) -> Option<&Pair> {
        self.ids.iter().position(|known| known == id).map(|at| &self.pairs[at])
    }

    pub(super) fn value(&self, id: &Id) -> Option<&'t str> {
        self.find(id).map(|pair| &self.text[pair.value.clone()])
    }

    /// The pair `id` with another value.
    pub(super) fn pair(&self, id: &Id, value: &str) -> Option<String> {
        let pair = self.find(id)?;
        Some([&self.text[pair.span.start..pair.value.start], value].concat())
    }

    /// The table with other values.
    pub(super) fn with(&self, values: &HashMap<&Id, String>) -> String {
        let mut text = String::new();
        let mut at = 0;
        for (id, pair) in self.ids.iter().zip(&self.pairs) {
            text.push_str(&self.text[at..pair.value.start]);
            text.push_str(values.get(id).map_or(&self.text[pair.value.clone()], String::as_str));
            at = pair.value.end;
        }
        text + &self.text[at..]
    }
}
