//! A case as it is written.

use std::fs;
use std::path::Path;

/// The line in front of the steps.
const STEPS: &str = "-- steps --\n";

pub(crate) struct Case {
    /// Everything above the steps, as it is written.
    pub(crate) head: String,
    /// The lines of the steps, comments and blank lines; not what they print.
    pub(crate) steps: Vec<String>,
    files: Vec<(String, String)>,
}

impl Case {
    pub(crate) fn read(path: &Path) -> Self {
        let text = fs::read_to_string(path).unwrap();
        let at = text.find(&format!("\n{STEPS}")).unwrap_or_else(|| panic!("{}: no steps", path.display()));
        let (head, steps) = text.split_at(at + 1 + STEPS.len());
        Self {
            head: head.to_owned(),
            steps: steps.lines().filter(|line| !is_printed(line)).map(str::to_owned).collect(),
            files: files(&head[..=at]),
        }
    }

    /// The files of the project, fixtures in their place.
    pub(crate) fn files(&self) -> impl Iterator<Item = (&str, &str)> {
        self.files.iter().map(|(name, text)| (name.as_str(), text.as_str()))
    }

    /// The text of one of the files.
    pub(crate) fn file(&self, name: &str) -> Option<&str> {
        self.files().find(|(file, _)| *file == name).map(|(_, text)| text)
    }
}

/// Whether a line below `-- steps --` is what a step has printed.
fn is_printed(line: &str) -> bool {
    ["stdout:", "stderr:"].contains(&line)
        || ["exit ", "    ", "+ ", "~ ", "- "].iter().any(|start| line.starts_with(start))
}

fn files(head: &str) -> Vec<(String, String)> {
    let mut files: Vec<(String, String)> = Vec::new();
    for line in head.split_inclusive('\n') {
        let title = line.strip_prefix("-- ").and_then(|line| line.strip_suffix(" --\n"));
        match (title.map(|title| title.split_once(" = ").unwrap_or((title, ""))), files.last_mut()) {
            (Some((name, "")), _) => files.push((name.to_owned(), String::new())),
            (Some((name, fixture)), _) => files.push((name.to_owned(), fixture_text(fixture))),
            (None, Some((_, text))) => text.push_str(line),
            (None, None) => assert!(line.starts_with('#'), "no comment and no file: {line}"),
        }
    }
    files
}

/// A file of `tests/fixtures`.
fn fixture_text(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(name);
    fs::read_to_string(path).unwrap_or_else(|error| panic!("the fixture {name}: {error}"))
}
