//! Nothing that comes from outside acts on the terminal: of the characters that could, only portgen's own line breaks and colors
//! reach stdout and stderr.
//!
//! `scenes` puts such characters wherever somebody else's text can stand, and wants to see each of them as an escape; `mutations`
//! puts them anywhere into every case of `tests/cases`.

mod lsp;
mod mutations;
mod scenes;
mod shells;
mod waiting;

use std::process::Output;

use portgen::diagnostic::{Diagnostic, Place, Source, codes};
use proptest::prelude::*;
use unicode_properties::{GeneralCategory, UnicodeGeneralCategory as _};

use crate::tries::tries;

/// One character of every kind that acts on what stands around it.
const HOSTILE: [char; 20] = [
    '\u{1b}',    // begins an escape sequence
    '\r',        // goes back to the start of the line
    '\u{7}',     // rings
    '\u{8}',     // goes back
    '\t',        // jumps
    '\n',        // starts a line
    '\u{7f}',    // deletes
    '\u{9b}',    // begins an escape sequence (C1)
    '\u{85}',    // starts a line (C1)
    '\u{ad}',    // is seen at the end of a line alone
    '\u{61c}',   // reorders
    '\u{200b}',  // is not seen
    '\u{200f}',  // reorders
    '\u{2028}',  // ends a line
    '\u{2029}',  // ends a paragraph
    '\u{202e}',  // reorders
    '\u{2066}',  // reorders
    '\u{206a}',  // changes shapes
    '\u{feff}',  // is not seen
    '\u{e0041}', // is not seen
];

/// What of a text acts on a terminal, apart from line breaks and, where they are `colored`, the colors of annotate-snippets and git.
fn acting(text: &str, colored: bool) -> Vec<char> {
    use GeneralCategory::{Control, Format, LineSeparator, ParagraphSeparator};
    let text = if colored { without_colors(text) } else { text.to_owned() };
    let acts = |c: &char| matches!(c.general_category(), Control | Format | LineSeparator | ParagraphSeparator);
    text.chars().filter(|c| acts(c) && *c != '\n').collect()
}

/// The text without `ESC [ digits m`.
fn without_colors(text: &str) -> String {
    let mut parts = text.split("\x1b[");
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        match part.trim_start_matches(|c: char| c.is_ascii_digit() || c == ';').strip_prefix('m') {
            Some(rest) => out.push_str(rest),
            None => out = out + "\x1b[" + part,
        }
    }
    out
}

/// Asserts that nothing in what a command has printed acts on a terminal.
#[track_caller]
fn assert_harmless(output: &Output, colored: bool, what: &str) {
    for (name, bytes) in [("stdout", &output.stdout), ("stderr", &output.stderr)] {
        let text = String::from_utf8_lossy(bytes);
        assert!(!text.contains("panicked"), "{what}: {text}");
        let acting = acting(&text, colored);
        assert!(acting.is_empty(), "{what}: {acting:?} on {name}:\n{}", text.escape_debug());
    }
}

#[test]
fn the_judge_knows_what_acts() {
    for c in HOSTILE.into_iter().filter(|c| *c != '\n') {
        assert_eq!(acting(&format!("a{c}b\n"), false), [c]);
        assert_eq!(acting(&format!("a\x1b[1;31mb{c}\x1b[0m\n"), true), [c]);
    }
    assert_eq!(acting("é 🦀 語 \u{e000}\n", false), []);
    assert_eq!(acting("\x1b[2J", true), ['\x1b']);
    assert_eq!(acting("\x1b[0m", false), ['\x1b']);
}

proptest! {
    #![proptest_config(tries(500))]

    #[test]
    fn a_diagnostic_of_any_text_is_harmless(texts in proptest::array::uniform5(hostile_text()), span in (0..40usize, 0..40usize)) {
        let [message, label, help, name, source] = texts;
        let place = Place::new(&Source::new(name, source), span.0..span.0 + span.1);
        let one = Diagnostic::error(codes::SYNTAX, message).at(place, label).help(help);
        for color in [false, true] {
            let shown = one.render(color);
            prop_assert_eq!(acting(&shown, color), [], "{}", shown.escape_debug());
        }
        // No text starts a line: they stand in the one of theirs.
        prop_assert!(!one.message.contains('\n') && !one.help[0].contains('\n'));
    }
}

fn hostile_text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        proptest::sample::select(&HOSTILE[..]).prop_map(String::from),
        any::<char>().prop_map(String::from),
        "[a-z ]{0,5}"
    ];
    proptest::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
}
