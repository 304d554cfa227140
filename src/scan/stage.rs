//! For what a file is, by its name: `docker-compose.prod.yml`. Of alternatives only one is started on a machine.

/// For what something is started.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Stage {
    /// To work on it; what no name says otherwise.
    Development,
    /// To test it.
    Test,
    /// Between the two.
    Staging,
    /// For its users.
    Production,
}

/// The words of names, by stage.
const WORDS: [(Stage, &[&str]); 3] = [
    (Stage::Production, &["prod", "production", "live"]),
    (Stage::Staging, &["stage", "staging", "qa", "uat", "preprod"]),
    (Stage::Test, &["test", "tests", "testing", "ci", "e2e"]),
];

/// For what the file at a path is.
pub(super) fn stage(path: &str) -> Stage {
    let name = path.rsplit('/').next().unwrap_or_default().to_ascii_lowercase();
    let has = |words: &[&str]| name.split(['.', '-', '_']).any(|part| words.contains(&part));
    WORDS.iter().find(|(_, words)| has(words)).map_or(Stage::Development, |(stage, _)| *stage)
}
