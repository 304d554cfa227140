//! ports.toml: what it may say, every mistake it may have, and its JSON schema.

use std::fs;
use std::path::{Path, PathBuf};

use portgen::allocation::Allocation;
use portgen::diagnostic::{Diagnostic, Source};
use portgen::manifest::{self, codes, keys};
use portgen::validate::{Validated, validate};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn validate_text(text: &str) -> Validated {
    validate(&Source::new("ports.toml", text))
}

fn rendered(diagnostics: &[Diagnostic]) -> String {
    diagnostics.iter().map(|diagnostic| diagnostic.render(false)).collect::<Vec<_>>().join("\n")
}

fn cases() -> Vec<PathBuf> {
    let folder = fs::read_dir(root().join("tests/cases-ports-toml")).unwrap();
    let mut cases: Vec<PathBuf> = folder.map(|entry| entry.unwrap().path()).collect();
    cases.sort();
    cases
}

fn stem(case: &Path) -> &str {
    case.file_stem().unwrap().to_str().unwrap()
}

/// Every case file is read; what is said of it is its snapshot. `ok-*` must be silent.
#[test]
fn cases_say_what_their_snapshots_say() {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(root().join("snapshots"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    for case in cases() {
        let source = manifest::decode("ports.toml", fs::read(&case).unwrap());
        let diagnostics = source.map_or_else(|error| vec![error], |source| validate(&source).diagnostics);
        let name = stem(&case);
        if name.starts_with("ok-") {
            assert_eq!(rendered(&diagnostics), "", "{name}");
        } else {
            assert!(!diagnostics.is_empty(), "{name} has no mistake");
            settings.bind(|| insta::assert_snapshot!(format!("ports-toml-{name}"), rendered(&diagnostics)));
        }
    }
}
