//! The lints. A case is a file: `cases-lints/<code>.toml` triggers that lint and no other, and its diagnostics are a
//! snapshot; `cases-lints/<code>.ok.toml` comes close to it and triggers nothing.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::Path;

use portgen::diagnostic::{Diagnostic, Severity, Source};
use portgen::lints::{self, LINTS};
use portgen::manifest::validate::validate;

const CASES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cases-lints");

/// What every ports.toml begins with.
const HEAD: &str = "version = 1\n[platform]\nname = \"Example\"\nid = \"example\"\n";

/// Needs the tree, which the allocation does not know: the pass reports it.
const OF_THE_PASS: &str = "missing-package";

/// Everything said about a ports.toml, in which at least the lints must see something.
fn diagnostics(text: &str) -> Result<Vec<Diagnostic>, String> {
    let validated = validate(&Source::new("ports.toml", text));
    let mut all = validated.diagnostics;
    match validated.allocation {
        Some(allocation) => all.extend(lints::run(&allocation)),
        None => return Err(format!("no allocation: {}", rendered(&all))),
    }
    Ok(all)
}

fn case(name: &str) -> io::Result<String> {
    fs::read_to_string(Path::new(CASES).join(format!("{name}.toml")))
}

fn codes(diagnostics: &[Diagnostic]) -> BTreeSet<&str> {
    diagnostics.iter().map(|diagnostic| diagnostic.code).collect()
}

fn rendered(diagnostics: &[Diagnostic]) -> String {
    diagnostics.iter().map(|diagnostic| diagnostic.render(false) + "\n").collect()
}

fn assert_snapshot(name: &str, text: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(concat!(env!("CARGO_MANIFEST_DIR"), "/snapshots"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(format!("lints-{name}"), text));
}

#[test]
fn a_case_triggers_its_own_lint_only() {
    for lint in LINTS.iter().filter(|lint| lint.check.is_some()) {
        let found = diagnostics(&case(lint.code).unwrap()).unwrap();
        assert_eq!(codes(&found), BTreeSet::from([lint.code]), "{}", rendered(&found));
        assert!(found.is_sorted_by_key(|diagnostic| diagnostic.labels[0].0.span.start), "{}", rendered(&found));
        assert_snapshot(lint.code, &rendered(&found));
    }
}

#[test]
fn a_clean_case_triggers_none() {
    for lint in LINTS.iter().filter(|lint| lint.check.is_some()) {
        let found = diagnostics(&case(&format!("{}.ok", lint.code)).unwrap()).unwrap();
        assert!(found.is_empty(), "{}: {}", lint.code, rendered(&found));
    }
}

#[test]
fn every_case_belongs_to_a_lint() {
    for entry in fs::read_dir(CASES).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let code = name.trim_end_matches(".toml").trim_end_matches(".ok");
        assert!(lints::find(code).is_some_and(|lint| lint.check.is_some()), "{name}");
    }
}

#[test]
fn the_platform_has_two_accepted_exceptions_and_nothing_else() {
    let found = diagnostics(include_str!("../../ports.toml")).unwrap();
    let said: Vec<_> = found.iter().map(|diagnostic| (diagnostic.code, diagnostic.severity)).collect();
    assert_eq!(said, [("out-of-range", Severity::Note); 2], "{}", rendered(&found));
    assert_snapshot("platform", &rendered(&found));
}

#[test]
fn levels_are_those_of_the_file() {
    let text = case("platform-port").unwrap();
    let severities = |level: &str| {
        let found = diagnostics(&format!("{text}\n[lints]\nplatform-port = {level:?}\n")).unwrap();
        found.iter().map(|diagnostic| diagnostic.severity).collect::<Vec<_>>()
    };
    assert_eq!(severities("allow"), []);
    assert_eq!(severities("warn"), [Severity::Warning; 2]);
    assert_eq!(severities("deny"), [Severity::Finding; 2]);
}

#[test]
fn a_number_is_free_where_its_lint_is_allowed() {
    let stray = "[ranges]\ntools = { ports = \"5000-5099\", purpose = \"Tools\" }\n[services.a]\nport = 8080\n";
    let help = |lints: &str| diagnostics(&format!("{HEAD}{stray}{lints}")).unwrap()[0].help[0].clone();
    assert_eq!(help(""), "`5001` is the first free port of `tools`");
    assert_eq!(help("[lints]\nplatform-port = \"allow\"\n"), "`5000` is the first free port of `tools`");
}

#[test]
fn the_codes_are_stable() {
    let row = |lint: &lints::Lint| {
        let fixed = if lint.fixed { ", fixed" } else { "" };
        format!("{} ({:?}{fixed}): {}\n", lint.code, lint.default, lint.summary)
    };
    assert_snapshot("codes", &LINTS.iter().map(row).collect::<String>());
}

#[test]
fn codes_are_sorted_unique_words() {
    assert!(LINTS.is_sorted_by(|one, next| one.code < next.code));
    for lint in LINTS {
        let mut words = lint.code.split('-');
        assert!(
            words.all(|word| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase())),
            "{}",
            lint.code
        );
        assert_eq!(lints::find(lint.code).map(|found| found.code), Some(lint.code));
    }
}

/// The first block of TOML in an explanation.
fn example(lint: &lints::Lint) -> Option<&'static str> {
    let (_, after) = lint.explanation.split_once("\n## Example\n\n```toml\n")?;
    after.split_once("```\n").map(|(example, _)| example)
}

#[test]
fn an_explanation_tells_why_and_how_to_mend_it() {
    for lint in LINTS {
        let headings: Vec<_> = lint.explanation.lines().filter(|line| line.starts_with('#')).collect();
        assert_eq!(headings, ["## Source", "## Example", "## How to mend it"], "{}", lint.code);
        assert!(!lint.explanation.starts_with('#'), "{} begins with why", lint.code);
        assert!(lint.explanation.lines().all(|line| line.chars().count() <= 120), "{} fits a terminal", lint.code);
    }
}

#[test]
fn the_example_of_an_explanation_triggers_its_lint_only() {
    for lint in LINTS.iter().filter(|lint| lint.code != OF_THE_PASS) {
        let found = diagnostics(&format!("{HEAD}{}", example(lint).unwrap())).unwrap();
        assert_eq!(codes(&found), BTreeSet::from([lint.code]), "{}", rendered(&found));
    }
}
