//! Addresses inside any text: `http://auth-service:4001`, `localhost:4001`, `[::1]:4001`.

use std::ops::Range;

use super::class::Class;
use super::port;

/// The bytes of a host name or an IPv4 address.
const HOST: Class = Class::of(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.-_");

/// The host and the port of one address.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Address<'a> {
    /// The host as written, without brackets.
    pub host: &'a str,
    /// The port.
    pub port: u16,
    /// The bytes of the port in the text.
    pub span: Range<usize>,
}

impl Address<'_> {
    /// Whether the host is the machine itself: a loopback or wildcard address, or `localhost`.
    pub(crate) fn is_local(&self) -> bool {
        is_local(self.host)
    }
}

/// Whether a host is this machine.
pub(crate) fn is_local(host: &str) -> bool {
    host.starts_with("127.") || matches!(host, "localhost" | "::1" | "0.0.0.0" | "::" | "host.docker.internal")
}

/// Domains whose names are all this machine's.
const LOOPBACK_DOMAINS: [&str; 4] = ["localhost", "localtest.me", "lvh.me", "vcap.me"];

/// Domains whose names have the address that stands before them: `app.127.0.0.1.nip.io`.
const ADDRESS_DOMAINS: [&str; 2] = [".nip.io", ".sslip.io"];

/// Whether a name of the internet's, or one below `localhost`, is this machine's.
///
/// Sources: RFC 6761, section 6.3; <https://nip.io>, <https://sslip.io>.
pub fn is_loopback_name(host: &str) -> bool {
    let is_within =
        |domain: &&str| host.strip_suffix(*domain).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'));
    let address = ADDRESS_DOMAINS.iter().find_map(|domain| host.strip_suffix(domain));
    LOOPBACK_DOMAINS.iter().any(is_within)
        || address.is_some_and(|name| ["127.0.0.1", "127-0-0-1", "7f000001"].iter().any(|own| name.ends_with(own)))
}

/// The addresses with a scheme in `text`, and the rest of a list that starts with one (`kafka://a:9092,b:9092`).
pub(crate) fn urls(text: &str) -> impl Iterator<Item = Address<'_>> {
    let mut colons = memchr::memchr_iter(b':', text.as_bytes());
    let at = colons.find(|colon| text[*colon..].starts_with("://")).map_or(text.len(), |colon| colon + 1);
    Addresses { text, at }
}

/// Every `host:port` in `text`. A port is 1 to 5 digits that are not part of a longer word or number.
pub(crate) fn all(text: &str) -> impl Iterator<Item = Address<'_>> {
    Addresses { text, at: 0 }
}

/// The addresses in `text` whose colon is at `at` or later.
struct Addresses<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Iterator for Addresses<'a> {
    type Item = Address<'a>;

    fn next(&mut self) -> Option<Address<'a>> {
        loop {
            let colon = self.at + memchr::memchr(b':', &self.text.as_bytes()[self.at..])?;
            self.at = colon + 1;
            let start = self.at + before_default(&self.text[self.at..]);
            let span = start..start + digits(&self.text[start..]);
            if let Some(port) = port(&self.text[span.clone()])
                && let Some(host) = host(&self.text[..colon])
            {
                self.at = span.end;
                return Some(Address { host, port, span });
            }
        }
    }
}

/// How many digits `text` starts with; 0 if they are part of a longer word, of a number with a point or of a password.
pub(crate) fn digits(text: &str) -> usize {
    let rest = text.trim_start_matches(|c: char| c.is_ascii_digit());
    let goes_on = rest.starts_with(|c: char| c.is_alphanumeric() || matches!(c, '_' | ':' | '-' | '@'))
        || rest.strip_prefix('.').is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
    if goes_on { 0 } else { text.len() - rest.len() }
}

/// How many bytes of `text` are before the default of a variable that it starts with: `${PORT:-`, or several in each other; 0 if
/// it starts with something else.
pub(crate) fn before_default(text: &str) -> usize {
    let mut rest = text;
    while let Some(inner) = rest.strip_prefix("${") {
        let name = inner.trim_start_matches(|c: char| c.is_ascii_alphanumeric() || c == '_');
        let Some(default) = name.strip_prefix(":-").or_else(|| name.strip_prefix('-')) else { return 0 };
        rest = default;
    }
    text.len() - rest.len()
}

/// The host at the end of `before`: a name with a letter, an IPv4 address, an IPv6 address in brackets, or one of these as the
/// default of a variable.
pub(crate) fn host(before: &str) -> Option<&str> {
    if let Some(inner) = before.strip_suffix(']') {
        return inner.rfind('[').map(|open| &inner[open + 1..]);
    }
    if let Some(inner) = before.strip_suffix('}') {
        let variable = inner.rfind("${")?;
        let default = variable + before_default(&inner[variable..]);
        return (default > variable).then(|| host(inner)).flatten();
    }
    let start = before.len() - HOST.run_back(before.as_bytes());
    let host = before[start..].trim_start_matches(['.', '-']);
    let is_name = host.as_bytes().iter().any(u8::is_ascii_alphabetic);
    let is_host = is_name || host.bytes().filter(|byte| *byte == b'.').count() == 3;
    is_host.then_some(host)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_told_from_times_and_ratios() {
        let text = "at 12:30:45 ratio 16:9 server 127.0.0.1:4001; http://user:80x@auth:4002/a?b=c:4003 [::1]:4004 a:4005b x:70000";
        let found: Vec<_> = all(text).map(|a| (a.host, a.port)).collect();
        assert_eq!(found, [("127.0.0.1", 4001), ("auth", 4002), ("c", 4003), ("::1", 4004)]);
    }

    #[test]
    fn a_default_of_a_variable_is_read() {
        let text = "http://localhost:${A:-4001} ${U:-http://b:4002} c:${X:-${Y-4003}} ${H:-d}:4004 ${H}:4005 e:${X} e:${X:?4006}";
        let found: Vec<_> = all(text).map(|a| (a.host, a.port)).collect();
        assert_eq!(found, [("localhost", 4001), ("b", 4002), ("c", 4003), ("d", 4004)]);
    }

    #[test]
    fn passwords_and_versions_are_no_ports() {
        let found: Vec<_> = all("redis://default:6379@redis:6380 node:22.1 db:10.0.0.1 http://a:80. b:81@c").collect();
        assert_eq!(found.iter().map(|a| (a.host, a.port)).collect::<Vec<_>>(), [("redis", 6380), ("a", 80)]);
    }

    #[test]
    fn an_address_may_follow_any_character() {
        let found: Vec<_> = all("𑗇web:4001 é:4002 ü[::1]:4003 𜟏1.2.3.4:5 :6").map(|a| (a.host, a.port)).collect();
        assert_eq!(found, [("web", 4001), ("::1", 4003), ("1.2.3.4", 5)]);
    }

    #[test]
    fn a_list_after_a_scheme_is_read_whole() {
        let found: Vec<_> = urls("x:1 PLAINTEXT://kafka:9092,CONTROLLER://kafka:9093").map(|a| a.port).collect();
        assert_eq!(found, [9092, 9093]);
    }
}
