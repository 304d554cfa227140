//! Parse, run, print the error once, exit code.

use std::process::ExitCode;

use clap::Parser as _;
use portgen::cli::Cli;
use portgen::commands::{self, Session};

fn main() -> ExitCode {
    let cli = Cli::parse();
    let session = Session::new(&cli);
    match commands::run(&cli.command, &session) {
        Ok(exit) => exit.into(),
        Err(error) => session.fail(&error),
    }
}
