//! Files that are held to what is made today: cases with their transcripts, schemas, tables.

use std::collections::BTreeSet;
use std::path::Path;
use std::{env, fs};

use similar::TextDiff;

/// Fails with a diff where the file holds another text. With `UPDATE_EXPECT=1` it is written anew instead.
pub(crate) fn assert_file_is(path: &Path, made: &str) {
    let there = fs::read_to_string(path).unwrap_or_default();
    if there == made {
        return;
    }
    if env::var_os("UPDATE_EXPECT").is_some_and(|update| update == "1") {
        fs::write(path, made).unwrap();
        return;
    }
    let name = path.strip_prefix(env!("CARGO_MANIFEST_DIR")).unwrap_or(path).display();
    let diff = TextDiff::from_lines(there.as_str(), made);
    let diff = diff.unified_diff().header(&format!("{name}, as it is"), "as it is made now").to_string();
    panic!("{diff}UPDATE_EXPECT=1 cargo test writes it anew");
}

/// Fails with what is in one of the two sets alone; `place` is what holds `found`.
pub(crate) fn assert_holds(place: &str, found: &BTreeSet<String>, expected: &BTreeSet<String>) {
    let missing: Vec<_> = expected.difference(found).collect();
    assert!(missing.is_empty(), "{place} does not have {missing:?}: add it");
    let unknown: Vec<_> = found.difference(expected).collect();
    assert!(unknown.is_empty(), "{place} has {unknown:?}, which there is not: remove it");
}
