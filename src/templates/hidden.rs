//! What excerpts of a person's template hide: all but the keys of lines and expressions, and the texts in expressions.

use std::ops::Range;

use super::front_matter_fault::KEYS;
use crate::diagnostic::key_of_line;

/// How parts of a template start and end that are not written as they are.
const PARTS: [(&str, &str); 3] = [("{{", "}}"), ("{%", "%}"), ("{#", "#}")];

/// The bytes of a template that excerpts hide.
pub(super) fn secrets(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut at = 0;
    let mut is_behind_key = false;
    while let Some((start, end)) = next_part(text, at) {
        is_behind_key = push_plain(text, at..start, is_behind_key, &mut found);
        let part = &text[start..end];
        if !part.starts_with("{#") {
            found.extend(literals(part).into_iter().map(|span| start + span.start..start + span.end));
        } else if start > 0 {
            found.push(start..end);
        } else {
            push_header(part, &mut found);
        }
        at = end;
    }
    push_plain(text, at..text.len(), is_behind_key, &mut found);
    found
}

/// The next part from the byte `at` on; one that is never closed ends with the text.
fn next_part(text: &str, at: usize) -> Option<(usize, usize)> {
    let start = at + text[at..].match_indices('{').find(|(brace, _)| part_end(&text[at + brace..]).is_some())?.0;
    let end = part_end(&text[start..])?;
    Some((start, text[start..].find(end).map_or(text.len(), |length| start + length + end.len())))
}

fn part_end(rest: &str) -> Option<&'static str> {
    PARTS.iter().find(|(start, _)| rest.starts_with(start)).map(|(_, end)| *end)
}

/// Adds all but the key of each line; returns whether the last line has had its key.
fn push_plain(text: &str, plain: Range<usize>, mut is_behind_key: bool, found: &mut Vec<Range<usize>>) -> bool {
    let mut at = plain.start;
    for line in text[plain].split_inclusive('\n') {
        let key = if is_behind_key { 0..0 } else { key_of_line(line) };
        is_behind_key |= line.contains([':', '=']);
        found.push(at..at + key.start);
        found.push(at + key.end..at + line.len());
        at += line.len();
        is_behind_key &= !line.ends_with('\n');
    }
    is_behind_key
}

/// Adds what is behind keys that the front matter, at the start of the text, does not have.
fn push_header(header: &str, found: &mut Vec<Range<usize>>) {
    let mut at = 0;
    for line in header.split_inclusive('\n') {
        let key = key_of_line(line);
        if !key.is_empty() && !KEYS.iter().any(|(known, _)| *known == &line[key.clone()]) {
            found.push(at + key.end..at + line.len());
        }
        at += line.len();
    }
}

/// The texts in quotes.
pub(super) fn literals(part: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut open: Option<(usize, u8)> = None;
    let mut is_escaped = false;
    for (at, byte) in part.bytes().enumerate() {
        match (open, byte) {
            (None, b'"' | b'\'') => open = Some((at + 1, byte)),
            (Some((start, quote)), _) if byte == quote && !is_escaped => {
                found.push(start..at);
                open = None;
            }
            _ => {}
        }
        is_escaped = byte == b'\\' && !is_escaped;
    }
    found.extend(open.map(|(start, _)| start..part.len()));
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_be_a_value_is_hidden() {
        for (text, expected) in [
            ("{#- output: a -#}\nA=b {{ c }} d\ne f\n", "{#- output: a -#}_A_{{ c }}__"),
            ("{#\nx: y\n#}\n", "{#\nx_#}_"),
            ("A{{ b }}: c\n{# d #}e", "_{{ b }}___"),
            ("{{ \"a\" ~ 'b\\'c' | x }}{% if y == \"z\" %}", "{{ \"_\" ~ '_' | x }}{% if y == \"_\" %}"),
            ("{{ \"a", "{{ \"_"),
        ] {
            let mut shown = text.to_owned();
            let spans = secrets(text).into_iter().rev().filter(|span| !span.is_empty());
            spans.for_each(|span| shown.replace_range(span, "_"));
            assert_eq!(shown, expected, "{text}");
        }
    }
}
