//! `portgen except`: why a service's ports may lie outside their ranges.

use super::{Exit, Session, edit, named};
use crate::manifest::edit::string;

/// Which service, and why.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The id of the service
    service: String,
    /// Why its ports may lie outside their ranges
    #[arg(long)]
    reason: String,
    /// How it is done.
    #[command(flatten)]
    edit: edit::Args,
}

/// States the exception, or its new reason.
///
/// # Errors
/// There is no such service, or the outputs cannot be written.
pub fn run(args: &Args, session: &Session) -> anyhow::Result<Exit> {
    edit::run(&args.edit, session, |allocation, draft| {
        let service = named::service(allocation, &args.service)?;
        draft.set_field(&service.id, &("out-of-range", string(&args.reason)))?;
        Ok(edit::Edited { result: String::new(), said: format!("{} is an exception", service.id) })
    })
}
