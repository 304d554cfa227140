//! Whole numbers where a port may stand, in no form that portgen knows: `./serve.sh 3000`.

use super::port::{Kind, Port};
use super::words::Word;
use crate::formats::{Number, Role};

/// Starts and ends of words in names whose numbers are no ports: `sleep 3000`, `--max-http-header-size 3000`.
const STARTS: &[&str] =
    &["chmod", "debug", "delay", "echo", "inspect", "interval", "limit", "max", "mkdir", "sleep", "timeout", "wait"];
const ENDS: &[&str] = &["interval", "kill", "limit", "pid", "size", "timeout"];

/// Parts of the names of options and variables whose numbers may be ports.
const PORTS: &[&str] = &["addr", "api", "bind", "host", "http", "listen", "origin", "port", "proxy", "serve", "url"];

/// Numbers below this are too often something else: `--printWidth 80`.
const LEAST: u16 = 1000;

/// Longer texts are not the name of an option or a variable.
const LONGEST_NAME: usize = 100;

/// Adds the whole numbers of a simple command that may be ports.
pub(super) fn ports(words: &[Word<'_>], found: &mut Vec<Port>) {
    let mut before = "";
    for word in words {
        numbers(*word, before, found);
        sums(*word, found);
        before = if word.text.len() > LONGEST_NAME { "" } else { word.text };
    }
}

/// How a calculation of a shell starts.
const OPEN: &str = "$((";

/// The numbers that a shell calculates: `$((4600+10))`.
fn sums(word: Word<'_>, found: &mut Vec<Port>) {
    for (at, _) in word.text.match_indices('$').filter(|(at, _)| word.text[*at..].starts_with(OPEN)) {
        let start = at + OPEN.len();
        let Some(length) = word.text[start..].find("))") else { return };
        let end = start + length;
        if let Some(port) = sum(&word.text[start..end]).filter(|port| *port >= LEAST) {
            let digits = word.start + start..word.start + end;
            found.push(Port { number: Number { port, role: Role::Host, digits }, kind: Kind::Unknown });
        }
    }
}

/// The value of a sum with two terms or more.
fn sum(text: &str) -> Option<u16> {
    let mut total: u16 = 0;
    for term in text.split('+') {
        total = total.checked_add(term.trim().parse().ok()?)?;
    }
    Some(total).filter(|_| text.contains('+'))
}

/// The whole numbers in one word after the word `before`.
fn numbers(word: Word<'_>, before: &str, found: &mut Vec<Port>) {
    let mut at = 0;
    while let Some(start) = word.text[at..].find(|c: char| c.is_ascii_digit()) {
        let start = at + start;
        let length = word.text[start..].bytes().take_while(u8::is_ascii_digit).count();
        at = start + length;
        if may_be_a_port(&word.text[..start], &word.text[at..], before)
            && let Some(number) = word.part(start..at).port().filter(|number| number.port >= LEAST)
        {
            found.push(Port { number, kind: Kind::Unknown });
        }
    }
}

/// Whether a number between two texts of one word is a whole one, and may be a port by its name: the option or variable before it,
/// else the word before it.
fn may_be_a_port(prefix: &str, suffix: &str, before: &str) -> bool {
    let is_default = prefix.ends_with(":-") || prefix.ends_with(":=");
    let is_whole = (is_default
        || !prefix.ends_with(|c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '%' | '#')))
        && !suffix.starts_with(|c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '%'));
    if !is_whole {
        return false;
    }
    let prefix = &prefix[prefix.floor_char_boundary(prefix.len().saturating_sub(LONGEST_NAME))..];
    let mut tokens = prefix.rsplit([' ', '"', '\'']);
    let named = tokens.next().unwrap_or_default();
    let before = tokens.find(|token| !token.is_empty()).unwrap_or(before);
    let name = if named.contains(['=', ':']) { named } else { before }.to_ascii_lowercase();
    let is_named = name.starts_with('-') || name.ends_with('=');
    !is_another_quantity(&name) && (!is_named || is_of_ports(&name))
}

/// Whether a name says that its number is not a port. What waits for a port or frees one says so: `wait-for-port`, `portkill`.
fn is_another_quantity(name: &str) -> bool {
    let is_about_ports =
        !name.starts_with('-') && ["port", "localhost", "wait-for"].iter().any(|part| name.contains(part));
    !is_about_ports
        && name.split(|c: char| !c.is_ascii_alphanumeric()).any(|word| {
            STARTS.iter().any(|start| word.starts_with(start)) || ENDS.iter().any(|end| word.ends_with(end))
        })
}

/// Whether the name of an option or a variable may be that of a port or an address.
fn is_of_ports(name: &str) -> bool {
    matches!(name, "-p" | "-l") || name.contains(':') || PORTS.iter().any(|part| name.contains(part))
}
