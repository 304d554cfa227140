//! Connection strings: `host=db port=5432` (libpq), `Host=db;Port=5432` (Npgsql), `pgsql:host=db;port=5432` (PDO), `Server=tcp:db,1433`
//! (ADO), `(HOST=db)(PORT=1521)` (Oracle), `{"host": "db", "port": 5432}` (JSON).

use std::ops::Range;

use super::{Form, Reader, View, Whose, whole_number};
use crate::formats::url;

/// The keys that name a host.
const HOSTS: [&str; 7] = ["host", "server", "data source", "addr", "address", "hostname", "servername"];

/// The keys that name a port.
const PORTS: [&str; 2] = ["port", "portnumber"];

/// A part `key=value` of a connection string, with the bytes of its value.
struct Part<'t> {
    key: &'t str,
    value: Range<usize>,
}

impl Reader<'_> {
    /// Adds the port of a connection string in `text` from `start` on; whether it is one.
    pub(super) fn connection(&mut self, text: &str, start: usize) -> bool {
        if matches!(text.as_bytes().get(start), Some(b'{' | b'[')) {
            return self.json(text, start);
        }
        let parts = parts(text, start);
        let find = |keys: &[&str]| parts.iter().find(|part| keys.iter().any(|key| part.key.eq_ignore_ascii_case(key)));
        let Some(host) = find(&HOSTS) else { return self.descriptor(text, start) };
        let name = &text[host.value.clone()];
        if name.contains(',') {
            return self.server(text, host.value.clone());
        }
        let Some(port) = find(&PORTS) else { return false };
        self.at_host(text, name, port.value.clone())
    }

    /// Adds the port of `db,1433` or `tcp:db,1433` at the bytes `part`, as SQL Server has it; whether it is one.
    pub(super) fn server(&mut self, text: &str, part: Range<usize>) -> bool {
        let value = &text[part.clone()];
        let Some((name, port)) = value.strip_prefix("tcp:").unwrap_or(value).split_once(',') else { return false };
        self.at_host(text, name, part.end - port.len()..part.end)
    }

    /// Adds the ports of `{"host": "db", "port": 5432}`; whether there are any.
    fn json(&mut self, text: &str, start: usize) -> bool {
        let mut found = false;
        for (at, key) in text[start..].match_indices("\"port\"") {
            let at = start + at;
            let port =
                at + key.len() + text[at + key.len()..].bytes().take_while(|byte| b": \"".contains(byte)).count();
            let end = port + url::digits(&text[port..]);
            let object = text[start..at].rfind('{').map_or(start, |open| start + open);
            let close = text[at..].find('}').map_or(text.len(), |close| at + close);
            let host = HOSTS.iter().find_map(|key| string(&text[object..close], key));
            match host {
                Some(host) => found |= self.at_host(text, host, port..end),
                None => self.add(text, port..end, Whose::Variable(String::new()), Form::Named),
            }
        }
        found
    }

    /// Adds the ports of `(HOST=db)(PORT=1521)` and `oracle:thin:@db:1521:sid`, as Oracle has them; whether there are any.
    fn descriptor(&mut self, text: &str, start: usize) -> bool {
        let upper = text.to_ascii_uppercase();
        if let Some(at) = upper.find("ORACLE:THIN:@") {
            let host = at + "ORACLE:THIN:@".len();
            let mut parts = text[host..].split(':');
            let (name, port, sid) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default(), parts.next());
            let port_at = host + name.len() + 1;
            return sid.is_some() && self.at_host(text, name, port_at..port_at + port.len());
        }
        let mut found = false;
        let mut from = start;
        for (at, key) in upper.match_indices("(PORT=") {
            let host = upper.get(from..at).and_then(|before| before.rfind("(HOST="));
            let Some(host) = host.map(|host| from + host + "(HOST=".len()) else { continue };
            let port = at + key.len();
            found |= self.at_host(text, value(text, host).trim(), port..port + value(text, port).len());
            from = at;
        }
        found
    }

    /// Adds the number at `digits`, the port of a host; whether it is one.
    fn at_host(&mut self, text: &str, name: &str, digits: Range<usize>) -> bool {
        let is_name =
            !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte));
        let Some(port) = whole_number(&text[digits.clone()]).filter(|_| is_name) else { return false };
        let digits = digits.start + port.start..digits.start + port.end;
        let whose = match name {
            "localhost" | "127.0.0.1" => Whose::Local(View::InsideFirst),
            "host.docker.internal" => Whose::Local(View::Outside),
            name => Whose::Host(name.to_owned()),
        };
        self.add(text, digits, whose, Form::Address);
        true
    }
}

/// The text that a key has in an object of JSON.
fn string<'t>(object: &'t str, key: &str) -> Option<&'t str> {
    let (_, rest) = object.split_once(&format!("\"{key}\""))?;
    let value = rest.trim_start_matches([':', ' ']).strip_prefix('"')?;
    value.split('"').next()
}

/// What stands from a byte on, up to the parenthesis that closes it.
fn value(text: &str, start: usize) -> &str {
    // Longer than any host.
    const MOST: usize = 256;
    let length = text.as_bytes()[start..].iter().take(MOST).position(|byte| *byte == b')');
    &text[start..start + length.unwrap_or_default()]
}

/// The parts of a text, between `;` where it has one, else between blanks.
fn parts(text: &str, start: usize) -> Vec<Part<'_>> {
    let separator = if text[start..].contains(';') { ';' } else { ' ' };
    let mut parts = Vec::new();
    let mut at = start;
    for part in text[start..].split(separator) {
        if let Some((key, value)) = part.split_once('=') {
            let end = at + part.trim_end().len();
            // The driver of PDO stands before the first key: `pgsql:host=db;port=5432`.
            let key = key.rsplit(':').next().unwrap_or_default();
            parts.push(Part { key: key.trim(), value: (end - value.trim().len()).max(at)..end });
        }
        at += part.len() + 1;
    }
    parts
}
