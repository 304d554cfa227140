//! `portgen completions <shell>`.

use crate::session::{Exit, Session};

/// Which shell.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The shell
    shell: clap_complete::Shell,
}

/// Prints the completion script of the command line `portgen`.
///
/// # Errors
/// stdout cannot be written.
pub fn run(args: &Args, mut portgen: clap::Command, session: &Session) -> anyhow::Result<Exit> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut portgen, "portgen", &mut script);
    session.data(&script)?;
    Ok(Exit::Clean)
}
