//! For what a file is, by its name: `docker-compose.prod.yml`. Of alternatives only one is started on a machine.

/// For what something is started.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Stage {
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
    (Stage::Staging, &["stage", "staging", "qa", "uat", "preprod", "preview", "previews"]),
    (Stage::Test, &TESTS),
];

/// Words for tests.
const TESTS: [&str; 5] = ["test", "tests", "testing", "ci", "e2e"];

/// For what the file at a path is, by its name and its folders.
pub(crate) fn stage(path: &str) -> Stage {
    let lower = path.to_ascii_lowercase();
    let (folders, name) = lower.rsplit_once('/').unwrap_or(("", &lower));
    let of_name = |words: &[&str]| name.split(['.', '-', '_']).any(|part| words.contains(&part));
    // A folder of tests is no stage: what is in it may be a part of development.
    let of_folder =
        |stage: Stage, words: &[&str]| stage > Stage::Test && folders.split('/').any(|part| words.contains(&part));
    let found = WORDS.iter().find(|(stage, words)| of_name(words) || of_folder(*stage, words));
    found.map_or(Stage::Development, |(stage, _)| *stage)
}

/// Whether the name of a variable has a word for tests.
pub(super) fn names_tests(name: &str) -> bool {
    name.split(['_', '-', '.']).any(|word| TESTS.iter().any(|test| word.eq_ignore_ascii_case(test)))
}

/// Whether a file lies in a folder of tests, so that what it starts may be another stack than that of development.
pub(super) fn is_in_tests(path: &str) -> bool {
    path.rsplit_once('/').is_some_and(|(folders, _)| folders.split('/').any(|part| TESTS.contains(&part)))
}

/// Whether a path has a folder of examples in it, each of which is started by itself.
pub(super) fn is_in_examples(path: &str) -> bool {
    const EXAMPLES: [&str; 14] = [
        "boilerplate",
        "boilerplates",
        "cookbook",
        "demo",
        "demos",
        "example",
        "examples",
        "playground",
        "playgrounds",
        "sample",
        "samples",
        "starters",
        "tutorial",
        "tutorials",
    ];
    path.split('/').any(|part| EXAMPLES.contains(&part))
}

/// Whether a folder has but the Dockerfiles of what lies elsewhere: `docker`.
pub(super) fn is_of_builds(folder: &str) -> bool {
    const FOLDERS: [&str; 8] =
        ["build", "container", "containers", "deploy", "deployment", "docker", "dockerfiles", "infra"];
    folder.rsplit('/').next().is_some_and(|last| FOLDERS.contains(&last.trim_start_matches('.')))
}

/// Whether a file with settings is for what Compose starts: `application-docker.yml`.
pub(super) fn is_of_compose(name: &str) -> bool {
    name.rsplit_once('.').is_some_and(|(stem, _)| {
        let is_it = |word: &str| ["compose", "docker"].iter().any(|known| word.eq_ignore_ascii_case(known));
        stem.contains(['.', '-', '_']) && stem.split(['.', '-', '_']).skip(1).any(is_it)
    })
}

/// Whether Compose starts a file of this name where none is named.
///
/// Source: <https://docs.docker.com/compose/intro/compose-application-model/#the-compose-file>.
pub(crate) fn is_main(name: &str) -> bool {
    matches!(name, "compose.yaml" | "compose.yml" | "docker-compose.yaml" | "docker-compose.yml")
}

/// Whether a Compose file of this name is a stack beside the one that is developed with: `docker-compose.lightweight.yml`.
pub(crate) fn is_alternative(name: &str) -> bool {
    const USUAL: [&str; 5] = ["override", "dev", "development", "local", "services"];
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    let words = || stem.split(['.', '-', '_']).filter(|word| !matches!(*word, "docker" | "compose" | "stack"));
    !name.contains("compose") && !name.starts_with("stack.")
        || (words().count() > 0 && !words().any(|word| USUAL.contains(&word)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_say_which_compose_file_is_developed_with() {
        let names = ["docker-compose.yml", "compose.override.yaml", "docker-compose-dev.yml", "stack.yml"];
        assert!(!names.into_iter().any(is_alternative));
        assert!(
            ["docker-compose-lightweight.yml", "compose.ghcr.yaml", "coolify.yaml"].into_iter().all(is_alternative)
        );
    }

    #[test]
    fn names_and_folders_say_the_stage() {
        for (path, wanted) in [
            ("docker-compose.yml", Stage::Development),
            ("docker-compose.prod.yml", Stage::Production),
            ("k8s/production/web.yaml", Stage::Production),
            ("infra/preview/Caddyfile", Stage::Staging),
            (".env.test", Stage::Test),
            ("tests/docker-compose.yml", Stage::Development),
            ("services/product/Dockerfile", Stage::Development),
        ] {
            assert_eq!(stage(path), wanted, "{path}");
        }
    }
}
