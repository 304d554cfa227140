//! Removing entries, strings of lists and items of arrays.

use std::ops::Range;

use super::{DEPENDENCIES, Draft, cannot_edit};
use crate::diagnostic::Diagnostic;
use crate::manifest::outline::{Form, Holds, Outline};
use crate::manifest::value::SemanticValue;

impl Draft {
    /// Removes a service, with the comments directly above its lines.
    ///
    /// # Errors
    /// As [`Draft::finish`].
    pub fn remove_service(&mut self, id: &str) -> Result<(), Diagnostic> {
        self.remove(&["services", id])
    }

    /// Removes a key of a service, which need not be there.
    ///
    /// # Errors
    /// As [`Draft::finish`].
    pub fn remove_field(&mut self, service: &str, key: &str) -> Result<(), Diagnostic> {
        self.remove(&["services", service, key])
    }

    /// Removes `dependency` from what a service depends on.
    ///
    /// # Errors
    /// As [`Draft::finish`].
    pub fn drop_dependency(&mut self, service: &str, dependency: &str) -> Result<(), Diagnostic> {
        for path in DEPENDENCIES {
            let path = [&["services", service], path].concat();
            self.remove_strings(&path, dependency)?;
            self.remove(&[&path[..], &[dependency]].concat())?;
        }
        Ok(())
    }

    /// Removes the item with this index from an array of tables.
    ///
    /// # Errors
    /// As [`Draft::finish`].
    pub fn remove_item(&mut self, array: &str, index: usize) -> Result<(), Diagnostic> {
        match self.meant.at(&[array]) {
            Some(SemanticValue::List(items)) if index < items.len() => drop(items.remove(index)),
            _ => return Err(cannot_edit()),
        }
        let outline = self.outline()?;
        if let Some(value) = outline.value(&[array]) {
            let elements = self.elements(&value).ok_or_else(cannot_edit)?;
            self.remove_element(&value, &elements, index);
            return Ok(());
        }
        let headers = (0..outline.sites.len()).filter(|at| outline.sites[*at].is_item_of(array));
        let header = headers.into_iter().nth(index).ok_or_else(cannot_edit)?;
        self.text.replace_range(block(&outline, header), "");
        Ok(())
    }

    /// Removes whatever is written at `path` and below it; it may stand in several places.
    fn remove(&mut self, path: &[&str]) -> Result<(), Diagnostic> {
        if let Some((key, parent)) = path.split_last()
            && let Some(SemanticValue::Table(table)) = self.meant.at(parent)
        {
            table.remove(*key);
        }
        loop {
            let outline = self.outline()?;
            let Some((index, site)) = outline.below(path).next() else { return Ok(()) };
            let cut = match (site.form, site.parent) {
                (Form::Header | Form::ItemHeader, _) => block(&outline, index),
                (Form::Member, Some(table)) => {
                    let members: Vec<Range<usize>> =
                        outline.children(table).map(|member| member.span.clone()).collect();
                    let at = members.iter().position(|member| *member == site.span).ok_or_else(cannot_edit)?;
                    with_comma(&members, at)
                }
                _ => outline.start(outline.with_comments(site.line))..outline.start(site.line + 1),
            };
            self.text.replace_range(cut, "");
        }
    }

    /// Removes the strings that say `text` from the array at `path`; a value that is not an array has none.
    fn remove_strings(&mut self, path: &[&str], text: &str) -> Result<(), Diagnostic> {
        if let Some(SemanticValue::List(list)) = self.meant.at(path) {
            list.retain(|one| *one != SemanticValue::text(text));
        }
        while let Some(array) = self.outline()?.value(path)
            && let Some(elements) = self.elements(&array)
            && let Some(at) = elements.iter().position(|element| self.is_string(element, text))
        {
            self.remove_element(&array, &elements, at);
        }
        Ok(())
    }

    fn remove_element(&mut self, array: &Range<usize>, elements: &[Range<usize>], at: usize) {
        let cut = match self.own_lines(array, elements, at) {
            Some(lines) => lines,
            None if elements.len() == 1 => {
                let behind = &self.text[elements[at].end..array.end];
                let spaces = behind.len() - behind.trim_start().len();
                let comma = if behind[spaces..].starts_with(',') { spaces + 1 } else { 0 };
                elements[at].start..elements[at].end + comma
            }
            None => with_comma(elements, at),
        };
        self.text.replace_range(cut, "");
    }

    /// The lines of an element that shares them with no other, and not with a bracket of the array.
    fn own_lines(&self, array: &Range<usize>, elements: &[Range<usize>], at: usize) -> Option<Range<usize>> {
        let element = &elements[at];
        let start = self.text[..element.start].rfind('\n')? + 1;
        let end = element.end + self.text[element.end..].find('\n')? + 1;
        let before = at.checked_sub(1).map_or(array.start, |before| elements[before].end - 1);
        let behind = elements.get(at + 1).map_or(array.end - 1, |behind| behind.start);
        (before < start && behind >= end).then_some(start..end)
    }
}

/// A header with its lines, the comments directly above, and the blank lines above those, or below where it is the first.
/// A comment directly below stays, and with it the blank lines that set it off.
fn block(outline: &Outline, header: usize) -> Range<usize> {
    let (lead, end) = (outline.with_comments(outline.sites[header].line), outline.end_of_pairs(header));
    let is_followed = outline.lines.get(end).is_some_and(|below| below.holds == Holds::Comment);
    let start = if is_followed { lead } else { outline.with_blanks(lead) };
    let blanks = outline.lines[end..].iter().take_while(|line| line.holds == Holds::Nothing).count();
    let end = if start == 0 { end + blanks } else { end };
    outline.start(start)..outline.start(end)
}

/// One of several spans with commas between them, with the comma that goes with it.
fn with_comma(all: &[Range<usize>], at: usize) -> Range<usize> {
    if let Some(behind) = all.get(at + 1) {
        return all[at].start..behind.start;
    }
    let start = if at > 0 { all[at - 1].end } else { all[at].start };
    start..all[at].end
}
