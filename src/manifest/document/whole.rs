//! All of TOML, and every mistake in it: the toml crate.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue, Error};

use super::{Bytes, Children, Document, Form, Key, Kind, ROOT};

/// The tree of `text` as far as it is TOML, and what is not.
pub(super) fn read(text: &str) -> (Document<'_>, Vec<Error>) {
    let (table, errors) = DeTable::parse_recoverable(text);
    let mut document = Document::new(text);
    document.copy_table(ROOT, table.get_ref());
    (document, errors)
}

impl Document<'_> {
    fn copy_table(&mut self, node: u32, table: &DeTable<'_>) {
        self.node(node).kind = Kind::Table(Children::default(), Form::Inline);
        for (key, value) in table {
            let span = key.span();
            let key = Key { name: self.copy_text(key.get_ref(), &span), span: Bytes::new(span.start, span.end) };
            let new = self.append(node, key);
            self.copy(new, value);
        }
    }

    fn copy(&mut self, node: u32, value: &Spanned<DeValue<'_>>) {
        let span = value.span();
        self.node(node).span = Bytes::new(span.start, span.end);
        self.node(node).kind = match value.get_ref() {
            DeValue::String(text) => Kind::String(self.copy_text(text, &span)),
            DeValue::Integer(integer) => Kind::Integer(self.copy_text(integer.as_str(), &span), integer.radix() as u8),
            DeValue::Float(float) => Kind::Float(self.copy_text(float.as_str(), &span)),
            DeValue::Boolean(truth) => Kind::Boolean(*truth),
            DeValue::Datetime(date) => Kind::Datetime(self.copy_text(&date.to_string(), &span)),
            DeValue::Table(table) => return self.copy_table(node, table),
            DeValue::Array(items) => {
                self.node(node).kind = Kind::Array(Children::default(), Form::Inline);
                for item in items {
                    let new = self.append(node, Key::default());
                    self.copy(new, item);
                }
                return;
            }
        };
    }

    /// The bytes of `text`, which is written at `span`: bare, in a pair of quotes, or otherwise than it reads.
    fn copy_text(&mut self, text: &str, span: &Range<usize>) -> Bytes {
        let bare = span.clone();
        let quoted = span.start + 1..span.end.saturating_sub(1);
        for written in [bare, quoted] {
            if self.text.get(written.clone()) == Some(text) {
                return Bytes::new(written.start, written.end);
            }
        }
        self.decode(text)
    }
}
