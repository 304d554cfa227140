//! `portgen rename`: another id for a service.

use super::args::editing::Edited;
use super::args::{complete, editing, lookup};
use crate::allocation::Allocation;
use crate::claims::compose;
use crate::diagnostic::{Diagnostic, counted};
use crate::manifest::edit::{Draft, strings};
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
        Ok(Edited::silent(rename(allocation, draft, &args.old, &args.new)?))
    })
}

/// Gives a service another id in ports.toml, and says what was done. Where files of people are kept in step, the old id stays as an alias.
///
/// # Errors
/// There is no such service, or one with the new id; ports.toml is written in a way that portgen cannot edit.
pub(super) fn rename(allocation: &Allocation, draft: &mut Draft, old: &str, new: &str) -> Result<String, Diagnostic> {
    let service = lookup::service(allocation, old)?;
    lookup::refuse_taken(allocation, new, "choose another id")?;
    let followed = draft.edit_values(compose::renamed(allocation, service, new))?;
    draft.rename_service(old, new)?;
    let mut said = format!("{old} was renamed to {new}");
    if !allocation.references.files.is_empty() {
        // Files of people still have the old name.
        let known = service.aliases.iter().flatten().map(String::as_str).filter(|alias| *alias != new);
        let aliases: Vec<&str> = known.chain([old]).collect();
        draft.set_field(new, &("aliases", strings(aliases)))?;
        said += &format!("; {old} stays as an alias for your own files");
    }
    Ok(match followed {
        0 => said,
        _ => format!("{said}; {} in `compose` changed", counted(followed, "name")),
    })
}
