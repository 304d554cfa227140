//! Markdown as a parser of GitHub Flavored Markdown sees it: the user's text is in code, and nothing else of it is anywhere.

use portgen::diagnostic::{Diagnostic, Severity, codes};
use portgen::drift::{Change, Kind, patch};
use proptest::prelude::*;
use proptest::test_runner::TestCaseError;
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

use super::{path, render, rendered, texts, visible};
use crate::tries::tries;

/// The most characters of a comment on GitHub.
const MOST: usize = 65_536;

/// A document without what stands in code and without its digits, the code spans, and the code blocks.
fn taken_apart(markdown: &str) -> (Vec<String>, Vec<String>, String) {
    let (mut skeleton, mut spans, mut block) = (Vec::new(), Vec::new(), String::new());
    let mut in_block = false;
    for event in Parser::new_ext(markdown, Options::all()) {
        match &event {
            Event::Code(code) => spans.push(code.to_string()),
            Event::Text(text) if in_block => block.push_str(text),
            Event::Start(Tag::CodeBlock(_)) => in_block = true,
            Event::End(TagEnd::CodeBlock) => in_block = false,
            _ => {}
        }
        if !in_block {
            let event = if matches!(event, Event::Code(_)) { "code".to_owned() } else { format!("{event:?}") };
            skeleton.push(event.replace(|c: char| c.is_ascii_digit(), ""));
        }
    }
    (skeleton, spans, block)
}

fn on_one_line(text: &str) -> String {
    visible(text).replace('\r', "\\u{000d}").replace('\n', "\\u{000a}")
}

proptest! {
    #![proptest_config(tries(1000))]

    #[test]
    fn a_text_is_code_and_nothing_else(text in texts()) {
        is_code_and_nothing_else(&text)?;
    }
}

/// Nothing is taken off a code span that holds nothing but blanks.
#[test]
fn a_text_of_blanks_alone_is_code_too() {
    for text in [" ", "  ", "     "] {
        is_code_and_nothing_else(text).unwrap();
    }
}

fn is_code_and_nothing_else(text: &str) -> Result<(), TestCaseError> {
    let (skeleton, spans, block) = taken_apart(&rendered("markdown", text));
    let (plain, _, _) = taken_apart(&rendered("markdown", "plain"));
    prop_assert_eq!(skeleton, plain);
    let shown = on_one_line(text).replace("\\|", "\\\\u{007c}");
    prop_assert!(spans.contains(&shown), "{:?} is not in {:?}", shown, spans);
    let (before, after) = (Some(text.to_owned().into_bytes()), Some(format!("{text}\n{text}\n").into_bytes()));
    let change = Change { path: path(text), kind: Kind::HandEdited, before, after };
    let patch = String::from_utf8(patch(&[change], b"sub, dir/")).unwrap();
    let patch = visible(&patch).replace('\r', "\\u{000d}");
    prop_assert_eq!(block.chars().count(), patch.chars().count());
    // What may be a value is hidden.
    prop_assert!(block.chars().zip(patch.chars()).all(|(shown, whole)| shown == whole || shown == '*'), "{}", block);
    Ok(())
}

fn change(name: &str, line: &str, lines: usize) -> Change {
    let after = Some(format!("{line}\n").repeat(lines).into_bytes());
    Change { path: path(name), kind: Kind::Missing, before: None, after }
}

#[test]
fn a_long_report_is_cut_to_what_a_comment_holds_and_says_so() {
    let said = |index| Diagnostic::new(codes::PLATFORM_PORT, Severity::Warning, format!("number {index}"));
    let said: Vec<Diagnostic> = (0..3000).map(said).collect();
    let changes: Vec<Change> = (0..3000).map(|index| change(&format!("file-{index}"), "line", 100)).collect();
    let out = render("markdown", &said, &changes);
    assert!(out.len() <= MOST && out.len() > MOST / 2, "{}", out.len());
    let more: Vec<&str> = out.lines().filter(|line| line.starts_with("... and ")).collect();
    assert_eq!(more.len(), 2, "{more:?}");
    let shown = out.matches("`number ").count();
    assert_eq!(more[0], format!("... and {} more.", 3000 - shown));
    assert!(out.contains("\nThe patch is cut here: `portgen diff` shows all of it.\n\n</details>\n"));
    assert!(out.contains("3000 warnings, 3000 files"));
    let (_, _, block) = taken_apart(&out);
    assert!(block.ends_with("+line\n"));
}

#[test]
fn no_fence_is_too_long() {
    let ticks = "`".repeat(40_000);
    let out = render("markdown", &[], &[change("a", "short", 1), change("b", &ticks, 1)]);
    assert!(out.len() <= MOST, "{}", out.len());
    let (_, _, block) = taken_apart(&out);
    assert!(block.contains("+*****\n") && !block.contains("``"));
    assert!(out.contains("The patch is cut here"));
}
