//! Other texts in the values of `compose`: the digits of a port, the name of a service.

use std::ops::Range;

use super::{Draft, cannot_edit};
use crate::diagnostic::Diagnostic;
use crate::manifest::document::{self, Parts, Step};
use crate::manifest::value::SemanticValue;

/// Another text for a part of a value.
#[derive(Clone, Debug)]
pub struct ValueEdit<'p> {
    /// The keys and indices from the root of ports.toml to the value.
    pub path: Vec<Step<'p>>,
    /// The bytes of the part in the value.
    pub part: Range<usize>,
    /// The text now.
    pub before: String,
    /// The new text, which needs no escapes.
    pub after: String,
}

impl Draft {
    /// Changes parts of values in place, and returns how many. A part that is not written as it reads stays: one with an escape or,
    /// in a number, an underscore.
    ///
    /// # Errors
    /// As [`Draft::finish`].
    pub fn edit_values(&mut self, mut edits: Vec<ValueEdit<'_>>) -> Result<usize, Diagnostic> {
        if edits.is_empty() {
            return Ok(0);
        }
        let (root, errors) = document::read(&self.text);
        if !errors.is_empty() {
            return Err(cannot_edit());
        }
        edits.sort_by(|one, other| (&one.path, one.part.start).cmp(&(&other.path, other.part.start)));
        let mut changes = Vec::new();
        for of_value in edits.chunk_by(|one, next| one.path == next.path) {
            let value = document::value_at(&root, &of_value[0].path).ok_or_else(cannot_edit)?;
            let mut parts = Parts::new(&self.text, value.span());
            let mut in_value = Vec::new();
            for edit in of_value {
                let place = parts.of(edit.part.clone());
                if let Some(place) = place.filter(|place| self.text[place.clone()] == edit.before) {
                    changes.push((place, &*edit.after));
                    in_value.push(edit);
                }
            }
            self.meant.edit(&in_value).ok_or_else(cannot_edit)?;
        }
        changes.sort_by_key(|(place, _)| place.start);
        self.text = replaced(&self.text, &changes);
        Ok(changes.len())
    }
}

/// A text with others at some places, which are ascending and do not overlap.
fn replaced(text: &str, changes: &[(Range<usize>, &str)]) -> String {
    let mut out = String::with_capacity(text.len());
    let mut copied = 0;
    for (place, after) in changes {
        out.push_str(text.get(copied..place.start).unwrap_or_default());
        out.push_str(after);
        copied = place.end;
    }
    out + text.get(copied..).unwrap_or_default()
}

impl SemanticValue {
    /// Changes parts of one value, in ascending order.
    fn edit(&mut self, edits: &[&ValueEdit<'_>]) -> Option<()> {
        let Some(first) = edits.first() else { return Some(()) };
        let mut value = self;
        for step in &first.path {
            value = match (step, value) {
                (Step::Key(key), SemanticValue::Table(table)) => table.get_mut(*key)?,
                (Step::Index(index), SemanticValue::List(list)) => list.get_mut(*index)?,
                _ => return None,
            };
        }
        let SemanticValue::One(_, text) = value else { return None };
        if edits.iter().any(|edit| text.get(edit.part.clone()) != Some(&*edit.before)) {
            return None;
        }
        let changes: Vec<_> = edits.iter().map(|edit| (edit.part.clone(), &*edit.after)).collect();
        *text = replaced(text, &changes);
        Some(())
    }
}
