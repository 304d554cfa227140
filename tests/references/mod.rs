//! Ports in files that people own.

mod scripts;

use portgen::lints;
use portgen::references::table::KINDS;

/// The help of a missing file says to allow that lint.
#[test]
fn a_missing_file_of_every_kind_is_a_lint() {
    for kind in KINDS {
        let lint = lints::find(kind.missing.as_str());
        assert!(lint.is_some(), "`missing` of a {} is `{}`: add that row to LINTS", kind.noun, kind.missing);
    }
}
