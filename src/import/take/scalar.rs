//! Plain scalars as Docker Compose reads them, which is not what other readers of YAML do: `022` is 18, and `1_000` is 1000.
//!
//! Source: `resolve` of <https://github.com/go-yaml/yaml/blob/v3/resolve.go>, which compose-go uses; tried with Docker Compose 5.

use serde_json::{Number, Value as Json};

/// What a plain scalar is.
///
/// # Errors
/// Why ports.toml cannot have it: the predicate of a sentence.
pub(super) fn plain(text: &str) -> Result<Json, &'static str> {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Ok(Json::Null),
        "true" | "True" | "TRUE" => return Ok(Json::Bool(true)),
        "false" | "False" | "FALSE" => return Ok(Json::Bool(false)),
        _ => {}
    }
    if !text.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '+' | '-' | '.')) {
        return Ok(Json::from(text));
    }
    if is_date(text) {
        return Err("is a date to Compose: put it in quotes, as Compose shows it");
    }
    let joined = text.replace('_', "");
    if let Some(number) = integer(&joined) {
        return Ok(number);
    }
    if is_float(text) {
        let float = joined.parse().ok().and_then(Number::from_f64);
        return float.map(Json::Number).ok_or("is a number that TOML cannot write");
    }
    Ok(Json::from(text))
}

/// A whole number in base 2, 8, 10 or 16; one that does not fit in 64 bits of TOML as its text, which is how Compose shows it.
fn integer(text: &str) -> Option<Json> {
    let (sign, digits) = match text.strip_prefix(['-', '+']) {
        Some(digits) => (if text.starts_with('-') { "-" } else { "" }, digits),
        None => ("", text),
    };
    let lower = digits.to_ascii_lowercase();
    let (radix, digits) = match lower.as_bytes() {
        [b'0', b'x', ..] => (16, &lower[2..]),
        [b'0', b'o', ..] => (8, &lower[2..]),
        [b'0', b'b', ..] => (2, &lower[2..]),
        [b'0', _, ..] => (8, &lower[1..]),
        _ => (10, &*lower),
    };
    if digits.starts_with(['+', '-']) {
        return None;
    }
    match i64::from_str_radix(&format!("{sign}{digits}"), radix) {
        Ok(number) => Some(Json::from(number)),
        Err(_) if radix == 10 && digits.parse::<u64>().is_ok() => Some(Json::from(format!("{sign}{digits}"))),
        Err(_) => None,
    }
}

fn is_float(text: &str) -> bool {
    let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
    let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let signless = mantissa.strip_prefix(['-', '+']).unwrap_or(mantissa);
    let (whole, part) = signless.split_once('.').unwrap_or((signless, ""));
    let exponent = exponent.strip_prefix(['-', '+']).unwrap_or(exponent);
    let has_digit = !whole.is_empty() || !part.is_empty();
    has_digit && is_digits(whole) && is_digits(part) && !exponent.is_empty() && is_digits(exponent)
}

/// `2024-01-01`, with a time or without.
fn is_date(text: &str) -> bool {
    let mut parts = text.splitn(3, '-');
    let is_number = |part: Option<&str>, lengths: std::ops::RangeInclusive<usize>| {
        part.is_some_and(|part| lengths.contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit()))
    };
    let (year, month) = (parts.next(), parts.next());
    let day = parts.next().map(|rest| rest.split(['T', 't', ' ']).next().unwrap_or(rest));
    is_number(year, 4..=4) && is_number(month, 1..=2) && is_number(day, 1..=2)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn plain_scalars_are_what_compose_reads() {
        for (text, expected) in [
            ("022", json!(18)),
            ("0440", json!(288)),
            ("007", json!(7)),
            ("1_000", json!(1000)),
            ("0x1f", json!(31)),
            ("-3", json!(-3)),
            ("12345678901234567890", json!("12345678901234567890")),
            ("0.50", json!(0.5)),
            ("1e3", json!(1000.0)),
            ("08", json!(8.0)),
            ("yes", json!("yes")),
            ("10s", json!("10s")),
            ("127.0.0.1", json!("127.0.0.1")),
            ("0", json!(0)),
            ("-", json!("-")),
            (".", json!(".")),
            ("~", Json::Null),
            ("True", json!(true)),
        ] {
            assert_eq!(plain(text), Ok(expected), "{text}");
        }
        for date in ["2024-01-01", "2024-1-1", "2024-01-01T10:00:00Z"] {
            assert!(plain(date).is_err(), "{date}");
        }
        assert_eq!(plain("2024-01-01-rc1"), Ok(json!("2024-01-01-rc1")));
    }
}
