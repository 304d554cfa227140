//! Adding entries and keys, in the way their neighbours are written.

use std::ops::Range;

use super::{Draft, Field, NewService, cannot_edit, key};
use crate::diagnostic::Diagnostic;
use crate::manifest::outline::{Form, Holds, Outline, Site};
use crate::manifest::value::{SemanticValue, Table};

impl Draft {
    /// Adds a service behind the last one of `near`, ids of services, or behind the last one of all, in the way that one is
    /// written.
    ///
    /// # Errors
    /// As [`Draft::finish`].
    pub fn add_service(&mut self, new: NewService<'_>, near: &[&str]) -> Result<(), Diagnostic> {
        let mut service = meaning(new.fields)?;
        if !new.ports.is_empty() {
            service.insert("ports".to_owned(), SemanticValue::Table(meaning(new.ports)?));
        }
        if let SemanticValue::Table(services) = self.section("services", SemanticValue::Table(Table::new()))? {
            services.insert(new.id.to_owned(), SemanticValue::Table(service));
        }
        let outline = self.outline()?;
        let Some(index) = outline.sites.iter().rposition(|site| site.is_service(near)) else {
            self.append_block(&self.tables(new));
            return Ok(());
        };
        let neighbour = outermost(&outline, index);
        let site = &outline.sites[neighbour];
        let header = if site.is_header() { Some(neighbour) } else { site.parent };
        match header.filter(|header| outline.sites[*header].path.len() > 1) {
            Some(header) => self.insert_block(&outline, header, &self.tables(new)),
            None => return self.insert_beside(&outline, neighbour, new),
        }
        Ok(())
    }

    /// Beside a service that is a pair, several pairs with dotted keys, or a member of an inline table.
    fn insert_beside(&mut self, outline: &Outline, neighbour: usize, new: NewService<'_>) -> Result<(), Diagnostic> {
        let site = &outline.sites[neighbour];
        // The keys in front of the service's own, as they are written here.
        let own = (site.keys.len() + 1).checked_sub(site.path.len()).ok_or_else(cannot_edit)?;
        let prefix = self.text[site.span.start..site.keys[own].start].to_owned();
        let id = key(new.id);
        let inline = format!("{{ {} }}", pairs_of(new).join(", "));
        if site.form == Form::Member {
            self.text.insert_str(site.span.end, &format!(", {prefix}{id} = {inline}"));
            return Ok(());
        }
        let line = &outline.lines[site.line].span;
        let prefix = format!("{}{prefix}{id}", &self.text[line.start..site.span.start]);
        let lines: String = match site.keys.len() - own {
            1 => format!("{prefix} = {inline}{}", self.newline),
            _ => pairs_of(new).iter().map(|pair| format!("{prefix}.{pair}{}", self.newline)).collect(),
        };
        self.text.insert_str(line.end, &lines);
        Ok(())
    }

    /// Sets a key of a service: another value, or a pair behind its others.
    ///
    /// # Errors
    /// As [`Draft::finish`].
    pub fn set_field(&mut self, service: &str, (key, value): &Field) -> Result<(), Diagnostic> {
        self.set(&["services", service], key, value)
    }

    /// Sets a key of the table at `path`, which is there.
    pub(super) fn set(&mut self, path: &[&str], key: &str, value: &str) -> Result<(), Diagnostic> {
        if let Some(SemanticValue::Table(table)) = self.meant.at(path) {
            table.insert(key.to_owned(), SemanticValue::of_value(value).ok_or_else(cannot_edit)?);
        }
        let outline = self.outline()?;
        if let Some(old) = outline.value(&[path, &[key]].concat()) {
            self.text.replace_range(old, value);
            return Ok(());
        }
        let Some((index, site)) = outline.at(path) else { return self.set_dotted(&outline, path, key, value) };
        match (&site.value, outline.children(index).last()) {
            (None, last) => {
                let line = last.map_or(site.line, |last| last.line);
                self.text.insert_str(outline.start(line + 1), &format!("{key} = {value}{}", self.newline));
            }
            (Some(_), Some(last)) => self.text.insert_str(last.span.end, &format!(", {key} = {value}")),
            (Some(table), None) => self.text.replace_range(table.clone(), &format!("{{ {key} = {value} }}")),
        }
        Ok(())
    }

    /// For a table that has only pairs with dotted keys, or only tables below it.
    fn set_dotted(&mut self, outline: &Outline, path: &[&str], key: &str, value: &str) -> Result<(), Diagnostic> {
        let (_, last) = outline.below(path).rfind(|(_, site)| site.form == Form::Pair).ok_or_else(cannot_edit)?;
        let Some(own) = (last.keys.len() + path.len() - 1).checked_sub(last.path.len()) else {
            let (_, first) = outline.below(path).next().ok_or_else(cannot_edit)?;
            let above = outline.start(outline.with_comments(first.line));
            let newline = self.newline;
            let header: Vec<_> = path.iter().map(|part| super::key(part)).collect();
            self.text.insert_str(above, &format!("[{}]{newline}{key} = {value}{newline}{newline}", header.join(".")));
            return Ok(());
        };
        let line = &outline.lines[last.line].span;
        let start = &self.text[line.start..last.keys[own].end];
        self.text.insert_str(line.end, &format!("{start}.{key} = {value}{}", self.newline));
        Ok(())
    }

    /// Adds an item to an array of tables, `reserved` or `retired`, in the way its items are written.
    ///
    /// # Errors
    /// As [`Draft::finish`].
    pub fn add_item(&mut self, array: &str, fields: &[Field]) -> Result<(), Diagnostic> {
        if let SemanticValue::List(items) = self.section(array, SemanticValue::List(Vec::new()))? {
            items.push(SemanticValue::Table(meaning(fields)?));
        }
        let outline = self.outline()?;
        if let Some(value) = outline.value(&[array]) {
            return self.insert_element(&value, &format!("{{ {} }}", pairs(fields).join(", ")));
        }
        let item = format!("[[{array}]]{}{}", self.newline, self.lines(fields));
        match outline.sites.iter().rposition(|site| site.path == [array]) {
            Some(index) => self.insert_block(&outline, index, &item),
            None => self.append_block(&item),
        }
        Ok(())
    }

    /// Adds a pattern to `files` of `[references]`, which may not be there yet.
    ///
    /// # Errors
    /// As [`Draft::finish`].
    pub fn keep_files(&mut self, pattern: &str) -> Result<(), Diagnostic> {
        let text = super::string(pattern);
        let SemanticValue::Table(references) = self.section("references", SemanticValue::Table(Table::new()))? else {
            return Err(cannot_edit());
        };
        let files = references.entry("files".to_owned()).or_insert_with(|| SemanticValue::List(Vec::new()));
        let SemanticValue::List(files) = files else { return Err(cannot_edit()) };
        files.push(SemanticValue::text(pattern));
        let outline = self.outline()?;
        if let Some(value) = outline.value(&["references", "files"]) {
            return self.insert_element(&value, &text);
        }
        if outline.at(&["references"]).is_some() || outline.below(&["references"]).next().is_some() {
            return self.set(&["references"], "files", &format!("[{text}]"));
        }
        let newline = self.newline;
        self.append_block(&format!("[references]{newline}files = [{text}]{newline}"));
        Ok(())
    }

    /// Gives the item with this index of `reserved` or `retired` other numbers, where it stands: so a merge sees one item that has changed,
    /// not one that has gone and another one that is new.
    ///
    /// # Errors
    /// As [`Draft::finish`].
    pub fn set_item_numbers(&mut self, array: &str, index: usize, (key, value): &Field) -> Result<(), Diagnostic> {
        const NUMBERS: [&str; 2] = ["port", "ports"];
        let Some(SemanticValue::List(items)) = self.meant.at(&[array]) else { return Err(cannot_edit()) };
        let Some(SemanticValue::Table(item)) = items.get_mut(index) else { return Err(cannot_edit()) };
        item.retain(|key, _| !NUMBERS.contains(&key.as_str()));
        item.insert((*key).to_owned(), SemanticValue::of_value(value).ok_or_else(cannot_edit)?);
        let outline = self.outline()?;
        let items = outline.sites.iter().enumerate().filter(|(_, site)| site.is_item() && site.path == [array]);
        let (item, _) = items.into_iter().nth(index).ok_or_else(cannot_edit)?;
        let mut keys = outline.children(item);
        let is_numbers = |site: &&Site| site.path.last().is_some_and(|key| NUMBERS.contains(&key.as_str()));
        let old = keys.find(is_numbers).ok_or_else(cannot_edit)?.span.clone();
        self.text.replace_range(old, &format!("{key} = {value}"));
        Ok(())
    }

    /// The last element of an array: in a line of its own where the one before it is, or where there is none and the array
    /// has several lines.
    fn insert_element(&mut self, array: &Range<usize>, element: &str) -> Result<(), Diagnostic> {
        let elements = self.elements(array).ok_or_else(cannot_edit)?;
        let Some(last) = elements.last() else {
            match self.text[array.clone()].rfind('\n') {
                Some(end) => self.text.insert_str(array.start + end + 1, &format!("  {element},{}", self.newline)),
                None => self.text.insert_str(array.start + 1, element),
            }
            return Ok(());
        };
        let line = self.text[..last.start].rfind('\n').map_or(0, |end| end + 1);
        let indent = &self.text[line..last.start];
        let is_alone = line > array.start && indent.trim().is_empty();
        let between = if is_alone { format!(",{}{indent}", self.newline) } else { ", ".to_owned() };
        self.text.insert_str(last.end, &(between + element));
        Ok(())
    }

    /// A block behind that of a header, with a blank line between them.
    fn insert_block(&mut self, outline: &Outline, header: usize, block: &str) {
        let end = outline.end_of_block(header);
        let is_close = outline.lines.get(end).is_some_and(|next| next.holds != Holds::Nothing);
        let below = if is_close { self.newline } else { "" };
        self.text.insert_str(outline.start(end), &format!("{}{block}{below}", self.newline));
    }

    /// A block at the end of the text, with a blank line above it.
    fn append_block(&mut self, block: &str) {
        if !self.text.is_empty() && !self.text.ends_with(&self.newline.repeat(2)) {
            self.text.push_str(self.newline);
        }
        self.text.push_str(block);
    }

    /// The tables of a service: of its keys, unless it has only ports by name, and of these.
    fn tables(&self, NewService { id, fields, ports }: NewService<'_>) -> String {
        let (newline, id) = (self.newline, key(id));
        let mut tables = Vec::new();
        if !fields.is_empty() || ports.is_empty() {
            tables.push(format!("[services.{id}]{newline}{}", self.lines(fields)));
        }
        if !ports.is_empty() {
            tables.push(format!("[services.{id}.ports]{newline}{}", self.lines(ports)));
        }
        tables.join(newline)
    }

    fn lines<K: AsRef<str>>(&self, fields: &[(K, String)]) -> String {
        pairs(fields).into_iter().map(|pair| pair + self.newline).collect()
    }
}

/// The pair around a member of inline tables, as far out as it still is about one service; else the site itself.
fn outermost(outline: &Outline, index: usize) -> usize {
    let site = &outline.sites[index];
    match site.parent.filter(|parent| !matches!(site.form, Form::Pair) && outline.sites[*parent].path.len() > 1) {
        Some(parent) => outermost(outline, parent),
        None => index,
    }
}

fn meaning<K: ToString>(fields: &[(K, String)]) -> Result<Table, Diagnostic> {
    let mut table = Table::new();
    for (key, value) in fields {
        table.insert(key.to_string(), SemanticValue::of_value(value).ok_or_else(cannot_edit)?);
    }
    Ok(table)
}

/// `key = value` of each field.
fn pairs<K: AsRef<str>>(fields: &[(K, String)]) -> Vec<String> {
    fields.iter().map(|(key, value)| format!("{} = {value}", key.as_ref())).collect()
}

/// `key = value` of each field of a service, and of its ports as one table.
fn pairs_of(new: NewService<'_>) -> Vec<String> {
    let mut all = pairs(new.fields);
    if !new.ports.is_empty() {
        all.push(format!("ports = {{ {} }}", pairs(new.ports).join(", ")));
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_kept_however_references_are_written() {
        let forms = [
            ("version = 1\n", "version = 1\n\n[references]\nfiles = [\"a.env\"]\n"),
            ("[references]\nfiles = [\"b\"]\n", "[references]\nfiles = [\"b\", \"a.env\"]\n"),
            ("[references]\nfiles = []\n", "[references]\nfiles = [\"a.env\"]\n"),
            ("[references]\nfiles = [\n  \"b\",\n]\n", "[references]\nfiles = [\n  \"b\",\n  \"a.env\",\n]\n"),
            ("[references]\nignore = [\"b\"]\n", "[references]\nignore = [\"b\"]\nfiles = [\"a.env\"]\n"),
            ("references = { ignore = [] }\n", "references = { ignore = [], files = [\"a.env\"] }\n"),
            ("references.files = [\"b\"]\n", "references.files = [\"b\", \"a.env\"]\n"),
            ("references.ignore = [\"b\"]\r\n", "references.ignore = [\"b\"]\r\nreferences.files = [\"a.env\"]\r\n"),
        ];
        for (before, after) in forms {
            let mut draft = Draft::new(before).unwrap();
            draft.keep_files("a.env").unwrap();
            assert_eq!(draft.finish().unwrap(), after, "{before}");
        }
    }
}
