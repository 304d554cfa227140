//! Runs every `tests/cases/<concept>/*.case`: a project, what is done with it, and what comes of it, in one file.
//!
//! A case says in comments what it is about, goes on with the project's files, each below `-- PATH --`, and ends with
//! its steps, one a line, below `-- steps --`. What a step prints stands below it. It is written by the runner:
//! `UPDATE_EXPECT=1 cargo test cases` runs the steps and writes the files anew; then look at `git diff tests/cases`.
//!
//! ```text
//! # What the case is about.
//! -- ports.toml = shop.toml --             a copy of tests/fixtures/shop.toml
//! -- web/package.json --                   a file of its own
//! { "name": "web" }
//! -- steps --
//! # a comment
//! $ portgen check                          runs portgen: exit code, stdout, stderr, and which files it has changed
//! exit 0
//! stderr:
//!     portgen: no findings
//! replace ports.toml: 4001 => 4011         replaces a text that must be there
//! put env/.env: PORT=1\n                   writes a file; \n \r \t \\ and \xNN are escapes
//! crlf FILE    bom FILE    open FILE       CR LF for its line ends; a byte order mark; no end of the last line
//! remove FILE    link FILE => TARGET    mkdir FOLDER    show FILE
//! git ARGUMENTS                            runs git, which has to succeed
//! fail git ARGUMENTS                       runs git, which has to fail
//! files                                    from here on outputs are listed and counted as well
//! files generated/env web.txt              from here on outputs in these places are listed
//! ```
//!
//! Outputs are neither listed nor counted unless a case says `files`: a new built-in template changes what `write` makes of every
//! case. Their numbers are then checked and shown as `N`, and patches are shown without the lines of portgen.lock. What a command
//! prints stays as it is: a patch, `show` and `review -v` name outputs, and so a new built-in template changes those cases.
//! Everything else that a command changes is always listed.
//!
//! What holds always is asserted at every step (`laws.rs`), whatever the case says.

mod case;
mod counts;
mod escapes;
mod laws;
mod listing;
mod merges;
mod steps;

use std::collections::BTreeSet;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::process::Command;

pub(crate) use case::Case;
use clap::CommandFactory as _;
use portgen::cli::Cli;

use crate::expect::assert_file_is;

/// A folder of cases is a test, so that `cargo test cases::review` runs one and all of them run at once.
macro_rules! concepts {
    ($($folder:ident),* $(,)?) => {
        const CONCEPTS: &[&str] = &[$(stringify!($folder)),*];

        mod cases {
            $(
                #[test]
                fn $folder() {
                    super::run_all(stringify!($folder));
                }
            )*
        }
    };
}

concepts!(
    against,
    check,
    edit,
    editors,
    git,
    import,
    init,
    lints,
    instances,
    list,
    manifest,
    map,
    merge,
    merge_driver,
    output_path,
    outputs,
    package_json,
    references,
    report,
    review,
    scan,
    templates,
    write,
);

fn folder(concept: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases").join(concept)
}

/// The cases of a concept, sorted.
pub(crate) fn cases(concept: &str) -> Vec<PathBuf> {
    let mut paths: Vec<_> = fs::read_dir(folder(concept)).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
}

/// The cases of every concept.
pub(crate) fn all_cases() -> impl Iterator<Item = PathBuf> {
    CONCEPTS.iter().flat_map(|concept| cases(concept))
}

fn run_all(concept: &str) {
    let today = Command::new("date").args(["-u", "+%F"]).output().unwrap().stdout;
    let today = str::from_utf8(&today).unwrap().trim();
    let run = |path: &PathBuf| {
        let made = steps::run(&Case::read(path));
        assert!(!made.contains(today), "{}: `--date` is missing, or it fails tomorrow", path.display());
        assert_file_is(path, &made);
    };
    let failed: Vec<_> =
        cases(concept).into_iter().filter(|path| catch_unwind(AssertUnwindSafe(|| run(path))).is_err()).collect();
    assert!(failed.is_empty(), "failed cases: {failed:#?}");
}

/// What must hold of every command (`laws.rs`) is asserted in cases alone.
/// Each kind of file that a scan reads has a case of its own: `Compose file` is `scan/compose-file.case`.
#[test]
fn every_reader_has_a_case() {
    for reader in portgen::scan::readers::READERS {
        let name = reader.name.to_lowercase().replace([' ', '.'], "-");
        let case = format!("tests/cases/scan/{name}.case");
        assert!(Path::new(env!("CARGO_MANIFEST_DIR")).join(&case).exists(), "{} has no {case}: add it", reader.name);
    }
}

#[test]
fn every_command_has_a_case() {
    let cli = Cli::command();
    // portgen calls a hidden command itself.
    let shown = cli.get_subcommands().filter(|command| !command.is_hide_set());
    let mut commands: BTreeSet<&str> = shown.map(clap::Command::get_name).collect();
    for path in all_cases() {
        for step in Case::read(&path).steps.iter().filter(|step| step.starts_with("$ portgen ")) {
            // A step that is bad usage of a command is one of that command.
            let cli = Cli::command().ignore_errors(true);
            let matches = cli.try_get_matches_from(step.split_whitespace().skip(1));
            if let Some(name) = matches.ok().as_ref().and_then(clap::ArgMatches::subcommand_name) {
                commands.remove(name);
            }
        }
    }
    assert!(commands.is_empty(), "no case in tests/cases runs {commands:?}: add one");
}

#[test]
fn every_case_lies_in_the_folder_of_a_concept() {
    let folders: BTreeSet<String> =
        cases("").iter().map(|path| path.file_name().unwrap().to_str().unwrap().to_owned()).collect();
    assert_eq!(folders, CONCEPTS.iter().map(|concept| (*concept).to_owned()).collect());
    for path in all_cases() {
        assert!(path.extension().is_some_and(|extension| extension == "case"), "{}", path.display());
    }
}
