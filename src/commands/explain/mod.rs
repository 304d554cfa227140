//! `portgen explain <code>`: why a lint exists, with an example, and what any other code means; of a port and of a service, every place that
//! states it.

mod port;

use crate::commands::args::complete;
use crate::diagnostic::{Code, Diagnostic, codes, quoted};
use crate::lints::{self, LINTS, Lint};
use crate::session::{Exit, Session};
use crate::{formats, pipeline};

/// Which code.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  portgen explain                 all codes
  portgen explain duplicate-port  why a code exists
  portgen explain 4001            whose a port is, since when, every place that states it
  portgen explain auth-service    every place that states its ports")]
pub struct Args {
    /// A code, as in the brackets after `warning` or `error`; a port, or a service. Without one, all codes are listed, the lints with their default levels
    #[arg(value_name = "CODE|PORT|SERVICE", add = complete::services_and_codes())]
    code: Option<String>,
}

/// Prints the explanation, or the list of the codes.
///
/// # Errors
/// There is no such code.
pub fn run(args: &Args, session: &Session) -> anyhow::Result<Exit> {
    if let Some(port) = args.code.as_deref().and_then(formats::port) {
        return port::number(port, session);
    }
    let text = match &args.code {
        None => list(),
        Some(name) => match (lints::find(name), Code::find(name)) {
            (Some(lint), _) => explained(lint),
            (None, Some(code)) => format!("{code}: {}\n", code.summary()),
            (None, None) => return named(name, session),
        },
    };
    session.print(&text)?;
    Ok(Exit::Clean)
}

/// A name that is no code: a service's.
fn named(name: &str, session: &Session) -> anyhow::Result<Exit> {
    let Ok(tree) = session.tree() else { return Err(unknown(name).into()) };
    let Ok((allocation, _)) = pipeline::allocation(&tree) else { return Err(unknown(name).into()) };
    match allocation.services.iter().position(|service| service.id == name) {
        Some(service) => port::service(service, &tree, allocation, session),
        None => Err(unknown(name).into()),
    }
}

/// The lints, and behind them every other code.
fn list() -> String {
    let mut list = String::new();
    for lint in LINTS {
        list += &line(lint.code, lint.default.as_str());
    }
    list.push('\n');
    for code in codes::ALL.iter().filter(|code| lints::find(code.as_str()).is_none()) {
        list += &line(*code, "-");
    }
    list
}

fn line(code: Code, level: &str) -> String {
    format!("{code:22} {level:6} {}\n", code.summary())
}

fn explained(lint: &Lint) -> String {
    let fixed = if lint.fixed { "; it cannot be lowered" } else { "" };
    let (code, level) = (lint.code, lint.default.as_str());
    format!("{code}: {}\nDefault level: {level}{fixed}.\n\n{}", code.summary(), lint.explanation)
}

fn unknown(name: &str) -> Diagnostic {
    let unknown = Diagnostic::error(codes::UNKNOWN_LINT, format!("there is no code {}", quoted(name)));
    unknown.did_you_mean(name, codes::ALL.iter().map(|code| code.as_str()), "`portgen explain` lists them")
}
