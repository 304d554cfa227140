//! Whole numbers where a port may stand, in no form that portgen knows: `./serve.sh 3000`.

use super::port::{Kind, Port};
use super::words::{Word, commands};

/// Starts and ends of words in names whose numbers are no ports: `--timeout 3000`, `HEAP_SIZE=3000`, `sleep 3000`.
const STARTS: &[&str] = &[
    "chmod",
    "concurren",
    "date",
    "debug",
    "delay",
    "echo",
    "expect",
    "heap",
    "height",
    "inspect",
    "interval",
    "limit",
    "max",
    "memory",
    "mkdir",
    "retr",
    "seed",
    "sleep",
    "threshold",
    "timeout",
    "version",
    "wait",
    "width",
];
const ENDS: &[&str] =
    &["delay", "interval", "kill", "limit", "memory", "min", "pid", "size", "timeout", "warnings", "year"];

/// The whole numbers of a command line that may be ports.
pub(super) fn ports(line: Word<'_>) -> Vec<Port> {
    let mut found = Vec::new();
    for words in commands(line) {
        let mut before = "";
        for word in words {
            numbers(word, before, &mut found);
            before = word.text;
        }
    }
    found
}

/// The whole numbers in one word after the word `before`.
fn numbers(word: Word<'_>, before: &str, found: &mut Vec<Port>) {
    let mut at = 0;
    while let Some(start) = word.text[at..].find(|c: char| c.is_ascii_digit()) {
        let start = at + start;
        let length = word.text[start..].bytes().take_while(u8::is_ascii_digit).count();
        at = start + length;
        if may_be_a_port(&word.text[..start], &word.text[at..], before)
            && let Some(number) = word.part(start..at).port()
        {
            found.push(Port { number, kind: Kind::Unknown });
        }
    }
}

/// Whether a number between two texts of one word is a whole one, and its name does not say that it is something else.
fn may_be_a_port(prefix: &str, suffix: &str, before: &str) -> bool {
    let is_whole = !prefix.ends_with(|c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '%' | '#'))
        && !suffix.starts_with(|c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '%'));
    let mut tokens = prefix.rsplit([' ', '"', '\'']);
    let named = tokens.next().unwrap_or_default();
    let before = tokens.find(|token| !token.is_empty()).unwrap_or(before);
    is_whole && !is_another_quantity(if named.contains(['=', ':']) { named } else { before })
}

/// Whether a name says that its number is not a port.
fn is_another_quantity(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    name.split(|c: char| !c.is_ascii_alphanumeric())
        .any(|word| STARTS.iter().any(|start| word.starts_with(start)) || ENDS.iter().any(|end| word.ends_with(end)))
}
