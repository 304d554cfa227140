//! Another id for a service.

use std::collections::HashSet;
use std::ops::Range;

use toml::de::DeValue;

use super::{DEPENDENCIES, Draft, ValueEdit, key};
use crate::diagnostic::Diagnostic;
use crate::manifest::document::{self, Step};
use crate::manifest::placeholder::{may_have, parts, placeholders};
use crate::manifest::value::{SemanticValue, Table};

impl Draft {
    /// Gives a service another id, where it is defined, wherever another depends on it, and in placeholders.
    ///
    /// # Errors
    /// As [`Draft::finish`].
    pub fn rename_service(&mut self, old: &str, new: &str) -> Result<(), Diagnostic> {
        self.rename_in_placeholders(old, new)?;
        let bare_or_quoted = key(new);
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
            let written = match self.text.as_bytes()[place.start] {
                b'"' => format!("\"{new}\""),
                b'\'' => format!("'{new}'"),
                _ => bare_or_quoted.clone().into_owned(),
            };
            self.text.replace_range(place, &written);
        }
        Ok(())
    }

    fn rename_in_placeholders(&mut self, old: &str, new: &str) -> Result<(), Diagnostic> {
        if !may_have(&self.text) {
            return Ok(());
        }
        let text = self.text.clone();
        let (root, _) = document::read(&text);
        let mut texts = Vec::new();
        for item in document::items(&root) {
            collect(item.value(), &mut vec![Step::Key(item.name())], &mut texts);
        }
        let services = root.get("services").and_then(|services| services.get_ref().as_table());
        let ids: HashSet<&str> = services.into_iter().flat_map(document::items).map(|item| item.name()).collect();
        let mut edits = Vec::new();
        for (path, text) in texts {
            for placeholder in placeholders(text) {
                let name = &text[placeholder.name.clone()];
                if parts(name, |id| ids.contains(id)).0 == old {
                    let part = placeholder.name.start..placeholder.name.start + old.len();
                    let (before, after) = (old.to_owned(), new.to_owned());
                    edits.push(ValueEdit { path: path.clone(), part, before, after });
                }
            }
        }
        self.edit_values(edits).map(drop)
    }
}

/// The texts in `compose` that may have placeholders, each with the way to it.
fn collect<'t>(value: &'t DeValue<'_>, path: &mut Vec<Step<'t>>, texts: &mut Vec<(Vec<Step<'t>>, &'t str)>) {
    let is_compose =
        matches!(**path, [Step::Key("compose"), ..] | [Step::Key("services"), _, Step::Key("compose"), ..]);
    match value {
        DeValue::String(text) if is_compose && may_have(text) => texts.push((path.clone(), text)),
        DeValue::Array(list) => {
            for (index, item) in list.iter().enumerate() {
                path.push(Step::Index(index));
                collect(item.get_ref(), path, texts);
                path.pop();
            }
        }
        DeValue::Table(table) => {
            for item in document::items(table) {
                path.push(Step::Key(item.name()));
                collect(item.value(), path, texts);
                path.pop();
            }
        }
        _ => {}
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
