//! Parse, run, print the error once, exit code.

use std::process::ExitCode;

use clap::Parser as _;
use portgen::cli::Cli;
use portgen::commands;

fn main() -> ExitCode {
    let cli = Cli::parse();
    let color = cli.color;
    match commands::run(cli) {
        Ok(exit) => exit.into(),
        Err(error) => commands::report(&error, color),
    }
}
