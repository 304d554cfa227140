//! Another id for a service.

use std::ops::Range;

use super::{Draft, Unknown};
use crate::manifest::meaning::Meaning;

impl Draft {
    pub(super) fn rename(&mut self, old: &str, new: &str) -> Result<(), Unknown> {
        let outline = self.outline()?;
        let mut places: Vec<Range<usize>> = Vec::new();
        for (_, site) in outline.below(&["services", old]) {
            // Which of the keys that are written here is the second one from the root.
            let here = (site.keys.len() + 1).checked_sub(site.path.len());
            places.extend(here.and_then(|here| site.keys.get(here)).cloned());
        }
        let lists = outline
            .sites
            .iter()
            .filter(|site| matches!(&*site.path, [services, _, key] if services == "services" && key == "depends-on"));
        for array in lists.filter_map(|site| site.form.value()) {
            let says =
                |element: &Range<usize>| Meaning::of_value(&self.text[element.clone()]) == Some(Meaning::text(old));
            places.extend(self.elements(&array)?.into_iter().filter(says));
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
}
