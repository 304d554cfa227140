//! A value that two sides have changed.

use super::{Versions, inline};
use crate::manifest::value::Meaning;

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
    let meaning = |text| Meaning::of_value(text);
    let meanings = Versions { base: base.and_then(meaning), ours: meaning(ours), theirs: meaning(theirs) };
    let texts = Versions { base: base.unwrap_or_default(), ours, theirs };
    match meanings {
        Versions { base, ours, theirs } if ours == theirs || base == theirs => Some(texts.ours.to_owned()),
        Versions { base, ours, .. } if base == ours => Some(texts.theirs.to_owned()),
        _ => inline::merge(base, ours, theirs),
    }
}

/// Whether two values say the same, comments included.
pub(super) fn is_like(a: &str, b: &str) -> bool {
    a == b || (![a, b].into_iter().any(may_have_comments) && Meaning::of_value(a) == Meaning::of_value(b))
}

/// A comment inside a value ends with its line.
fn may_have_comments(value: &str) -> bool {
    value.contains('#') && value.contains('\n')
}
