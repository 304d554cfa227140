//! Edits of ports.toml in place: a few splices at the places of its keys and values; every other byte stays as it is.
//! (`toml_edit` 0.25 does not keep them: of 1,088 files in the forms of `tests/manifest/edits.rs` it gives back 448 with other
//! bytes before any edit, because `[ services . a ]` and `[services.b]` share their spaces, and it regroups dotted keys.)
//!
//! How a splice is written follows its neighbours: a header with lines, dotted keys, a line of `[services]`, an inline table.
//! None of that is trusted: a [`Draft`] keeps what the text has to say, and [`Draft::finish`] returns no text that says
//! anything else.

mod insert;
mod ports;
mod remove;
mod rename;
mod values;

use std::borrow::Cow;
use std::ops::Range;

use crate::diagnostic::{Diagnostic, codes};
use crate::manifest::lines;
use crate::manifest::outline::Outline;
use crate::manifest::value::SemanticValue;

pub use ports::written;
pub use values::ValueEdit;

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
    unterminated: bool,
}

impl Draft {
    /// A draft of a text without a byte order mark that was read as an allocation.
    ///
    /// # Errors
    /// It is not TOML.
    pub fn new(text: &str) -> Result<Self, Diagnostic> {
        let meant = document(text)?;
        let newline = if text.find('\n').is_some_and(|end| text[..end].ends_with('\r')) { "\r\n" } else { "\n" };
        let unterminated = !text.is_empty() && !text.ends_with('\n');
        let text = if unterminated { format!("{text}{newline}") } else { text.to_owned() };
        Ok(Self { text, meant, newline, unterminated })
    }

    /// The edited text.
    ///
    /// # Errors
    /// The file is written in a way that portgen does not know how to edit.
    pub fn finish(mut self) -> Result<String, Diagnostic> {
        if self.unterminated {
            self.text.truncate(self.text.len() - self.newline.len());
        }
        if document(&self.text)?.is_like(&self.meant) { Ok(self.text) } else { Err(cannot_edit()) }
    }

    fn outline(&self) -> Result<Outline, Diagnostic> {
        Outline::of(&self.text).ok_or_else(cannot_edit)
    }

    /// A section of what is meant; `empty` where there is none yet.
    fn section(&mut self, name: &str, empty: SemanticValue) -> Result<&mut SemanticValue, Diagnostic> {
        match &mut self.meant {
            SemanticValue::Table(root) => Ok(root.entry(name.to_owned()).or_insert(empty)),
            _ => Err(cannot_edit()),
        }
    }

    /// Where the elements of an array are written; none where the value is not an array.
    fn elements(&self, array: &Range<usize>) -> Option<Vec<Range<usize>>> {
        lines::elements(&self.text[array.clone()], array.start)
    }

    /// Whether the value at `span` is the string `text`.
    fn is_string(&self, span: &Range<usize>, text: &str) -> bool {
        SemanticValue::of_value(&self.text[span.clone()]) == Some(SemanticValue::text(text))
    }
}

/// Where a service names others that it depends on: its own list, and that of Compose, which may be a table.
const DEPENDENCIES: [&[&str]; 2] = [&["depends-on"], &["compose", "depends_on"]];

fn document(text: &str) -> Result<SemanticValue, Diagnostic> {
    SemanticValue::of_document(text).ok_or_else(cannot_edit)
}

fn cannot_edit() -> Diagnostic {
    Diagnostic::error(codes::CANNOT_EDIT, "ports.toml is written in a way that portgen cannot edit")
        .help("nothing was changed: edit it by hand, and run `portgen write`")
}

/// A key as TOML writes it: bare where it can be.
pub fn key(text: &str) -> Cow<'_, str> {
    let is_bare = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    if !text.is_empty() && text.chars().all(is_bare) { text.into() } else { string(text).into() }
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
