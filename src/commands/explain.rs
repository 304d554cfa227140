//! `portgen explain <code>`: why a lint exists, with an example.

use crate::diagnostic::{Diagnostic, Diagnostics, nearest, quoted};
use crate::lints::{self, LINTS, Lint};
use crate::session::{Exit, Session};

/// Which lint.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The code of a lint, as in the brackets after `warning`; without one, all lints are listed
    code: Option<String>,
}

/// Prints the explanation, or the list of the lints.
///
/// # Errors
/// There is no such lint.
pub fn run(args: &Args, session: &Session) -> anyhow::Result<Exit> {
    let text = match &args.code {
        None => LINTS
            .iter()
            .map(|lint| format!("{:22} {:6} {}\n", lint.code, lint.default.as_str(), lint.summary))
            .collect(),
        Some(code) => match lints::find(code) {
            Some(lint) => explained(lint),
            None => return Err(Diagnostics::from(unknown(code)).into()),
        },
    };
    session.print(&text)?;
    Ok(Exit::Clean)
}

fn explained(lint: &Lint) -> String {
    let fixed = if lint.fixed { "; it cannot be lowered" } else { "" };
    format!("{}: {}\nDefault level: {}{fixed}.\n\n{}", lint.code, lint.summary, lint.default.as_str(), lint.explanation)
}

fn unknown(code: &str) -> Diagnostic {
    let help = match nearest(code, LINTS.iter().map(|lint| lint.code)) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "`portgen explain` lists them".to_owned(),
    };
    Diagnostic::error("unknown-lint", format!("there is no lint {}", quoted(code))).help(help)
}
