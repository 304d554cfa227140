//! The forms in which a command line writes a port.

use super::address::addresses;
use super::port::Kind;
use super::words::Word;
use crate::formats::{Number, names_a_port};

/// The ports in the value of an option such as `--listen`: `3001`, `:3001`, `0.0.0.0:3001`, `tcp://0.0.0.0:3001`,
/// `http://+:5000;https://+:5001`.
pub(super) fn listened(value: Word<'_>) -> Vec<Number> {
    let mut ports: Vec<Number> = value.port().into_iter().collect();
    if !value.text.contains(':') {
        return ports;
    }
    for part in value.split(&[',', ';']) {
        let after_wildcard = part.text.rfind(['*', '+']).map_or(0, |at| at + 1);
        let colon = usize::from(part.text[after_wildcard..].starts_with(':'));
        match part.after(after_wildcard + colon).port() {
            Some(number) if after_wildcard == 0 || colon == 1 => ports.push(number),
            _ => ports.extend(
                addresses(part).into_iter().filter(|port| port.kind == Kind::Addressed).map(|port| port.number),
            ),
        }
    }
    ports
}

/// Whether the name of an option or a variable names a port: `--httpPort`, `--server.port`, `VITE_PORT`.
pub(super) fn is_port_name(name: &str) -> bool {
    names_a_port(name.trim_start_matches('-').rsplit('.').next().unwrap_or_default())
}

/// An argument that is a port as a whole, with the name of its form.
pub(super) fn form(word: Word<'_>) -> Option<(&'static str, Number)> {
    if let Some(number) = word.port() {
        return Some(("N", number));
    }
    let slash = word.text.find('/').unwrap_or(word.text.len());
    if word.text[slash..].starts_with("/tcp") {
        return word.part(0..slash).port().map(|number| ("N/tcp", number));
    }
    // `lsof -ti:3000`, `-iTCP:3000`, `curl :3000/health`
    let word = word.part(0..slash);
    let colon = word.text.rfind(':')?;
    let is_local = word.text[..colon].bytes().all(|byte| byte.is_ascii_alphabetic() || byte == b'-' || byte == b'@');
    if is_local { word.after(colon + 1).port().map(|number| (":N", number)) } else { None }
}

/// The port of `:3000` or `-addr=:3000`, to listen on every address.
pub(super) fn bare(word: Word<'_>) -> Option<Number> {
    let value = word.assignment().map_or(word, |(_, value)| value.unquoted());
    value.text.starts_with(':').then(|| value.after(1).port()).flatten()
}

/// A port with quotes around it and backslashes before these is shorter.
const LONGEST_DEFAULT: usize = 32;

/// The ports that are defaults of variables: `${PORT:-3000}`, `${API_PORT-3000}`, `${PORT:=3000}`.
pub(super) fn defaults(word: Word<'_>) -> Vec<Number> {
    defaults_of(word, names_a_port)
}

/// As [`defaults`], where a port stands: `-p ${1:-3000}`.
pub(super) fn any_default(word: Word<'_>) -> Vec<Number> {
    defaults_of(word, |_| true)
}

fn defaults_of(word: Word<'_>, is_of_port: fn(&str) -> bool) -> Vec<Number> {
    let mut ports = Vec::new();
    for (dollar, _) in word.text.match_indices('$') {
        let Some(inside) = word.text[dollar..].strip_prefix("${") else { continue };
        let default = inside.trim_start_matches(|c: char| c.is_ascii_alphanumeric() || c == '_');
        let name = &inside[..inside.len() - default.len()];
        let value = default.trim_start_matches([':', '-', '=']);
        let is_port = is_of_port(name) && value.len() < default.len();
        if is_port && let Some(end) = value.bytes().take(LONGEST_DEFAULT).position(|byte| byte == b'}') {
            let start = word.text.len() - value.len();
            ports.extend(word.part(start..start + end).port());
        }
    }
    ports
}
