//! Ports in files that people own.

mod scripts;

use std::fs;

use portgen::lints;
use portgen::references::table::KINDS;

use crate::runner::all_cases;

/// The help of a missing file says to allow that lint.
#[test]
fn a_missing_file_of_every_kind_is_a_lint() {
    for kind in KINDS {
        let lint = lints::find(kind.missing.as_str());
        assert!(lint.is_some(), "`missing` of a {} is `{}`: add that row to LINTS", kind.noun, kind.missing);
    }
}

#[test]
fn a_case_follows_a_file_of_every_kind() {
    let cases: Vec<String> = all_cases().map(|path| fs::read_to_string(path).unwrap()).collect();
    for kind in KINDS {
        let counted = format!("1 {} file", kind.noun);
        let is_followed = cases.iter().any(|case| case.contains(&counted));
        assert!(is_followed, "no case in tests/cases counts `{counted}`: add one in which `write` changes such a file");
    }
}
