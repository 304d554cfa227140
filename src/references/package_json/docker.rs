//! The ports of `docker run -p 3001:3001 -e PORT=3001 …`.
//!
//! The host part of a published port is the service's host port. The container part belongs to the image and stays, unless
//! it, `-e PORT=` and the host part are one number: then all three change together.

use super::words::Word;
use crate::formats::Number;

/// The ports of a docker command with the arguments `words`, if it runs a container (`run`, `container create`, `compose run`).
pub(super) fn ports(words: &[Word<'_>]) -> Vec<Number> {
    if !words.iter().take(2).any(|word| matches!(word.text, "run" | "create")) {
        return Vec::new();
    }
    let (mut published, mut variable) = (Vec::new(), None);
    for (index, word) in words.iter().enumerate() {
        let word = word.unquoted();
        let (option, value) = match word.assignment() {
            Some((option, value)) if option.starts_with('-') => (option, value),
            _ => match words.get(index + 1) {
                Some(next) => (word.text, next.unquoted()),
                None => break,
            },
        };
        match option {
            "-p" | "--publish" => published.extend(Publication::read(value)),
            "-e" | "--env" => variable = port_variable(value).or(variable),
            _ => {}
        }
    }
    let mut ports = Vec::new();
    for Publication { host, container } in published {
        let inside = [container, variable.clone()];
        if inside.iter().all(|inside| inside.as_ref().is_some_and(|inside| inside.port == host.port)) {
            ports.extend(inside.into_iter().flatten());
        }
        ports.push(host);
    }
    ports
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
