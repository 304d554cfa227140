//! `portgen run`: a program with the ports and addresses of its service.

mod child;
mod held;
mod procfile;
mod wait;
mod watch;

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::allocation::Allocation;
use crate::allocation::address::Standpoint;
use crate::commands::args::instance::{self, VARIABLE};
use crate::commands::args::{complete, lookup};
use crate::commands::env;
use crate::machine::process::MARKS;
use crate::pipeline;
use crate::session::{Exit, Session};

/// Which service, and what is run.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  portgen run web -- npm run dev         with PORT and the addresses of what web depends on
  portgen run --wait api -- ./gradlew bootRun
  portgen run --strict web -- vite       end it where it goes on with another port
  portgen run --all                      every line of the Procfile whose name is a service

The exit code is that of the program; 128 and the number of the signal that has ended it; 2 if it was not started.")]
pub struct Args {
    /// The service
    #[arg(add = complete::services(), required_unless_present = "all")]
    service: Option<String>,
    /// The program with its arguments, behind `--`
    #[arg(last = true, value_name = "COMMAND", required_unless_present = "all")]
    command: Vec<OsString>,
    /// Run what a Procfile says for each service, with the names before their lines; all end when one ends
    #[arg(long, value_name = "PROCFILE", num_args = 0..=1, default_missing_value = "Procfile", conflicts_with_all = ["service", "command"])]
    all: Option<PathBuf>,
    #[command(flatten)]
    instance: instance::Args,
    /// Wait until what it depends on accepts connections
    #[arg(long)]
    wait: bool,
    /// How many seconds to wait for that
    #[arg(long, value_name = "SECONDS", default_value_t = 60, requires = "wait")]
    wait_timeout: u64,
    /// End the program, with exit code 1, if it listens on another port than its own
    #[arg(long)]
    strict: bool,
}

/// Runs the program, or those of a Procfile.
///
/// # Errors
/// No such service or instance, a port that somebody holds, a program that cannot be started, or what it depends on does not answer.
pub fn run(args: &Args, session: &Session) -> anyhow::Result<Exit> {
    let tree = session.tree()?;
    let (allocation, _) = pipeline::allocation(&tree)?;
    let number = args.instance.number(&allocation, tree.root(), session)?;
    let Some(allocation) = allocation.into_instance(number) else { return Ok(Exit::Clean) };
    let programs = match (&args.service, &args.all) {
        (Some(id), _) => {
            let service = lookup::service_index(&allocation, id)?;
            let program = Program::new(&allocation, (service, number), tree.root(), args.command.clone());
            vec![Program { folder: session.directory().to_path_buf(), ..program }]
        }
        (None, procfile) => {
            let path = procfile.as_deref().unwrap_or(Path::new("Procfile"));
            procfile::programs(&session.path(path), &allocation, number, &tree)?
        }
    };
    held::refuse(&allocation, &tree, number, &programs)?;
    if args.wait {
        wait::wait(&allocation, &programs, Duration::from_secs(args.wait_timeout), session)?;
    }
    Ok(child::run(&allocation, &programs, args.strict, session)?)
}

/// A program of a service.
#[derive(Debug)]
struct Program {
    /// The index of the service.
    service: usize,
    /// The program and its arguments.
    command: Vec<OsString>,
    /// Where it is run.
    folder: PathBuf,
    /// What it finds in its environment besides that of portgen.
    environment: Vec<(String, OsString)>,
}

impl Program {
    fn new(allocation: &Allocation, (service, number): (usize, u16), root: &Path, command: Vec<OsString>) -> Self {
        let told = env::of_service(allocation, service, Standpoint::Host);
        let mut environment: Vec<(String, OsString)> =
            told.into_iter().map(|(name, value)| (name, value.into())).collect();
        let root = dunce::canonicalize(root).unwrap_or_else(|_| root.to_path_buf());
        let [of_service, of_root] = MARKS.map(str::to_owned);
        environment.push((of_service, allocation.services[service].id.clone().into()));
        environment.push((of_root, root.clone().into()));
        environment.push((VARIABLE.to_owned(), number.to_string().into()));
        Self { service, command, folder: root, environment }
    }
}
