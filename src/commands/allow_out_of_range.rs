//! `portgen allow-out-of-range`: why a service's ports may lie outside their ranges.

use super::args::editing::Edited;
use super::args::{complete, editing, lookup};
use crate::manifest::edit::string;
use crate::session::{Exit, Session};

/// Which service, and why.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  portgen allow-out-of-range minio --reason \"clients know 9000\"")]
pub struct Args {
    /// The id of the service
    #[arg(add = complete::services())]
    service: String,
    /// Why its ports may lie outside their ranges
    #[arg(long)]
    reason: String,
    /// How it is done.
    #[command(flatten)]
    edit: editing::Args,
}

/// States the exception, or its new reason.
///
/// # Errors
/// There is no such service, or the outputs cannot be written.
pub fn run(args: &Args, session: &Session) -> anyhow::Result<Exit> {
    editing::run(&args.edit, session, |allocation, draft| {
        let service = lookup::service(allocation, &args.service)?;
        draft.set_field(&service.id, &("out-of-range", string(&args.reason)))?;
        Ok(Edited::silent(format!("{} is an exception", service.id)))
    })
}
