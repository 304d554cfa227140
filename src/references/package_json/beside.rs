//! Scripts whose servers are beside the service: tests with a mock, previews of a build.

use super::document::Script;

/// Words in the names of scripts that test.
const TESTS: &[&str] =
    &["cy", "cypress", "e2e", "integration", "mock", "mocks", "playwright", "pw", "spec", "test", "tests"];

/// Programs that start a server for a test and end it.
const TESTERS: &[&str] = &["cypress", "playwright", "server-test", "start-server-and-test", "start-test"];

/// The usual scripts that start the service itself.
const STARTERS: &[&str] = &["dev", "serve", "start"];

/// Whether a script tests the service, as its name or a program in it says.
pub(super) fn is_test(script: &Script<'_>) -> bool {
    let line = script.line.as_ref().map_or("", |line| &*line.value);
    has_word(&script.name, TESTS) || has_word_between_blanks(line, TESTERS)
}

/// Whether a script shows a build of what another script of the file starts.
pub(super) fn is_preview(script: &Script<'_>, all: &[Script<'_>]) -> bool {
    has_word(&script.name, &["preview"]) && all.iter().any(|other| STARTERS.contains(&&*other.name))
}

fn has_word(name: &str, words: &[&str]) -> bool {
    name.split([':', '-', '_', '.', '/']).any(|word| words.contains(&word))
}

fn has_word_between_blanks(line: &str, words: &[&str]) -> bool {
    line.split_ascii_whitespace().any(|word| words.contains(&word))
}
