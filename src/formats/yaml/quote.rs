//! Double-quoted scalars.

use std::fmt::Write as _;

use crate::formats::Unquotable;

/// Writes a double-quoted scalar (YAML 1.2.2, 7.3.1): the only style in which every reader of YAML 1.1 and 1.2 reads every text
/// as a string.
///
/// # Errors
/// None: every text can be written.
pub fn quote(text: &str, out: &mut String) -> Result<(), Unquotable> {
    out.push('"');
    if text.bytes().all(|b| matches!(b, b' '..=b'~') && b != b'"' && b != b'\\') {
        out.push_str(text);
        out.push('"');
        return Ok(());
    }
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
    Ok(())
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
