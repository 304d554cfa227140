//! Port numbers and ranges of them.

use toml::de::DeValue;

use super::value::{Owner, Value, kind};
use crate::allocation::{Port, Ports};
use crate::diagnostic::{codes, quoted};
use crate::manifest::document;

/// Why a text is no range of ports, and what to do.
type Fault = (String, String);

impl<'t> Value<'t> {
    /// A port number, 1 to 65535.
    pub(super) fn port(self) -> Option<Port> {
        let DeValue::Integer(integer) = self.raw() else {
            self.refuse_type_of_port();
            return None;
        };
        let number = document::number(integer);
        let port = number.and_then(Port::new);
        if port.is_none() {
            let (rest, label) = match number {
                Some(0) => ("on which nothing can listen", "port 0 is reserved (RFC 6335)"),
                _ if integer.as_str().starts_with('-') => ("but no port is negative", "below 1"),
                _ => ("but the highest port is 65535", "above 65535"),
            };
            let rest = format!("is {}, {rest}", self.written());
            self.refuse(codes::INVALID_PORT, &rest, label, "choose a number from 1 to 65535");
        }
        port
    }

    /// A port, or a range of them as text: `"50000-50100"`.
    pub(super) fn ports(self) -> Option<Ports> {
        let Some(text) = self.raw().as_str().filter(|text| is_like_range(text)) else {
            return self.port().map(Ports::from);
        };
        let (reason, help) = match parse_range(text) {
            Ok(ports) if !ports.is_one() => return Some(ports),
            Ok(one) => {
                let help = format!("write the number without quotes: {}", self.example(&one.to_string()));
                ("which is a range of one port".to_owned(), help)
            }
            Err((reason, help)) => match meant(text) {
                Some(meant) => (reason, format!("write {}{}", self.example(&format!("\"{meant}\"")), protocol(text))),
                None => (reason, help),
            },
        };
        let rest = format!("is {}, {reason}", quoted(text));
        self.refuse(codes::INVALID_PORT, &rest, "not a range of ports", help);
        None
    }

    fn refuse_type_of_port(self) {
        let kind = kind(self.raw());
        if let Some(text) = self.raw().as_str().filter(|text| is_like_range(text)) {
            let written = self.written();
            let help = match self.owner {
                Owner::Entry(_) => format!("write `ports = {written}`"),
                _ => format!("write {}", self.example("4000")),
            };
            return self.refuse(codes::INVALID_PORT, &format!("is {}, not one number", quoted(text)), "a range", help);
        }
        let (rest, help) = match self.raw() {
            DeValue::String(text) => {
                (format!("is the string {}, not a number", self.quoted(text)), self.instead_of(text))
            }
            DeValue::Float(float) => {
                let whole = float.as_str().split_once('.').map_or("4000", |(whole, _)| whole);
                let rest = format!("is {}, but a port is a whole number", self.written());
                (rest, format!("write {}", self.example(whole)))
            }
            DeValue::Boolean(_) => {
                let help = "write its number, or `port = \"none\"` for a service without a port";
                (format!("is `{}`, not a number", self.written()), help.to_owned())
            }
            DeValue::Array(_) => {
                let help = "several ports have names: `ports = { http = 8080, metrics = 9100 }`";
                ("is a list, not one number".to_owned(), help.to_owned())
            }
            _ => (format!("is {kind}, not a number"), format!("write {}", self.example("4000"))),
        };
        self.refuse(codes::INVALID_PORT, &rest, kind, help);
    }

    /// What to write instead of `text` where a number belongs.
    fn instead_of(self, text: &str) -> String {
        if is_number(text.trim()) {
            return format!("write the number without quotes: {}", self.example(text.trim()));
        }
        match text.split_once(':') {
            Some((host, container)) if is_number(host) && is_number(container) => {
                format!("write `port = {{ host = {host}, container = {container} }}`")
            }
            _ if self.key.name() == "port" => {
                "write its number without quotes, or `port = \"none\"` for a service without a port".to_owned()
            }
            _ => format!("write its number without quotes: {}", self.example("4000")),
        }
    }

    /// A range of ports, `3000-3099`, or one as text.
    pub(super) fn range(self) -> Option<Ports> {
        if let DeValue::Integer(_) = self.raw() {
            let example = self.example(&format!("\"{}\"", self.written()));
            self.wrong_type("a string", format!("write it in quotes: {example}, or as `\"3000-3099\"`"));
            return None;
        }
        let text = self.string()?;
        let range = parse_range(text);
        if let Err((reason, help)) = &range {
            let rest = format!("is {}, {reason}", self.quoted(text));
            self.refuse(codes::INVALID_RANGE, &rest, "not a range of ports", help.as_str());
        }
        range.ok()
    }
}

/// Whether a text is meant to be a range: digits, then a hyphen or what is written in its place, then more.
fn is_like_range(text: &str) -> bool {
    let behind = text.trim_start().trim_start_matches(|c: char| c.is_ascii_digit());
    behind.len() < text.trim_start().len() && behind.trim_start().starts_with(|c| c == '-' || is_dash(c))
}

/// The range that a text with blanks, a dash or a protocol means.
fn meant(text: &str) -> Option<Ports> {
    let plain: String = text.chars().filter(|c| !c.is_whitespace()).map(|c| if is_dash(c) { '-' } else { c }).collect();
    let plain = plain.split(['/', ':']).next()?;
    parse_range(plain).ok().filter(|ports| !ports.is_one())
}

/// How to say the protocol that stands behind a range, as in a Compose file.
fn protocol(text: &str) -> String {
    match text.trim().rsplit_once('/') {
        Some((_, protocol @ ("tcp" | "udp" | "sctp"))) => format!(", and `protocol = \"{protocol}\"` beside it"),
        _ => String::new(),
    }
}

/// Whether a character is a dash other than the hyphen of a keyboard.
fn is_dash(c: char) -> bool {
    matches!(c, '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{fe58}' | '\u{fe63}' | '\u{ff0d}')
}

/// Whether a text may be a port: one to five digits.
fn is_number(text: &str) -> bool {
    (1..=5).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn parse_range(text: &str) -> Result<Ports, Fault> {
    if let Some(odd) = text.chars().find(|c| !c.is_ascii_digit() && *c != '-') {
        return Err(odd_character(text, odd));
    }
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    if first.is_empty() || last.is_empty() || last.contains('-') {
        return Err(("not two numbers with a hyphen between them".into(), "write it as `\"3000-3099\"`".into()));
    }
    let (first, last) = (end(first)?, end(last)?);
    Ports::new(first, last)
        .ok_or_else(|| ("which ends before it starts".into(), format!("write it as `\"{last}-{first}\"`")))
}

fn end(digits: &str) -> Result<Port, Fault> {
    if digits.len() > 1 && digits.starts_with('0') {
        return Err((
            format!("and {} has a leading zero", quoted(digits)),
            format!("write `\"{}\"`", digits.trim_start_matches('0')),
        ));
    }
    digits.parse().ok().and_then(Port::new).ok_or_else(|| {
        (format!("and {} is not a port", quoted(digits)), "a port is a number from 1 to 65535".to_owned())
    })
}

fn odd_character(text: &str, odd: char) -> Fault {
    let hyphen = format!("write it with a plain hyphen: `\"{}\"`", text.replace([odd, ' '], "-").replace("---", "-"));
    match odd {
        _ if is_dash(odd) => {
            (format!("with {} (U+{:04X}, a dash) where a hyphen belongs", quoted(&odd.to_string()), odd as u32), hyphen)
        }
        '.' | ':' | ',' | ' ' => (
            format!("with {} in it", if odd == ' ' { "a space".to_owned() } else { format!("`{odd}`") }),
            "write one range or number, only digits and one hyphen: `\"3000-3099\"`".into(),
        ),
        _ => (
            format!("with {} in it", quoted(&odd.to_string())),
            "write only digits and one hyphen: `\"3000-3099\"`".into(),
        ),
    }
}
