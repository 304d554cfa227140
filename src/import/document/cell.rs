//! The texts of a document: without markup, and the ports in them.

use crate::allocation::{Port, Ports};
use crate::formats::port;

/// What a cell says instead of a port: there is none.
const NONE: [&str; 12] = ["", "-", "–", "—", "n/a", "na", "none", "tbd", "tba", "?", "/", "internal"];

/// Words for numbers that nobody has yet.
const FREE: [&str; 9] = ["available", "free", "unused", "unassigned", "open", "spare", "свободен", "libre", "frei"];

/// Words for numbers that are kept for something.
const RESERVED: [&str; 8] =
    ["reserved", "reserve", "blocked", "avoid", "резерв", "зарезервирован", "reservado", "reserviert"];

/// A text without emphasis, code, links and pictures.
pub(super) fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        rest = &rest[c.len_utf8()..];
        match c {
            '[' => match link(rest) {
                Some((label, behind)) => {
                    out.push_str(&plain(label));
                    rest = behind;
                }
                None => out.push('['),
            },
            '\\' if rest.starts_with(|c: char| c.is_ascii_punctuation()) => {
                out.extend(rest.chars().next());
                rest = &rest[1..];
            }
            '*' | '`' => {}
            '~' if rest.starts_with('~') => rest = struck_out(&rest[1..]),
            '<' if tag(rest).is_some() => {
                out.push(' ');
                rest = tag(rest).unwrap_or_default();
            }
            _ => out.push(c),
        }
    }
    let kept: String = out.chars().filter(|c| !is_picture(*c)).collect();
    kept.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What is behind the end of a text that is struck out.
fn struck_out(text: &str) -> &str {
    text.split_once("~~").map_or("", |(_, behind)| behind)
}

/// The label of a link that starts here, and what is behind it.
fn link(text: &str) -> Option<(&str, &str)> {
    let (label, behind) = text.split_once("](")?;
    let (_, behind) = behind.split_once(')')?;
    (!label.contains('[')).then_some((label, behind))
}

/// What is behind a tag that starts here.
fn tag(text: &str) -> Option<&str> {
    let (tag, behind) = text.split_once('>')?;
    let is_tag = tag.starts_with(|c: char| c.is_ascii_alphabetic() || c == '/') && tag.len() < 40;
    is_tag.then_some(behind)
}

/// Emoji and their like, which are no part of a name.
fn is_picture(c: char) -> bool {
    matches!(u32::from(c), 0x2190..=0x21FF if c != '→' && c != '↔' && c != '←')
        || matches!(u32::from(c), 0x2300..=0x27BF | 0x2B00..=0x2BFF | 0xFE0F | 0x200D | 0x1F000..=0x1FAFF)
}

/// The parts of a text that are code: `auth-service`.
pub(super) fn code(text: &str) -> Vec<String> {
    text.split('`').skip(1).step_by(2).map(|code| code.trim().to_owned()).filter(|code| !code.is_empty()).collect()
}

/// The words of a text, in small letters.
pub(super) fn words(text: &str) -> Vec<String> {
    text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_lowercase).collect()
}

/// Ports with the words before them, and those inside of the container where `host:container` states both.
pub(super) type Number = (String, Ports, Option<Ports>);

/// What a cell with ports says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Cell {
    /// That there is no port.
    None,
    /// These, each with the words before it.
    Ports(Vec<Number>),
    /// Nothing about ports.
    Other,
}

/// Whether words say that nobody has a number, or that it is kept for something.
pub(super) fn is_free(text: &str) -> bool {
    words(text).first().is_some_and(|word| FREE.contains(&&**word))
}

/// As [`is_free`], for what is kept.
pub(super) fn is_reserved(text: &str) -> bool {
    words(text).iter().any(|word| RESERVED.contains(&&**word))
}

/// Reads a cell: `4001`, `8080:80`, `3000-3099`, `api 9000, console 9001`, `8005 → 1005`, `N/A`.
pub(super) fn ports(text: &str) -> Cell {
    let plain = plain(text);
    if NONE.contains(&&*plain.to_lowercase()) {
        return Cell::None;
    }
    // What it was is on the left.
    let now = plain.rsplit(['→', '⇒']).next().unwrap_or_default();
    let now = now.rsplit("->").next().unwrap_or_default();
    let mut found = Vec::new();
    let mut before = String::new();
    let mut rest = now;
    while let Some(start) = rest.find(|c: char| c.is_ascii_digit()) {
        before.push_str(&rest[..start]);
        let (number, behind) = number(&rest[start..]);
        rest = behind;
        let is_part = before.ends_with(|c: char| c.is_alphabetic() || matches!(c, '.' | '_' | '$' | '€'))
            || before.ends_with("v")
            || rest.starts_with(|c: char| c.is_alphabetic() || matches!(c, '%' | '_'));
        match number.filter(|_| !is_part) {
            Some((host, container)) => {
                let name = std::mem::take(&mut before);
                found.push((name.trim_matches(|c: char| !c.is_alphanumeric()).to_owned(), host, container));
            }
            None => before.push('0'),
        }
    }
    if found.is_empty() { Cell::Other } else { Cell::Ports(found) }
}

/// The ports that a text starts with, and what is behind them: a number, `first-last`, `host:container`.
fn number(text: &str) -> (Option<(Ports, Option<Ports>)>, &str) {
    let length = text.bytes().take_while(u8::is_ascii_digit).count();
    let (digits, mut rest) = text.split_at(length);
    let Some(first) = one(digits) else { return (None, rest) };
    let behind = rest.trim_start();
    for dash in ["-", "–", "—", "..", " to "] {
        let Some(after) = (if dash == " to " { rest.strip_prefix(dash) } else { behind.strip_prefix(dash) }) else {
            continue;
        };
        let after = after.trim_start();
        let length = after.bytes().take_while(u8::is_ascii_digit).count();
        if let Some(last) = one(&after[..length]).filter(|_| length > 0)
            && let Some(ports) = Ports::new(first.first(), last.first())
        {
            return (Some((ports, None)), &after[length..]);
        }
    }
    let mut container = None;
    if let Some(after) = rest.strip_prefix(':') {
        let length = after.bytes().take_while(u8::is_ascii_digit).count();
        container = one(&after[..length]);
        rest = if container.is_some() { &after[length..] } else { rest };
    }
    (Some((first, container)), rest)
}

fn one(digits: &str) -> Option<Ports> {
    Port::new(port(digits)?.into()).map(Ports::from)
}

/// The range in a heading, and the heading without it: `Backend (4000-4099)`.
pub(super) fn range_in(text: &str) -> (Option<Ports>, String) {
    let mut at = 0;
    while let Some(start) = text[at..].find(|c: char| c.is_ascii_digit()).map(|start| at + start) {
        let (found, rest) = number(&text[start..]);
        let end = text.len() - rest.len();
        if let Some((ports, None)) = found
            && !ports.is_one()
            && !text[..start].ends_with(|c: char| c.is_alphanumeric())
        {
            let around =
                |c: char| c.is_whitespace() || matches!(c, '(' | ')' | '[' | ']' | ':' | '-' | '–' | '—' | '|' | ',');
            let mut before = text[..start].trim_end_matches(around);
            for word in ["Ports", "ports", "Port", "port", "Range", "range"] {
                before = before
                    .strip_suffix(word)
                    .filter(|rest| !rest.trim().is_empty())
                    .map_or(before, |rest| rest.trim_end_matches(around));
            }
            let after = rest.trim_start_matches(around).trim_end_matches(around);
            let title = if before.is_empty() {
                after.to_owned()
            } else if after.is_empty() {
                before.to_owned()
            } else {
                format!("{before} {after}")
            };
            return (Some(ports), title.trim().to_owned());
        }
        at = end.max(start + 1);
    }
    (None, text.trim().to_owned())
}
