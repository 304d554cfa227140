//! Texts for people, and paths.

use std::ops::Range as Span;

use super::value::Value;
use crate::diagnostic::{codes, is_hidden, quoted};
use crate::path::{Folder, OutputPath, RelPath};

/// The most characters of a text: longer ones belong in a document.
const MOST: usize = 500;

impl<'t> Value<'t> {
    /// One line for people: not blank, not too long, nothing hidden.
    pub(super) fn text(self) -> Option<String> {
        let text = self.string()?;
        if text.chars().all(char::is_whitespace) {
            self.refuse(codes::INVALID_TEXT, "is blank", "nothing to read", "write some text, or remove the key");
            return None;
        }
        if text.len() > MOST && text.chars().count() > MOST {
            let rest = format!("has {} characters, more than {MOST}", text.chars().count());
            self.refuse(codes::INVALID_TEXT, &rest, "too long", "shorten it: it goes into a cell of a table");
            return None;
        }
        self.visible(text, self.span(), &[]).then(|| text.to_owned())
    }

    /// Whether `text`, this value or a key in it, written at `span`, has no hidden character but the `allowed` ones;
    /// reports the first one.
    pub(super) fn visible(self, text: &str, span: Span<usize>, allowed: &[char]) -> bool {
        // Most texts; a byte is looked at faster than a character.
        if text.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
            return true;
        }
        let Some(hidden) = text.chars().find(|c| is_hidden(*c) && !allowed.contains(c)) else { return true };
        self.refuse_hidden(text, span, hidden);
        false
    }

    fn refuse_hidden(self, text: &str, mut span: Span<usize>, hidden: char) {
        let is_shown = self.report.is_shown(&span);
        if let Some(at) = self.report.written(&span).find(hidden) {
            span = span.start + at..span.start + at + hidden.len_utf8();
        }
        let (what, help) = match hidden {
            '\n' | '\r' => ("a line break", "write it on one line"),
            _ => ("a control or invisible character", "remove it: readers of the text do not see it"),
        };
        let mut message = format!("{self} has {what} (U+{:04X})", hidden as u32);
        if is_shown {
            message += &format!(": {}", quoted(text));
        }
        self.report.refuse(codes::INVALID_TEXT, message, (span, what), help);
    }

    /// A path from the root.
    pub(super) fn path(self) -> Option<RelPath> {
        self.proven(RelPath::parse)
    }

    /// A path from the root at which, or below which, portgen makes files.
    pub(super) fn output_path(self) -> Option<OutputPath> {
        self.proven(OutputPath::parse)
    }

    /// A folder, from the root.
    pub(super) fn folder(self) -> Option<Folder> {
        self.proven(Folder::parse)
    }

    fn proven<T>(self, parse: fn(&str) -> Result<T, &'static str>) -> Option<T> {
        let text = self.string()?;
        let parsed = parse(text);
        if let Err(reason) = parsed {
            let message = format!("{self}: the path {} {reason}", self.quoted(text));
            let help = "write a path from the folder of ports.toml, such as `services/web`";
            self.report.refuse(codes::INVALID_PATH, message, (self.span(), "not a path inside the root"), help);
        }
        parsed.ok()
    }
}
