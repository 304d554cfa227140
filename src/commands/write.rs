//! `portgen write`: every output, and the ports and blocks in files that people own.

use crate::allocation::Allocation;
use crate::apply::{self, Applied, Permit};
use crate::commands::args::locking;
use crate::commands::args::waiting::Waiting;
use crate::diagnostic::{self, Diagnostic, Text};
use crate::drift::ignored::{self, Ignored};
use crate::drift::{Changed, Difference, Kind, changed_meanwhile, kept_orphans};
use crate::files::names::PORTS_TOML;
use crate::files::tree::Tree;
use crate::manifest;
use crate::manifest::earlier::Earlier;
use crate::pipeline;
use crate::references::table::{self, Kept as Named};
use crate::scan::follow::Kept;
use crate::session::{Exit, Session};

/// What `write` may overwrite besides its own work.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  portgen write            write what has changed in ports.toml or a template
  portgen write --force    also over outputs that were edited by hand
  portgen write --replace  also over files that portgen has not written")]
pub struct Args {
    /// Overwrite outputs, and blocks in your own files, that were edited by hand
    #[arg(long)]
    force: bool,
    /// Replace files that portgen did not write, and own them from then on
    #[arg(long, alias = "adopt")]
    replace: bool,
    /// What to do where another portgen is writing.
    #[command(flatten)]
    lock: locking::Args,
}

/// Writes what differs, and says in one line what it did.
///
/// # Errors
/// Whatever keeps the pass from ending; then nothing was written.
pub fn run(args: &Args, session: &Session) -> anyhow::Result<Exit> {
    let tree = session.tree()?;
    let guard = args.lock.guard(&tree, session)?;
    let lease = guard.lease(PORTS_TOML)?;
    let (allocation, said) = pipeline::allocation(&tree)?;
    drop(lease);
    let said = session.refuse_findings(said)?;
    let mut waiting = Waiting::start(session, &tree);
    let outcome = pipeline::outcome(&tree, &Earlier::in_git(&tree), allocation, said)?;
    let said = session.refuse_findings(outcome.said)?;
    let permit = Permit { force: args.force, replace: args.replace };
    let ignored: Vec<Diagnostic> = ignored::find(&tree, &outcome.changes).iter().map(Ignored::warning).collect();
    if !outcome.changes.is_empty() {
        prove_current(&tree, &outcome.context.allocation)?;
    }
    let applied = apply::apply(&guard, &outcome.lock_path, &outcome.changes, permit)?;
    waiting.end();
    session.warn(&said);
    session.warn(&outcome.kept.warnings());
    session.warn(&kept_orphans(&outcome.changes));
    session.warn(&applied.warnings);
    session.warn(&ignored);
    if session.verbose {
        for change in &outcome.changes {
            session.say(&format!("  {}", change.path));
        }
    }
    say_changed(session, &outcome.changes);
    let renewed = outcome.changes.iter().any(|change| change.kind == Kind::Lock);
    session.say(&summary(
        &applied,
        &counted(outcome.outputs.entries().len(), &outcome.references, &outcome.kept),
        renewed,
    ));
    Ok(Exit::Clean)
}

/// Proves that what is written follows from ports.toml as it is now. Without a lease, half of a save may have been read.
fn prove_current(tree: &Tree, allocation: &Allocation) -> Result<(), Diagnostic> {
    let is_current = manifest::read(tree)?.text == allocation.source.text;
    if is_current { Ok(()) } else { Err(changed_meanwhile(PORTS_TOML)) }
}

/// Says which numbers and blocks of people's files have changed; the first files, unless more is asked for.
pub(super) fn say_changed(session: &Session, changes: &[Difference<'_>]) {
    const MOST_FILES: usize = 10;
    let changed: Vec<&Difference<'_>> = changes.iter().filter(|change| change.kind.is_kept()).collect();
    let shown = if session.verbose { changed.len() } else { MOST_FILES };
    for change in changed.iter().take(shown) {
        let blocks = change.blocks().into_iter().map(|block| format!("block {}", Text::from(block.shown)));
        let parts: Vec<String> = numbers(&change.changed()).into_iter().chain(blocks).collect();
        session.say(&format!("  {}: {}", change.path, parts.join(", ")));
    }
    if let Some(others) = changed.len().checked_sub(shown).filter(|others| *others > 0) {
        session.say(&format!("  and {}", diagnostic::counted(others, "more file")));
    }
}

/// The numbers of one file, each pair of the same key once: `dev 3000 -> 4000`, `start 3000 -> 4000`.
fn numbers(changed: &[Changed<'_>]) -> Vec<String> {
    let mut numbers: Vec<String> = Vec::new();
    for Changed { key, before, after } in changed {
        let number = format!("{} {before} -> {after}", Text::from(*key));
        if !numbers.contains(&number) {
            numbers.push(number);
        }
    }
    numbers
}

pub(super) fn summary(applied: &Applied, all: &str, lock_renewed: bool) -> String {
    let parts = [
        (applied.created, "created"),
        (applied.updated, "updated"),
        (applied.deleted, "deleted"),
        (applied.references, "kept in step"),
    ];
    let done: Vec<String> =
        parts.iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!("{count} {what}")).collect();
    if !done.is_empty() {
        format!("portgen: {} ({all} in all)", done.join(", "))
    } else if lock_renewed {
        format!("portgen: {all} were up to date, portgen.lock was not")
    } else {
        format!("portgen: {all} are up to date")
    }
}

/// How many files portgen answers for: `60 outputs and 14 package.json files`.
pub(super) fn counted(outputs: usize, references: &[Named], kept: &Kept) -> String {
    let mut all = vec![diagnostic::counted(outputs, "output")];
    all.extend(table::counted(references));
    if kept.files > 0 {
        all.push(diagnostic::counted(kept.files, "reference"));
    }
    match all.split_last() {
        Some((last, others)) if !others.is_empty() => format!("{} and {last}", others.join(", ")),
        _ => all.concat(),
    }
}
