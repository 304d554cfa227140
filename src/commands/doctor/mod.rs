//! `portgen doctor`: the allocation against the machine: who listens on each port.

mod end;
mod json;
mod judge;
mod notes;
mod subject;
mod text;

use crate::commands::args::{complete, instance};
use crate::diagnostic::counted;
use crate::machine::holder::Machine;
use crate::pipeline;
use crate::session::{Exit, Session};
use judge::{Judged, State};

/// Which ports.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  portgen doctor                 every port that somebody listens on: the right one, or a stranger
  portgen doctor 4001            who holds my port
  portgen doctor postgres --end  end the process that holds it, after a question

Exit codes: 1 if a port is held by a stranger, if `localhost` means two programs, or if a container does not publish what it should.")]
pub struct Args {
    /// A service, one of its bindings, or a number. Default: every port of ports.toml
    #[arg(value_name = "SERVICE[.BINDING]|PORT", add = complete::bindings())]
    target: Option<String>,
    #[command(flatten)]
    instance: instance::Args,
    /// Compare the Services of a cluster, too: a context of kubectl
    #[arg(long, value_name = "CONTEXT")]
    context: Option<String>,
    /// End the process that listens, after a question on the terminal
    #[arg(long, requires = "target")]
    end: bool,
    /// The form of the result
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: Format,
}

/// The forms of the result.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Format {
    /// For people
    Text,
    /// For programs
    Json,
}

/// Looks who listens on each port, and judges whether it is the right one.
///
/// # Errors
/// No such service, port or instance; the system, Docker or the cluster does not answer.
pub fn run(args: &Args, session: &Session) -> anyhow::Result<Exit> {
    let tree = session.tree()?;
    let (allocation, _) = pipeline::allocation(&tree)?;
    let number = args.instance.number(&allocation, tree.root(), session)?;
    let as_written = subject::Written::of(&allocation);
    let Some(allocation) = allocation.into_instance(number) else { return Ok(Exit::Clean) };
    let subjects = match &args.target {
        Some(target) => subject::named(&allocation, &as_written, target)?,
        None => subject::all(&allocation),
    };
    let machine = Machine::now(&allocation, tree.root(), number, subjects.iter().flat_map(subject::Subject::numbers))?;
    let judged: Vec<Judged<'_>> = subjects.into_iter().flat_map(|subject| judge::judged(&machine, subject)).collect();
    let cluster = args.context.as_deref().map(|context| notes::cluster(&allocation, context)).transpose()?;
    match args.format {
        Format::Json => session.json(&json::report(&judged, number, &machine, cluster.as_deref()))?,
        Format::Text => {
            session.print(&text::table(&judged, args.target.is_some() || session.verbose))?;
            notes::of(&machine, &judged).iter().for_each(|note| session.say(note));
            cluster.iter().flatten().for_each(|line| session.say(&line.shown()));
            session.say(&summary(&judged));
        }
    }
    if args.end {
        end::ask(&judged, session)?;
    }
    let is_wrong = judged.iter().any(|one| one.state.is_wrong()) || cluster.iter().flatten().any(|one| one.is_wrong);
    Ok(if is_wrong { Exit::Findings } else { Exit::Clean })
}

/// `portgen: 20 ports: 1 taken by others, 3 right, 16 free`.
fn summary(judged: &[Judged<'_>]) -> String {
    let count = |state| judged.iter().filter(|one| one.state == state).map(|one| usize::from(one.count)).sum::<usize>();
    let all: usize = judged.iter().map(|one| usize::from(one.count)).sum();
    let parts: Vec<String> = State::ALL
        .into_iter()
        .map(|state| (count(state), state))
        .filter(|(count, _)| *count > 0)
        .map(|(count, state)| format!("{count} {}", state.as_str()))
        .collect();
    format!("portgen: {}: {}", counted(all, "port"), parts.join(", "))
}
