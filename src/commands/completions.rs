//! `portgen completions <shell>`.

use anyhow::Context as _;
use clap_complete::Shell;
use clap_complete::env::Shells;

use crate::commands::args::complete;
use crate::session::{Exit, Session};

/// Which shell.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  portgen completions bash > ~/.local/share/bash-completion/completions/portgen
  portgen completions fish > ~/.config/fish/completions/portgen.fish
  source <(portgen completions zsh)      in ~/.zshrc, behind compinit")]
pub struct Args {
    /// The shell
    shell: Shell,
}

/// Prints the script with which a shell asks portgen what could stand on the command line.
///
/// # Errors
/// stdout cannot be written.
pub fn run(args: &Args, session: &Session) -> anyhow::Result<Exit> {
    let name = args.shell.to_string();
    let shell = Shells::builtins();
    let shell = shell.completer(&name).with_context(|| format!("no completions for {name}"))?;
    let mut script = Vec::new();
    shell.write_registration(complete::VARIABLE, "portgen", "portgen", "portgen", &mut script)?;
    session.data(&script)?;
    Ok(Exit::Clean)
}
