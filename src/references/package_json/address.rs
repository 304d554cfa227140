//! Addresses on this machine: `http://localhost:3000`, `0.0.0.0:3000`, `tcp:3000`.

use super::port::{Kind, Port};
use super::words::Word;

const HOSTS: [&str; 5] = ["localhost", "127.0.0.1", "0.0.0.0", "[::1]", "[::]"];

/// The ports of addresses on this machine in `word`.
///
/// What belongs to another protocol (`postgres://localhost:5432`) or names a user (`me@localhost:5432`) is a database's.
pub(super) fn addresses(word: Word<'_>) -> impl Iterator<Item = Port> {
    word.text.match_indices(':').filter_map(move |(colon, _)| {
        let after = &word.text[colon + 1..];
        let rest = after.trim_start_matches(|c: char| c.is_ascii_digit());
        if rest.starts_with(|next: char| next.is_alphanumeric() || next == '_') {
            return None;
        }
        let kind = kind(&word.text[..colon])?;
        let number = word.part(colon + 1..word.text.len() - rest.len()).port()?;
        Some(Port { number, kind })
    })
}

/// What the port stands for that follows `before` and a colon; none where `before` does not end in an address on this machine.
fn kind(before: &str) -> Option<Kind> {
    if before == "tcp" {
        // wait-on: `tcp:3000`.
        return Some(Kind::Mentioned);
    }
    let prefix = HOSTS.iter().find_map(|host| before.strip_suffix(host))?;
    let Some(prefix) = prefix.strip_suffix("://") else {
        let goes_on = |last: char| last.is_alphanumeric() || matches!(last, '.' | '-' | '_' | '@' | '/');
        return (!prefix.ends_with(goes_on)).then_some(Kind::Mentioned);
    };
    match prefix.rsplit(|c: char| !c.is_ascii_alphanumeric()).next()? {
        "http" | "https" | "ws" | "wss" => Some(Kind::Addressed),
        // wait-on: `http-get://localhost:3000`.
        "get" if prefix.ends_with("http-get") || prefix.ends_with("https-get") => Some(Kind::Addressed),
        "tcp" => Some(Kind::Mentioned),
        _ => None,
    }
}
