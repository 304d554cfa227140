//! Another id for a service.

use std::ops::Range;

use super::{DEPENDENCIES, Draft};
use crate::diagnostic::Diagnostic;
use crate::manifest::value::{SemanticValue, Table};

impl Draft {
    /// Gives a service another id, where it is defined and wherever another depends on it.
    ///
    /// # Errors
    /// As [`Draft::finish`].
    pub fn rename_service(&mut self, old: &str, new: &str) -> Result<(), Diagnostic> {
        if let Some(SemanticValue::Table(services)) = self.meant.at(&["services"]) {
            rename_key(services, old, new);
            for service in services.values_mut() {
                rename_dependency(service, old, new);
            }
        }
        let mut places: Vec<Range<usize>> = Vec::new();
        for site in &self.outline()?.sites {
            let path: Vec<&str> = site.path.iter().map(String::as_str).collect();
            match *path {
                ["services", id, ..] if id == old => places.extend(site.written_key(1)),
                ["services", _, "compose", "depends_on", id, ..] if id == old => places.extend(site.written_key(4)),
                ["services", _, "depends-on"] | ["services", _, "compose", "depends_on"] => {
                    let elements = site.value.as_ref().and_then(|list| self.elements(list)).unwrap_or_default();
                    places.extend(elements.into_iter().filter(|element| self.is_string(element, old)));
                }
                _ => {}
            }
        }
        places.sort_by_key(|place| place.start);
        for place in places.into_iter().rev() {
            let quote = match self.text.as_bytes()[place.start] {
                b'"' => "\"",
                b'\'' => "'",
                _ => "",
            };
            self.text.replace_range(place, &format!("{quote}{new}{quote}"));
        }
        Ok(())
    }
}

fn rename_key(table: &mut Table, old: &str, new: &str) {
    if let Some(value) = table.remove(old) {
        table.insert(new.to_owned(), value);
    }
}

fn rename_dependency(service: &mut SemanticValue, old: &str, new: &str) {
    for path in DEPENDENCIES {
        match service.at(path) {
            Some(SemanticValue::Table(table)) => rename_key(table, old, new),
            Some(SemanticValue::List(list)) => {
                for one in list.iter_mut().filter(|one| **one == SemanticValue::text(old)) {
                    *one = SemanticValue::text(new);
                }
            }
            _ => {}
        }
    }
}
