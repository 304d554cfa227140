//! Addresses on this machine: `http://localhost:3000`, `0.0.0.0:3000`, `tcp:3000`.

use super::words::Word;
use crate::formats::Number;

const HOSTS: [&str; 5] = ["localhost", "127.0.0.1", "0.0.0.0", "[::1]", "[::]"];

/// A port in an address on this machine.
#[derive(Debug)]
pub(super) struct Address {
    /// The number with its place.
    pub(super) port: Number,
    /// Whether it is a URL of the web: then another number is another service that the script talks to.
    pub(super) web: bool,
}

/// The addresses on this machine in `word`.
///
/// What belongs to another protocol (`postgres://localhost:5432`) or names a user (`me@localhost:5432`) is a database's.
pub(super) fn addresses(word: Word<'_>) -> impl Iterator<Item = Address> {
    let colons = word.text.bytes().enumerate().filter(|(_, byte)| *byte == b':').map(|(colon, _)| colon);
    colons.filter_map(move |colon| {
        let after = &word.text[colon + 1..];
        let digits = after.bytes().take_while(u8::is_ascii_digit).count();
        let ends = !after[digits..].starts_with(|next: char| next.is_alphanumeric() || next == '_');
        let web = if ends { web(&word.text[..colon])? } else { return None };
        Some(Address { port: word.part(colon + 1..colon + 1 + digits).port()?, web })
    })
}

/// Whether `before`, which a colon and a port follow, ends a URL of the web; none where it is no address on this machine.
fn web(before: &str) -> Option<bool> {
    if before == "tcp" {
        // wait-on: `tcp:3000`.
        return Some(false);
    }
    let prefix = HOSTS.iter().find_map(|host| before.strip_suffix(host))?;
    let Some(prefix) = prefix.strip_suffix("://") else {
        let stands_alone =
            !prefix.ends_with(|last: char| last.is_alphanumeric() || matches!(last, '.' | '-' | '_' | '@' | '/'));
        return stands_alone.then_some(false);
    };
    let scheme = prefix.rsplit(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default();
    match scheme {
        "http" | "https" | "ws" | "wss" => Some(true),
        // wait-on: `http-get://localhost:3000`.
        "get" if prefix.ends_with("http-get") || prefix.ends_with("https-get") => Some(true),
        "tcp" => Some(false),
        _ => None,
    }
}
