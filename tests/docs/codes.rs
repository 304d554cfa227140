//! docs/codes.md lists every code.

use std::path::Path;

use portgen::diagnostic::codes;

use super::{ROOT, page};
use crate::expect::assert_file_is;

#[test]
fn every_code_is_listed() {
    const HEAD: &str = "| --- | --- |\n";
    let there = page("docs/codes.md");
    let (before, _) = there.split_once(HEAD).expect("a table");
    let rows: String = codes::ALL.iter().map(|code| format!("| `{code}` | {} |\n", code.summary())).collect();
    assert_file_is(&Path::new(ROOT).join("docs/codes.md"), &format!("{before}{HEAD}{rows}"));
}
