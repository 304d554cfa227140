//! `portgen completions <shell>`.

use clap::CommandFactory as _;

use crate::cli::Cli;
use crate::commands::{Exit, Session};

/// Which shell.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The shell
    shell: clap_complete::Shell,
}

/// Prints the completion script.
///
/// # Errors
/// stdout cannot be written.
pub fn run(args: &Args, session: &Session) -> anyhow::Result<Exit> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "portgen", &mut script);
    session.result(&script)?;
    Ok(Exit::Clean)
}
