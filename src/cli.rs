//! The command line: global flags and the commands, no logic.

use std::path::PathBuf;

use clap::{Parser, Subcommand, ValueEnum};

use crate::commands::{
    add, check, completions, diff, except, explain, init, list, merge_driver, moving, next, port, remove, rename,
    reserve, review, schema, show, write,
};

/// One file holds every port of a platform; everything that repeats a port is made from it.
#[derive(Debug, Parser)]
#[command(name = "portgen", version, propagate_version = true, disable_help_subcommand = true)]
#[command(
    after_help = "Exit codes: 0 clean, 1 drift or findings, 2 an error or bad usage; of merge-driver, 1 conflicts, 129 an error."
)]
pub struct Cli {
    /// Run as if started in DIR; ports.toml is looked for there and above. Given again, it counts from the one before
    #[arg(short = 'C', value_name = "DIR", global = true)]
    pub directory: Vec<PathBuf>,
    /// Say nothing but results and errors
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    pub quiet: bool,
    /// Name every file
    #[arg(short, long, global = true)]
    pub verbose: bool,
    /// When to color
    #[arg(long, value_name = "WHEN", global = true, default_value = "auto")]
    pub color: Color,
    /// What to do
    #[command(subcommand)]
    pub command: Command,
}

/// When to color.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Color {
    /// On a terminal, unless NO_COLOR is set.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// The commands; each is a file in `commands/`.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Write every output and bring package.json scripts in step
    Write(write::Args),
    /// Show what `write` would change, as a patch for `git apply`; exit 1 where there is anything
    Diff(diff::Args),
    /// Judge ports.toml, the templates and what they make, without looking for drift
    Check(check::Args),
    /// Say what a change means, one line for each thing that changed
    Review(review::Args),
    /// List the services with their ports, or the free ports
    List(list::Args),
    /// Show everything about a service: its ports, its addresses, the files that carry it
    Show(show::Args),
    /// Print the host port of a service, the number alone
    Port(port::Args),
    /// Print the next free port of a group or a range, the number alone
    Next(next::Args),
    /// Add a service with the first free port of its group, and write every output
    Add(add::Args),
    /// Give a service another port, and write every output
    Move(moving::Args),
    /// Give a service another id, and write every output
    Rename(rename::Args),
    /// Remove a service, retire its ports, and write every output
    Remove(remove::Args),
    /// Keep numbers from being given out
    Reserve(reserve::Args),
    /// Let reserved numbers be given out again
    Unreserve(reserve::UnreserveArgs),
    /// State why a service's ports may lie outside their ranges
    Except(except::Args),
    /// Make the first ports.toml, and tell git of portgen
    Init(init::Args),
    /// Explain a lint
    Explain(explain::Args),
    /// Print the JSON schema of ports.toml, or of a report
    Schema(schema::Args),
    /// Merge ports.toml by services and keys, or an output without losing an edit, for git to call
    MergeDriver(merge_driver::Args),
    /// Print a shell's completion script
    Completions(completions::Args),
}
