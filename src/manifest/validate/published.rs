//! `published` of a port: a variable of Compose instead of its number.

use super::value::Value;
use crate::allocation::variable::parts;
use crate::allocation::{Expose, Ports, PublishedAs};
use crate::diagnostic::codes;

/// What Compose writes instead of `host`, which its default has to be; `containers` is what the port in the container has to be, where it is stated
/// too. No `host` is any free port, which the variable has no default for.
pub(super) fn read(
    value: Value<'_>,
    host: Option<Ports>,
    containers: Ports,
    expose: Expose,
) -> Option<Box<PublishedAs>> {
    let text = value.string()?;
    let is_written = |byte: u8| byte == b' ' || byte.is_ascii_graphic() && !b"\"'\\/#".contains(&byte);
    if !text.contains('$') || !text.bytes().all(is_written) || parts(text).len() > 3 {
        let rest = "is not a port that a variable decides";
        let example = host.map_or_else(|| "${API_PORT}".to_owned(), |host| format!("${{API_PORT:-{host}}}"));
        let help = format!("write {}", value.example(&format!("\"{example}\"")));
        value.refuse(codes::INVALID_PORT, rest, "not a variable", help);
        return None;
    }
    if matches!(expose, Expose::None | Expose::Unlisted) {
        let rest = "is set, but the port is not on the host";
        value.refuse(
            codes::INVALID_PORT,
            rest,
            "of a port that is not published",
            format!("remove it, or `expose = \"{expose}\"`"),
        );
        return None;
    }
    let stated = PublishedAs::numbers(text);
    for (stated, own, key) in [(&stated[0], host, "host"), (&stated[1], Some(containers), "container")] {
        let Some(stated) = stated else { continue };
        let number = &text[stated.clone()];
        if own.is_none_or(|own| own.to_string() != number) {
            let own = own.map_or_else(|| "any free port".to_owned(), |own| own.to_string());
            let rest = format!("is {} where the variable is not set, but `{key}` is {own}", value.quoted(number));
            value.refuse(
                codes::INVALID_PORT,
                &rest,
                "another number",
                format!("write the same number in both: `{key}` decides"),
            );
            return None;
        }
    }
    Some(Box::new(PublishedAs { text: text.into(), span: value.span() }))
}
