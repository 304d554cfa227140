//! For what a file is, by its name and its folders.

use super::evidence::Use;
use crate::scan::stage::{Stage, is_main, stage};

/// Folders of files that show how something is done, and are not part of the platform.
const SAMPLES: [&str; 16] = [
    "doc",
    "docs",
    "example",
    "examples",
    "sample",
    "samples",
    "starters",
    "template",
    "templates",
    "fixture",
    "fixtures",
    "testdata",
    "test",
    "tests",
    "__tests__",
    "e2e",
];

/// For what a Compose file is.
pub(super) fn usage(path: &str) -> Use {
    match stage(path) {
        Stage::Development => Use::Development,
        Stage::Test => Use::Test,
        Stage::Staging | Stage::Production => Use::Other,
    }
}

/// Whether Compose starts two files together where none is named: the main one of a folder, and what overrides it.
pub(super) fn is_together(one: &str, other: &str) -> bool {
    let parts = |path: &str| {
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        (folder.to_owned(), name.contains(".override."), is_main(name))
    };
    let (one, other) = (parts(one), parts(other));
    one.0 == other.0 && (one.1 && other.2 || one.2 && other.1)
}

/// The folders of documents that are programs: a site with an image of its own. Each ends in `/`.
pub(super) fn sites(paths: &[String]) -> Vec<String> {
    let folder = |path: &String| {
        let folder = path.strip_suffix("/Dockerfile")?;
        let (above, last) = folder.rsplit_once('/').unwrap_or(("", folder));
        (matches!(last, "doc" | "docs") && !is_sample(&format!("{above}/"))).then(|| format!("{folder}/"))
    };
    paths.iter().filter_map(folder).collect()
}

/// Folders of examples, each of which may be a stack of its own.
const EXAMPLES: [&str; 9] =
    ["example", "examples", "sample", "samples", "demo", "demos", "starters", "template", "templates"];

/// Files that start something by themselves.
const STARTS: [&str; 7] = [
    "docker-compose.yml",
    "docker-compose.yaml",
    "compose.yml",
    "compose.yaml",
    "package.json",
    "Dockerfile",
    "Procfile",
];

/// Whether a file is a part of an example that is started by itself, as it is: nothing of the platform. `paths` are those of all files,
/// `samples` those of Compose files that only show something.
pub(super) fn is_apart(path: &str, paths: &[String], samples: &[String]) -> bool {
    let mut from = 0;
    let parts: Vec<&str> = path.split('/').collect();
    for (at, part) in parts.iter().enumerate() {
        from += part.len() + 1;
        if EXAMPLES.contains(part) {
            // Examples lie in folders of their own, or are alone.
            let own = parts.get(at + 1).filter(|_| parts.len() > at + 2);
            let folder = path.get(..own.map_or(from, |own| from + own.len() + 1)).unwrap_or_default();
            return samples.iter().any(|sample| sample == path)
                || paths.iter().filter_map(|path| path.strip_prefix(folder)).any(|rest| STARTS.contains(&rest));
        }
    }
    false
}

/// Whether a folder on the way to a file is that of a program that tests another one: `Payment.IntegrationTests`, `web-tests`.
pub(super) fn is_test(path: &str) -> bool {
    let is_one = |folder: &str| {
        let end = ["Tests", "Test"].iter().find_map(|end| folder.strip_suffix(end)).filter(|start| !start.is_empty());
        end.is_some()
            || ["-tests", "-test", "_tests", "_test", ".tests", ".test"].iter().any(|end| folder.ends_with(end))
    };
    path.rsplit_once('/').is_some_and(|(folders, _)| folders.split('/').any(is_one))
}

/// Folders with what was, and is started no more.
const RETIRED: [&str; 7] = ["archive", "archived", "backup", "deprecated", "legacy", "obsolete", "old"];

/// Words that say so also beside others; `backup-service` is one.
const PAST: [&str; 4] = ["archived", "deprecated", "obsolete", "old"];

/// Whether a file is of what was, and is started no more: `old-docs/k8s/web.yml`.
pub(super) fn is_retired(path: &str) -> bool {
    let is_one =
        |folder: &str| RETIRED.contains(&folder) || folder.split(['-', '_', '.']).any(|word| PAST.contains(&word));
    path.rsplit_once('/').is_some_and(|(folders, _)| folders.split('/').any(is_one))
}

/// Whether a file only shows how something is done.
pub(super) fn is_sample(path: &str) -> bool {
    let is_one =
        |folder: &str| SAMPLES.contains(&folder) || folder.starts_with('.') || is_retired(&format!("{folder}/"));
    path.rsplit_once('/').is_some_and(|(folders, _)| folders.split('/').any(is_one))
}
