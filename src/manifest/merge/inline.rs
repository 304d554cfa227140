//! An inline table that two sides have changed, key by key.

use std::collections::HashMap;

use super::block::Id;
use super::order::order;
use super::{Versions, value};
use crate::manifest::lines::{self, Pair};

/// An inline table with its pairs, each under its key.
struct Inline<'t> {
    text: &'t str,
    ids: Vec<Id>,
    pairs: Vec<Pair>,
}

impl<'t> Inline<'t> {
    /// None where the value is another, or where lines and comments make its layout more than a list.
    fn of(text: &'t str) -> Option<Self> {
        let pairs = lines::members(text)?;
        let ids = pairs.iter().map(|pair| Id::Key(pair.path.clone())).collect();
        (!text.contains('\n')).then_some(Self { text, ids, pairs })
    }

    fn find(&self, id: &Id) -> Option<&Pair> {
        self.ids.iter().position(|known| known == id).map(|at| &self.pairs[at])
    }

    fn value(&self, id: &Id) -> Option<&'t str> {
        self.find(id).map(|pair| &self.text[pair.value.clone()])
    }

    /// The pair `id` with another value.
    fn pair(&self, id: &Id, value: &str) -> Option<String> {
        let pair = self.find(id)?;
        Some([&self.text[pair.span.start..pair.value.start], value].concat())
    }

    /// The table with other values.
    fn with(&self, values: &HashMap<&Id, String>) -> String {
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

/// The text of what two changes of an inline table come to; none where they contradict each other, or it is none.
pub(super) fn merge(base: Option<&str>, ours: &str, theirs: &str) -> Option<String> {
    let versions =
        Versions { base: Inline::of(base.unwrap_or("{}"))?, ours: Inline::of(ours)?, theirs: Inline::of(theirs)? };
    let ids = versions.as_ref().map(|table| table.ids.iter().collect::<Vec<_>>());
    let mut left = Vec::new();
    let mut values = HashMap::new();
    for id in order(ids.as_ref().map(Vec::as_slice)) {
        if let Some(value) = merged(versions.as_ref().map(|table| table.value(id)))? {
            left.push(id);
            values.insert(id, value);
        }
    }
    if let Some(same) = [&versions.ours, &versions.theirs].into_iter().find(|table| left.iter().copied().eq(&table.ids))
    {
        return Some(same.with(&values));
    }
    let pair = |id: &&Id| {
        let value = values.get(id)?;
        versions.ours.pair(id, value).or_else(|| versions.theirs.pair(id, value))
    };
    let pairs = left.iter().map(pair).collect::<Option<Vec<_>>>()?;
    Some(if pairs.is_empty() { "{}".to_owned() } else { format!("{{ {} }}", pairs.join(", ")) })
}

/// A value, or that it is gone; none where the sides contradict each other.
fn merged(values: Versions<Option<&str>>) -> Option<Option<String>> {
    match (values.base, values.ours, values.theirs) {
        (base, Some(ours), Some(theirs)) => value::merge(base, ours, theirs).map(Some),
        (None, only, None) | (None, None, only) => Some(only.map(str::to_owned)),
        (Some(_), None, None) => Some(None),
        (Some(base), Some(kept), None) | (Some(base), None, Some(kept)) => value::is_like(base, kept).then_some(None),
    }
}
