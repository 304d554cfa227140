//! The command line: global flags and the commands, and which function each is.

use std::ffi::OsString;

use clap::{CommandFactory as _, Parser, Subcommand};

use crate::commands::{
    add, check, completions, diff, except, explain, init, list, merge_driver, move_service, next, port, remove, rename,
    reserve, review, schema, show, write,
};
use crate::diagnostic::{Text, lines};
use crate::report::Render;
use crate::session::{Exit, Globals, Session};

/// Keeps every port of a platform in one file, and writes the files that repeat a port.
#[derive(Debug, Parser)]
#[command(name = "portgen", version, propagate_version = true, disable_help_subcommand = true)]
#[command(
    after_help = "Exit codes: 0 clean, 1 drift or findings, 2 an error or wrong usage. For merge-driver: 1 conflicts, 129 an error."
)]
pub struct Cli {
    /// Where and how the command runs.
    #[command(flatten)]
    pub globals: Globals,
    /// What to do
    #[command(subcommand)]
    pub command: Command,
}

impl Cli {
    /// What the command line says.
    ///
    /// # Errors
    /// Bad usage, or help is asked for. What the error shows of the command line does not act on the terminal.
    pub fn of(words: impl IntoIterator<Item = OsString>) -> Result<Self, clap::Error> {
        let words: Vec<OsString> = words.into_iter().collect();
        Self::try_parse_from(&words).map_err(|error| {
            let shown = words.iter().map(|word| Text::from(&*word.to_string_lossy()).to_string());
            // Of what cannot be said again so, only the words stay, without colors.
            Self::try_parse_from(shown)
                .err()
                .unwrap_or_else(|| clap::Error::raw(error.kind(), &*lines(&error.to_string())))
        })
    }
}

/// The commands; each is a file in `commands/`.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Write every output, and update the ports in package.json scripts
    Write(write::Args),
    /// Show what `write` would change, as a patch for `git apply`; exit with 1 if there is anything
    Diff(diff::Args),
    /// Check ports.toml, the templates and their outputs, without looking for drift
    Check(check::Args),
    /// Show what a change means, one line for each thing that changed
    Review(review::Args),
    /// List the services with their ports, or the free ports
    List(list::Args),
    /// Show everything about a service: its ports, its addresses, the files that contain them
    Show(show::Args),
    /// Print the host port of a service, and nothing else
    Port(port::Args),
    /// Print the next free port of a group or a range, and nothing else
    Next(next::Args),
    /// Add a service with the first free port of its group, and write every output
    Add(add::Args),
    /// Move a service to another port, and write every output
    Move(move_service::Args),
    /// Rename a service, and write every output
    Rename(rename::Args),
    /// Remove a service, retire its ports, and write every output
    Remove(remove::Args),
    /// Reserve numbers, so that they are not given out
    Reserve(reserve::Args),
    /// Release reserved numbers
    Unreserve(reserve::UnreserveArgs),
    /// State why the ports of a service may lie outside their ranges
    Except(except::Args),
    /// Create the first ports.toml, and set up git
    Init(init::Args),
    /// Explain a code: why a lint exists, what a mistake is
    Explain(explain::Args),
    /// Print the JSON schema of ports.toml, or of a report
    Schema(schema::Args),
    /// Merge ports.toml by services and keys, or an output without losing an edit; called by git
    MergeDriver(merge_driver::Args),
    /// Print a completion script for a shell
    Completions(completions::Args),
}

impl Command {
    /// Runs what the command line says.
    ///
    /// # Errors
    /// What the command cannot do, as [`crate::diagnostic::Diagnostics`] where the user can mend it.
    pub fn run(&self, session: &Session) -> anyhow::Result<Exit> {
        match self {
            Self::Write(args) => write::run(args, session),
            Self::Diff(args) => diff::run(args, session),
            Self::Check(args) => check::run(args, session),
            Self::Review(args) => review::run(args, session),
            Self::Add(args) => add::run(args, session),
            Self::Move(args) => move_service::run(args, session),
            Self::Rename(args) => rename::run(args, session),
            Self::Remove(args) => remove::run(args, session),
            Self::Reserve(args) => reserve::run(args, session),
            Self::Unreserve(args) => reserve::run_unreserve(args, session),
            Self::Except(args) => except::run(args, session),
            Self::Init(args) => init::run(args, session),
            Self::List(args) => list::run(args, session),
            Self::Show(args) => show::run(args, session),
            Self::Port(args) => port::run(args, session),
            Self::Next(args) => next::run(args, session),
            Self::Explain(args) => explain::run(args, session),
            Self::Schema(args) => schema::run(args, session),
            Self::MergeDriver(args) => merge_driver::run(args, session),
            Self::Completions(args) => completions::run(args, Cli::command(), session),
        }
    }

    /// The command that was asked for a format for machines, and that format.
    pub fn reporting(&self) -> Option<(&'static str, Render)> {
        let (name, args) = match self {
            Self::Check(args) => ("check", &args.format),
            Self::Diff(args) => ("diff", &args.format),
            Self::Review(args) => ("review", &args.format),
            _ => return None,
        };
        args.format.render.map(|render| (name, render))
    }

    /// Whether the command is one that writes where nothing is wrong.
    pub fn writes(&self) -> bool {
        use Command::{Add, Except, Init, Move, Remove, Rename, Reserve, Unreserve, Write};
        matches!(
            self,
            Write(_) | Add(_) | Move(_) | Rename(_) | Remove(_) | Reserve(_) | Unreserve(_) | Except(_) | Init(_)
        )
    }
}
