//! Port numbers and ranges of them.

use toml::de::DeValue;

use super::value::Value;
use crate::allocation::Port;
use crate::diagnostic::{Diagnostic, codes, quoted};
use crate::manifest::document;

/// Why a text is no range of ports, and what to do.
type Fault = (String, String);

impl<'t> Value<'t> {
    /// A port number, 1 to 65535.
    pub(super) fn port(self) -> Option<Port> {
        let DeValue::Integer(integer) = self.raw() else {
            self.report.add(self.no_number());
            return None;
        };
        let number = document::number(integer);
        let port = number.and_then(Port::new);
        if port.is_none() {
            self.report.add(self.no_port(number, integer.as_str().starts_with('-')));
        }
        port
    }

    fn no_port(self, number: Option<i64>, negative: bool) -> Diagnostic {
        let written = self.written();
        let (rest, label) = match number {
            Some(0) => (format!("is {written}, on which nothing can listen"), "port 0 is reserved (RFC 6335)"),
            _ if negative => (format!("is {written}, but no port is negative"), "below 1"),
            _ => (format!("is {written}, but the highest port is 65535"), "above 65535"),
        };
        self.mistake(codes::INVALID_PORT, &rest, label).help("choose a number from 1 to 65535")
    }

    fn no_number(self) -> Diagnostic {
        let mistake = |rest: &str, label: &str| self.mistake(codes::INVALID_PORT, rest, label);
        match self.raw() {
            DeValue::String(text) => {
                mistake(&format!("is the string {}, not a number", quoted(text)), "a string").help(self.instead(text))
            }
            DeValue::Float(float) => {
                let whole = float.as_str().split_once('.').map_or("4000", |(whole, _)| whole);
                mistake(&format!("is {}, but a port is a whole number", self.written()), "a float")
                    .help(format!("write {}", self.example(whole)))
            }
            DeValue::Boolean(_) => mistake(&format!("is `{}`, not a number", self.written()), "a boolean")
                .help("write its number, or `port = \"none\"` for a service without a port"),
            DeValue::Array(_) => mistake("is a list, not one number", "a list")
                .help("several ports have names: `ports = { http = 8080, metrics = 9100 }`"),
            DeValue::Table(_) => {
                mistake("is a table, not a number", "a table").help(format!("write {}", self.example("4000")))
            }
            _ => mistake("is a date or time, not a number", "a date or time")
                .help(format!("write {}", self.example("4000"))),
        }
    }

    /// What to write instead of `text` where a number belongs.
    fn instead(self, text: &str) -> String {
        let digits = |text: &str| !text.is_empty() && text.len() <= 5 && text.bytes().all(|byte| byte.is_ascii_digit());
        if digits(text.trim()) {
            return format!("write the number without quotes: {}", self.example(text.trim()));
        }
        match text.split_once(':') {
            Some((host, container)) if digits(host) && digits(container) => {
                format!("write `port = {{ host = {host}, container = {container} }}`")
            }
            _ if self.key.name() == "port" => {
                "write its number without quotes, or `port = \"none\"` for a service without a port".to_owned()
            }
            _ => format!("write its number without quotes: {}", self.example("4000")),
        }
    }

    /// A range of ports, `3000-3099`, or one as text.
    pub(super) fn range(self) -> Option<(Port, Port)> {
        if let DeValue::Integer(_) = self.raw() {
            let example = self.example(&format!("\"{}\"", self.written()));
            self.wrong_type("a string", format!("write it in quotes: {example}, or as `\"3000-3099\"`"));
            return None;
        }
        let text = self.string()?;
        match parse_range(text) {
            Ok(range) => Some(range),
            Err((reason, help)) => {
                let rest = format!("is {}, {reason}", quoted(text));
                self.report.add(self.mistake(codes::INVALID_RANGE, &rest, "not a range of ports").help(help));
                None
            }
        }
    }
}

fn parse_range(text: &str) -> Result<(Port, Port), Fault> {
    if let Some(odd) = text.chars().find(|c| !c.is_ascii_digit() && *c != '-') {
        return Err(odd_character(text, odd));
    }
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    if first.is_empty() || last.is_empty() || last.contains('-') {
        return Err(("not two numbers with a hyphen between them".into(), "write it as `\"3000-3099\"`".into()));
    }
    let (first, last) = (end(first)?, end(last)?);
    match first <= last {
        true => Ok((first, last)),
        false => Err(("which ends before it starts".into(), format!("write it as `\"{last}-{first}\"`"))),
    }
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
        '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{fe58}' | '\u{fe63}' | '\u{ff0d}' => {
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
