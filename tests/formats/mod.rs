//! The formats of templates: what any text becomes in a file.

mod kubernetes;
mod quoting;

use std::fs;
use std::path::Path;

use portgen::formats::FORMATS;

use crate::runner::{Case, cases};

#[test]
fn every_format_has_a_case_or_a_built_in_template() {
    let paths = ["templates", "outputs"].map(cases).concat();
    let mut heads: Vec<String> = paths.iter().map(|path| Case::read(path).head).collect();
    for entry in ignore::Walk::new(Path::new(env!("CARGO_MANIFEST_DIR")).join("templates")) {
        heads.extend(fs::read_to_string(entry.unwrap().path()).ok());
    }
    for format in FORMATS {
        let line = format!("format: {}", format.name);
        let is_used = heads.iter().any(|head| head.lines().any(|one| one == line));
        assert!(is_used, "no template has `{line}`: add a case with one to tests/cases/templates");
    }
}
