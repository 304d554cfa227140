//! `portgen man <folder>`.

use std::path::PathBuf;

use anyhow::Context as _;

use crate::diagnostic::Text;
use crate::session::{Exit, Session};

/// Where to.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  portgen man ~/.local/share/man/man1   then `man portgen` and `man portgen-move` show them")]
pub struct Args {
    /// The folder, which must exist
    #[arg(value_name = "DIR")]
    folder: PathBuf,
}

/// Writes the man page of the command line `portgen`, and one of each of its commands.
///
/// # Errors
/// The folder is not there, or cannot be written.
pub fn run(args: &Args, portgen: clap::Command, session: &Session) -> anyhow::Result<Exit> {
    let folder = session.path(&args.folder);
    let failed = || format!("the man pages cannot be written to {}", Text::from(&*folder.to_string_lossy()));
    clap_mangen::generate_to(portgen, &folder).with_context(failed)?;
    Ok(Exit::Clean)
}
