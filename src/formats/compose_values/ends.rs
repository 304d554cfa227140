//! The ends of ranges of ports, which many programs take as two numbers.

use std::ops::Range;

use serde_json::Value as Json;

use super::{Form, Reader, Whose, variables};
use crate::manifest::document::Step;

/// What stands behind or before `port` in names of ends: `RTP_PORT_MIN`, `port_range_start`.
const WORDS: [&str; 14] = [
    "min", "max", "minimum", "maximum", "start", "end", "first", "last", "from", "to", "low", "high", "lower", "upper",
];

/// What stands between the words of a name.
const SEPARATORS: [char; 3] = ['-', '_', '.'];

impl<'v> Reader<'v> {
    /// The numbers in the environment or the command of a service that may be ends of its ranges.
    pub(super) fn ends_in(&mut self, value: &'v Json) {
        match value {
            Json::Object(variables) => {
                for (name, value) in variables {
                    let Some(text) = variables::text(value) else { continue };
                    self.path.push(Step::Key(name));
                    self.ends(&text, name);
                    self.path.pop();
                }
            }
            Json::Array(items) => {
                let mut before = "";
                for (index, item) in items.iter().enumerate() {
                    let text = item.as_str().unwrap_or_default();
                    self.path.push(Step::Index(index));
                    self.ends(text, before);
                    self.path.pop();
                    before = text;
                }
            }
            Json::String(text) => self.ends(text, ""),
            _ => {}
        }
    }

    /// The numbers in a text; `name` stands before it.
    fn ends(&mut self, text: &str, name: &str) {
        for number in ends(text, name, names_an_end) {
            self.add(text, number, Whose::Own, Form::End);
        }
    }
}

/// The bytes of the numbers in a text that may be ends of a range: those with a hyphen, a colon or two dots between them, and those
/// with a name that `is_end`; `before` stands before the text.
pub fn ends(text: &str, before: &str, is_end: fn(&str) -> bool) -> Vec<Range<usize>> {
    let numbers = numbers(text);
    let mut found = Vec::new();
    for (at, number) in numbers.iter().enumerate() {
        let is_first = numbers.get(at + 1).is_some_and(|next| joins(&text[number.end..next.start]));
        let is_last = at > 0 && joins(&text[numbers[at - 1].end..number.start]);
        if is_first || is_last || is_end(name_of(text, number.start, before)) {
            found.push(number.clone());
        }
    }
    found
}

/// The numbers of three to five digits in a text that are no part of a word or of an address.
fn numbers(text: &str) -> Vec<Range<usize>> {
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(start) = text[at..].find(|c: char| c.is_ascii_digit()).map(|start| at + start) {
        let length = text[start..].bytes().take_while(u8::is_ascii_digit).count();
        at = start + length;
        let is_alone = !text[..start].ends_with(is_part) && !text[at..].starts_with(is_part);
        if is_alone && (3..=5).contains(&length) {
            found.push(start..at);
        }
    }
    found
}

/// Whether a text between two numbers makes a range of them.
fn joins(between: &str) -> bool {
    matches!(between, "-" | ":" | ".." | " - ")
}

/// The name that a number follows in a text: that of a flag, a property or a key; else `before`, which stands before the text.
fn name_of<'t>(text: &'t str, number: usize, before: &'t str) -> &'t str {
    let rest = text[..number].trim_end_matches(['=', ':', ' ', '"', '\'']);
    if rest.is_empty() {
        return before;
    }
    let is_outside = |c: char| !c.is_alphanumeric() && !"_-.".contains(c);
    rest.rsplit(is_outside).next().unwrap_or_default()
}

/// Whether a name is that of an end of a range of ports.
fn names_an_end(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    has_end(&name) && name.split(SEPARATORS).any(|word| matches!(word, "port" | "ports"))
}

/// Whether a name in small letters has a word for an end: `min`, `range_start`.
pub fn has_end(name: &str) -> bool {
    name.split(SEPARATORS).any(|word| WORDS.contains(&word))
}
