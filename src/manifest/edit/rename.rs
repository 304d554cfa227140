//! Another id for a service.

use std::ops::Range;

use super::{Draft, Unknown};
use crate::manifest::value::SemanticValue;

impl Draft {
    pub(super) fn rename(&mut self, old: &str, new: &str) -> Result<(), Unknown> {
        let outline = self.outline()?;
        let mut places: Vec<Range<usize>> = Vec::new();
        for site in &outline.sites {
            let path: Vec<&str> = site.path.iter().map(String::as_str).collect();
            let (at, is_list) = match *path {
                ["services", id, ..] if id == old => (1, false),
                ["services", _, "compose", "depends_on", id, ..] if id == old => (4, false),
                ["services", _, "depends-on"] | ["services", _, "compose", "depends_on"] => (0, true),
                _ => continue,
            };
            match site.form.value().filter(|_| is_list) {
                Some(list) => places.extend(self.texts(&list, old)),
                // Which of the keys that are written here is that one.
                None => places.extend(
                    (site.keys.len() + at).checked_sub(path.len()).and_then(|here| site.keys.get(here)).cloned(),
                ),
            }
        }
        places.sort_by_key(|place| place.start);
        for place in places.into_iter().rev() {
            let quote = match &self.text[place.clone()] {
                written if written.starts_with('"') => "\"",
                written if written.starts_with('\'') => "'",
                _ => "",
            };
            self.text.replace_range(place, &format!("{quote}{new}{quote}"));
        }
        Ok(())
    }

    /// The elements of an array that say `text`; none where the value is no array.
    fn texts(&self, array: &Range<usize>, text: &str) -> Vec<Range<usize>> {
        let says = |element: &Range<usize>| {
            SemanticValue::of_value(&self.text[element.clone()]) == Some(SemanticValue::text(text))
        };
        self.elements(array).unwrap_or_default().into_iter().filter(says).collect()
    }
}
