//! Edits of ports.toml in place: a few splices at the places of its keys and values; every other byte stays as it is.
//!
//! How a splice is written follows its neighbours: a header with lines, dotted keys, a line of `[services]`, an inline table.
//! Nothing of that is trusted: a [`Draft`] keeps, beside the text, what it has to say, and [`Draft::finish`] gives out no text
//! that says anything else.

mod insert;
mod outline;
mod remove;
mod rename;

use std::ops::Range;

use crate::diagnostic::{Diagnostic, codes};
use crate::manifest::value::{SemanticValue, Table};

use outline::Outline;

/// A key and the text of its value, as TOML has it.
pub type Field = (&'static str, String);

/// A service to be added.
#[derive(Clone, Copy, Debug)]
pub struct NewService<'a> {
    /// Its key in `[services]`.
    pub id: &'a str,
    /// Its keys in their order, without its ports by name.
    pub fields: &'a [Field],
    /// Its ports by name; empty where `fields` holds its port.
    pub ports: &'a [(String, String)],
}

/// A ports.toml that is being edited.
#[derive(Debug)]
pub struct Draft {
    text: String,
    /// What it has to say.
    meant: SemanticValue,
    newline: &'static str,
    /// Whether its last line has no end; it gets one while it is edited.
    open: bool,
}

/// The text is not edited any further: it is written in a way that portgen does not know how to edit.
#[derive(Clone, Copy, Debug)]
struct Unknown;

impl Draft {
    /// A draft of a text without a byte order mark that was read as an allocation.
    ///
    /// # Errors
    /// It is no TOML.
    pub fn new(text: &str) -> Result<Self, Diagnostic> {
        let meant = SemanticValue::of_document(text).ok_or_else(|| unknown("read"))?;
        let newline = if text.find('\n').is_some_and(|end| text[..end].ends_with('\r')) { "\r\n" } else { "\n" };
        let open = !text.is_empty() && !text.ends_with('\n');
        let text = if open { format!("{text}{newline}") } else { text.to_owned() };
        Ok(Self { text, meant, newline, open })
    }

    /// The edited text.
    ///
    /// # Errors
    /// The file is written in a way that portgen does not know how to edit.
    pub fn finish(mut self) -> Result<String, Diagnostic> {
        if self.open {
            self.text.truncate(self.text.len() - self.newline.len());
        }
        match SemanticValue::of_document(&self.text) {
            Some(said) if said.is_like(&self.meant) => Ok(self.text),
            _ => Err(unknown("edit")),
        }
    }

    /// Adds a service behind the last one of `near`, ids of services, in the way that one is written.
    ///
    /// # Errors
    /// As [`Draft::finish`].
    pub fn add_service(&mut self, new: NewService<'_>, near: &[&str]) -> Result<(), Diagnostic> {
        let mut table = said(new.fields);
        if !new.ports.is_empty() {
            let ports =
                new.ports.iter().filter_map(|(name, value)| Some((name.clone(), SemanticValue::of_value(value)?)));
            table.insert("ports".to_owned(), SemanticValue::Table(ports.collect()));
        }
        self.section("services")?.insert(new.id.to_owned(), SemanticValue::Table(table));
        self.insert_service(new, near).map_err(|Unknown| unknown("edit"))
    }

    /// Takes a service out, with the comments directly above its lines.
    ///
    /// # Errors
    /// As [`Draft::finish`].
    pub fn remove_service(&mut self, id: &str) -> Result<(), Diagnostic> {
        self.section("services")?.remove(id);
        self.remove_entry(&["services", id]).map_err(|Unknown| unknown("edit"))
    }

    /// Gives a service another id, where it is defined and wherever another depends on it.
    ///
    /// # Errors
    /// As [`Draft::finish`].
    pub fn rename_service(&mut self, old: &str, new: &str) -> Result<(), Diagnostic> {
        let services = self.section("services")?;
        if let Some(service) = services.remove(old) {
            services.insert(new.to_owned(), service);
        }
        services.values_mut().for_each(|service| rename_dependency(service, old, new));
        self.rename(old, new).map_err(|Unknown| unknown("edit"))
    }

    /// Takes `dependency` out of what a service depends on.
    ///
    /// # Errors
    /// As [`Draft::finish`].
    pub fn drop_dependency(&mut self, service: &str, dependency: &str) -> Result<(), Diagnostic> {
        if let Some(service) = self.section("services")?.get_mut(service) {
            for path in DEPENDENCIES {
                match service.at(path) {
                    Some(SemanticValue::List(list)) => list.retain(|one| *one != SemanticValue::text(dependency)),
                    Some(SemanticValue::Table(table)) => drop(table.remove(dependency)),
                    _ => {}
                }
            }
        }
        let own = ["services", service];
        for path in DEPENDENCIES {
            let path = [&own[..], path].concat();
            self.remove_elements(&path, dependency).map_err(|Unknown| unknown("edit"))?;
            self.remove_entry(&[&path[..], &[dependency]].concat()).map_err(|Unknown| unknown("edit"))?;
        }
        Ok(())
    }

    /// Writes another number in the place of the one at `span`, before any other edit.
    ///
    /// # Errors
    /// As [`Draft::finish`].
    pub fn set_number(&mut self, span: Range<usize>, old: u16, new: u16) -> Result<(), Diagnostic> {
        if SemanticValue::of_value(&self.text[span.clone()]) != Some(SemanticValue::integer(old)) {
            return Err(unknown("edit"));
        }
        self.text.replace_range(span, &new.to_string());
        // The place is that of a number, and another number changes nothing but it.
        self.meant = SemanticValue::of_document(&self.text).ok_or_else(|| unknown("edit"))?;
        Ok(())
    }

    /// Sets a key of a service, which gets a line behind those it has if it is new.
    ///
    /// # Errors
    /// As [`Draft::finish`].
    pub fn set_field(&mut self, service: &str, (key, value): &Field) -> Result<(), Diagnostic> {
        if let Some(SemanticValue::Table(table)) = self.section("services")?.get_mut(service) {
            table.insert((*key).to_owned(), SemanticValue::of_value(value).ok_or_else(|| unknown("edit"))?);
        }
        self.set(service, key, value).map_err(|Unknown| unknown("edit"))
    }

    /// Takes a key of a service out, which need not be there.
    ///
    /// # Errors
    /// As [`Draft::finish`].
    pub fn remove_field(&mut self, service: &str, key: &str) -> Result<(), Diagnostic> {
        if let Some(SemanticValue::Table(table)) = self.section("services")?.get_mut(service) {
            table.remove(key);
        }
        self.remove_entry(&["services", service, key]).map_err(|Unknown| unknown("edit"))
    }

    /// Adds an item to an array of tables, `reserved` or `retired`, in the way its items are written.
    ///
    /// # Errors
    /// As [`Draft::finish`].
    pub fn add_item(&mut self, array: &str, fields: &[Field]) -> Result<(), Diagnostic> {
        self.items(array)?.push(SemanticValue::Table(said(fields)));
        self.insert_item(array, fields).map_err(|Unknown| unknown("edit"))
    }

    /// Takes the item with an index out of an array of tables.
    ///
    /// # Errors
    /// As [`Draft::finish`].
    pub fn remove_item(&mut self, array: &str, index: usize) -> Result<(), Diagnostic> {
        let items = self.items(array)?;
        if index < items.len() {
            items.remove(index);
        }
        self.remove_item_at(array, index).map_err(|Unknown| unknown("edit"))
    }

    fn outline(&self) -> Result<Outline, Unknown> {
        Outline::of(&self.text).ok_or(Unknown)
    }

    /// A section of what the file has to say.
    fn section(&mut self, name: &str) -> Result<&mut Table, Diagnostic> {
        let SemanticValue::Table(root) = &mut self.meant else { return Err(unknown("edit")) };
        match root.entry(name.to_owned()).or_insert_with(|| SemanticValue::Table(Table::new())) {
            SemanticValue::Table(section) => Ok(section),
            _ => Err(unknown("edit")),
        }
    }

    fn items(&mut self, array: &str) -> Result<&mut Vec<SemanticValue>, Diagnostic> {
        let SemanticValue::Table(root) = &mut self.meant else { return Err(unknown("edit")) };
        match root.entry(array.to_owned()).or_insert_with(|| SemanticValue::List(Vec::new())) {
            SemanticValue::List(items) => Ok(items),
            _ => Err(unknown("edit")),
        }
    }
}

/// What fields say.
fn said(fields: &[Field]) -> Table {
    fields.iter().filter_map(|(key, value)| Some(((*key).to_owned(), SemanticValue::of_value(value)?))).collect()
}

/// Where a service names others that it depends on: its own list, and that of Compose, which may be a table.
const DEPENDENCIES: [&[&str]; 2] = [&["depends-on"], &["compose", "depends_on"]];

fn rename_dependency(service: &mut SemanticValue, old: &str, new: &str) {
    for path in DEPENDENCIES {
        match service.at(path) {
            Some(SemanticValue::List(list)) => {
                list.iter_mut()
                    .filter(|one| **one == SemanticValue::text(old))
                    .for_each(|one| *one = SemanticValue::text(new));
            }
            Some(SemanticValue::Table(table)) => {
                if let Some(condition) = table.remove(old) {
                    table.insert(new.to_owned(), condition);
                }
            }
            _ => {}
        }
    }
}

fn unknown(what: &str) -> Diagnostic {
    Diagnostic::error(codes::CANNOT_EDIT, format!("ports.toml is written in a way that portgen cannot {what}"))
        .help("nothing was changed: edit it by hand, and run `portgen write`")
}

/// A text as TOML writes it: a basic string.
pub fn string(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            c if c.is_control() => out.push_str(&format!("\\u{:04X}", u32::from(c))),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// Strings as TOML writes a list of them.
pub fn strings<'a>(texts: impl IntoIterator<Item = &'a str>) -> String {
    format!("[{}]", texts.into_iter().map(string).collect::<Vec<_>>().join(", "))
}
