//! Addresses in a text: `http://db:5432`, `kafka:9092`, `localhost:3000`, `:8080`.

use std::ops::Range;

use super::{Form, Hosts, Reader, View, Whose, pairs};
use crate::formats::url::{self, Address};

impl Reader<'_> {
    /// Adds the addresses in the bytes `part` of `text`, the value at the path; `view` is where its `localhost` is.
    pub(super) fn addresses(&mut self, text: &str, part: Range<usize>, view: View, hosts: Hosts) {
        let inner = &text[part.clone()];
        // Values are many, and few have this.
        if memchr::memchr(b'%', inner.as_bytes()).is_some() {
            self.encoded(text, part.clone(), view);
        }
        if !inner.contains(':') || !inner.bytes().any(|byte| byte.is_ascii_digit()) {
            return;
        }
        let (mut scheme, mut read) = (Scheme(false), 0);
        for address in url::all(inner) {
            scheme.read(&inner[read..address.span.start]);
            read = address.span.start;
            let has_scheme = scheme.0;
            let is_local = address.is_local() || url::is_loopback_name(address.host);
            if !is_local && (hosts == Hosts::WithScheme && !has_scheme || is_tag(inner, &address)) {
                continue;
            }
            if !has_scheme && pairs::is_rate(&inner[address.span.end..]) {
                continue;
            }
            let (whose, form) = match host(address.host, view) {
                // `-p 8080:80` of a command, `TCP-LISTEN:5432` of socat.
                Whose::Host(name) if name.ends_with("-LISTEN") => (Whose::Own, Form::Loose),
                Whose::Local(View::Inside) if view == View::Inside => (Whose::Local(View::Inside), Form::HealthCheck),
                whose if has_scheme => (whose, Form::Address),
                whose => (whose, Form::Pair),
            };
            self.add(text, moved(address.span, part.start), whose, form);
        }
        self.bare(text, part);
    }

    /// Adds the addresses in the query of a URL: `http%3A%2F%2Fweb%3A3000`.
    fn encoded(&mut self, text: &str, part: Range<usize>, view: View) {
        const SLASHES: [&str; 2] = ["%2F%2F", "%2f%2f"];
        let inner = &text[part.clone()];
        for colon in ["%3A", "%3a"] {
            for (at, _) in inner.match_indices(colon) {
                let start = at + colon.len();
                let span = start..start + url::digits(&inner[start..]);
                let open = SLASHES.iter().filter_map(|slashes| inner[..at].rfind(slashes)).max();
                let name = open.map_or("", |open| &inner[open + SLASHES[0].len()..at]);
                if !name.is_empty() && !name.contains('%') {
                    self.add(text, moved(span, part.start), host(name, view), Form::Address);
                }
            }
        }
    }

    /// Adds `:8080`, `http://:8080`, `http://+:8080` and `http://*:8080`, where a service listens on every address.
    fn bare(&mut self, text: &str, part: Range<usize>) {
        let inner = &text[part.clone()];
        let mut starts = Vec::new();
        for every in ["://:", "://+:", "://*:"] {
            starts.extend(inner.match_indices(every).map(|(at, found)| at + found.len()));
        }
        if inner.starts_with(':') {
            starts.push(1);
        }
        starts.sort_unstable();
        for start in starts {
            let digits = moved(start..start + url::digits(&inner[start..]), part.start);
            self.add(text, digits, Whose::Own, Form::Loose);
        }
    }
}

/// Whether the current word of a text has a scheme. A list goes on with that of its first address: `kafka://a:9092,b:9092`.
struct Scheme(bool);

impl Scheme {
    /// Reads the next part of the text.
    fn read(&mut self, part: &str) {
        let word = part.rfind(char::is_whitespace);
        self.0 = part[word.unwrap_or_default()..].contains("://") || (self.0 && word.is_none());
    }
}

/// Whether `name:number` is an image with its tag, or part of a path: `registry/api:8080`, but not `http://api:8080`.
fn is_tag(text: &str, address: &Address<'_>) -> bool {
    let before = &text[..address.span.start];
    let host = before.rfind(address.host).unwrap_or_default();
    before[..host].ends_with('/') && !before[..host].ends_with("//")
}

/// Whose port an address has.
fn host(name: &str, view: View) -> Whose {
    match name {
        // Names of the host, from inside a container.
        "host.docker.internal" | "gateway.docker.internal" | "host.containers.internal" => Whose::Local(View::Outside),
        // To listen on every address.
        "0.0.0.0" | "::" => Whose::Local(View::Inside),
        _ if url::is_local(name) || url::is_loopback_name(name) => Whose::Local(view),
        host => Whose::Host(host.to_owned()),
    }
}

fn moved(range: Range<usize>, by: usize) -> Range<usize> {
    range.start + by..range.end + by
}
