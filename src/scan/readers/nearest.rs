//! The name that stands last before a number, where what a number belongs to is told by `name: "auth"` above it.

use std::borrow::Cow;

use super::{File, forms};
use crate::scan::statement::{Statement, Whose};

/// The most bytes behind a key in which its name is looked for.
const MOST_BEHIND: usize = 160;

/// What forms find in a file; what is of the file's own program is of that which one of these keys names last before it.
pub(super) fn read<'t>(file: &File<'t>, keys: &[&str]) -> Vec<Statement<'t>> {
    let mut out = Vec::new();
    forms::read(file, 0..file.text.len(), &mut out);
    named(file.text, keys, out)
}

/// These statements of a text, each of the file's own program as one of that which one of the keys names last before it.
pub(super) fn named<'t>(text: &'t str, keys: &[&str], mut out: Vec<Statement<'t>>) -> Vec<Statement<'t>> {
    let names = names(text, keys);
    for one in out.iter_mut().filter(|one| one.whose == Whose::Own) {
        let before = names.partition_point(|(at, _)| *at < one.digits.start);
        if let Some((_, name)) = before.checked_sub(1).map(|last| names[last]) {
            one.whose = Whose::Named(Cow::Borrowed(name));
        }
    }
    out
}

/// The names, with the places of their keys.
fn names<'t>(text: &'t str, keys: &[&str]) -> Vec<(usize, &'t str)> {
    let mut found = Vec::new();
    for key in keys {
        for (at, _) in text.match_indices(key) {
            let is_whole = !text[..at].ends_with(|c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.'));
            if is_whole && let Some(name) = name(behind(text, at + key.len())) {
                found.push((at, name));
            }
        }
    }
    found.sort_unstable();
    found
}

/// The rest of a line, as far as a name is looked for.
fn behind(text: &str, at: usize) -> &str {
    let mut end = text.len().min(at + MOST_BEHIND);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text[at..end].split('\n').next().unwrap_or_default()
}

/// The text in quotes that is the value of a key, `: "auth"`, or the last one of a block's labels, ` "aws_lb" "auth" {`.
fn name(behind: &str) -> Option<&str> {
    let value = behind.trim_start_matches(['"', '\'']).trim_start();
    let name = match value.strip_prefix([':', '=']) {
        Some(value) => in_quotes(value.trim_start())?,
        None => in_quotes(behind.trim_end_matches(['{', ' ', '\r']).rsplit(' ').next()?)?,
    };
    // One that is put together is no name.
    (!name.contains(['$', '{'])).then_some(name)
}

fn in_quotes(text: &str) -> Option<&str> {
    let quote = text.chars().next().filter(|quote| matches!(quote, '"' | '\'' | '`'))?;
    Some(text[1..].split_once(quote)?.0)
}
