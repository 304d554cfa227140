//! `portgen check`: ports.toml, the templates and what they make, judged without looking for drift.

use crate::commands::{Exit, Session, format};
use crate::diagnostic::{Diagnostic, Severity};
use crate::pipeline;

/// In which form.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The form of the result.
    #[command(flatten)]
    pub format: format::Args,
}

/// Shows every note, warning and finding; ends with 1 where a lint at `deny` found something.
///
/// # Errors
/// A mistake in ports.toml, a template or a package.json.
pub fn run(_args: &Args, session: &Session) -> anyhow::Result<Exit> {
    let tree = session.tree()?;
    let (allocation, said) = pipeline::allocation(&tree)?;
    let (services, ports) = (allocation.services.len(), allocation.bindings().count());
    let (said, found) = if count(&said, Severity::Finding) > 0 {
        // The outputs of an allocation that contradicts itself say nothing new.
        (said, true)
    } else {
        let said = pipeline::outcome(&tree, allocation, said)?.said;
        let found = count(&said, Severity::Finding) > 0;
        (said, found)
    };
    let exit = if found { Exit::Findings } else { Exit::Clean };
    if session.reports() {
        session.report(&said, &[], exit.code())?;
    } else {
        for one in &said {
            session.result(format!("{}\n", one.render(session.color_stdout)).as_bytes())?;
        }
    }
    let counts = [(Severity::Finding, "error"), (Severity::Warning, "warning"), (Severity::Note, "note")];
    let counts: Vec<String> = counts.iter().map(|(severity, name)| plural(count(&said, *severity), name)).collect();
    session.say(&format!("portgen: {}, {}: {}", plural(services, "service"), plural(ports, "port"), counts.join(", ")));
    Ok(exit)
}

fn count(said: &[Diagnostic], severity: Severity) -> usize {
    said.iter().filter(|one| one.severity == severity).count()
}

fn plural(count: usize, name: &str) -> String {
    if count == 1 { format!("1 {name}") } else { format!("{count} {name}s") }
}
