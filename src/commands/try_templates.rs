//! `portgen try-templates`: runs templates within limits, and ends with them. portgen calls it itself; see
//! [`trial`](crate::templates::trial).

use std::io::{self, Write as _};
use std::panic::resume_unwind;
use std::thread;

use crate::diagnostic::Source;
use crate::files::names::PORTS_TOML;
use crate::manifest::validate;
use crate::outputs::plan;
use crate::outputs::render::{self, Piece};
use crate::path::RelPath;
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
    let own: Vec<Own> = trial.templates.iter().map(|(name, text)| Own::new(name.clone(), text)).collect();
    // Each alone, as what cannot be compiled is to be named; then all together, as templates may include each other.
    for one in &own {
        say(&one.name);
        drop(Templates::untried(vec![one.clone()], &allocation));
    }
    let Ok(templates) = Templates::untried(own, &allocation) else { return };
    let context = Context::leak(allocation);
    for (at, template) in templates.list.iter().enumerate().filter(|(_, template)| !template.is_at_home()) {
        say(&template.name);
        match template.block() {
            Some(_) => blocks(context, &templates, at),
            None => {
                let targets = plan::targets_of(context, &templates, at).unwrap_or_default();
                targets.iter().for_each(|target| render_and_read(context, &templates, target.piece()));
            }
        }
    }
}

/// Tries a template for blocks with everything that one can be about.
fn blocks(context: &'static Context, templates: &Templates, template: usize) {
    let Ok(path) = RelPath::parse(PORTS_TOML) else { return };
    for subject in plan::subjects(context, templates.list[template].front.each) {
        render_and_read(context, templates, Piece { template, subject, path: &path, above: 0 });
    }
}

fn render_and_read(context: &'static Context, templates: &Templates, piece: Piece<'_>) {
    if let Ok(text) = render::render(context, templates, piece) {
        templates.list[piece.template].front.read(&text);
    }
}

fn say(name: &str) {
    let _ = writeln!(io::stdout(), "{name}");
}
