//! For what a file is, by its name and its folders.

use super::evidence::Use;
use crate::scan::stage::{Stage, stage};

/// Folders of files that show how something is done, and are not part of the platform.
const SAMPLES: [&str; 18] = [
    "archive",
    "archived",
    "backup",
    "deprecated",
    "doc",
    "docs",
    "example",
    "examples",
    "legacy",
    "sample",
    "samples",
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

/// Whether a file only shows how something is done.
pub(super) fn is_sample(path: &str) -> bool {
    let is_one = |folder: &str| SAMPLES.contains(&folder) || folder.starts_with('.');
    path.rsplit_once('/').is_some_and(|(folders, _)| folders.split('/').any(is_one))
}
