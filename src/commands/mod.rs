//! The commands: one file each, with its arguments and one function.

pub mod add;
pub mod check;
pub mod completions;
pub mod diff;
pub mod except;
pub mod explain;
pub mod init;
pub mod list;
pub mod merge_driver;
pub mod moving;
pub mod next;
pub mod port;
pub mod remove;
pub mod rename;
pub mod reserve;
pub mod review;
pub mod schema;
pub mod show;
pub mod write;

mod columns;
mod composed;
mod edit;
mod format;
mod locking;
mod named;
mod retire;
mod session;

pub use session::{Exit, Session};

use session::git_prefix;

use crate::cli::Command;
use crate::report::Render;

/// Runs what the command line says.
///
/// # Errors
/// What the command cannot do, as [`crate::diagnostic::Diagnostics`] where the user can mend it.
pub fn run(command: &Command, session: &Session) -> anyhow::Result<Exit> {
    match command {
        Command::Write(args) => write::run(args, session),
        Command::Diff(args) => diff::run(args, session),
        Command::Check(args) => check::run(args, session),
        Command::Review(args) => review::run(args, session),
        Command::Add(args) => add::run(args, session),
        Command::Move(args) => moving::run(args, session),
        Command::Rename(args) => rename::run(args, session),
        Command::Remove(args) => remove::run(args, session),
        Command::Reserve(args) => reserve::run(args, session),
        Command::Unreserve(args) => reserve::run_unreserve(args, session),
        Command::Except(args) => except::run(args, session),
        Command::Init(args) => init::run(args, session),
        Command::List(args) => list::run(args, session),
        Command::Show(args) => show::run(args, session),
        Command::Port(args) => port::run(args, session),
        Command::Next(args) => next::run(args, session),
        Command::Explain(args) => explain::run(args, session),
        Command::Schema(args) => schema::run(args, session),
        Command::MergeDriver(args) => merge_driver::run(args, session),
        Command::Completions(args) => completions::run(args, session),
    }
}

/// The command that was asked for a format for machines, and that format.
fn reporting(command: &Command) -> Option<(&'static str, Render)> {
    let (name, args) = match command {
        Command::Check(args) => ("check", &args.format),
        Command::Diff(args) => ("diff", &args.format),
        Command::Review(args) => ("review", &args.format),
        _ => return None,
    };
    args.format.render.map(|render| (name, render))
}

/// Whether the command is one that writes where nothing is wrong.
fn writes(command: &Command) -> bool {
    use Command::{Add, Except, Init, Move, Remove, Rename, Reserve, Unreserve, Write};
    matches!(
        command,
        Write(_) | Add(_) | Move(_) | Rename(_) | Remove(_) | Reserve(_) | Unreserve(_) | Except(_) | Init(_)
    )
}
