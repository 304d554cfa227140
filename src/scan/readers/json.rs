//! JSON that people write, with the places of its texts.

use std::borrow::Cow;

use jsonc_parser::ast::{Object, ObjectProp, Value};
use jsonc_parser::common::Ranged as _;

use super::File;
use crate::formats::json::{key_span, parse_loosely};
use crate::formats::{Number, Role, Written};

/// A file of JSON.
pub(super) struct Json<'t> {
    text: &'t str,
    /// Where the parsed text starts: behind a byte order mark.
    base: usize,
    pub(super) root: Value<'t>,
}

impl<'t> Json<'t> {
    /// Reads a file; `None` if it is no JSON.
    pub(super) fn read(file: &File<'t>) -> Option<Self> {
        let text = file.text.strip_prefix('\u{feff}').unwrap_or(file.text);
        Some(Self { text: file.text, base: file.text.len() - text.len(), root: parse_loosely(text)? })
    }

    /// A text or number, with its place.
    pub(super) fn text(&self, value: &Value<'t>) -> Option<Written<'t>> {
        let value_of = match value {
            Value::StringLit(string) => string.value.clone(),
            Value::NumberLit(number) => Cow::Borrowed(number.value),
            _ => return None,
        };
        let range = value.range();
        Some(Written::new(value_of, range.start + self.base..range.end + self.base, self.text))
    }

    /// The number that is a key, with its place.
    pub(super) fn number_in_key(&self, property: &ObjectProp<'t>) -> Option<Number> {
        let span = key_span(property);
        let name = Cow::Owned(property.name.as_str().to_owned());
        Written::new(name, span.start + self.base..span.end + self.base, self.text).port(Role::Unknown)
    }
}

/// The value at the end of a way of keys.
pub(super) fn at<'v, 't>(value: &'v Value<'t>, keys: &[&str]) -> Option<&'v Value<'t>> {
    keys.iter().try_fold(value, |value, key| {
        Some(&object(value)?.properties.iter().find(|one| one.name.as_str() == *key)?.value)
    })
}

/// The object that a value is.
pub(super) fn object<'v, 't>(value: &'v Value<'t>) -> Option<&'v Object<'t>> {
    match value {
        Value::Object(object) => Some(object),
        _ => None,
    }
}

/// The items of an array; a single value is its only item.
pub(super) fn items<'v, 't>(value: &'v Value<'t>) -> &'v [Value<'t>] {
    match value {
        Value::Array(array) => &array.elements,
        single => std::slice::from_ref(single),
    }
}
