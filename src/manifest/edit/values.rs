//! Other texts in the values of `compose`: the digits of a port, the name of a service.

use std::ops::Range;

use super::{Draft, cannot_edit};
use crate::diagnostic::Diagnostic;
use crate::manifest::document::{self, Step};
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
        // From the end of each value to its start, so that the bytes of the others stay.
        edits.sort_by(|one, other| (&other.path, other.part.start).cmp(&(&one.path, one.part.start)));
        let mut places = Vec::new();
        for edit in edits {
            let value = document::value_at(&root, &edit.path).ok_or_else(cannot_edit)?;
            let place = document::part_of(&self.text, value.span(), edit.part.clone());
            if let Some(place) = place.filter(|place| self.text[place.clone()] == edit.before) {
                self.meant.edit(&edit).ok_or_else(cannot_edit)?;
                places.push((place, edit.after));
            }
        }
        drop(root);
        places.sort_by_key(|(place, _)| std::cmp::Reverse(place.start));
        for (place, after) in &places {
            self.text.replace_range(place.clone(), after);
        }
        Ok(places.len())
    }
}

impl SemanticValue {
    fn edit(&mut self, edit: &ValueEdit<'_>) -> Option<()> {
        let mut value = self;
        for step in &edit.path {
            value = match (step, value) {
                (Step::Key(key), SemanticValue::Table(table)) => table.get_mut(*key)?,
                (Step::Index(index), SemanticValue::List(list)) => list.get_mut(*index)?,
                _ => return None,
            };
        }
        let SemanticValue::One(_, text) = value else { return None };
        text.get(edit.part.clone()).filter(|part| *part == edit.before)?;
        text.replace_range(edit.part.clone(), &edit.after);
        Some(())
    }
}
