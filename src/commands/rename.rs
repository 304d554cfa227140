//! `portgen rename`: another id for a service.

use super::args::editing::Edited;
use super::args::{complete, editing, lookup};
use crate::claims::compose;
use crate::diagnostic::counted;
use crate::manifest::edit::strings;
use crate::manifest::validate::names;
use crate::session::{Exit, Session};

/// Which service, and its new id.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  portgen rename auth auth-service")]
pub struct Args {
    /// The id of the service
    #[arg(add = complete::services())]
    old: String,
    /// Its new id: a name that Compose allows
    new: String,
    /// How it is done.
    #[command(flatten)]
    edit: editing::Args,
}

/// Renames the service wherever ports.toml names it as one, also as a host in addresses; its outputs follow.
///
/// # Errors
/// There is no such service, or one with the new id; or the outputs cannot be written.
pub fn run(args: &Args, session: &Session) -> anyhow::Result<Exit> {
    names::service(&args.new)?;
    editing::run(&args.edit, session, |allocation, draft| {
        let service = lookup::service(allocation, &args.old)?;
        lookup::refuse_taken(allocation, &args.new, "choose another id")?;
        let followed = draft.edit_values(compose::renamed(allocation, service, &args.new))?;
        draft.rename_service(&args.old, &args.new)?;
        let mut said = format!("{} was renamed to {}", args.old, args.new);
        if !allocation.references.files.is_empty() {
            // Files of people still have the old name.
            let known = service.aliases.iter().flatten().map(String::as_str).filter(|alias| *alias != args.new);
            let aliases: Vec<&str> = known.chain([&*args.old]).collect();
            draft.set_field(&args.new, &("aliases", strings(aliases)))?;
            said += &format!("; {} stays as an alias for your own files", args.old);
        }
        Ok(Edited::silent(match followed {
            0 => said,
            _ => format!("{said}; {} in `compose` changed", counted(followed, "name")),
        }))
    })
}
