//! ports.toml as the tree of the toml crate, each key and value with its place; here are the few things that its readers need
//! besides.

mod headers;
mod mistakes;
mod pieces;
mod place;

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeArray, DeInteger, DeString, DeTable, DeValue, Error};

/// The most mistakes that [`read`] tells of a text.
pub const MOST_MISTAKES: usize = mistakes::MOST;

pub use headers::first_too_late;
pub use place::{Parts, Step, part_of, value_at};

/// Reads the table that is the whole file, as far as it is TOML; the errors say what is not.
pub fn read(text: &str) -> (DeTable<'_>, Vec<Error>) {
    let (root, errors, _) = read_far(text);
    (root, errors)
}

/// As [`read`], with the byte up to which the mistakes are told: the end, unless there are very many.
pub fn read_far(text: &str) -> (DeTable<'_>, Vec<Error>, usize) {
    match pieces::read(text) {
        Some(root) => (root, Vec::new(), text.len()),
        None => mistakes::read(text),
    }
}

/// A value with its key; an element of a list has no key.
#[derive(Clone, Copy, Debug)]
pub struct Item<'t> {
    key: Option<&'t Spanned<DeString<'t>>>,
    value: &'t Spanned<DeValue<'t>>,
}

impl<'t> Item<'t> {
    /// What its key reads; an element of a list has an empty one.
    pub fn name(self) -> &'t str {
        self.key.map_or("", |key| key.get_ref())
    }

    /// Where its key is written, quotes included.
    pub fn key_span(self) -> Range<usize> {
        self.key.map_or(0..0, Spanned::span)
    }

    /// Where it is written: quotes and brackets included, the header where a table has one, else the key that makes it.
    pub fn span(self) -> Range<usize> {
        self.value.span()
    }

    /// What it is.
    pub fn value(self) -> &'t DeValue<'t> {
        self.value.get_ref()
    }

    /// Whether both are the same place of the same file.
    pub fn is(self, other: Self) -> bool {
        std::ptr::eq(self.value, other.value)
    }
}

/// What is in a table, in the order of the file.
pub fn items<'t>(table: &'t DeTable<'t>) -> impl ExactSizeIterator<Item = Item<'t>> {
    table.iter().map(|(key, value)| Item { key: Some(key), value })
}

/// What is in a list.
pub fn elements<'t>(list: &'t DeArray<'t>) -> impl DoubleEndedIterator<Item = Item<'t>> {
    list.iter().map(|value| Item { key: None, value })
}

/// What a table has under the key `name`.
pub fn item<'t>(table: &'t DeTable<'t>, name: &str) -> Option<Item<'t>> {
    table.get_key_value(name).map(|(key, value)| Item { key: Some(key), value })
}

/// The value of an integer; none where 64 bits do not hold it.
pub fn number(integer: &DeInteger<'_>) -> Option<i64> {
    i64::from_str_radix(integer.as_str(), integer.radix()).ok()
}

/// The day that a value is; none where it has a time, too.
pub fn day(value: &DeValue<'_>) -> Option<String> {
    let date = value.as_datetime()?;
    let is_alone = date.time.is_none() && date.offset.is_none();
    date.date.filter(|_| is_alone).map(|day| day.to_string())
}

/// The day that a text is, such as `2026-01-31`.
pub fn day_of(text: &str) -> Option<String> {
    day(DeValue::parse(text).ok()?.get_ref())
}
