//! The command line: global flags and the commands, and which function each is.

use std::ffi::OsString;

use clap::{ArgMatches, Args, CommandFactory as _, FromArgMatches, Parser, Subcommand};

use crate::commands::{
    add, allow_out_of_range, check, completions, diff, doctor, env, explain, import, init, inputs, instance, list, lsp,
    man, map, merge_driver, move_service, next, port, remove, rename, reserve, review, run, scan, schema, show,
    try_templates, write,
};
use crate::diagnostic::{Text, lines};
use crate::report::Render;
use crate::session::{Exit, Globals, Session};
use crate::templates::trial;

/// Keeps every port of a platform in one file, and writes the files that repeat a port.
#[derive(Debug, Parser)]
#[command(name = "portgen", bin_name = "portgen", version, propagate_version = true)]
#[command(after_help = "Examples:
  portgen init --git --hook            create ports.toml, and let git merge and check it
  portgen add billing --group backend  add a service with the next free port
  portgen move postgres 5433           publish a service on another port
  portgen write                        write every file that repeats a port
  portgen diff                         show what `write` would change

Exit codes: 0 clean, 1 drift or findings, 2 an error or wrong usage. For merge-driver: 1 conflicts, 129 an error.")]
pub struct Cli {
    /// Where and how the command runs.
    #[command(flatten)]
    pub globals: Globals,
    /// What to do
    #[command(subcommand)]
    pub command: Command,
}

impl Cli {
    /// What the command line says.
    ///
    /// # Errors
    /// Bad usage, or help is asked for. What the error shows of the command line does not act on the terminal.
    pub fn of(words: impl IntoIterator<Item = OsString>) -> Result<Self, clap::Error> {
        let words: Vec<OsString> = words.into_iter().collect();
        Self::parse(Self::command_named(&words), &words).or_else(|_| Self::parse_fully(&words))
    }

    /// As [`Self::of`]. What is wrong, and help, is only right where clap knows all commands.
    fn parse_fully(words: &[OsString]) -> Result<Self, clap::Error> {
        Self::parse(Self::command(), words).map_err(|error| {
            let shown = words.iter().map(|word| Text::from(&*word.to_string_lossy()).to_string());
            // Of what cannot be said again so, only the words stay, without colors.
            Self::parse(Self::command(), shown)
                .err()
                .unwrap_or_else(|| clap::Error::raw(error.kind(), &*lines(&error.to_string())))
        })
    }

    fn parse<W: Into<OsString> + Clone>(
        command: clap::Command,
        words: impl IntoIterator<Item = W>,
    ) -> Result<Self, clap::Error> {
        let command = kept(command);
        let mut matches = command.try_get_matches_from_mut(words)?;
        Self::from_arg_matches_mut(&mut matches).map_err(|error| error.format(command))
    }

    /// The global flags, and the commands that one of the words names: clap copies every global flag into every command that it
    /// knows, which takes longer than to parse most command lines.
    fn command_named(words: &[OsString]) -> clap::Command {
        let all = kept(Command::augment_subcommands(clap::Command::new("portgen")));
        let is_named = |command: &&clap::Command| {
            words.iter().any(|word| word == command.get_name() || command.get_all_aliases().any(|alias| word == alias))
        };
        let named = all.get_subcommands().filter(is_named).cloned();
        Globals::augment_args(clap::Command::new("portgen")).subcommands(named)
    }
}

/// What clap knows lives until the process ends: to free it takes longer than to parse most command lines.
fn kept(command: clap::Command) -> &'static mut clap::Command {
    Box::leak(Box::new(command))
}

/// The commands; each is a file in `commands/`.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Write every output, and update the ports and blocks in your own files
    Write(Deferred<write::Args>),
    /// Show what `write` would change, as a patch for `git apply`; exit with 1 if there is anything
    Diff(Deferred<diff::Args>),
    /// Check ports.toml, the templates and their outputs, without looking for drift
    Check(Deferred<check::Args>),
    /// Show what a change means, one line for each thing that changed
    Review(Deferred<review::Args>),
    /// Find every port that a file states, and judge it against ports.toml
    Scan(Deferred<scan::Args>),
    /// List the services with their ports, or the free ports
    List(Deferred<list::Args>),
    /// Show everything about a service: its ports, its addresses, the files that contain them
    Show(Deferred<show::Args>),
    /// Show the allocation as a picture: in the terminal, or as SVG, HTML or Mermaid
    Map(Deferred<map::Args>),
    /// Print the host port of a service, and nothing else
    Port(Deferred<port::Args>),
    /// Print the next free port of a group or a range, and nothing else
    Next(Deferred<next::Args>),
    /// Print the ports and addresses of an instance as environment variables
    Env(Deferred<env::Args>),
    /// Look who listens on each port of this machine: the right one, or a stranger
    Doctor(Deferred<doctor::Args>),
    /// Run a program with the ports and addresses of its service
    Run(Deferred<run::Args>),
    /// List the files that `write` reads, for build systems
    Inputs(Deferred<inputs::Args>),
    /// List the files that `write` writes, for build systems
    Outputs(Deferred<inputs::Args>),
    /// Show which worktree has which instance of the platform, or take one
    Instance(Deferred<instance::Args>),
    /// Add a service with the first free port of its group, and write every output
    Add(Deferred<add::Args>),
    /// Move a service to another port, and write every output
    Move(Deferred<move_service::Args>),
    /// Rename a service, and write every output
    Rename(Deferred<rename::Args>),
    /// Remove a service, retire its ports, and write every output
    Remove(Deferred<remove::Args>),
    /// Reserve numbers, so that they are not given out
    Reserve(Deferred<reserve::Args>),
    /// Take numbers off the `reserved` and `retired` lists
    Unreserve(Deferred<reserve::UnreserveArgs>),
    /// State why the ports of a service may lie outside their ranges
    #[command(alias = "except")]
    AllowOutOfRange(Deferred<allow_out_of_range::Args>),
    /// Create ports.toml from what the files of the repository say, and report where they disagree
    Import(Deferred<import::Args>),
    /// Create the first ports.toml, and set up git
    Init(Deferred<init::Args>),
    /// Explain a code: why a lint exists, what a mistake is
    Explain(Deferred<explain::Args>),
    /// Print the JSON schema of ports.toml, or of a report
    Schema(Deferred<schema::Args>),
    /// Merge ports.toml by services and keys, or an output without losing an edit; called by git
    MergeDriver(Deferred<merge_driver::Args>),
    /// Serve an editor: findings as you type, whose a number is, renames
    Lsp(Deferred<lsp::Args>),
    /// Print a completion script for a shell
    Completions(Deferred<completions::Args>),
    /// Write the man pages
    Man(Deferred<man::Args>),
    /// Run templates within limits, and end with them; called by portgen
    #[command(hide = true, name = trial::COMMAND)]
    TryTemplates(Deferred<try_templates::Args>),
}

impl Command {
    /// Runs what the command line says.
    ///
    /// # Errors
    /// What the command cannot do, as [`crate::diagnostic::Diagnostics`] where the user can mend it.
    pub fn run(&self, session: &Session) -> anyhow::Result<Exit> {
        match self {
            Self::Write(args) => write::run(&args.0, session),
            Self::Diff(args) => diff::run(&args.0, session),
            Self::Check(args) => check::run(&args.0, session),
            Self::Review(args) => review::run(&args.0, session),
            Self::Scan(args) => scan::run(&args.0, session),
            Self::Add(args) => add::run(&args.0, session),
            Self::Move(args) => move_service::run(&args.0, session),
            Self::Rename(args) => rename::run(&args.0, session),
            Self::Remove(args) => remove::run(&args.0, session),
            Self::Reserve(args) => reserve::run(&args.0, session),
            Self::Unreserve(args) => reserve::run_unreserve(&args.0, session),
            Self::AllowOutOfRange(args) => allow_out_of_range::run(&args.0, session),
            Self::Import(args) => import::run(&args.0, session),
            Self::Init(args) => init::run(&args.0, session),
            Self::List(args) => list::run(&args.0, session),
            Self::Show(args) => show::run(&args.0, session),
            Self::Lsp(args) => lsp::run(&args.0, session),
            Self::Map(args) => map::run(&args.0, session),
            Self::Port(args) => port::run(&args.0, session),
            Self::Next(args) => next::run(&args.0, session),
            Self::Env(args) => env::run(&args.0, session),
            Self::Doctor(args) => doctor::run(&args.0, session),
            Self::Run(args) => run::run(&args.0, session),
            Self::Inputs(args) => inputs::run(&args.0, session),
            Self::Outputs(args) => inputs::run_outputs(&args.0, session),
            Self::Instance(args) => instance::run(&args.0, session),
            Self::Explain(args) => explain::run(&args.0, session),
            Self::Schema(args) => schema::run(&args.0, session),
            Self::MergeDriver(args) => merge_driver::run(&args.0, session),
            Self::Completions(args) => completions::run(&args.0, session),
            Self::Man(args) => man::run(&args.0, Cli::command(), session),
            Self::TryTemplates(_) => try_templates::run(),
        }
    }

    /// The command that was asked for a format for machines, and that format.
    pub fn reporting(&self) -> Option<(&'static str, Render)> {
        let (name, args) = match self {
            Self::Check(args) => ("check", &args.0.format),
            Self::Diff(args) => ("diff", &args.0.format),
            Self::Review(args) => ("review", &args.0.format),
            Self::Scan(args) => ("scan", &args.0.format),
            _ => return None,
        };
        args.format.render.map(|render| (name, render))
    }

    /// Whether the command is one that writes where nothing is wrong; the merge driver writes only the file that git names.
    pub fn writes(&self) -> bool {
        match self {
            Self::Scan(args) => args.0.fix,
            Self::Import(args) => !args.0.dry_run,
            Self::Instance(args) => args.0.keeps(),
            Self::Write(_)
            | Self::Add(_)
            | Self::Move(_)
            | Self::Rename(_)
            | Self::Remove(_)
            | Self::Reserve(_)
            | Self::Unreserve(_)
            | Self::AllowOutOfRange(_)
            | Self::Init(_) => true,
            Self::Diff(_)
            | Self::Check(_)
            | Self::Review(_)
            | Self::List(_)
            | Self::Show(_)
            | Self::Lsp(_)
            | Self::Map(_)
            | Self::Port(_)
            | Self::Next(_)
            | Self::Env(_)
            | Self::Doctor(_)
            | Self::Run(_)
            | Self::Inputs(_)
            | Self::Outputs(_)
            | Self::Explain(_)
            | Self::Schema(_)
            | Self::MergeDriver(_)
            | Self::Completions(_)
            | Self::Man(_)
            | Self::TryTemplates(_) => false,
        }
    }
}

/// Arguments that clap learns only for the command that is run: to learn those of all commands takes as long as the rest of a
/// short run.
#[derive(Debug)]
pub struct Deferred<A>(A);

impl<A: Args> Args for Deferred<A> {
    fn augment_args(command: clap::Command) -> clap::Command {
        command.defer(|command| {
            // The comment on `A` must not take the place of the one on the command.
            let about = command.get_about().cloned().unwrap_or_default();
            A::augment_args(command).about(about)
        })
    }

    fn augment_args_for_update(command: clap::Command) -> clap::Command {
        Self::augment_args(command)
    }
}

impl<A: FromArgMatches> FromArgMatches for Deferred<A> {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        A::from_arg_matches(matches).map(Self)
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        self.0.update_from_arg_matches(matches)
    }
}
