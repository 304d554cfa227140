//! `portgen env`: the ports and addresses of one instance as environment variables.

mod formats;
mod variables;

use crate::allocation::address::Standpoint;
use crate::commands::args::{complete, instance, lookup};
use crate::diagnostic::{Diagnostic, codes};
use crate::git::worktrees::Worktrees;
use crate::pipeline;
use crate::session::{Exit, Session};
use formats::{FORMATS, Printed};
pub(crate) use variables::of_service;

/// Whose variables, from where, in which form.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  eval \"$(portgen env --format shell)\"            every port of this worktree's instance, for this shell
  portgen env --instance 2 >.env                  for Docker Compose
  portgen env api                                 what the program of `api` is told on this machine
  portgen env api --view compose                  the same inside of Compose's network
  portgen env --format github >>\"$GITHUB_ENV\"     for the next steps of a job")]
pub struct Args {
    /// A service: its own ports, and the ports and addresses of what it depends on. Default: every published port
    #[arg(add = complete::services())]
    service: Option<String>,
    #[command(flatten)]
    instance: instance::Args,
    /// From where the ports and addresses are seen
    #[arg(long, value_name = "VIEW", default_value = "host")]
    view: View,
    /// The form of the result
    #[arg(long, value_name = "FORMAT", default_value = FORMATS[0].name, value_parser = formats::parser())]
    format: &'static formats::Format,
}

/// From where.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum View {
    /// From this machine: `localhost:<host port>`
    Host,
    /// From a container of the Compose project: `<service>:<container port>`
    Compose,
    /// From a pod of the cluster: `<service>.<namespace>.svc:<service port>`
    Cluster,
}

/// Prints the variables.
///
/// # Errors
/// No such service or instance; no cluster where `k8s` is disabled.
pub fn run(args: &Args, session: &Session) -> anyhow::Result<Exit> {
    let tree = session.tree()?;
    let (allocation, _) = pipeline::allocation(&tree)?;
    let service = args.service.as_deref().map(|id| lookup::service_index(&allocation, id)).transpose()?;
    let number = args.instance.number(&allocation, tree.root(), session)?;
    let from = match args.view {
        View::Host => Standpoint::Host,
        View::Compose => Standpoint::Compose,
        View::Cluster if allocation.has_kubernetes() => Standpoint::Cluster,
        View::Cluster => {
            return Err(Diagnostic::error(
                codes::UNKNOWN_OUTPUT,
                "ports.toml has no Kubernetes Services: `k8s` is disabled",
            )
            .help("take `k8s` out of `disable` in `[outputs]`, or look from elsewhere: `--view host`")
            .into());
        }
    };
    let has_instances = allocation.instances.is_some();
    let Some(allocation) = allocation.into_instance(number) else { return Ok(Exit::Clean) };
    let variables = match service {
        Some(service) => variables::of_service(&allocation, service, from),
        None => variables::of_platform(&allocation, from, has_instances.then_some(number)),
    };
    let watched = [Some(tree.root().join("ports.toml")), Worktrees::around(tree.root()).map(|one| one.kept_at())];
    let watched = watched.into_iter().flatten().collect();
    session.data((args.format.print)(&Printed { variables, watched }).as_bytes())?;
    Ok(Exit::Clean)
}
