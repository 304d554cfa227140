//! The ports of `docker run -p 3001:3001 -e PORT=3001 …`.
//!
//! The host part of what is published is the service's host port. What listens inside is the image's affair, so the
//! container part stays, unless the same command also tells the program inside which port to take: where host part,
//! container part and `-e PORT=` are one number, they stay one number.

use super::words::Word;
use crate::formats::Number;

/// The programs that take Docker's command line.
pub(super) const PROGRAMS: [&str; 3] = ["docker", "nerdctl", "podman"];

/// Whether `words`, which follow the program's name, run a container: `run`, `container create`, `compose run`.
pub(super) fn runs(words: &[Word<'_>]) -> bool {
    words.iter().take(2).any(|word| matches!(word.text, "run" | "create"))
}

/// The ports that the options in `words` state for the host, and those inside that have to stay equal to them.
pub(super) fn ports(words: &[Word<'_>]) -> Vec<Number> {
    let (mut published, mut told) = (Vec::new(), None);
    for (index, word) in words.iter().enumerate() {
        let word = word.unquoted();
        let next = words.get(index + 1).map(|next| next.unquoted());
        let (option, value) = match word.assignment() {
            Some((option, value)) if option.starts_with('-') => (option, Some(value)),
            _ => (word.text, next),
        };
        match (option, value) {
            ("-p" | "--publish", Some(value)) => published.extend(publication(value)),
            ("-e" | "--env", Some(value)) => told = port_variable(value).or(told),
            _ => {}
        }
    }
    let mut stated = Vec::new();
    for (host, container) in published {
        let inside = container.filter(|container| container.port == host.port);
        if let (Some(inside), Some(told)) = (inside, told.as_ref().filter(|told| told.port == host.port)) {
            stated.extend([inside, told.clone()]);
        }
        stated.push(host);
    }
    stated
}

/// `PORT=3001`.
fn port_variable(value: Word<'_>) -> Option<Number> {
    value.assignment().filter(|(name, _)| *name == "PORT")?.1.port()
}

/// Host and container part of `[address:]host:container[/protocol]`; a range or a variable is none, a container part
/// without a host part gets a random host port.
fn publication(value: Word<'_>) -> Option<(Number, Option<Number>)> {
    let value = value.unquoted();
    let end = value.text.find('/').unwrap_or(value.text.len());
    let before_container = value.text[..end].rfind(':')?;
    let host_start = value.text[..before_container].rfind(':').map_or(0, |colon| colon + 1);
    let host = value.part(host_start..before_container).port()?;
    Some((host, value.part(before_container + 1..end).port()))
}
