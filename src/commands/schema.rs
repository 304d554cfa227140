//! `portgen schema`: the JSON schema of ports.toml, for editors.

use crate::commands::{Exit, Session};
use crate::manifest;

/// `schema` has no arguments.
#[derive(Debug, clap::Args)]
pub struct Args {}

/// Prints the schema.
///
/// # Errors
/// stdout cannot be written.
pub fn run(_args: &Args, session: &Session) -> anyhow::Result<Exit> {
    session.result(manifest::schema().as_bytes())?;
    Ok(Exit::Clean)
}
