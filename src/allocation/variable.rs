//! Variables of Compose in a text: `${API_PORT:-4000}`.
//!
//! Source: <https://github.com/compose-spec/compose-spec/blob/main/12-interpolation.md>.

use std::ops::Range;

/// The bytes of the default of the variable that a text starts with: `./src` of `${SRC:-./src}/app` and `${SRC-./src}`.
pub fn default(text: &str) -> Option<Range<usize>> {
    let inside = text.strip_prefix("${")?;
    let rest = &inside[end_of_name(inside)..];
    let value = rest.strip_prefix(":-").or_else(|| rest.strip_prefix('-'))?;
    let end = end_of_braces(value)?;
    let start = text.len() - value.len();
    Some(start..start + end)
}

/// The name of the variable that a text is: `PORT` of `${PORT:-4000}` and `$PORT`.
pub fn name(text: &str) -> Option<&str> {
    let inside = text.strip_prefix('$')?;
    let inside = inside.strip_prefix('{').unwrap_or(inside);
    Some(&inside[..end_of_name(inside)]).filter(|name| !name.is_empty())
}

/// The end of the name of a variable that a text starts with.
pub fn end_of_name(text: &str) -> usize {
    text.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(text.len())
}

/// Where the brace closes that is open before a text.
pub fn end_of_braces(text: &str) -> Option<usize> {
    let mut depth = 1;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'{' => depth += 1,
            b'}' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return Some(at);
        }
    }
    None
}

/// The bytes of the value that a text has where nobody sets its variable: all of one without a variable, the default of `${PORT:-4000}`.
/// None where it has no default, or something beside the variable.
pub fn value(text: &str) -> Option<Range<usize>> {
    if !text.contains('$') {
        return Some(0..text.len());
    }
    let default = default(text).filter(|default| default.end + "}".len() == text.len())?;
    let inner = value(&text[default.clone()])?;
    Some(default.start + inner.start..default.start + inner.end)
}

/// The parts of an entry of `ports` in its short form, which colons separate outside of braces and brackets: `[::1]:${PORT:-80}:80`.
pub fn parts(text: &str) -> Vec<Range<usize>> {
    let (mut parts, mut start, mut depth) = (Vec::new(), 0, 0_usize);
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'{' | b'[' => depth += 1,
            b'}' | b']' => depth = depth.saturating_sub(1),
            b':' if depth == 0 => {
                parts.push(start..at);
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(start..text.len());
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_those_that_compose_takes_without_a_variable() {
        for (text, expected) in [
            ("4000", Some("4000")),
            ("${PORT:-4000}", Some("4000")),
            ("${PORT-4000}", Some("4000")),
            ("${A:-${B:-4000-4002}}", Some("4000-4002")),
            ("${PORT}", None),
            ("$PORT", None),
            ("${PORT:?set it}", None),
            ("4${PORT:-000}", None),
            ("${PORT:-400}0", None),
            ("${PORT:-4000", None),
        ] {
            assert_eq!(value(text).map(|bytes| &text[bytes]), expected, "{text}");
        }
    }

    #[test]
    fn parts_are_those_of_the_short_form() {
        for (text, expected) in [
            ("80", vec!["80"]),
            ("${A:-1}:80", vec!["${A:-1}", "80"]),
            ("127.0.0.1::80", vec!["127.0.0.1", "", "80"]),
            ("[::1]:${A:-${B:-2}}:80", vec!["[::1]", "${A:-${B:-2}}", "80"]),
        ] {
            let seen: Vec<&str> = parts(text).into_iter().map(|part| &text[part]).collect();
            assert_eq!(seen, expected, "{text}");
        }
    }
}
