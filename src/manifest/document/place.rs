//! Where a value of ports.toml is written, and which bytes write a part of it.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// One step on the way to a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Step<'p> {
    /// Into a table, by key.
    Key(&'p str),
    /// Into a list, by index.
    Index(usize),
}

/// Where the value at `path` is written, quotes included; `None` if there is no such value.
pub fn value_at<'t>(root: &'t DeTable<'t>, path: &[Step<'_>]) -> Option<&'t Spanned<DeValue<'t>>> {
    let [Step::Key(first), rest @ ..] = path else { return None };
    let mut value = root.get(*first)?;
    for step in rest {
        value = match (step, value.get_ref()) {
            (Step::Key(key), DeValue::Table(table)) => table.get(*key)?,
            (Step::Index(index), DeValue::Array(list)) => list.get(*index)?,
            _ => return None,
        };
    }
    Some(value)
}

/// The bytes of `text` that write the bytes `part` of the value that is written at `literal`; `None` if the value is written
/// in a way that has no such bytes, as the escapes of one character.
pub fn part_of(text: &str, literal: Range<usize>, part: Range<usize>) -> Option<Range<usize>> {
    Parts::new(text, literal).of(part)
}

/// As [`part_of`], for several parts of one value. Parts in ascending order are found in one pass.
pub struct Parts<'t> {
    /// Where the value is written.
    literal: Range<usize>,
    raw: Raw<'t>,
}

impl<'t> Parts<'t> {
    /// The parts of the value that `text` writes at `literal`.
    pub fn new(text: &'t str, literal: Range<usize>) -> Self {
        let raw = Raw::of(text.get(literal.clone()).unwrap_or_default());
        Self { literal, raw }
    }

    /// The bytes that write a part.
    pub fn of(&mut self, part: Range<usize>) -> Option<Range<usize>> {
        if part.start < self.raw.value {
            self.raw = Raw::of(self.raw.literal);
        }
        let start = self.raw.reach(part.start)?;
        let end = self.raw.reach(part.end)?;
        Some(self.literal.start + start..self.literal.start + end)
    }
}

/// A literal of TOML, read character by character: <https://toml.io/en/v1.0.0#string>.
struct Raw<'t> {
    literal: &'t str,
    has_escapes: bool,
    /// How many bytes of the literal are read.
    at: usize,
    /// How many bytes of the value they write.
    value: usize,
}

impl<'t> Raw<'t> {
    fn of(literal: &'t str) -> Self {
        let quotes = ["\"\"\"", "'''", "\"", "'"].into_iter().find(|quotes| literal.starts_with(quotes));
        let quotes = quotes.unwrap_or_default();
        let mut raw = Self { literal, has_escapes: quotes.starts_with('"'), at: quotes.len(), value: 0 };
        // A line break directly behind three quotes is not in the value.
        if quotes.len() == 3 {
            raw.at += ["\r\n", "\n"].into_iter().find(|end| raw.rest().starts_with(end)).map_or(0, str::len);
        }
        raw
    }

    fn rest(&self) -> &'t str {
        self.literal.get(self.at..).unwrap_or_default()
    }

    /// Reads until so many bytes of the value are read, and returns the place in the literal.
    fn reach(&mut self, wanted: usize) -> Option<usize> {
        loop {
            self.pass_continued_lines();
            if self.value >= wanted {
                return (self.value == wanted).then_some(self.at);
            }
            self.pass_character()?;
        }
    }

    /// Passes each backslash at the end of a line, and the blanks that it takes away.
    fn pass_continued_lines(&mut self) {
        while let Some(behind) = self.rest().strip_prefix('\\')
            && self.has_escapes
            && behind.trim_start_matches([' ', '\t', '\r']).starts_with('\n')
        {
            self.at += 1 + behind.len() - behind.trim_start().len();
        }
    }

    fn pass_character(&mut self) -> Option<()> {
        let mut characters = self.rest().chars();
        let first = characters.next()?;
        if first != '\\' || !self.has_escapes {
            self.at += first.len_utf8();
            self.value += first.len_utf8();
            return Some(());
        }
        let digits = match characters.next()? {
            'x' => 2,
            'u' => 4,
            'U' => 8,
            _ => 0,
        };
        let code = self.rest().get(2..2 + digits)?;
        let written = u32::from_str_radix(code, 16).ok().and_then(char::from_u32);
        self.at += 2 + digits;
        self.value += written.map_or(1, char::len_utf8);
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::manifest::document;

    #[test]
    fn the_digits_are_found_in_every_form() {
        let texts = [
            "a = \"db:5432\"",
            "a = 'db:5432'",
            "a = \"\"\"\ndb:5432\"\"\"",
            "a = '''\r\nx\ndb:5432'''",
            "a = \"\"\"x \\\n   \\\n  db:5432\"\"\"",
            "a = \"\\u00e9\\\"\\t\\U0001F600 é db:5432 \"",
            "a = 5432",
            "a.b = [{ c = 1 }, { c = 'db:5432' }]",
        ];
        for text in texts {
            let (root, errors) = document::read(text);
            assert!(errors.is_empty(), "{text}");
            let path = [Step::Key("a"), Step::Key("b"), Step::Index(1), Step::Key("c")];
            let value = value_at(&root, &path).or_else(|| value_at(&root, &path[..1])).unwrap();
            let stated = match value.get_ref() {
                DeValue::String(text) => text.to_string(),
                _ => text[value.span()].to_owned(),
            };
            let start = stated.find("5432").unwrap();
            let place = part_of(text, value.span(), start..start + 4).unwrap();
            assert_eq!(&text[place], "5432", "{text}");
        }
    }
}
