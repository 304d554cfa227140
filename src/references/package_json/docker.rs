//! The ports of `docker run -p 3001:3001 -e PORT=3001 …`.
//!
//! The host part of a published port is the service's host port. The container part belongs to the image and stays, unless
//! it, `-e PORT=` and the host part are one number: then all three change together. A service that Compose runs may get another port
//! from portgen.

use super::port::{Kind, Port};
use super::words::Word;
use crate::formats::Number;

/// The ports of a docker command, if it runs a container (`run`, `container create`, `compose run`).
pub(super) fn ports(words: &[Word<'_>]) -> Vec<Port> {
    if words.windows(2).any(is_on_host) {
        // In the network of this machine nothing is published, and every number is one of it.
        return Vec::new();
    }
    let runs = words.iter().skip(1).take(2).any(|word| matches!(word.text, "run" | "create"));
    let is_compose = words.iter().take(2).any(|word| word.text.ends_with("compose"));
    let (mut ports, mut published, mut variable) = (Vec::new(), Vec::new(), None);
    for (index, word) in words.iter().enumerate().skip(1) {
        let word = word.unquoted();
        let (option, value) = match word.assignment() {
            Some((option, value)) if option.starts_with('-') => (option, value.unquoted()),
            _ => match words.get(index + 1) {
                Some(next) => (word.text, next.unquoted()),
                None => break,
            },
        };
        let (option, value) = attached(word).map_or((option, value), |(option, rest)| (option, rest.unwrap_or(value)));
        match option {
            "-p" | "--publish" if runs && value.text.contains([':', '=']) => published.push(Publication::read(value)),
            // The port inside alone, for which docker takes a random one outside; or the name of a Compose project.
            "-p" | "--publish" => ports.extend(value.port().map(|number| Port { number, kind: Kind::Inside })),
            "-e" | "--env" if runs => variable = port_variable(value).or(variable),
            _ => {}
        }
    }
    for publication in published {
        publication.ports(is_compose, variable.as_ref(), &mut ports);
    }
    ports
}

/// Whether a word, or two, give a container the network of this machine.
fn is_on_host(two: &[Word<'_>]) -> bool {
    let [option, value] = [two[0].text, two[1].text];
    let is_joined = |word: &str| matches!(word, "--net=host" | "--network=host");
    matches!(option, "--net" | "--network") && value == "host" || is_joined(option) || is_joined(value)
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

/// `[address:]host:container[/protocol]`, or `published=host,target=container`. A part has two numbers if it is a range, and none if it is a
/// variable.
struct Publication {
    hosts: Vec<Number>,
    containers: Vec<Number>,
}

impl Publication {
    fn read(value: Word<'_>) -> Self {
        if value.text.contains('=') {
            return Self::long(value);
        }
        let end = value.text.find('/').unwrap_or(value.text.len());
        let colon = value.text[..end].rfind(':').unwrap_or_default();
        let start = value.text[..colon].rfind(':').map_or(0, |colon| colon + 1);
        Self { hosts: numbers(value.part(start..colon)), containers: numbers(value.part(colon + 1..end)) }
    }

    fn long(value: Word<'_>) -> Self {
        let field = |name: &str| {
            let mut fields = value.split(&[',']).filter_map(|field| field.assignment());
            fields.find(|(key, _)| *key == name).map(|(_, value)| numbers(value)).unwrap_or_default()
        };
        Self { hosts: field("published"), containers: field("target") }
    }

    /// Adds its ports, with `PORT` of the container.
    fn ports(self, is_compose: bool, variable: Option<&Number>, found: &mut Vec<Port>) {
        let Self { hosts, containers } = self;
        let Some(host) = hosts.first().map(|first| first.port) else { return };
        let is_one = |number: &Number| number.port == host;
        let outside = if hosts.iter().all(is_one) { Kind::Stated } else { Kind::Either };
        let inside = match (&*containers, variable) {
            ([container], Some(variable)) if is_one(container) && is_one(variable) => Kind::Stated,
            _ if is_compose => Kind::There,
            _ => Kind::Inside,
        };
        // The ends of a range follow as elsewhere.
        let containers =
            if containers.windows(2).all(|two| two[0].port == two[1].port) { containers } else { Vec::new() };
        let inside = containers.into_iter().chain(variable.cloned()).map(|number| Port { number, kind: inside });
        found.extend(inside);
        found.extend(hosts.into_iter().map(|number| Port { number, kind: outside }));
    }
}

/// A port, or the ends of a range.
fn numbers(part: Word<'_>) -> Vec<Number> {
    part.split(&['-']).filter_map(Word::port).collect()
}
