//! The text of every built-in output stands in a case of `tests/cases/outputs`.

use std::fs;
use std::path::Path;

use portgen::diagnostic::Source;
use portgen::templates::front_matter::{From, FrontMatter};

use crate::runner::{Case, cases};

/// Where the outputs of the built-in templates go, from the root; those of one path first.
fn outputs() -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("templates");
    let mut outputs = Vec::new();
    for entry in ignore::Walk::new(folder).map(Result::unwrap).filter(|entry| entry.path().is_file()) {
        let path = entry.path().strip_prefix(env!("CARGO_MANIFEST_DIR")).unwrap().to_str().unwrap();
        let source = Source::new(path, fs::read_to_string(entry.path()).unwrap());
        let front = FrontMatter::parse(&source).unwrap();
        if path.starts_with("templates/blocks/") {
            continue;
        }
        outputs.push(match front.from {
            From::Root => front.output,
            From::Outputs => format!("generated/{}", front.output),
        });
    }
    outputs.sort_by_key(|output| output.contains("{{"));
    outputs
}

/// Whether `path` is an output of a template that goes to `output`: `generated/env/{{ service.id }}.env`.
fn is_of(output: &str, path: &str) -> bool {
    let Some((start, rest)) = output.split_once("{{") else { return output == path };
    let (_, end) = rest.split_once("}}").unwrap();
    path.strip_prefix(start).and_then(|rest| rest.strip_suffix(end)).is_some_and(|id| !id.is_empty())
}

#[test]
fn a_case_shows_every_built_in_output() {
    let outputs = outputs();
    let mut missing = outputs.clone();
    for path in cases("outputs") {
        for shown in Case::read(&path).steps.iter().filter_map(|step| step.strip_prefix("show ")) {
            if let Some(output) = outputs.iter().find(|output| is_of(output, shown)) {
                missing.retain(|one| one != output);
            }
        }
    }
    assert!(missing.is_empty(), "no case in tests/cases/outputs shows {missing:?}: add the step `show <path>`");
}
