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
        if let Some(SemanticValue::Table(services)) = self.meant.at(&["services"]) {
            rename_key(services, old, new);
            for service in services.values_mut() {
                rename_dependency(service, old, new);
            }
        }
        let owners = self.rename_owners(old, new);
        let mut places: Vec<(Range<usize>, &str)> = Vec::new();
        for site in &self.outline()?.sites {
            let path: Vec<&str> = site.path.iter().map(String::as_str).collect();
            match *path {
                ["services", id, ..] if id == old => places.extend(site.written_key(1).map(|key| (key, new))),
                ["services", _, "compose", "depends_on", id, ..] if id == old => {
                    places.extend(site.written_key(4).map(|key| (key, new)));
                }
                ["services", _, "depends-on"] | ["services", _, "compose", "depends_on"] => {
                    let elements = site.value.as_ref().and_then(|list| self.elements(list)).unwrap_or_default();
                    let named = elements.into_iter().filter(|element| self.is_string(element, old));
                    places.extend(named.map(|element| (element, new)));
                }
                ["references", "place", "service"] => {
                    let value = site.value.clone().unwrap_or_default();
                    let renamed = owners.iter().find(|(was, _)| self.is_string(&value, was));
                    places.extend(renamed.map(|(_, is)| (value, &**is)));
                }
                _ => {}
            }
        }
        places.sort_by_key(|(place, _)| place.start);
        for (place, new) in places.into_iter().rev() {
            let written = match self.text.as_bytes()[place.start] {
                b'"' => format!("\"{new}\""),
                b'\'' => format!("'{new}'"),
                _ => key(new).into_owned(),
            };
            self.text.replace_range(place, &written);
        }
        Ok(())
    }

    /// Gives the places of `[references]` the new id, and returns what they said and what they say: `auth`, `auth.metrics`.
    fn rename_owners(&mut self, old: &str, new: &str) -> Vec<(String, String)> {
        let mut renamed = Vec::new();
        let Some(SemanticValue::List(places)) = self.meant.at(&["references", "place"]) else { return renamed };
        for place in places {
            let Some(owner) = place.at(&["service"]) else { continue };
            let SemanticValue::One("text", text) = &*owner else { continue };
            let is_its = text.strip_prefix(old).filter(|rest| rest.is_empty() || rest.starts_with('.'));
            if let Some(rest) = is_its {
                let (was, is) = (text.clone(), format!("{new}{rest}"));
                *owner = SemanticValue::text(&is);
                renamed.push((was, is));
            }
        }
        renamed
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
