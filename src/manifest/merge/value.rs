//! Merges a value that both sides changed.

use std::collections::HashMap;

use super::inline::Inline;
use super::order::order;
use super::versions::Versions;
use crate::manifest::value::SemanticValue;

/// The text of a value after two changes; `None` if they conflict. `base` is `None` if the key is new.
pub(super) fn merge(base: Option<&str>, ours: &str, theirs: &str) -> Option<String> {
    if let Some(text) = (Versions { base, ours: Some(ours), theirs: Some(theirs) }).settled().flatten() {
        return Some(text.to_owned());
    }
    // Both texts have changed: taking one of them would lose the comments of the other.
    if [base, Some(ours), Some(theirs)].into_iter().flatten().any(may_have_comments) {
        return None;
    }
    let values = [base, Some(ours), Some(theirs)].map(|text| text.and_then(SemanticValue::of_value));
    let [base_value, our_value, their_value] = values;
    if our_value == their_value || base_value == their_value {
        Some(ours.to_owned())
    } else if base_value == our_value {
        Some(theirs.to_owned())
    } else {
        merge_tables(base, ours, theirs)
    }
}

/// Whether two values are equal and have the same comments.
pub(super) fn is_like(a: &str, b: &str) -> bool {
    a == b || (![a, b].into_iter().any(may_have_comments) && SemanticValue::of_value(a) == SemanticValue::of_value(b))
}

/// A comment inside a value ends with its line.
fn may_have_comments(value: &str) -> bool {
    value.contains('#') && value.contains('\n')
}

/// The text of an inline table after two changes; `None` if they conflict, or if a value is not an inline table.
fn merge_tables(base: Option<&str>, ours: &str, theirs: &str) -> Option<String> {
    let versions =
        Versions { base: Inline::of(base.unwrap_or("{}"))?, ours: Inline::of(ours)?, theirs: Inline::of(theirs)? };
    let mut left = Vec::new();
    let mut values = HashMap::new();
    for path in order(versions.as_ref().map(Inline::paths)) {
        if let Some(value) = merge_members(versions.as_ref().map(|table| table.value(path)))? {
            left.push(path);
            values.insert(path, value);
        }
    }
    Some(versions.table(&left, &values))
}

/// The merged value, or `Some(None)` if it was removed; `None` if the sides conflict.
fn merge_members(values: Versions<Option<&str>>) -> Option<Option<String>> {
    match (values.base, values.ours, values.theirs) {
        (base, Some(ours), Some(theirs)) => merge(base, ours, theirs).map(Some),
        (None, only, None) | (None, None, only) => Some(only.map(str::to_owned)),
        (Some(_), None, None) => Some(None),
        (Some(base), Some(kept), None) | (Some(base), None, Some(kept)) => is_like(base, kept).then_some(None),
    }
}
