//! Numbers by themselves in programs and settings: what is shown to people, as what they may type, is nobody's by that alone.

use std::collections::HashSet;

use super::leave_to_people;
use crate::scan::component::Component;
use crate::scan::names::Names;
use crate::scan::owner::By;
use crate::scan::readers::File;
use crate::scan::verdict::{Judged, Verdict};

/// How far around a number words count, in lines.
const ABOVE: usize = 4;
const BELOW: usize = 1;

/// Words of programs that choose what they call by where they run, or that list who may call them.
const CHOICES: [&str; 8] =
    ["development", "isdev", "is_dev", "location.hostname", "node_env", "nodeenv", "origin", "webserver"];

/// Keys of texts that are shown to people.
const SHOWN: [&str; 8] = ["description", "example", "examples", "help", "hint", "placeholder", "tooltip", "usage"];

/// Keys beside the default of what a person is asked for.
const ASKED: [&str; 4] = ["displayname", "label", "placeholder", "tooltip"];

/// What stands before an example in a comment.
const EXAMPLES: [&str; 4] = ["e.g.", "eg.", "for example", "such as"];

/// Files in which a tag holds a value.
const TAGGED: [&str; 6] = ["config", "csproj", "plist", "props", "targets", "xml"];

/// Leaves to people what is shown to people, and takes what something around says to be of its service.
pub(super) fn settle(judged: &mut [Judged], file: &File<'_>, names: &Names<'_>, component: Component<'_>) {
    let is_own =
        |service: usize| matches!(component, Component::Service(own) | Component::Called(own) if own == service);
    let mut shown: HashSet<u16> = HashSet::new();
    let mut around: Vec<bool> = Vec::with_capacity(judged.len());
    for one in &mut *judged {
        let service = one.owner.map(|(service, _)| service).filter(|service| !is_own(*service));
        let service = service.filter(|_| one.by == By::Number && (one.mend.is_some() || one.hinted.is_some()));
        around.push(service.is_none_or(|service| is_hinted(file, one.digits.start, service, names)));
        if around.last() == Some(&false) && is_shown(file, one.digits.start) {
            shown.insert(one.port);
        }
    }
    for (one, is_hinted) in judged.iter_mut().zip(around) {
        match is_hinted {
            true => one.mend = one.mend.or(one.hinted),
            // What a file has for an example it means elsewhere in it, too.
            false if shown.contains(&one.port) => leave_to_people(one),
            false => {}
        }
    }
    judged.chunk_by_mut(|one, next| one.line == next.line).filter(|line| line.len() > 1).for_each(keep_whole);
}

/// A number changes everywhere in a line that has it several times for one service, or nowhere: `process.env.API_URL ?? "http://localhost:4001"` and
/// the same address again behind it.
fn keep_whole(line: &mut [Judged]) {
    let key = |one: &Judged| one.owner.map(|(service, _)| (service, one.port, one.view));
    let changed: HashSet<_> = line.iter().filter(|one| one.mend.is_some()).filter_map(key).collect();
    let is_left = |one: &Judged| one.by == By::Number && one.verdict == Verdict::Contradicts && one.mend.is_none();
    for one in line.iter_mut().filter(|one| is_left(one)) {
        if key(one).is_some_and(|key| changed.contains(&key)) {
            one.mend = one.hinted;
        }
    }
    let left: HashSet<_> = line.iter().filter(|one| is_left(one)).filter_map(key).collect();
    for one in line.iter_mut().filter(|one| one.by == By::Number && one.mend.is_some()) {
        if key(one).is_some_and(|key| left.contains(&key)) {
            leave_to_people(one);
        }
    }
}

/// Whether the name of a file or the lines around a place name a service or the platform, or choose by where they run.
fn is_hinted(file: &File<'_>, at: usize, service: usize, names: &Names<'_>) -> bool {
    let stem = file.name().split('.').next().unwrap_or_default();
    if names.of_address(stem).is_some_and(|(meant, _)| meant == service) {
        return true;
    }
    let lines = around(file.text, at);
    let lower = lines.to_lowercase();
    CHOICES.iter().any(|word| lower.contains(word)) || names.is_told_in(lines, service)
}

/// The lines around a place.
fn around(text: &str, at: usize) -> &str {
    let start = text[..at].rmatch_indices('\n').nth(ABOVE).map_or(0, |(at, _)| at + 1);
    let end = text[at..].match_indices('\n').nth(BELOW).map_or(text.len(), |(end, _)| at + end);
    &text[start..end]
}

/// Whether a place is in a text for people: behind `placeholder:`, `e.g.`, a tag of HTML, or the default of what they are asked for.
fn is_shown(file: &File<'_>, at: usize) -> bool {
    let start = file.text[..at].rfind('\n').map_or(0, |end| end + 1);
    let line = &file.text[start..at];
    let lower = line.to_lowercase();
    let value = before_address(&lower);
    if EXAMPLES.iter().any(|word| value.trim_end_matches(['"', '\'', '`', ' ', ',', ':', '(']).ends_with(word)) {
        return true;
    }
    if value.ends_with('>') && !TAGGED.contains(&file.extension()) {
        return value.contains('<');
    }
    let key = key(value);
    SHOWN.contains(&key)
        || (key == "default" && ASKED.iter().any(|asked| around(file.text, at).to_lowercase().contains(asked)))
}

/// A text without the address at its end: `http://user@localhost:`.
fn before_address(text: &str) -> &str {
    text.trim_end_matches(|c: char| !c.is_whitespace() && !matches!(c, '"' | '\'' | '`' | '>' | '(' | '<' | '='))
}

/// The key that the value after a text belongs to: `placeholder` of `  placeholder: "`.
fn key(text: &str) -> &str {
    let text = text.trim_end_matches(['"', '\'', '`', ' ', '(']);
    let text = text.strip_suffix([':', '=']).unwrap_or_default().trim_end_matches(['"', '\'', ' ']);
    &text[text.trim_end_matches(|c: char| c.is_alphanumeric() || c == '_').len()..]
}
