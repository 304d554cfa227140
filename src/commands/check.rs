//! `portgen check`: ports.toml, the templates and what they make, judged without looking for drift.

use std::collections::HashSet;
use std::sync::Arc;

use crate::allocation::Allocation;
use crate::commands::args::{format, scanning};
use crate::diagnostic::{Diagnostic, Diagnostics, Severity, Source, counted};
use crate::files::tree::Tree;
use crate::manifest::earlier::Earlier;
use crate::pipeline;
use crate::review::branches::Rivals;
use crate::session::{Exit, Session};
use crate::templates::own::{self, Own};
use crate::{git, manifest};

/// What it is judged against, and in which form.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  portgen check                        mistakes in ports.toml, the templates and their outputs
  portgen check --against origin/main  ports that this branch and main both use
  portgen check --format sarif         for code scanning")]
pub struct Args {
    /// Also find ports that this branch and others both use, and what breaks when they are merged, even if git can merge them
    #[arg(long, value_name = "REF", num_args = 1..)]
    against: Vec<String>,
    /// The form of the result.
    #[command(flatten)]
    pub format: format::Args,
}

/// Shows every note, warning and finding; ends with 1 where a lint at `deny` found something.
///
/// # Errors
/// A mistake in ports.toml, a template or a file of a person's that follows.
pub fn run(args: &Args, session: &Session) -> anyhow::Result<Exit> {
    let tree = session.tree()?;
    let (allocation, said) = pipeline::allocation(&tree)?;
    let rivals = rivals(&args.against, &tree, &allocation, &said)?;
    let (services, ports) = (allocation.services.len(), allocation.bindings().count());
    // The outputs of an allocation that contradicts itself say nothing new.
    let contradicts_itself = count(&said, Severity::Finding) > 0;
    let mut said = if contradicts_itself { said } else { all_said(&tree, allocation, said)? };
    said.extend(rivals);
    let exit = if count(&said, Severity::Finding) > 0 { Exit::Findings } else { Exit::Clean };
    if session.reports() {
        session.report(&said, &[], exit.code())?;
    } else {
        session.print_all(&said)?;
    }
    let counts = [(Severity::Finding, "error"), (Severity::Warning, "warning"), (Severity::Note, "note")];
    let counts: Vec<String> = counts.iter().map(|(severity, name)| counted(count(&said, *severity), name)).collect();
    session.say(&format!(
        "portgen: {}, {}: {}",
        counted(services, "service"),
        counted(ports, "port"),
        counts.join(", ")
    ));
    Ok(exit)
}

/// What is said of everything, also of files that are not kept in step.
fn all_said(tree: &Tree, allocation: Allocation, said: Vec<Diagnostic>) -> Result<Vec<Diagnostic>, Diagnostics> {
    let earlier = Earlier::in_git(tree);
    let outcome = pipeline::outcome(tree, &earlier, allocation, said)?;
    let mut said = outcome.said;
    said.extend(outcome.kept.pending);
    said.extend(outcome.kept.found);
    said.extend(scanning::notes(tree, &outcome.context.allocation, &earlier)?);
    Ok(said)
}

/// What this branch, of which `said` is said, and others claim at once.
fn rivals(
    branches: &[String],
    tree: &Tree,
    ours: &Allocation,
    said: &[Diagnostic],
) -> Result<Vec<Diagnostic>, Diagnostics> {
    let (mut found, mut faults) = (Vec::new(), Vec::new());
    let mut seen = HashSet::new();
    for name in branches.iter().filter(|name| seen.insert(*name)) {
        match rival(name, tree, ours, said) {
            Ok(collisions) => found.extend(collisions),
            Err(Diagnostics(mistakes)) => faults.extend(mistakes),
        }
    }
    if faults.is_empty() { Ok(found) } else { Err(Diagnostics([faults, found].concat())) }
}

fn rival(name: &str, tree: &Tree, ours: &Allocation, said: &[Diagnostic]) -> Result<Vec<Diagnostic>, Diagnostics> {
    let their_tree = tree.at(name)?;
    let (theirs, of_theirs) = pipeline::allocation(&their_tree).map_err(|faults| faults.of_revision(name))?;
    // Before the two parted there may have been no allocation, or none that could be read.
    let before = manifest::read(&tree.at(&git::merge_base(tree.root(), "HEAD", name)?)?).ok();
    let base = before.as_ref().and_then(|before| pipeline::proven(before).ok());
    let rivals = Rivals { base: base.as_ref().map(|(base, _)| base), ours, theirs: &theirs, name };
    let collisions = rivals.collisions();
    let Some(merged) = before.map_or(Ok(None), |before| rivals.merged(&before))? else { return Ok(collisions) };
    let of_merged = judged([tree, &their_tree], &merged)?;
    Ok(rivals.faults(&merged, of_merged, &[said, &of_theirs].concat(), collisions))
}

/// What is said of the ports.toml that two branches come to, and, where both have the same templates, of what the built-in ones make
/// of it. Nothing is said of the project's own templates and files of people's: those come together too.
fn judged([tree, their_tree]: [&Tree; 2], merged: &Arc<Source>) -> Result<Vec<Diagnostic>, Diagnostics> {
    let (allocation, mut said) = match pipeline::proven(merged) {
        Ok(proven) => proven,
        Err(Diagnostics(mistakes)) => return Ok(mistakes),
    };
    if count(&said, Severity::Finding) == 0
        && are_alike(&own::read(tree)?, &own::read(their_tree)?)
        && let Err(Diagnostics(mistakes)) = pipeline::outcome(tree, &Earlier::in_git(tree), allocation, Vec::new())
    {
        said.extend(mistakes.into_iter().filter(|one| one.primary().is_some_and(|place| !place.source.is_in_tree())));
    }
    Ok(said)
}

/// Whether two trees have the same templates of their own.
fn are_alike(ours: &[Own], theirs: &[Own]) -> bool {
    ours.len() == theirs.len()
        && ours.iter().zip(theirs).all(|(our, their)| our.name == their.name && our.source.text == their.source.text)
}

fn count(said: &[Diagnostic], severity: Severity) -> usize {
    said.iter().filter(|one| one.severity == severity).count()
}
