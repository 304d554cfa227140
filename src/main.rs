//! Parse, run, print the error once, exit code.

use std::env;
use std::process::ExitCode;

use clap::CommandFactory as _;
use clap_complete::CompleteEnv;
use portgen::cli::Cli;
use portgen::commands::args::complete;
use portgen::session::{Exit, Session};
use portgen::templates::trial;

fn main() -> ExitCode {
    // Ends here if a shell asks what could stand on the command line.
    CompleteEnv::with_factory(Cli::command).var(complete::VARIABLE).complete();
    let cli = match Cli::of(env::args_os()) {
        Ok(cli) => cli,
        // git would take the code of bad usage for a merge with conflicts.
        Err(error) if error.use_stderr() && env::args_os().any(|word| word == "merge-driver") => {
            let _ = error.print();
            return Exit::Unmerged.into();
        }
        Err(error) => error.exit(),
    };
    trial::enable();
    let session = Session::new(&cli.globals, cli.command.reporting(), cli.command.writes());
    match cli.command.run(&session) {
        Ok(exit) => exit.into(),
        Err(error) => session.fail(&error),
    }
}
