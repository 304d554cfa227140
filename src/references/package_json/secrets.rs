//! What excerpts of a package.json hide: everything but its keys, also where it is not JSON.

use std::ops::Range;

/// The bytes of `text` that are not keys.
pub(super) fn secrets(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut start = 0;
    let mut at = 0;
    while let Some(quote) = text[at..].find('"').map(|quote| at + quote) {
        at = string_end(text, quote);
        if text[at..].trim_start().starts_with(':') {
            found.push(start..quote);
            start = at;
        }
    }
    found.push(start..text.len());
    found
}

/// The end of the string that opens at `quote`; the end of its line if it does not close there.
fn string_end(text: &str, quote: usize) -> usize {
    let mut is_escaped = false;
    for (at, byte) in text.bytes().enumerate().skip(quote + 1) {
        match byte {
            b'\n' => return at,
            b'"' if !is_escaped => return at + 1,
            _ => is_escaped = byte == b'\\' && !is_escaped,
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_keys_are_shown() {
        for (text, expected) in [
            (r#"{"a": "b", "c" : ["d", 1]}"#, r#"_"a"_"c"_"#),
            (r#"{"a\"b": "c:\" \\", "d": {}}"#, r#"_"a\"b"_"d"_"#),
            ("{\"a\": \"b,\n\"c\": d}", "_\"a\"_\"c\"_"),
            ("{\"a: \"b\"}", "_"),
        ] {
            let mut shown = text.to_owned();
            secrets(text).into_iter().rev().for_each(|span| shown.replace_range(span, "_"));
            assert_eq!(shown, expected, "{text}");
        }
    }
}
