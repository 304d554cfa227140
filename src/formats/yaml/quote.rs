//! Strings: plain where every reader takes them for strings, else quoted.

use std::fmt::Write as _;

use crate::formats::Unquotable;
use crate::formats::class::Class;

/// Bytes that mean nothing inside a plain scalar, in block and in flow style.
const PLAIN: Class = Class::of(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_./-+=@$%~();");

/// Plain scalars that YAML 1.1 or 1.2 reads as a boolean or null: <https://yaml.org/type/bool.html>.
const WORDS: [&str; 9] = ["y", "n", "yes", "no", "on", "off", "true", "false", "null"];

/// Writes a string that every reader of YAML 1.1 and 1.2 reads as this string, as people write it: plain if it cannot be read
/// as anything else, else quoted (YAML 1.2.2, 7.3.1 and 7.3.2). Prettier chooses the same quotes.
///
/// # Errors
/// None: every text can be written.
pub fn quote(text: &str, out: &mut String) -> Result<(), Unquotable> {
    if is_plain(text.as_bytes()) {
        out.push_str(text);
        return Ok(());
    }
    let is_literal = !text.contains(|c| c == '\\' || needs_escape(c));
    if is_literal && text.contains('"') {
        push_between('\'', &text.replace('\'', "''"), out);
    } else if is_literal {
        push_between('"', text, out);
    } else {
        push_escaped(text, out);
    }
    Ok(())
}

fn push_between(quote: char, text: &str, out: &mut String) {
    out.push(quote);
    out.push_str(text);
    out.push(quote);
}

fn push_escaped(text: &str, out: &mut String) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            c if needs_escape(c) => {
                let _ = if (c as u32) > 0xffff {
                    write!(out, "\\U{:08X}", c as u32)
                } else {
                    write!(out, "\\u{:04X}", c as u32)
                };
            }
            c => out.push(c),
        }
    }
    out.push('"');
}

/// Whether no reader takes a plain `text` for anything but this string.
fn is_plain(text: &[u8]) -> bool {
    let starts_as_text = match text {
        [b'0'..=b'9', ..] => return is_quantity(text),
        [b'a'..=b'z' | b'A'..=b'Z', ..] => !is_word(text),
        [b'/' | b'_' | b'$', ..] | [b'.', b'/', ..] | [b'.', b'.', b'/', ..] => true,
        // Not `.inf` and `.nan`, and not `.5`.
        [b'.', b'a'..=b'z', ..] => !matches!(text, b".inf" | b".nan"),
        _ => false,
    };
    starts_as_text && has_no_indicator(text)
}

fn is_word(text: &[u8]) -> bool {
    // Most texts are longer than any of them.
    text.len() <= "false".len() && WORDS.iter().any(|word| text.eq_ignore_ascii_case(word.as_bytes()))
}

/// Whether a reader of YAML 1.1 takes a plain scalar for a number or a boolean.
pub fn is_number_or_boolean(plain: &str) -> bool {
    if plain.starts_with(|c: char| c.is_ascii_alphabetic()) {
        return is_word(plain.as_bytes());
    }
    let digits = plain.trim_start_matches(['-', '+']).replace('_', "");
    let is_decimal = digits.starts_with(|c: char| c.is_ascii_digit() || c == '.') && digits.parse::<f64>().is_ok();
    let bases = [("0x", 16), ("0o", 8), ("0b", 2)];
    let has_base = bases
        .iter()
        .any(|(base, radix)| digits.strip_prefix(base).is_some_and(|rest| u64::from_str_radix(rest, *radix).is_ok()));
    is_decimal || has_base || matches!(&*digits.to_ascii_lowercase(), ".inf" | ".nan")
}

/// Whether a text that starts with a digit is surely not a number, a time or a port: `30s`, `512m`, `1m30s`.
fn is_quantity(text: &[u8]) -> bool {
    text.iter().all(|byte| byte.is_ascii_alphanumeric())
        && text.iter().any(|byte| matches!(byte, b'g'..=b'n' | b'p'..=b's' | b'u'..=b'w'))
}

/// Whether a text is a plain scalar on one line. A colon inside a word, as in an address, is text, and so is a single space
/// between words.
fn has_no_indicator(mut text: &[u8]) -> bool {
    loop {
        text = &text[PLAIN.run(text)..];
        match text {
            [] => return true,
            [b':' | b' ', next, ..] if PLAIN.has(*next) => text = &text[1..],
            _ => return false,
        }
    }
}

/// Outside of YAML's printable set, a line break for YAML 1.1, or invisible.
pub(super) fn needs_escape(c: char) -> bool {
    crate::diagnostic::is_hidden(c) || matches!(c, '\u{85}' | '\u{fffe}' | '\u{ffff}')
}

/// Resolves the escapes between the quotes of a scalar; `None` if there are others than [`quote`] writes.
pub(super) fn unescape(inner: &str) -> Option<String> {
    let mut text = String::with_capacity(inner.len());
    let mut rest = inner;
    while let Some(at) = rest.find('\\') {
        text.push_str(&rest[..at]);
        let digits = match rest.as_bytes().get(at + 1)? {
            b'u' => 4,
            b'U' => 8,
            _ => 0,
        };
        text.push(match rest.as_bytes()[at + 1] {
            b'"' => '"',
            b'\\' => '\\',
            b'n' => '\n',
            b't' => '\t',
            b'r' => '\r',
            _ => character(rest.get(at + 2..at + 2 + digits)?)?,
        });
        rest = &rest[at + 2 + digits..];
    }
    text.push_str(rest);
    Some(text)
}

fn character(hex: &str) -> Option<char> {
    // `from_str_radix` alone would accept a sign.
    let digits = hex.bytes().all(|b| b.is_ascii_hexdigit());
    if digits { u32::from_str_radix(hex, 16).ok().and_then(char::from_u32) } else { None }
}
