//! The ports of `docker run -p 3001:3001 -e PORT=3001 …`.
//!
//! The host part of a published port is the service's host port. The container part belongs to the image and stays, unless
//! it, `-e PORT=` and the host part are one number: then all three change together.

use super::port::{Kind, Port};
use super::words::Word;
use crate::formats::Number;

/// The ports of a docker command with the arguments `words`, if it runs a container (`run`, `container create`, `compose run`).
pub(super) fn ports(words: &[Word<'_>]) -> Vec<Port> {
    let runs = words.iter().take(2).any(|word| matches!(word.text, "run" | "create"));
    let (mut ports, mut published, mut variable) = (Vec::new(), Vec::new(), None);
    for (index, word) in words.iter().enumerate() {
        let word = word.unquoted();
        let (option, value) = match word.assignment() {
            Some((option, value)) if option.starts_with('-') => (option, value),
            _ => match words.get(index + 1) {
                Some(next) => (word.text, next.unquoted()),
                None => break,
            },
        };
        let (option, value) = attached(word).map_or((option, value), |(option, rest)| (option, rest.unwrap_or(value)));
        match option {
            "-p" | "--publish" if runs && value.text.contains(':') => published.extend(Publication::read(value)),
            // The port inside alone, for which docker takes a random one outside; or the name of a Compose project.
            "-p" | "--publish" => ports.extend(value.port().map(|number| Port { number, kind: Kind::Inside })),
            "-e" | "--env" if runs => variable = port_variable(value).or(variable),
            _ => {}
        }
    }
    for Publication { host, container } in published {
        let inside = [container, variable.clone()];
        let is_one = inside.iter().all(|inside| inside.as_ref().is_some_and(|inside| inside.port == host.port));
        let kind = if is_one { Kind::Stated } else { Kind::Inside };
        ports.extend(inside.into_iter().flatten().map(|number| Port { number, kind }));
        ports.push(Port { number: host, kind: Kind::Stated });
    }
    ports
}

/// `-p` with its value in the same word (`-p3001:80`), or behind other letters (`-dp`); the value is `None` if it is the next word.
fn attached(word: Word<'_>) -> Option<(&'static str, Option<Word<'_>>)> {
    let letters = word.text.strip_prefix('-')?;
    let before = letters.find(|letter| !"ditqP".contains(letter))?;
    let rest = letters[before..].strip_prefix('p')?;
    let value = word.after(word.text.len() - rest.len());
    (!rest.starts_with('=')).then(|| ("-p", (!rest.is_empty()).then_some(value)))
}

/// `PORT=3001`.
fn port_variable(value: Word<'_>) -> Option<Number> {
    value.assignment().filter(|(name, _)| *name == "PORT")?.1.port()
}

/// `[address:]host:container[/protocol]`.
struct Publication {
    host: Number,
    /// `None` for a range or a variable.
    container: Option<Number>,
}

impl Publication {
    /// `None` without a host part (docker takes a random port), or if the host part is a range or a variable.
    fn read(value: Word<'_>) -> Option<Self> {
        let end = value.text.find('/').unwrap_or(value.text.len());
        let colon = value.text[..end].rfind(':')?;
        let start = value.text[..colon].rfind(':').map_or(0, |colon| colon + 1);
        Some(Self { host: value.part(start..colon).port()?, container: value.part(colon + 1..end).port() })
    }
}
