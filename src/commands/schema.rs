//! `portgen schema`: the JSON schema of ports.toml, for editors, or that of the reports, for programs.

use crate::session::{Exit, Session};
use crate::{manifest, report};

/// Of what.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  portgen schema              the JSON schema of ports.toml
  portgen schema --of report  that of `--format json`")]
pub struct Args {
    /// What the schema describes
    #[arg(long, value_name = "WHAT", default_value = "ports.toml")]
    of: Of,
}

/// What has a schema.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Of {
    /// The allocation
    #[value(name = "ports.toml")]
    PortsToml,
    /// What `--format json` prints
    Report,
}

/// Prints the schema.
///
/// # Errors
/// stdout cannot be written.
pub fn run(args: &Args, session: &Session) -> anyhow::Result<Exit> {
    let schema = match args.of {
        Of::PortsToml => manifest::schema(),
        Of::Report => report::schema(),
    };
    session.data(schema.as_bytes())?;
    Ok(Exit::Clean)
}
