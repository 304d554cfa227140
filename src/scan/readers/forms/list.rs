//! Lists of ports, and a host with its port behind it: `for port in 4001 4002`, `ports=(4001 4002)`, `nc -z localhost 4001`.

use std::borrow::Cow;

use super::spot::{Language, Spot};
use super::{Said, View, Whose};
use crate::formats::url;

#[cfg(test)]
pub(super) const COUNTS: [&str; 9] = [
    "for port in 4001 4002 4003; do",
    "PORTS=(4001 4002)",
    "const ports = [4001, 4002];",
    "npx kill-port 4001 4002",
    "lsof -ti:4001 | xargs kill",
    "lsof -i :4001",
    "fuser -k 4001/tcp",
    "nc -z localhost 4001",
    "./wait-for-it.sh db 4001",
];

#[cfg(test)]
pub(super) const DOES_NOT: [&str; 7] = [
    "for page in 4001 4002; do",
    "ports = f(4001)",
    "const reports = [4001, 4002];",
    "sleep 4001",
    "seq localhost-1 4001",
    "echo localhost 4001",
    "ports: 4001 ms",
];

/// Commands that ask for a host and a port.
const ASKING: [&str; 6] = ["nc", "ncat", "netcat", "telnet", "wait", "pg_isready"];

/// Reads one number of a list, or the port behind a host.
pub(super) fn read<'t>(spot: &Spot<'t>) -> Option<Said<'t>> {
    let whose = if is_listed(spot) || is_looked_for(spot) { Whose::Local } else { asked(spot)? };
    let said = match whose {
        Whose::Local => Said::new(View::Host, whose),
        whose => Said::new(View::Any, whose).weak(),
    };
    Some(if spot.language == Language::Test { said.weak() } else { said })
}

/// Whether the number stands in a list that is called ports.
fn is_listed(spot: &Spot<'_>) -> bool {
    let rest = spot.before.trim_end_matches(|c: char| c.is_ascii_digit() || matches!(c, ' ' | ',' | '\'' | '"'));
    let Some((name, is_open)) = rest.strip_suffix(['(', '[', '{']).map(|rest| (rest, true)).or(Some((rest, false)))
    else {
        return false;
    };
    let is_word = |name: &str, word: &str| {
        let start = name.len().checked_sub(word.len());
        start.is_some_and(|start| {
            name.get(start..).is_some_and(|end| end.eq_ignore_ascii_case(word))
                && !name[..start].ends_with(|c: char| c.is_ascii_alphanumeric())
        })
    };
    if is_open {
        let name = name.trim_end_matches([' ', '=', ':']);
        return name.len() + 1 < rest.len() && is_word(name, "ports");
    }
    // A word, and then nothing but numbers.
    let loop_of = rest.strip_suffix(" in").and_then(|rest| rest.rsplit([' ', '\t']).next());
    loop_of.is_some_and(|name| is_word(name, "port")) || is_word(rest, "kill-port")
}

/// Whether a command looks for what has the number: `lsof -ti:4001`, `fuser 4001/tcp`.
fn is_looked_for(spot: &Spot<'_>) -> bool {
    let of_lsof = spot.before.trim_end_matches([':', ' ', '@']);
    let is_option = of_lsof.rsplit(' ').next().is_some_and(|word| word.starts_with('-') && word.ends_with('i'));
    let is_lsof =
        spot.before.ends_with(':') && spot.before.contains("lsof ") && (is_option || of_lsof.ends_with("tcp"));
    is_lsof || (spot.behind.starts_with("/tcp") && spot.before.contains("fuser "))
}

/// Whose the port behind a host is.
fn asked<'t>(spot: &Spot<'t>) -> Option<Whose<'t>> {
    let before = spot.before.strip_suffix(' ')?;
    let (command, host) = before.rsplit_once([' ', '\t'])?;
    let host = host.trim_matches(['\'', '"']);
    let mut words = command.split([' ', '\t']).filter(|word| !word.is_empty() && !word.starts_with('-'));
    let is_asking = words.next_back().is_some_and(|word| {
        let name = word.rsplit('/').next().unwrap_or_default();
        let name = name.split(['-', '_', '.']).find(|part| !part.is_empty()).unwrap_or_default();
        ASKING.contains(&name)
    });
    let is_host = url::host(host) == Some(host);
    (is_asking && is_host).then(|| match url::is_local(host) {
        true => Whose::Local,
        false => Whose::Host(Cow::Borrowed(host)),
    })
}
