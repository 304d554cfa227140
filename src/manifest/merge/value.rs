//! A value that two sides have changed.

use std::collections::HashMap;

use super::id::Id;
use super::inline::Inline;
use super::order::order;
use super::versions::Versions;
use crate::manifest::value::SemanticValue;

/// The text of what two changes of a value come to; none where they contradict each other.
///
/// `base` is none where the key is new.
pub(super) fn merge(base: Option<&str>, ours: &str, theirs: &str) -> Option<String> {
    if let Some(text) = (Versions { base, ours: Some(ours), theirs: Some(theirs) }).settled().flatten() {
        return Some(text.to_owned());
    }
    // Both texts have changed: to take one of them would lose what the other says in its comments.
    if [base, Some(ours), Some(theirs)].into_iter().flatten().any(may_have_comments) {
        return None;
    }
    let value = |text| SemanticValue::of_value(text);
    let values = Versions { base: base.and_then(value), ours: value(ours), theirs: value(theirs) };
    let texts = Versions { base: base.unwrap_or_default(), ours, theirs };
    match values {
        Versions { base, ours, theirs } if ours == theirs || base == theirs => Some(texts.ours.to_owned()),
        Versions { base, ours, .. } if base == ours => Some(texts.theirs.to_owned()),
        _ => merge_tables(base, ours, theirs),
    }
}

/// Whether two values say the same, comments included.
pub(super) fn is_like(a: &str, b: &str) -> bool {
    a == b || (![a, b].into_iter().any(may_have_comments) && SemanticValue::of_value(a) == SemanticValue::of_value(b))
}

/// A comment inside a value ends with its line.
fn may_have_comments(value: &str) -> bool {
    value.contains('#') && value.contains('\n')
}

/// The text of what two changes of an inline table come to; none where they contradict each other, or it is none.
fn merge_tables(base: Option<&str>, ours: &str, theirs: &str) -> Option<String> {
    let versions =
        Versions { base: Inline::of(base.unwrap_or("{}"))?, ours: Inline::of(ours)?, theirs: Inline::of(theirs)? };
    let ids = versions.as_ref().map(|table| table.ids.iter().collect::<Vec<_>>());
    let mut left = Vec::new();
    let mut values = HashMap::new();
    for id in order(ids.as_ref().map(Vec::as_slice)) {
        if let Some(value) = merge_members(versions.as_ref().map(|table| table.value(id)))? {
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
fn merge_members(values: Versions<Option<&str>>) -> Option<Option<String>> {
    match (values.base, values.ours, values.theirs) {
        (base, Some(ours), Some(theirs)) => merge(base, ours, theirs).map(Some),
        (None, only, None) | (None, None, only) => Some(only.map(str::to_owned)),
        (Some(_), None, None) => Some(None),
        (Some(base), Some(kept), None) | (Some(base), None, Some(kept)) => is_like(base, kept).then_some(None),
    }
}
