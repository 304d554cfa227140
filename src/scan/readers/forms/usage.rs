//! What is said of an option or a variable of a port, with its default: `--auth-port <port>  Port of the service (default: 4001)`.

use std::borrow::Cow;

use super::named::owner;
use super::spot::Spot;
use super::{Said, View, Whose};
use crate::formats::names_a_port;

#[cfg(test)]
pub(super) const COUNTS: [&str; 5] = [
    "echo \"  --auth-port <port>  Port of the service on this machine (default: 4001)\"",
    "- `--auth-port <port>`: the port of the service (default: 4001)",
    "| `AUTH_PORT` | where it listens, defaults to `4001` |",
    "    --port N   where it listens [default: 4001]",
    "# the port to listen on, default is 4001",
];

#[cfg(test)]
pub(super) const DOES_NOT: [&str; 5] = [
    "--timeout <ms>  how long it waits (default: 4001)",
    "--support <n>  how many reports (default: 4001)",
    "--port <port>  (nodefault: 4001)",
    "--port <port>  where it listens 4001",
    "default 4001",
];

/// Words behind which the default of what a line is about stands.
const DEFAULT: [&str; 6] =
    ["default", "default is", "default value is", "default port is", "defaults to", "defaulting to"];

/// Reads the default of a port.
pub(super) fn read<'t>(spot: &Spot<'t>) -> Option<Said<'t>> {
    let before = spot.before.trim_end_matches([' ', '`', '\'', '"', '=', ':', '*']);
    let lower = before.to_ascii_lowercase();
    let word = DEFAULT.iter().find(|word| {
        lower.strip_suffix(**word).is_some_and(|before| before.ends_with([' ', '(', '[', ',', '*', '|']))
    })?;
    let about = &before[..before.len() - word.len()];
    let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    let names = || {
        about.split(|c: char| !is_name(c)).map(|word| word.trim_start_matches('-')).filter(|word| names_a_port(word))
    };
    let is_address = |name: &&str| ["_URL", "_ADDR", "_ADDRESS"].iter().any(|end| name.ends_with(end));
    let mut variables = about.split(|c: char| !is_name(c)).filter(is_address);
    if let (Some(name), None, true) = (variables.next_back(), names().next(), spot.before.contains(":")) {
        let is_bare = spot.before.trim_end_matches(['`', '"', '\'']).ends_with(':');
        return is_bare.then(|| Said::new(View::Host, Whose::LocalOf(Cow::Borrowed(name))).weak());
    }
    // A word of a sentence says less than an option.
    let name = names().rfind(|name| name.contains(['_', '-'])).or_else(|| names().next())?;
    let whose = owner(name).map_or(Whose::Own, |owner| Whose::Variable(Cow::Borrowed(owner)));
    Some(Said::new(View::Any, whose).weak())
}
