//! Numbers that may be the ends of a range: `--range 50000-50100`, `docker run -p 50000-50100:50000-50100/udp`, `MIN=50000`.

use super::port::{Kind, Port};
use super::words::Word;
use crate::formats::compose_values::ends;

/// Words in names whose numbers are no ports: `--max-old-space-size`.
const QUANTITIES: [&str; 8] = ["age", "interval", "limit", "memory", "size", "time", "timeout", "workers"];

/// Adds the numbers of a simple command that may be ends of a range.
pub(super) fn ports(words: &[Word<'_>], found: &mut Vec<Port>) {
    let mut before = "";
    for word in words {
        if word.has_digit() {
            for digits in ends::ends(word.text, before, names_an_end) {
                found.extend(word.part(digits).port().map(|number| Port { number, kind: Kind::End }));
            }
        }
        // A task of such a name (`start-api 3000`) says nothing about its number.
        before = if word.text.starts_with('-') { word.text } else { "" };
    }
}

/// Whether a name is that of an end of a range, which may have no word for ports.
fn names_an_end(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    ends::has_end(&name) && !name.split(['-', '_', '.']).any(|word| QUANTITIES.contains(&word))
}
