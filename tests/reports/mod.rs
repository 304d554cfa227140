//! The formats for machines: any text through each and back through a reader that is not ours.

mod github;
mod json;
mod markdown;
mod sarif;

use std::collections::BTreeSet;

use portgen::diagnostic::{Diagnostic, Place, Severity, Source, codes, is_hidden};
use portgen::drift::{Change, Kind, patch};
use portgen::lints::LINTS;
use portgen::path::RelPath;
use portgen::report::{self, Drifted, FORMATS, Report};
use proptest::prelude::*;
use serde_json::Value;

/// Texts that some format or other takes for something else.
const TRAPS: &[&str] = &[
    "::error file=x::y",
    "\n::stop-commands::x",
    "\r##[add-mask]x",
    "%0A%25%3A",
    "a,b=c:d",
    "{0} {{1}} }{",
    "[a](https://example.org)",
    "](1) \\](2)",
    "<script>alert(1)</script>",
    "</details></table><!-- -->",
    "![a](b) <https://example.org> www.example.org",
    "@org/team #1 :tada: $x$ ~~a~~ *b* _c_ [^1]",
    "`a` ``b`` ```\n~~~\n",
    "| a \\| b \\\\|",
    "\n\n# heading\n- item\n> quote\n\n    code",
    " blanks ",
    "\\",
    "`",
    "&lt;&#64;",
    "\u{202e}abc\u{200b}\u{2028}\u{feff}\u{e0041}",
    "\u{0}\u{1b}[2J\u{7f}",
    "é 🦀 百",
];

fn texts() -> impl Strategy<Value = String> {
    let one = prop_oneof![proptest::sample::select(TRAPS).prop_map(str::to_owned), any::<String>(), "[ -~]{0,40}"];
    proptest::collection::vec(one, 1..3).prop_map(|parts| parts.concat()).prop_filter("empty", |text| !text.is_empty())
}

/// A path that may be one, from any text.
fn path(text: &str) -> RelPath {
    RelPath::parse(&format!("x{text}x")).unwrap_or_else(|_| RelPath::parse("plain").unwrap())
}

/// A conflict between two places and a file with drift, in which `text` stands wherever a user's text can.
fn rendered(format: &str, text: &str) -> String {
    let source = Source::new(path(text).as_str(), format!("{text}\n{text}"));
    let diagnostic = Diagnostic::new(codes::DUPLICATE_PORT, Severity::Finding, text)
        .at(Place::new(&source, 0..text.len()), text)
        .at(Place::new(&source, text.len() + 1..source.text.len()), text)
        .help(text);
    let (before, after) = (Some(text.into()), Some(format!("{text}\n{text}\n").into_bytes()));
    let changes = [Change { path: path(text), kind: Kind::HandEdited, before, after }];
    render(format, &[diagnostic], &changes)
}

fn render(format: &str, diagnostics: &[Diagnostic], changes: &[Change]) -> String {
    let format = FORMATS.iter().find(|one| one.name == format).unwrap();
    let (command, prefix) = ("diff", "sub, dir/");
    let patch = &*patch(changes, prefix.as_bytes());
    let changes = &*changes.iter().map(Drifted::of).collect::<Vec<_>>();
    (format.render.unwrap())(&Report { command, diagnostics, changes, patch, prefix, exit: 1 })
}

/// `text` as a terminal may show it.
fn visible(text: &str) -> String {
    let escape = |c: char| is_hidden(c) && !matches!(c, '\n' | '\r' | '\t');
    let shown = |c: char| if escape(c) { format!("\\u{{{:04x}}}", c as u32) } else { c.to_string() };
    text.chars().map(shown).collect()
}

/// JSON that hides nothing, and whose lines all start with its own syntax.
fn parsed(json: &str) -> Value {
    assert!(!json.contains(|c| is_hidden(c) && c != '\n'), "{json:?}");
    assert!(json.lines().all(|line| line.trim_start_matches(' ').starts_with(['{', '}', '[', ']', '"'])), "{json}");
    serde_json::from_str(json).unwrap()
}

#[test]
fn the_first_format_is_for_people_and_the_others_are_not() {
    let for_people: Vec<bool> = FORMATS.iter().map(|format| format.render.is_none()).collect();
    assert_eq!(for_people, [true, false, false, false, false]);
    let names: BTreeSet<&str> = FORMATS.iter().map(|format| format.name).collect();
    assert_eq!(names.len(), FORMATS.len());
}

/// A rule has one meaning.
#[test]
fn the_kinds_of_drift_are_no_lints() {
    let schema: Value = serde_json::from_str(&report::schema()).unwrap();
    let kinds = schema.pointer("/$defs/Change/properties/kind/enum").unwrap().as_array().unwrap();
    let codes: BTreeSet<&str> = kinds.iter().map(|kind| kind.as_str().unwrap()).collect();
    assert_eq!(codes.len(), 12, "{codes:?}");
    assert!(LINTS.iter().all(|lint| !codes.contains(lint.code.as_str())));
}
