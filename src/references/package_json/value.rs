//! The forms in which a command line writes a port.

use super::address::addresses;
use super::port::Kind;
use super::words::Word;
use crate::formats::{Number, names_a_port};

/// The ports in the value of an option such as `--listen`: `3001`, `:3001`, `0.0.0.0:3001`, `tcp://0.0.0.0:3001`,
/// `http://+:5000;https://+:5001`.
pub(super) fn listened(value: Word<'_>) -> Vec<Number> {
    let mut ports: Vec<Number> = value.port().into_iter().collect();
    let is_list_of_addresses = value.text.contains(':');
    for part in value.split(&[',', ';']).filter(|_| is_list_of_addresses) {
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
    if let Some(at) = word.text.find("/tcp") {
        return word.part(0..at).port().map(|number| ("N/tcp", number));
    }
    // `lsof -ti:3000`, `-iTCP:3000`, `curl :3000/health`
    let word = word.part(0..word.text.find('/').unwrap_or(word.text.len()));
    let colon = word.text.rfind(':')?;
    let is_local = word.text[..colon].bytes().all(|byte| byte.is_ascii_alphabetic() || byte == b'-' || byte == b'@');
    if is_local { word.after(colon + 1).port().map(|number| (":N", number)) } else { None }
}

/// The ports that are defaults of variables: `${PORT:-3000}`, `${API_PORT-3000}`, `${PORT:=3000}`.
pub(super) fn defaults(word: Word<'_>) -> Vec<Number> {
    let mut ports = Vec::new();
    for (open, _) in word.text.match_indices("${") {
        let inside = word.after(open + "${".len());
        let Some(end) = inside.text.find('}') else { break };
        let inside = inside.part(0..end);
        let Some(operator) = inside.text.find([':', '-', '=']) else { continue };
        if names_a_port(&inside.text[..operator]) {
            let value = inside.after(operator);
            let operators = value.text.bytes().take_while(|byte| matches!(byte, b':' | b'-' | b'=')).count();
            ports.extend(value.after(operators).port());
        }
    }
    ports
}
