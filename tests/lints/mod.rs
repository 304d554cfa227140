//! The lints. Each has a case `cases/lints/<code>.case`, whose ports.toml triggers that lint and no other, and whose
//! `ok/ports.toml` comes close to it and triggers nothing.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use portgen::claims::{Owners, compose};
use portgen::diagnostic::{Code, Diagnostic, Severity, Source, codes};
use portgen::files::tree::Tree;
use portgen::lints::{self, LINTS};
use portgen::manifest::earlier::Earlier;
use portgen::manifest::validate::validate;
use portgen::pipeline;
use portgen::references::table::KINDS;

use crate::expect::assert_file_is;
use crate::runner::{Case, cases};
use crate::sandbox::Sandbox;

/// A file beside this one.
fn beside(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/lints").join(name)
}

/// A ports.toml of the case of a lint.
fn case(code: &str, file: &str) -> String {
    let path = cases("lints").into_iter().find(|path| path.file_stem().unwrap() == code);
    let path = path.unwrap_or_else(|| panic!("there is no tests/cases/lints/{code}.case"));
    Case::read(&path).file(file).unwrap_or_else(|| panic!("{code}.case has no {file}")).to_owned()
}

/// What every ports.toml begins with.
const HEAD: &str = "version = 1\n[platform]\nname = \"Example\"\nid = \"example\"\n";

/// Whether the lint needs the tree, which the allocation does not know: the pass reports it.
fn is_of_the_pass(lint: &lints::Lint) -> bool {
    KINDS.iter().any(|kind| kind.missing == lint.code || kind.lints.contains(&lint.code))
        || OF_OUTPUTS.contains(&lint.code)
}

/// The lints that look at outputs, and at files that they take keys from.
const OF_OUTPUTS: [Code; 5] = [
    codes::EXTENDED_PORT,
    codes::HOST_ENV_FILE,
    codes::MISSING_COMPOSE_SERVICE,
    codes::OVERRIDDEN_VARIABLE,
    codes::REPLACED_PORT,
];

/// Whether the lint has a case: the others are mistakes that keep the lints from running, or need the tree.
fn has_case(lint: &lints::Lint) -> bool {
    lint.check.is_some() || compose::LINTS.contains(&lint.code)
}

/// Everything said about a ports.toml, in which at least the lints must see something.
fn diagnostics(text: &str) -> Result<Vec<Diagnostic>, String> {
    let validated = validate(&Source::new("ports.toml", text));
    let mut all = validated.diagnostics;
    let folder = Sandbox::new();
    let tree = Tree::new(folder.path());
    match validated.allocation {
        Some(allocation) => {
            all.extend(lints::run(&allocation));
            all.extend(compose::judge(&Owners::new(&allocation), &Earlier::in_git(&tree)));
        }
        None => return Err(format!("no allocation: {}", rendered(&all))),
    }
    Ok(all)
}

fn codes_of(diagnostics: &[Diagnostic]) -> BTreeSet<&str> {
    diagnostics.iter().map(|diagnostic| diagnostic.code.as_str()).collect()
}

fn rendered(diagnostics: &[Diagnostic]) -> String {
    diagnostics.iter().map(|diagnostic| diagnostic.render(false) + "\n").collect()
}

#[test]
fn a_case_triggers_its_own_lint_only() {
    for lint in LINTS.iter().filter(|lint| has_case(lint)) {
        let found = diagnostics(&case(lint.code.as_str(), "ports.toml")).unwrap();
        assert_eq!(codes_of(&found), BTreeSet::from([lint.code.as_str()]), "{}", rendered(&found));
        assert!(found.is_sorted_by_key(|diagnostic| diagnostic.labels[0].place.span.start), "{}", rendered(&found));
    }
}

#[test]
fn a_clean_case_triggers_none() {
    for lint in LINTS.iter().filter(|lint| has_case(lint)) {
        let found = diagnostics(&case(lint.code.as_str(), "ok/ports.toml")).unwrap();
        assert!(found.is_empty(), "{}: {}", lint.code, rendered(&found));
    }
}

#[test]
fn every_case_belongs_to_a_lint() {
    for path in cases("lints") {
        let code = path.file_stem().unwrap().to_str().unwrap();
        let is_of_a_lint = lints::find(code).is_some_and(has_case);
        assert!(is_of_a_lint, "tests/cases/lints/{code}.case: no such lint has a case");
    }
}

#[test]
fn the_platform_has_two_accepted_exceptions_and_nothing_else() {
    let found = diagnostics(include_str!("../../ports.toml")).unwrap();
    let said: Vec<_> = found.iter().map(|diagnostic| (diagnostic.code.as_str(), diagnostic.severity)).collect();
    assert_eq!(said, [("out-of-range", Severity::Note); 2], "{}", rendered(&found));
    assert_file_is(&beside("platform.txt"), &rendered(&found));
}

#[test]
fn levels_are_those_of_the_file() {
    let text = case("platform-port", "ports.toml");
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
        format!("{} ({:?}{fixed}): {}\n", lint.code, lint.default, lint.code.summary())
    };
    assert_file_is(&beside("codes.txt"), &LINTS.iter().map(row).collect::<String>());
}

#[test]
fn codes_are_sorted_unique_words() {
    assert!(LINTS.is_sorted_by(|one, next| one.code < next.code));
    for lint in LINTS {
        let mut words = lint.code.as_str().split('-');
        assert!(
            words.all(|word| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase())),
            "{}",
            lint.code
        );
        assert_eq!(lints::find(lint.code.as_str()).map(|found| found.code), Some(lint.code));
    }
}

/// The first block of TOML in an explanation.
fn example(lint: &lints::Lint) -> Option<&'static str> {
    let (_, after) = lint.explanation.split_once("\n## Example\n\n```toml\n")?;
    after.split_once("```\n").map(|(example, _)| example)
}

#[test]
fn an_explanation_tells_why_and_how_to_fix_it() {
    for lint in LINTS {
        let headings: Vec<_> = lint.explanation.lines().filter(|line| line.starts_with('#')).collect();
        assert_eq!(headings, ["## Source", "## Example", "## How to fix it"], "{}", lint.code);
        assert!(!lint.explanation.starts_with('#'), "{} begins with why", lint.code);
        assert!(lint.explanation.lines().all(|line| line.chars().count() <= 120), "{} fits a terminal", lint.code);
    }
}

#[test]
fn every_explanation_belongs_to_a_lint() {
    for entry in fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/lints/explain")).unwrap() {
        let path = entry.unwrap().path();
        let code = path.file_stem().unwrap().to_str().unwrap();
        assert!(lints::find(code).is_some(), "{}: LINTS has no row `{code}`", path.display());
    }
}

#[test]
fn the_example_of_an_explanation_triggers_its_lint_only() {
    for lint in LINTS.iter().filter(|lint| !is_of_the_pass(lint)) {
        let found = diagnostics(&format!("{HEAD}{}", example(lint).unwrap())).unwrap();
        assert_eq!(codes_of(&found), BTreeSet::from([lint.code.as_str()]), "{}", rendered(&found));
    }
}

#[test]
fn the_example_of_a_lint_on_outputs_triggers_it_only() {
    for lint in LINTS.iter().filter(|lint| OF_OUTPUTS.contains(&lint.code)) {
        let source = Source::new("ports.toml", format!("{HEAD}{}", example(lint).unwrap()));
        let folder = Sandbox::new();
        if let Some((_, file)) = lint.explanation.split_once("\n```yaml\n") {
            folder.put("docker-compose.yml", file.split_once("```\n").unwrap().0);
        }
        if let Some((_, file)) = lint.explanation.split_once("\n```dotenv\n") {
            folder.put("mailer.env", file.split_once("```\n").unwrap().0);
        }
        let tree = Tree::new(folder.path());
        let (allocation, said) = pipeline::proven(&source).unwrap();
        let found = pipeline::outcome(&tree, &Earlier::in_git(&tree), allocation, said).unwrap().said;
        assert_eq!(codes_of(&found), BTreeSet::from([lint.code.as_str()]), "{}", rendered(&found));
    }
}
