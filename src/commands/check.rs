//! `portgen check`: ports.toml, the templates and what they make, judged without looking for drift.

use crate::commands::{Exit, Session};
use crate::diagnostic::{Diagnostic, Severity};
use crate::pipeline::Pass;

/// `check` has no arguments of its own.
#[derive(Debug, clap::Args)]
pub struct Args {}

/// Shows every note, warning and finding; ends with 1 where a lint at `deny` found something.
///
/// # Errors
/// A mistake in ports.toml, a template or a package.json.
pub fn run(_args: &Args, session: &Session) -> anyhow::Result<Exit> {
    let tree = session.tree()?;
    let pass = Pass::begin(&tree)?;
    let (allocation, said) = pass.allocation()?;
    let (services, ports) = (allocation.services.len(), allocation.bindings().count());
    let (said, found) = if count(&said, Severity::Finding) > 0 {
        // The outputs of an allocation that contradicts itself say nothing new.
        (said, true)
    } else {
        let said = pass.outcome(allocation, said)?.said;
        let found = count(&said, Severity::Finding) > 0;
        (said, found)
    };
    for one in &said {
        session.result(format!("{}\n", one.render(session.color_stdout)).as_bytes())?;
    }
    let counts = [(Severity::Finding, "error"), (Severity::Warning, "warning"), (Severity::Note, "note")];
    let counts: Vec<String> = counts.iter().map(|(severity, name)| plural(count(&said, *severity), name)).collect();
    session.say(&format!("portgen: {}, {}: {}", plural(services, "service"), plural(ports, "port"), counts.join(", ")));
    Ok(if found { Exit::Findings } else { Exit::Clean })
}

fn count(said: &[Diagnostic], severity: Severity) -> usize {
    said.iter().filter(|one| one.severity == severity).count()
}

fn plural(count: usize, name: &str) -> String {
    if count == 1 { format!("1 {name}") } else { format!("{count} {name}s") }
}
