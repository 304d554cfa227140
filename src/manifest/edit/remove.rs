//! Taking things out.

use std::ops::Range;

use super::outline::{Form, Outline, Site};
use super::{Draft, Unknown};
use crate::manifest::lines;
use crate::manifest::value::SemanticValue;

impl Draft {
    /// Takes out whatever is written at `path` and below it; it may stand in several places.
    pub(super) fn remove_entry(&mut self, path: &[&str]) -> Result<(), Unknown> {
        loop {
            let outline = self.outline()?;
            let Some((index, site)) = outline.below(path).next() else { return Ok(()) };
            let cut = match &site.form {
                Form::Header { .. } => block(&outline, index),
                Form::Pair { .. } => outline.start(outline.with_comments(site.line))..outline.start(site.line + 1),
                Form::Member { table, .. } => {
                    let members: Vec<&Site> = outline.sites.iter().filter(|other| is_in(other, *table)).collect();
                    let at = members.iter().position(|member| member.span == site.span).ok_or(Unknown)?;
                    let spans: Vec<Range<usize>> = members.iter().map(|member| member.span.clone()).collect();
                    one_of(&spans, at)
                }
            };
            self.text.replace_range(cut, "");
        }
    }

    /// Takes the strings that say `text` out of the array at `path`.
    pub(super) fn remove_elements(&mut self, path: &[&str], text: &str) -> Result<(), Unknown> {
        loop {
            let outline = self.outline()?;
            let Some((_, array)) = outline.pair(path) else { return Ok(()) };
            // A table has keys instead.
            let Ok(elements) = self.elements(&array) else { return Ok(()) };
            let says = |element: &Range<usize>| {
                SemanticValue::of_value(&self.text[element.clone()]) == Some(SemanticValue::text(text))
            };
            let Some(at) = elements.iter().position(says) else { return Ok(()) };
            self.remove_element(&array, &elements, at);
        }
    }

    /// Takes an item out of an array of tables.
    pub(super) fn remove_item_at(&mut self, array: &str, index: usize) -> Result<(), Unknown> {
        let outline = self.outline()?;
        if let Some((_, value)) = outline.pair(&[array]) {
            let elements = self.elements(&value)?;
            if index < elements.len() {
                self.remove_element(&value, &elements, index);
            }
            return Ok(());
        }
        let is_item = |site: &Site| site.path == [array] && site.form == Form::Header { is_item: true };
        let header = outline.sites.iter().enumerate().filter(|(_, site)| is_item(site)).nth(index).ok_or(Unknown)?.0;
        self.text.replace_range(block(&outline, header), "");
        Ok(())
    }

    /// The places of an array's elements.
    pub(super) fn elements(&self, array: &Range<usize>) -> Result<Vec<Range<usize>>, Unknown> {
        let elements = lines::elements(&self.text[array.clone()]).ok_or(Unknown)?;
        Ok(elements.into_iter().map(|element| element.start + array.start..element.end + array.start).collect())
    }

    fn remove_element(&mut self, array: &Range<usize>, elements: &[Range<usize>], at: usize) {
        let cut = match self.own_lines(array, elements, at) {
            Some(lines) => lines,
            None if elements.len() == 1 => {
                let behind = &self.text[elements[at].end..array.end];
                let comma = behind.trim_start().starts_with(',').then(|| behind.find(',')).flatten();
                elements[at].start..elements[at].end + comma.map_or(0, |comma| comma + 1)
            }
            None => one_of(elements, at),
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

/// A header with its lines, without comments below them, the comments directly above, and the blank lines above those, or below where it is the first.
fn block(outline: &Outline, header: usize) -> Range<usize> {
    let (lead, end) = (outline.with_comments(outline.sites[header].line), outline.end_of_pairs(header));
    // A comment directly below stays, and with it the blank lines that set it off.
    let is_followed = outline.lines.get(end).is_some_and(|below| matches!(below.kind, lines::Kind::Comment));
    let start = if is_followed { lead } else { outline.with_blanks(lead) };
    let blanks = outline.lines[end..].iter().take_while(|line| matches!(line.kind, lines::Kind::Blank)).count();
    let end = if start == 0 { end + blanks } else { end };
    outline.start(start)..outline.start(end)
}

fn is_in(site: &Site, of: usize) -> bool {
    matches!(&site.form, Form::Member { table, .. } if *table == of)
}

/// One of several things between commas, with the comma that it needs no more.
fn one_of(all: &[Range<usize>], at: usize) -> Range<usize> {
    match (at.checked_sub(1).map(|before| &all[before]), all.get(at + 1)) {
        (_, Some(behind)) => all[at].start..behind.start,
        (Some(before), None) => before.end..all[at].end,
        (None, None) => all[at].clone(),
    }
}
