//! A number in a text, with what stands around it in its line.

use std::ops::Range;

use crate::formats::port;
use crate::scan::readers::File;

/// The most bytes of the line that a form sees before a number, and behind it.
const MOST_BEFORE: usize = 240;
const MOST_BEHIND: usize = 48;

/// What a file is written in, as far as a form needs to know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::scan::readers) enum Language {
    /// A program, or its configuration.
    Code,
    /// A test: its numbers are its own.
    Test,
    /// A configuration in which keys and values alone count.
    Settings,
    /// A text for people.
    Prose,
}

impl Language {
    /// By the name of the file.
    pub(in crate::scan::readers) fn of(file: &File<'_>) -> Self {
        let is_test = |part: &str| {
            matches!(part, "test" | "tests" | "__tests__" | "spec" | "e2e" | "it" | "testdata" | "fixtures")
        };
        match file.extension() {
            "yml" | "yaml" | "properties" | "toml"
                if file.path.contains("src/test/") || file.path.contains("src/it/") =>
            {
                Self::Test
            }
            "md" | "mdx" | "markdown" | "rst" | "adoc" | "txt" | "puml" | "plantuml" | "iuml" | "wsd" | "mmd"
            | "mermaid" => Self::Prose,
            "yml" | "yaml" | "toml" | "ini" | "properties" | "conf" | "cfg" | "json" | "jsonc" | "json5" | "hjson"
            | "hcl" | "tf" => Self::Settings,
            _ if file.path.split('/').any(is_test)
                || file.name().contains(".test.")
                || file.name().contains(".spec.")
                || file.name().contains("_test.") =>
            {
                Self::Test
            }
            _ => Self::Code,
        }
    }
}

/// A number that may be a port.
#[derive(Clone, Copy, Debug)]
pub(super) struct Spot<'t> {
    /// The number.
    pub(super) port: u16,
    /// Its digits.
    pub(super) digits: &'t str,
    /// Where they start in the text.
    pub(super) at: usize,
    /// What stands before them in the line.
    pub(super) before: &'t str,
    /// What stands above the line, as far as forms look.
    pub(super) above: &'t str,
    /// What stands behind them in the line.
    pub(super) behind: &'t str,
    pub(super) language: Language,
}

impl Spot<'_> {
    /// Whether a text for people has it for an example: `e.g. PORT=4001`.
    pub(super) fn is_example(&self) -> bool {
        const WORDS: [&str; 8] = ["e.g.", "e.g", "eg.", "i.e.", "i.e", "for example", "for instance", "such as"];
        let word = self.before.trim_end_matches(|c: char| !c.is_whitespace());
        let before = word.trim_end_matches([' ', ',', ':', '`', '(']);
        let is_word = |known: &&str| {
            let start = before.len().checked_sub(known.len()).filter(|start| before.is_char_boundary(*start));
            start.is_some_and(|start| {
                before[start..].eq_ignore_ascii_case(known) && !before[..start].ends_with(char::is_alphanumeric)
            })
        };
        self.language == Language::Prose && WORDS.iter().any(is_word)
    }
}

/// The numbers in the bytes `part` of a text that may be ports: two to five digits that are no part of a word or of a longer number.
pub(super) fn spots(text: &str, part: Range<usize>, language: Language) -> impl Iterator<Item = Spot<'_>> {
    let bytes = text.as_bytes();
    let mut at = part.start;
    std::iter::from_fn(move || {
        while at < part.end {
            let start = at + bytes[at..part.end].iter().position(u8::is_ascii_digit)?;
            let end = start + bytes[start..part.end].iter().take_while(|byte| byte.is_ascii_digit()).count();
            at = end;
            let is_alone = (2..=5).contains(&(end - start))
                && bytes[start] != b'0'
                && (!start.checked_sub(1).is_some_and(|before| is_of_a_word(bytes[before]))
                    || bytes[..start].ends_with(b" -p"))
                && !goes_on(&bytes[end..]);
            if let Some(port) = is_alone.then(|| port(&text[start..end])).flatten() {
                let before = before(text, part.start, start);
                return Some(Spot {
                    port,
                    digits: &text[start..end],
                    at: start,
                    before,
                    above: above(text, part.start, start - before.len()),
                    behind: behind(text, end, part.end),
                    language,
                });
            }
        }
        None
    })
}

/// Whether a byte before a number makes it a part of something else.
fn is_of_a_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
        || matches!(byte, b'_' | b'.' | b'#' | b'$' | b'%' | b'+' | b'~' | b'^')
        || byte >= 0x80
}

/// Whether what stands behind a number makes it a part of something else: `4001b`, `40.01`, `4001%`, `10 000`, `4000 0000`.
fn goes_on(behind: &[u8]) -> bool {
    let digits = |bytes: &[u8]| bytes.iter().take_while(|byte| byte.is_ascii_digit()).count();
    match behind {
        [b'.', next, ..] => next.is_ascii_digit(),
        [b' ', b'0', ..] => true,
        [b' ', rest @ ..] => digits(rest) == 3,
        [first, ..] => first.is_ascii_alphanumeric() || matches!(first, b'_' | b'%' | b'+') || *first >= 0x80,
        [] => false,
    }
}

/// The line before the byte `at`, as far as forms look.
fn before(text: &str, first: usize, at: usize) -> &str {
    let mut from = first.max(at.saturating_sub(MOST_BEFORE));
    while !text.is_char_boundary(from) {
        from += 1;
    }
    let start = memchr::memrchr(b'\n', &text.as_bytes()[from..at]).map_or(from, |end| from + end + 1);
    &text[start..at]
}

/// The lines above the one that starts at the byte `at`.
fn above(text: &str, first: usize, at: usize) -> &str {
    let mut from = first.max(at.saturating_sub(MOST_BEFORE));
    while !text.is_char_boundary(from) {
        from += 1;
    }
    &text[from..at]
}

/// The line behind the byte `at`, as far as forms look.
fn behind(text: &str, at: usize, last: usize) -> &str {
    let mut to = last.min(at + MOST_BEHIND);
    while !text.is_char_boundary(to) {
        to -= 1;
    }
    let end = memchr::memchr2(b'\n', b'\r', &text.as_bytes()[at..to]).map_or(to, |end| at + end);
    &text[at..end]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn examples_are_told() {
        for (text, wanted) in [
            ("change the variables, i.e. PORT=4001", true),
            ("a proxy (e.g., `http://localhost:4001`)", true),
            ("For example: http://localhost:4001", true),
            ("set PORT=4001", false),
            ("the bridge. PORT=4001", false),
        ] {
            let spot = spots(text, 0..text.len(), Language::Prose).next();
            assert_eq!(spot.map(|spot| spot.is_example()), Some(wanted), "{text}");
        }
    }
}
