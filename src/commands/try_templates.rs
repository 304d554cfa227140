//! `portgen try-templates`: runs templates within limits, and ends with them. portgen calls it itself; see
//! [`trial`](crate::templates::trial).

use std::io::{self, Write as _};
use std::panic::resume_unwind;
use std::thread;

use crate::diagnostic::Source;
use crate::manifest::validate;
use crate::outputs::{plan, render};
use crate::session::Exit;
use crate::templates::Templates;
use crate::templates::context::Context;
use crate::templates::own::Own;
use crate::templates::trial::Trial;

/// Nothing: what to try is read from standard input.
#[derive(Debug, clap::Args)]
pub struct Args {}

/// Tries templates, and prints the name of each before that: if the process ends, it was the last one. Mistakes in templates are not
/// reported here, but when the templates are run.
///
/// # Errors
/// Standard input has no trial, or the system refuses the limits.
pub fn run() -> anyhow::Result<Exit> {
    let trial: Trial = serde_json::from_reader(io::stdin().lock())?;
    // A thread, as its stack has the size that the parent process has chosen.
    let tried = thread::scope(|scope| scope.spawn(|| trial.limit().map(|()| attempt(&trial))).join());
    tried.unwrap_or_else(|panic| resume_unwind(panic))?;
    Ok(Exit::Clean)
}

fn attempt(trial: &Trial) {
    let ports_toml = Source::new("ports.toml", &*trial.ports_toml);
    let Some(allocation) = validate::validate(&ports_toml).allocation else { return };
    let services = allocation.services.len();
    let own: Vec<Own> = trial.templates.iter().map(|(name, text)| Own::new(name.clone(), text)).collect();
    // Each alone, as what cannot be compiled is to be named; then all together, as templates may include each other.
    for one in &own {
        say(&one.name);
        drop(Templates::untried(vec![one.clone()], &allocation.outputs, &ports_toml, services));
    }
    let Ok(templates) = Templates::untried(own, &allocation.outputs, &ports_toml, services) else { return };
    let context = Context::leak(allocation);
    for (at, template) in templates.list.iter().enumerate().filter(|(_, template)| !template.is_at_home()) {
        say(&template.name);
        for target in plan::targets_of(context, &templates, at).unwrap_or_default() {
            if let Ok(text) = render::render(context, &templates, &target) {
                template.front.read(&text);
            }
        }
    }
}

fn say(name: &str) {
    let _ = writeln!(io::stdout(), "{name}");
}
