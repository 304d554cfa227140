//! `published` of a port: a variable of Compose instead of its number.
//!
//! Source: <https://github.com/compose-spec/compose-spec/blob/main/12-interpolation.md>, and the short form of `ports` in 05-services.md.

use std::net::IpAddr;

use super::value::Value;
use crate::allocation::variable::{end_of_braces, end_of_name, parts, value as value_of};
use crate::allocation::{Expose, Ports, PublishedAs};
use crate::diagnostic::codes;

/// What Compose writes instead of `host`, which its default has to be; `containers` is what the port in the container has to be, and `expose`
/// how far it is published, where they are stated too. No `host` is any free port, which the variable has no default for.
pub(super) fn read(
    value: Value<'_>,
    host: Option<Ports>,
    containers: Ports,
    expose: Expose,
) -> Option<Box<PublishedAs>> {
    let text = value.string()?;
    if !is_entry(text) {
        let rest = "is not a port that a variable decides";
        let example = host.map_or_else(|| "${API_PORT}".to_owned(), |host| format!("${{API_PORT:-{host}}}"));
        let help = format!("write {}", value.example(&format!("\"{example}\"")));
        value.refuse(codes::INVALID_PORT, rest, "not a variable", help);
        return None;
    }
    if matches!(expose, Expose::None | Expose::Unlisted) {
        let rest = "is set, but the port is not on the host";
        let help = format!("remove it, or `expose = \"{expose}\"`");
        value.refuse(codes::INVALID_PORT, rest, "of a port that is not published", help);
        return None;
    }
    let stated = PublishedAs::numbers(text);
    for (stated, own, key) in [(&stated[0], host, "host"), (&stated[1], Some(containers), "container")] {
        let Some(stated) = stated else { continue };
        let number = &text[stated.clone()];
        if own.is_none_or(|own| own.to_string() != number) {
            let own = own.map_or_else(|| "any free port".to_owned(), |own| own.to_string());
            let rest = format!("is {} where the variable is not set, but `{key}` is {own}", value.quoted(number));
            let help = format!("write the same number in both: `{key}` decides");
            value.refuse(codes::INVALID_PORT, &rest, "another number", help);
            return None;
        }
    }
    let is_so = |stated: &Expose| stated.is_as(expose) || expose.is_as(*stated);
    if let Some(stated) = exposure(text).filter(|stated| !is_so(stated)) {
        let rest = format!("publishes it on `{stated}`, but `expose` is `{expose}`");
        value.refuse(codes::INVALID_PORT, &rest, "published elsewhere", format!("write `expose = \"{stated}\"`"));
        return None;
    }
    Some(Box::new(PublishedAs { text: text.into(), span: value.span() }))
}

/// Whether a text is the port on the host, or a whole entry without the protocol, with a variable in it: each part is one variable, or what it
/// stands for.
pub fn is_entry(text: &str) -> bool {
    let parts: Vec<&str> = parts(text).into_iter().map(|part| &text[part]).collect();
    let (address, host, container) = match &parts[..] {
        [host] => (None, *host, None),
        [host, container] => (None, *host, Some(*container)),
        [address, host, container] => (Some(*address), *host, Some(*container)),
        _ => return false,
    };
    text.contains('$')
        && address.is_none_or(|address| is_part(address, is_address))
        && (container.is_some() && host.is_empty() || is_part(host, is_ports))
        && container.is_none_or(|container| is_part(container, is_ports))
}

/// Whether a part is what it has to be, or one variable with such a default, or with none.
fn is_part(text: &str, is_such: fn(&str) -> bool) -> bool {
    let Some(rest) = text.strip_prefix('$') else { return is_such(text) };
    let Some(inside) = rest.strip_prefix('{') else { return is_name(rest) };
    let Some(inside) = end_of_braces(inside).filter(|end| end + 1 == inside.len()).map(|end| &inside[..end]) else {
        return false;
    };
    let (name, operator) = inside.split_at(end_of_name(inside));
    let default = operator.strip_prefix(":-").or_else(|| operator.strip_prefix('-'));
    // What is said where the variable is missing.
    let message = operator.strip_prefix(":?").or_else(|| operator.strip_prefix('?'));
    let is_message =
        |text: &str| text.bytes().all(|byte| byte == b' ' || byte.is_ascii_graphic() && !b"\"'\\/#${}".contains(&byte));
    is_name(name)
        && (operator.is_empty()
            || default.is_some_and(|default| default.is_empty() || is_part(default, is_such))
            || message.is_some_and(is_message))
}

fn is_name(text: &str) -> bool {
    !text.is_empty() && !text.starts_with(|c: char| c.is_ascii_digit()) && end_of_name(text) == text.len()
}

fn is_ports(text: &str) -> bool {
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    let is_port =
        |digits: &str| digits.parse::<u16>().is_ok_and(|port| port > 0 && digits.starts_with(|c| c != '0' && c != '+'));
    is_port(first) && is_port(last)
}

fn is_address(text: &str) -> bool {
    match text.strip_prefix('[').and_then(|inner| inner.strip_suffix(']')) {
        Some(inner) => inner.parse::<IpAddr>().is_ok_and(|address| address.is_ipv6()),
        None => text.parse::<IpAddr>().is_ok_and(|address| address.is_ipv4()),
    }
}

/// How far a whole entry publishes a port, where it says so.
fn exposure(text: &str) -> Option<Expose> {
    let parts = parts(text);
    let address = match &parts[..] {
        [_, _] => return Some(Expose::All),
        [address, _, _] => &text[address.clone()],
        _ => return None,
    };
    let stated = &address[value_of(address)?];
    match stated.trim_matches(['[', ']']).parse().ok()? {
        IpAddr::V4(std::net::Ipv4Addr::LOCALHOST) => Some(Expose::Loopback),
        address => Some(Expose::Address(address)),
    }
}

#[cfg(test)]
mod tests {
    use super::is_entry;

    #[test]
    fn variables_that_compose_reads_are_taken() {
        for good in [
            "${API_PORT:-4000}",
            "${API_PORT-4000}",
            "${API_PORT}",
            "$API_PORT",
            "${API_PORT:?set API_PORT}",
            "${A:-${B:-4000}}",
            "${A:-4000-4005}",
            "${A:-4000}:${B:-80}",
            "${IP:-127.0.0.1}:4000:80",
            "127.0.0.1:${A}:80",
            "[::1]:${A:-4000}:80",
            "${IP:-[::1]}:${A:-4000}:80",
            "127.0.0.1::${A:-80}",
            ":${A}",
        ] {
            assert!(is_entry(good), "{good}");
        }
    }

    #[test]
    fn what_compose_rejects_or_reads_otherwise_is_refused() {
        for bad in [
            "4000",
            "${API_PORT:-4000",
            "${}",
            "${1X:-4000}",
            "${a.b:-4000}",
            "${ports.api.host}",
            "$$X",
            "$${X:-4000}",
            "${A:=4000}",
            "${A:-4000}}",
            "${A:-x${B:-4000}",
            "${A:-4000}-4005",
            "${A:-4000}${B}",
            "4${A:-000}",
            " ${A:-4000}",
            "x:${A:-4000}:80",
            "300.1.1.1:${A:-4000}:80",
            "${A:-4000}:",
            "${A:-04000}",
            "${A:-70000}",
            "1:2:3:${A}",
        ] {
            assert!(!is_entry(bad), "{bad}");
        }
    }
}
