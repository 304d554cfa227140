//! `portgen remove`: a service goes, and its ports are retired.

use super::args::{compose_names, editing, lookup, retire};
use crate::allocation::{Allocation, Service};
use crate::diagnostic::{Diagnostic, codes, quoted};
use crate::manifest::edit::Draft;
use crate::session::{Exit, Session};

/// Which service.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The id of the service
    service: String,
    /// Remove it from the dependencies of other services as well
    #[arg(long)]
    force: bool,
    /// What becomes of its ports.
    #[command(flatten)]
    retire: retire::Args,
    /// How it is done.
    #[command(flatten)]
    edit: editing::Args,
}

/// Removes the service and what was made for it.
///
/// # Errors
/// There is no such service, others depend on it, or the outputs cannot be written.
pub fn run(args: &Args, session: &Session) -> anyhow::Result<Exit> {
    editing::run(&args.edit, session, |allocation, draft| Ok(removed(args, allocation, draft)?))
}

fn removed(args: &Args, allocation: &Allocation, draft: &mut Draft) -> Result<editing::Edited, Diagnostic> {
    let service = lookup::service(allocation, &args.service)?;
    let depends = |other: &&Service| {
        let own = other.depends_on.iter().any(|(on, _)| allocation.services[*on].id == service.id);
        other.id != service.id && (own || compose_names::depends(other, &service.id))
    };
    let dependents: Vec<&Service> = allocation.services.iter().filter(depends).collect();
    if !dependents.is_empty() && !args.force {
        return Err(is_needed(args, allocation, &dependents));
    }
    compose_names::refuse_other_names(allocation, &service.id)?;
    for dependent in dependents {
        draft.drop_dependency(&dependent.id, &service.id)?;
    }
    draft.remove_service(&service.id)?;
    for binding in &service.bindings {
        args.retire.retire(draft, allocation, (&service.id, binding.host), "removed")?;
    }
    Ok(editing::Edited { result: String::new(), said: format!("{} was removed", service.id) })
}

fn is_needed(args: &Args, allocation: &Allocation, dependents: &[&Service]) -> Diagnostic {
    let names: Vec<String> = dependents.iter().map(|dependent| quoted(&dependent.id)).collect();
    let message = format!("other services depend on {}: {}", quoted(&args.service), names.join(", "));
    let places = dependents.iter().flat_map(|dependent| &dependent.depends_on);
    let places = places.filter(|(on, _)| allocation.services[*on].id == args.service);
    let needed = places.fold(Diagnostic::error(codes::NEEDED_SERVICE, message), |needed, (_, span)| {
        needed.at(allocation.place(span), "depends on it")
    });
    let composed = dependents.iter().filter(|dependent| compose_names::depends(dependent, &args.service));
    let needed = composed
        .fold(needed, |needed, dependent| needed.at(allocation.place(&dependent.span), "its `compose` depends on it"));
    needed.help(format!("remove it there first, or use `portgen remove {} --force`", args.service))
}
