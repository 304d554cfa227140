//! `portgen diff`: what `write` would change, as a patch that `git apply` takes.

use crate::commands::args::format;
use crate::commands::write::counted;
use crate::diagnostic::{self, Diagnostic, Diagnostics, Severity, Text, codes};
use crate::drift::ignored::{self, Ignored};
use crate::drift::kind::DRIFT;
use crate::drift::{self, Difference, Kind};
use crate::files::snapshot::View;
use crate::files::tree::Tree;
use crate::git;
use crate::manifest::earlier::Earlier;
use crate::pipeline;
use crate::report::{mend, prevention};
use crate::session::git_prefix;
use crate::session::{Exit, Session};

/// How much `diff` shows.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  portgen diff              the patch, and exit code 1 if there is any
  portgen diff --stat       one line a file
  portgen diff --staged     what is about to be committed
  portgen diff | git apply  the same as `portgen write`

Paths on stdout are relative to the top of the repository, as in `git diff`.")]
pub struct Args {
    /// Use git's index (what is about to be committed), not the files on disk
    #[arg(long)]
    staged: bool,
    /// Count lines instead of showing them
    #[arg(long, conflicts_with_all = ["name_only", "format"])]
    stat: bool,
    /// Print only the names of the files
    #[arg(long, conflicts_with = "format")]
    name_only: bool,
    /// The form of the result.
    #[command(flatten)]
    pub format: format::Args,
}

/// Shows the patch on stdout, and on stderr which files are which, and the command that mends them.
///
/// # Errors
/// Whatever keeps the pass from ending.
pub fn run(args: &Args, session: &Session) -> anyhow::Result<Exit> {
    let tree = if args.staged { session.tree_in_git(&View::Index)? } else { session.tree()? };
    let (allocation, said) = pipeline::allocation(&tree)?;
    let said = session.refuse_findings(said)?;
    let outcome = pipeline::outcome(&tree, &Earlier::in_git(&tree), allocation, said)?;
    let said = session.refuse_findings(outcome.said)?;
    let (mut changes, interrupted) = (outcome.changes, tree.has_leftovers());
    let ignored = ignored::take(&tree, &mut changes);
    let not_judged = ignored.iter().flat_map(Ignored::outputs).count();
    let ignored: Vec<Diagnostic> = ignored.iter().map(Ignored::note).collect();
    let left = outcome.kept.left.clone();
    let clean = changes.is_empty() && !interrupted && left.is_empty();
    let exit = if clean { Exit::Clean } else { Exit::Findings };
    if session.reports() {
        let said = [with_interruption(said, interrupted), left, ignored].concat();
        session.report(&said, &changes, exit.code())?;
    } else {
        session.warn(&said);
        session.show(&left);
        session.show(&ignored);
        if !clean {
            show(args, session, &tree, &changes)?;
            name_all(session, &changes);
        }
    }
    if clean {
        let all = counted(outcome.outputs.entries().len(), &outcome.references, &outcome.kept);
        let but = if not_judged > 0 { format!("; {not_judged} not judged") } else { String::new() };
        session.say(&format!("portgen: no drift in {all}{but}"));
        return Ok(exit);
    }
    if interrupted {
        session.say("portgen: a `write` was interrupted");
    }
    if is_sparse(&tree, &changes) {
        session.say(&sparse(outcome.lock_path.parent().unwrap_or_default()));
    }
    say_what_mends(args, session, &changes, interrupted);
    Ok(exit)
}

fn say_what_mends(args: &Args, session: &Session, changes: &[Difference<'_>], interrupted: bool) {
    if changes.is_empty() && !interrupted {
        return session.say("portgen: change these by hand, or accept them in `[references]`");
    }
    prevention(changes).iter().for_each(|how| session.say(&format!("portgen: {how}")));
    if changes.iter().any(|change| change.kind == Kind::Foreign) {
        session.say("portgen: move a file that portgen did not write away, or move the output with `[outputs.paths]`");
    }
    let then = if args.staged { "stage" } else { "commit" };
    session.say(&format!("portgen: run `{}` and {then} the result", mend(changes)));
}

fn sparse(folder: &str) -> String {
    let bring = format!("`git sparse-checkout add {folder}`");
    format!("portgen: this checkout is sparse: {bring} restores the missing outputs; `--staged` does not need them")
}

/// Whether outputs are missing because git was told to leave them out.
fn is_sparse(tree: &Tree, changes: &[Difference<'_>]) -> bool {
    // As many as a command line holds.
    const MOST: usize = 100;
    let missing = changes.iter().filter(|change| change.kind == Kind::Missing).map(|change| change.path.as_str());
    let missing: Vec<&str> = missing.take(MOST).collect();
    tree.snapshot().is_none() && !missing.is_empty() && git::is_left_out(tree.root(), &missing)
}

/// What a report says besides the changes; notes are for `check`.
fn with_interruption(mut said: Vec<Diagnostic>, interrupted: bool) -> Vec<Diagnostic> {
    said.retain(|one| one.severity > Severity::Note);
    if interrupted {
        let left = Diagnostic::new(codes::INTERRUPTED_WRITE, Severity::Finding, "a `write` was interrupted");
        said.push(left.help("`portgen write` cleans up after it"));
    }
    said
}

/// Names the files of each kind.
fn name_all(session: &Session, changes: &[Difference<'_>]) {
    for row in DRIFT {
        let of_kind: Vec<&Difference<'_>> = changes.iter().filter(|change| change.kind == row.kind).collect();
        if !of_kind.is_empty() {
            session.say(&format!("portgen: {} {}", of_kind.len(), row.heading));
            name(session, &of_kind);
        }
    }
}

/// Names the files, the first of them where there are many and nobody asked for all.
fn name(session: &Session, changes: &[&Difference<'_>]) {
    const MOST: usize = 20;
    let most = if session.verbose { changes.len() } else { MOST };
    changes.iter().take(most).for_each(|change| session.say(&format!("  {}", change.path)));
    if changes.len() > most {
        session.say(&format!("  ... and {} more (`-v` names all)", changes.len() - most));
    }
}

fn show(args: &Args, session: &Session, tree: &Tree, changes: &[Difference<'_>]) -> anyhow::Result<()> {
    let prefix = git_prefix(tree.root());
    if args.name_only {
        let names = changes.iter().flat_map(|change| drift::listed(prefix.as_encoded_bytes(), &change.path));
        return Ok(session.data(&names.collect::<Vec<u8>>())?);
    }
    if args.stat {
        return Ok(session.print(&stat(changes, &Text::from(&*prefix.to_string_lossy()))?)?);
    }
    session.patch(changes, &prefix)
}

fn stat(changes: &[Difference<'_>], prefix: &str) -> Result<String, Diagnostics> {
    let stats = drift::stats(changes)?;
    let width = changes.iter().map(|change| change.path.as_str().len()).max().unwrap_or(0);
    let lines = stats
        .iter()
        .map(|stat| format!(" {prefix}{:width$} | +{} -{}\n", stat.path.as_str(), stat.added, stat.removed));
    let (added, removed) =
        stats.iter().fold((0, 0), |(added, removed), stat| (added + stat.added, removed + stat.removed));
    Ok(lines.collect::<String>() + &format!(" {}, +{added} -{removed}\n", diagnostic::counted(stats.len(), "file")))
}
