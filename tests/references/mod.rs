//! Ports in files that people own.

mod scripts;

use std::fs;

use portgen::lints;
use portgen::references::table::KINDS;

use crate::runner::all_cases;
use crate::sandbox::Sandbox;

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

/// Each of them holds the text of its file: thousands of them took as much memory as all the rest.
#[test]
fn as_many_guesses_are_told_as_the_terminal_shows_and_the_others_counted() {
    let sandbox = Sandbox::new();
    let mut ports_toml = "version = 1\nplatform = { name = \"A\", id = \"a\" }\n".to_owned();
    for at in 0..103 {
        let port = 7100 + at;
        ports_toml += &format!("[services.s{at}]\nport = {port}\npackage = \"s{at}/package.json\"\n");
        sandbox.put(&format!("s{at}/package.json"), "{ \"scripts\": { \"dev\": \"next dev -p 3000\" } }\n");
    }
    sandbox.put("ports.toml", &ports_toml);
    let output = sandbox.portgen(["check", "--format", "json"]);
    let said = String::from_utf8_lossy(&output.stdout);
    assert_eq!(said.matches(": \"guessed-port\"").count(), 50, "{said}");
    assert!(said.contains("54 more numbers change as well"), "{said}");
    let output = sandbox.portgen(["check"]);
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(said.contains("54 more numbers change as well"), "{said}");
    assert!(!said.contains("more like it"), "{said}");
}
