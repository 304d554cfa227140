//! Addresses: `http://localhost:4001`, `kafka:9092`, `127.0.0.1:4001`.

use std::borrow::Cow;

use super::spot::{Language, Spot};
use super::{Said, View, Whose};
use crate::formats::url;

#[cfg(test)]
pub(super) const COUNTS: [&str; 9] = [
    "eureka.url=http://${EUREKA_HOST:localhost}:4001/eureka",
    "const url = 'http://localhost:4001';",
    "fetch(`http://auth-service:4001/login`)",
    "brokers: ['kafka:9092']",
    "DATABASE_URL=postgres://u:p@db:5432/app",
    "upstream api { server 127.0.0.1:4001; }",
    "addr := \"localhost:4001\"",
    "redis://[::1]:6379",
    "curl -f http://127.0.0.1:4001/health",
];

#[cfg(test)]
pub(super) const DOES_NOT: [&str; 7] = [
    "--health-cmd \"curl -I http://127.0.0.1:4001/health\"",
    "at 12:30:45",
    "ratio 16:90",
    "image: postgres:16",
    "FROM node:2204",
    "{\"a\":4001}",
    "T10:15:30",
];

/// Reads the port of an address.
pub(super) fn read<'t>(spot: &Spot<'t>) -> Option<Said<'t>> {
    let before = spot.before.strip_suffix(':')?;
    if spot.behind.starts_with([':', '-', '@']) {
        return None;
    }
    let host = url::host(before).or_else(|| default_host(before))?;
    let token = before[..before.len() - host.len()].trim_end_matches(['[', ']']);
    let has_scheme = token.ends_with("//") || token.ends_with('@');
    // Docker runs it in the container: `--health-cmd "curl http://localhost:9000"`.
    if token.contains("health-cmd") {
        return None;
    }
    if url::is_local(host) {
        return Some(local(host, has_scheme, token, spot.language));
    }
    let is_whole =
        !token.ends_with(|c: char| c.is_alphanumeric() || matches!(c, '/' | '.' | '$' | '}' | '\\')) || has_scheme;
    if !is_whole || (!has_scheme && !is_pair(host, token, spot)) {
        return None;
    }
    let said = Said::new(View::Network, Whose::Host(Cow::Borrowed(host)));
    Some(if has_scheme { said } else { said.weak() })
}

/// An address of this machine.
fn local<'t>(host: &str, has_scheme: bool, token: &'t str, language: Language) -> Said<'t> {
    // To listen on every address, unless it is called.
    if matches!(host, "0.0.0.0" | "::") && !has_scheme {
        return Said::new(View::Listen, Whose::Own).weak();
    }
    let whose = match language {
        Language::Prose => Whose::LocalIn(Cow::Borrowed(before_url(token))),
        _ => match variable(token) {
            Some(name) => Whose::LocalOf(Cow::Borrowed(name)),
            None => Whose::Local,
        },
    };
    let said = Said::new(View::Host, whose);
    if language == Language::Test { said.weak() } else { said }
}

/// The host that is the default of a variable as Spring and shells write it: `${DB_HOST:localhost}`, `${DB_HOST:=localhost}`.
fn default_host(before: &str) -> Option<&str> {
    let inner = before.strip_suffix('}')?;
    let (_, default) = inner[inner.rfind("${")?..].split_once(':')?;
    let host = default.trim_start_matches(['=', '-']);
    url::is_local(host).then_some(host)
}

/// A text without the start of the address at its end: `http://admin:secret@`.
fn before_url(text: &str) -> &str {
    text.trim_end_matches(|c: char| !c.is_whitespace() && !matches!(c, '|' | '(' | '<' | '`' | '"'))
}

/// The name of the variable or key that an address is a value of: the last word before it that ends as such names do.
fn variable(before: &str) -> Option<&str> {
    const ENDS: [&str; 9] = ["url", "uri", "host", "addr", "address", "endpoint", "origin", "base", "target"];
    let mut rest = before;
    // An assignment is near: names further away are of something else.
    for _ in 0..8 {
        rest = rest.trim_end_matches(|c: char| !c.is_ascii_alphanumeric() && c != '_');
        let start = rest.trim_end_matches(|c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-')).len();
        let word = &rest[start..];
        let lower = word.to_ascii_lowercase();
        // `curl` is no variable: the end is a word of its own, `API_URL`, `apiUrl`.
        let is_end = |end: &&str| {
            let before = lower.strip_suffix(*end).filter(|before| !before.is_empty());
            before.is_some_and(|before| {
                before.ends_with(['_', '-']) || word[before.len()..].starts_with(char::is_uppercase)
            })
        };
        if ENDS.iter().any(is_end) {
            return Some(word);
        }
        rest = &rest[..start];
        if rest.is_empty() {
            return None;
        }
    }
    None
}

/// Whether `name:number` without a scheme is an address, not a tag, a key or a time.
fn is_pair(host: &str, token: &str, spot: &Spot<'_>) -> bool {
    let is_port = spot.port >= 1024 || matches!(spot.port, 80 | 443);
    let is_setting = host == "port" || host.ends_with(".port") || host.ends_with("-port") || host.ends_with("_port");
    let is_image = ["image", "FROM ", "docker pull", "tag"].iter().any(|word| token.contains(word));
    let is_name = host.bytes().next().is_some_and(|first| first.is_ascii_lowercase())
        && host
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'_' | b'.'));
    is_port && !is_setting && !is_image && is_name
}
