//! Other numbers in the values of `compose`.

use std::ops::Range;

use super::{Draft, cannot_edit};
use crate::allocation::Port;
use crate::diagnostic::Diagnostic;
use crate::manifest::document::{self, Step};
use crate::manifest::value::SemanticValue;

/// Another number for some digits of a value.
#[derive(Clone, Debug)]
pub struct NumberEdit<'p> {
    /// The keys and indices from the root of ports.toml to the value.
    pub path: Vec<Step<'p>>,
    /// The bytes of the digits in the value.
    pub digits: Range<usize>,
    /// The number now.
    pub before: u16,
    /// The new number.
    pub after: Port,
}

impl Draft {
    /// Changes the digits of numbers in place, and returns how many. A number whose digits are not written as such stays: one with
    /// an escape or an underscore in it.
    ///
    /// # Errors
    /// As [`Draft::finish`].
    pub fn replace_numbers(&mut self, mut edits: Vec<NumberEdit<'_>>) -> Result<usize, Diagnostic> {
        let (root, errors) = document::read(&self.text);
        if !errors.is_empty() {
            return Err(cannot_edit());
        }
        // From the end of each value to its start, so that the bytes of the others stay.
        edits.sort_by(|one, other| (&other.path, other.digits.start).cmp(&(&one.path, one.digits.start)));
        let mut places = Vec::new();
        for edit in edits {
            let value = document::value_at(&root, &edit.path).ok_or_else(cannot_edit)?;
            let place = document::part_of(&self.text, value.span(), edit.digits.clone());
            let before = edit.before.to_string();
            if let Some(place) = place.filter(|place| self.text[place.clone()] == before) {
                self.meant.replace_digits(&edit).ok_or_else(cannot_edit)?;
                places.push((place, edit.after.to_string()));
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
    fn replace_digits(&mut self, edit: &NumberEdit<'_>) -> Option<()> {
        let mut value = self;
        for step in &edit.path {
            value = match (step, value) {
                (Step::Key(key), SemanticValue::Table(table)) => table.get_mut(*key)?,
                (Step::Index(index), SemanticValue::List(list)) => list.get_mut(*index)?,
                _ => return None,
            };
        }
        let SemanticValue::One(_, text) = value else { return None };
        text.get(edit.digits.clone()).filter(|digits| *digits == edit.before.to_string())?;
        text.replace_range(edit.digits.clone(), &edit.after.to_string());
        Some(())
    }
}
