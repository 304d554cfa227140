//! The commands: one file each, with its arguments and one function.

pub mod check;
pub mod completions;
pub mod diff;
pub mod explain;
pub mod list;
pub mod merge_driver;
pub mod port;
pub mod schema;
pub mod write;

mod session;

pub use session::{Exit, Session, report};

use crate::cli::{Cli, Command};

/// Runs what the command line says.
///
/// # Errors
/// What the command cannot do, as [`crate::diagnostic::Diagnostics`] where the user can mend it.
pub fn run(cli: Cli) -> anyhow::Result<Exit> {
    let session = Session::new(&cli);
    match cli.command {
        Command::Write(args) => write::run(&args, &session),
        Command::Diff(args) => diff::run(&args, &session),
        Command::Check(args) => check::run(&args, &session),
        Command::List(args) => list::run(&args, &session),
        Command::Port(args) => port::run(&args, &session),
        Command::Explain(args) => explain::run(&args, &session),
        Command::Schema(args) => schema::run(&args, &session),
        Command::MergeDriver(args) => merge_driver::run(&args, &session),
        Command::Completions(args) => completions::run(&args, &session),
    }
}
