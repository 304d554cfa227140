//! Addresses on this machine: `http://localhost:3000`, `0.0.0.0:3000`, `tcp:3000`.

use super::port::{Kind, Port};
use super::words::Word;
use crate::formats::is_loopback_name;

/// The names of this machine.
pub(super) const HOSTS: [&str; 6] = ["localhost", "127.0.0.1", "0.0.0.0", "[::1]", "[::]", "host.docker.internal"];

/// The schemes that are known are shorter.
const LONGEST_SCHEME: usize = 32;

/// The longest name of a host, in bytes.
const LONGEST_DOMAIN: usize = 253;

/// The last parts of names that are none of the internet's.
const LOCAL: [&str; 7] = ["internal", "lan", "local", "localhost", "svc", "test", "js"];

/// Whether a host has the name of one of the internet: `db.example.com`.
pub(super) fn is_domain(host: &str) -> bool {
    let last = host.len() <= LONGEST_DOMAIN && host.contains('.');
    let last = if last { host.rsplit('.').next().unwrap_or_default() } else { "" };
    let is_name = !last.is_empty() && last.bytes().all(|byte| byte.is_ascii_alphabetic());
    is_name && !LOCAL.contains(&last) && !is_loopback_name(host)
}

/// The ports of addresses on this machine in `word`.
pub(super) fn addresses(word: Word<'_>) -> Vec<Port> {
    let mut ports = Vec::new();
    let mut scheme = None;
    for (colon, _) in word.text.match_indices(':') {
        let start = colon + 1;
        if word.text[start..].starts_with("//") {
            scheme = Some(&word.text[..colon]);
            continue;
        }
        let end = start + word.text[start..].bytes().take_while(u8::is_ascii_digit).count();
        if !word.text[end..].starts_with(is_of_a_name)
            && let Some(kind) = kind(&word.text[..colon], scheme)
            && let Some(number) = word.part(start..end).port()
        {
            ports.push(Port { number, kind });
        }
    }
    ports.extend(databases(word));
    ports
}

/// The ports of databases on this machine as SQL Server and PDO have them: `localhost,1433`, `host=localhost;port=5432`.
fn databases(word: Word<'_>) -> Vec<Port> {
    let mut ports = Vec::new();
    // Words are many, and most have none of the separators.
    if !word.text.bytes().any(|byte| matches!(byte, b',' | b';' | b' ')) {
        return ports;
    }
    for separator in [",", ";port=", " port="] {
        for (at, _) in word.text.match_indices(separator) {
            let before = &word.text[..at];
            let Some(rest) = HOSTS.iter().find_map(|host| before.strip_suffix(host)) else { continue };
            let is_host =
                if separator == "," { rest.is_empty() || rest.ends_with(['=', ':']) } else { rest.ends_with("host=") };
            let start = at + separator.len();
            let end = start + word.text[start..].bytes().take_while(u8::is_ascii_digit).count();
            let goes_on = word.text[end..].starts_with(|c| is_of_a_name(c) || c == '.');
            if let Some(number) = word.part(start..end).port().filter(|_| is_host && !goes_on) {
                ports.push(Port { number, kind: Kind::Database });
            }
        }
    }
    ports
}

fn is_of_a_name(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// What stands before a name of this machine at the end of a text: `http://` of `http://app.lvh.me`.
fn before_loopback_name(text: &str) -> Option<&str> {
    let name = text.rsplit(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '.' | '-')).next().unwrap_or_default();
    is_loopback_name(name).then(|| &text[..text.len() - name.len()])
}

/// The kind of the port after `before` and a colon; `None` if `before` does not end in an address on this machine. `last_scheme` is
/// what comes before the last `://` of the text.
fn kind(before: &str, last_scheme: Option<&str>) -> Option<Kind> {
    if before == "tcp" {
        // wait-on: `tcp:3000`.
        return Some(Kind::Addressed);
    }
    // To listen on every address: `http://+:5000`, `http://*:5000`, `http://:5000`.
    if let Some(scheme) = ["://", "://+", "://*"].iter().find_map(|every| before.strip_suffix(every)) {
        let is_web = scheme.ends_with("http") || scheme.ends_with("https");
        return is_web.then_some(Kind::Addressed);
    }
    let prefix = before_loopback_name(before).or_else(|| HOSTS.iter().find_map(|host| before.strip_suffix(host)))?;
    let scheme = match (prefix.strip_suffix('@'), prefix.strip_suffix("://")) {
        // `postgres://me:secret@localhost:5432`
        (Some(_), _) => last_scheme?,
        (None, Some(scheme)) => scheme,
        (None, None) => {
            let goes_on = prefix.ends_with(is_of_a_name) || prefix.ends_with(['.', '-', '/']);
            return if goes_on { None } else { Some(Kind::Addressed) };
        }
    };
    let scheme = &scheme[scheme.floor_char_boundary(scheme.len().saturating_sub(LONGEST_SCHEME))..];
    match scheme.rsplit(|c: char| !c.is_ascii_alphanumeric()).next()? {
        "http" | "https" | "ws" | "wss" | "tcp" => Some(Kind::Addressed),
        // wait-on: `http-get://localhost:3000`.
        "get" if scheme.ends_with("http-get") || scheme.ends_with("https-get") => Some(Kind::Addressed),
        _ => Some(Kind::Database),
    }
}
