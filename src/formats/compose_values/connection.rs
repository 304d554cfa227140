//! Connection strings: `host=db port=5432` (libpq), `Host=db;Port=5432` (Npgsql), `Server=tcp:db,1433` (ADO).

use std::ops::Range;

use super::{Form, Reader, View, Whose, whole_number};

/// The keys that name a host.
const HOSTS: [&str; 6] = ["host", "server", "data source", "addr", "address", "hostname"];

/// A part `key=value` of a connection string, with the bytes of its value.
struct Part<'t> {
    key: &'t str,
    value: Range<usize>,
}

impl Reader<'_> {
    /// Adds the port of a connection string in `text` from `start` on; whether it is one.
    pub(super) fn connection(&mut self, text: &str, start: usize) -> bool {
        let parts = parts(text, start);
        let find = |keys: &[&str]| parts.iter().find(|part| keys.iter().any(|key| part.key.eq_ignore_ascii_case(key)));
        let Some(host) = find(&HOSTS) else { return false };
        let value = &text[host.value.clone()];
        let name = value.strip_prefix("tcp:").unwrap_or(value);
        let (name, digits) = match name.split_once(',') {
            Some((name, port)) => (name, host.value.end - port.len()..host.value.end),
            None => match find(&["port"]) {
                Some(port) => (name, port.value.clone()),
                None => return false,
            },
        };
        let is_name =
            !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte));
        let Some(port) = whole_number(&text[digits.clone()]).filter(|_| is_name) else { return false };
        let digits = digits.start + port.start..digits.start + port.end;
        let whose = match name {
            "localhost" | "127.0.0.1" => Whose::Local(View::OutsideFirst),
            "host.docker.internal" => Whose::Local(View::Outside),
            name => Whose::Host(name.to_owned()),
        };
        self.add(text, digits, whose, Form::Address);
        true
    }
}

/// The parts of a text, between `;` where it has one, else between blanks.
fn parts(text: &str, start: usize) -> Vec<Part<'_>> {
    let separator = if text[start..].contains(';') { ';' } else { ' ' };
    let mut parts = Vec::new();
    let mut at = start;
    for part in text[start..].split(separator) {
        if let Some((key, value)) = part.split_once('=') {
            let end = at + part.trim_end().len();
            parts.push(Part { key: key.trim(), value: (end - value.trim().len()).max(at)..end });
        }
        at += part.len() + 1;
    }
    parts
}
