//! Blocks of code in documents: Compose files, manifests and env files, whole or in parts. They may be of another installation, so all of
//! what they state is weak, but for what a service publishes that a Compose file starts as it is.

use std::ops::Range;

use crate::scan::form::Form;
use crate::scan::readers::{File, compose, dotenv, kubernetes};
use crate::scan::statement::{Statement, Whose};

/// The languages of blocks, and how each is read; one without a language is YAML if it can be.
const LANGUAGES: [(&str, Read); 9] = [
    ("yaml", yaml),
    ("yml", yaml),
    ("docker-compose", yaml),
    ("compose", yaml),
    ("docker", yaml),
    ("", yaml),
    ("env", variables),
    ("dotenv", variables),
    ("properties", variables),
];

/// What reads a block of some language; `None` where it is none.
type Read = for<'t> fn(&'t str) -> Option<Vec<Statement<'t>>>;

/// Adds what the blocks of a document state; `above` are its headings, and which of them say that what is below them is of another time or
/// place.
pub(super) fn read<'t>(file: &File<'t>, above: &[(usize, bool)], out: &mut Vec<Statement<'t>>) {
    let text = file.text;
    // What tools bring along: `.agents/skills`.
    let is_hidden = file.path.split('/').any(|folder| folder.starts_with('.') && folder != ".github");
    for (language, part) in blocks(text) {
        let read = LANGUAGES.iter().find(|(known, _)| language.eq_ignore_ascii_case(known));
        let found = read.and_then(|(_, read)| read(&text[part.clone()])).unwrap_or_default();
        let before = above.partition_point(|(at, _)| *at < part.start);
        let is_elsewhere = before.checked_sub(1).is_some_and(|last| above[last].1);
        out.extend(found.into_iter().map(|one| {
            let digits = part.start + one.digits.start..part.start + one.digits.end;
            // An address in a variable is that of this machine as it is in an env file.
            let is_address =
                one.form == Form::Address && matches!(one.whose, Whose::Local | Whose::LocalOf(_)) && !is_hidden;
            let is_sure = (matches!(one.whose, Whose::Sample(..)) || is_address) && one.is_strong && !is_elsewhere;
            Statement { digits, publishes: false, ..one.weak_unless(is_sure) }
        }));
    }
}

/// The languages and the insides of the blocks between fences.
pub(in crate::scan::readers) fn blocks(text: &str) -> Vec<(&str, Range<usize>)> {
    let mut found = Vec::new();
    let mut open: Option<(&str, &str, usize)> = None;
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let trimmed = line.trim();
        let fence = ["```", "~~~"].into_iter().find(|fence| trimmed.starts_with(*fence));
        match (fence, open) {
            (Some(fence), None) => {
                let language = trimmed.trim_start_matches(['`', '~']).trim_start();
                let language = language.split([' ', '\t', '{', ',', ':']).next().unwrap_or_default();
                open = Some((fence, language, start + line.len()));
            }
            (Some(fence), Some((opened, language, from))) if fence == opened => {
                found.push((language, from..start));
                open = None;
            }
            _ => {}
        }
        start += line.len();
    }
    found
}

/// A Compose file or a manifest.
fn yaml(text: &str) -> Option<Vec<Statement<'_>>> {
    let is_compose = ["image:", "build:", "ports:"].iter().any(|key| text.contains(key));
    let compose = || {
        let mut found = is_compose.then(|| compose::sample(text)).flatten().unwrap_or_default();
        if is_compose {
            compose::commented(text, &mut found);
        }
        (!found.is_empty()).then_some(found)
    };
    kubernetes::read(&File { path: "block.yaml", text }).or_else(compose)
}

fn variables(text: &str) -> Option<Vec<Statement<'_>>> {
    dotenv::read(&File { path: ".env", text })
}
