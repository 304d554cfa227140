//! The ports of tunnels to another machine or a cluster: `kubectl port-forward svc/web 3000:80`, `ssh -L 3000:db:5432 host`.
//!
//! The port on this machine follows. The other one stays, and is named where it was the service's.

use super::address::HOSTS;
use super::port::{Kind, Port};
use super::words::Word;
use crate::formats::Number;

/// Adds the ports of a simple command about another machine.
pub(super) fn ports(words: &[Word<'_>], found: &mut Vec<Port>) {
    if let Some(at) = words.iter().position(|word| word.text == "port-forward") {
        return words[at + 1..].iter().for_each(|word| forwarded(word.unquoted(), found));
    }
    for (index, word) in words.iter().enumerate() {
        let Some((letter, attached)) = forwards(word.unquoted()) else { continue };
        if let Some(value) = attached.or_else(|| words.get(index + 1).map(|next| next.unquoted())) {
            tunnel(letter, value, found);
        }
    }
}

/// `3000:80` of `kubectl port-forward`: here, then there.
fn forwarded(word: Word<'_>, found: &mut Vec<Port>) {
    let Some((here, _)) = word.text.split_once(':') else { return };
    add(Kind::Addressed, word.part(0..here.len()).port(), found);
    add(Kind::There, word.after(here.len() + 1).port(), found);
}

/// The option of ssh that forwards, alone or behind others, and its value if that stands in the same word: `-L`, `-fNL`, `-L3000:db:5432`.
fn forwards(word: Word<'_>) -> Option<(char, Option<Word<'_>>)> {
    let letters = word.text.strip_prefix('-')?;
    let at = letters.find(['L', 'R', 'D'])?;
    let is_cluster = letters[..at].bytes().all(|letter| letter.is_ascii_alphabetic());
    let value = word.after(at + 2);
    is_cluster.then(|| (char::from(letters.as_bytes()[at]), (!value.text.is_empty()).then_some(value)))
}

/// `[bind:]port:host:port`, or `[bind:]port` of `-D`.
fn tunnel(letter: char, value: Word<'_>, found: &mut Vec<Port>) {
    let parts: Vec<Word<'_>> = value.split(&[':']).collect();
    match (letter, &*parts) {
        ('D', [.., port]) => add(Kind::Addressed, port.port(), found),
        ('L', [.., here, _, there]) => {
            add(Kind::Addressed, here.port(), found);
            add(Kind::There, there.port(), found);
        }
        ('R', [.., there, host, here]) => {
            add(Kind::There, there.port(), found);
            let is_here = HOSTS.contains(&host.text);
            add(if is_here { Kind::Addressed } else { Kind::There }, here.port(), found);
        }
        _ => {}
    }
}

fn add(kind: Kind, number: Option<Number>, found: &mut Vec<Port>) {
    found.extend(number.map(|number| Port { number, kind }));
}
