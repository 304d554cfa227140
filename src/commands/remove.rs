//! `portgen remove`: a service goes, and its ports are retired.

use super::args::editing::Edited;
use super::args::{complete, compose_names, editing, lookup, retire};
use crate::allocation::{Allocation, Service};
use crate::diagnostic::{Diagnostic, codes, quoted};
use crate::manifest::edit::Draft;
use crate::session::{Exit, Session};

/// Which service.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  portgen remove legacy-api              retire its port, so that it is not given out again
  portgen remove legacy-api --no-retire  free its port at once")]
pub struct Args {
    /// The id of the service
    #[arg(add = complete::services())]
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

fn removed(args: &Args, allocation: &Allocation, draft: &mut Draft) -> Result<Edited, Diagnostic> {
    let service = lookup::service(allocation, &args.service)?;
    let dependents = dependents(allocation, &service.id);
    if !dependents.is_empty() && !args.force {
        return Err(is_needed(args, allocation, &dependents));
    }
    compose_names::refuse_named(allocation, service)?;
    for dependent in dependents {
        draft.drop_dependency(&dependent.id, &service.id)?;
    }
    draft.remove_service(&service.id)?;
    for binding in &service.bindings {
        args.retire.retire(draft, allocation, (&service.id, binding.hosts()), "removed")?;
    }
    Ok(Edited::silent(format!("{} was removed", service.id)))
}

/// The services that depend on the one with an id, here or in their `compose`.
fn dependents<'a>(allocation: &'a Allocation, id: &str) -> Vec<&'a Service> {
    let mut dependents = Vec::new();
    for other in allocation.services.iter().filter(|other| other.id != id) {
        let depends = other.depends_on.iter().any(|(on, _)| allocation.services[*on].id == id);
        if depends || compose_names::depends(other, id) {
            dependents.push(other);
        }
    }
    dependents
}

fn is_needed(args: &Args, allocation: &Allocation, dependents: &[&Service]) -> Diagnostic {
    let names: Vec<String> = dependents.iter().map(|dependent| quoted(&dependent.id)).collect();
    let message = format!("other services depend on {}: {}", quoted(&args.service), names.join(", "));
    let (mut own, mut composed) = (Vec::new(), Vec::new());
    for dependent in dependents {
        let needs = dependent.depends_on.iter().filter(|(on, _)| allocation.services[*on].id == args.service);
        own.extend(needs.map(|(_, span)| allocation.place(span)));
        if compose_names::depends(dependent, &args.service) {
            composed.push(allocation.place(&dependent.span));
        }
    }
    let needed = Diagnostic::error(codes::NEEDED_SERVICE, message).at_each(own, "depends on it");
    needed
        .at_each(composed, "its `compose` depends on it")
        .help(format!("remove it there first, or use `portgen remove {} --force`", args.service))
}
