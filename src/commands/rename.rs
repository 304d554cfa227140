//! `portgen rename`: another id for a service.

use super::{Exit, Session, composed, edit, named};
use crate::diagnostic::{Diagnostic, Diagnostics, quoted};
use crate::manifest::validate::names;

/// Which service, and its new id.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The id of the service
    old: String,
    /// Its new id: a DNS label
    new: String,
    /// How it is done.
    #[command(flatten)]
    edit: edit::Args,
}

/// Renames the service wherever ports.toml names it as one; its outputs follow.
///
/// # Errors
/// There is no such service, or one with the new id; or the outputs cannot be written.
pub fn run(args: &Args, session: &Session) -> anyhow::Result<Exit> {
    names::service(&args.new).map_err(Diagnostics::from)?;
    edit::run(&args.edit, session, |allocation, draft| {
        named::service(allocation, &args.old)?;
        if let Some(other) = allocation.services.iter().find(|service| service.id == args.new) {
            let message = format!("there is a service {} already", quoted(&other.id));
            let taken = Diagnostic::error("duplicate-service", message).at(allocation.place(&other.span), "this one");
            return Err(taken.help("choose another id").into());
        }
        composed::refuse_other_names(allocation, &args.old)?;
        draft.rename_service(&args.old, &args.new)?;
        Ok(edit::Edited { result: String::new(), said: format!("{} is {} now", args.old, args.new) })
    })
}
