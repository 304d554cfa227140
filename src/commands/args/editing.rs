//! What the commands that edit ports.toml have in common: the edit and the outputs are one step.

use std::collections::{BTreeSet, HashSet};
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::{leftover, locking, refusal};
use crate::allocation::Allocation;
use crate::apply::{self, Guard, Permit};
use crate::claims::variables::{self, Gone};
use crate::claims::{self, compose};
use crate::commands::write::{counted, say_changed, summary};
use crate::diagnostic::{self, Diagnostic, Diagnostics, Origin, Severity, Source, codes, quoted};
use crate::drift::ignored::{self, Ignored};
use crate::drift::{Difference, Kind, kept_orphans};
use crate::files::names::PORTS_TOML;
use crate::files::tree::Tree;
use crate::manifest;
use crate::manifest::earlier::Earlier;
use crate::manifest::edit::Draft;
use crate::path::RelPath;
use crate::pipeline::{self, Outcome};
use crate::references::follow;
use crate::session::git_prefix;
use crate::session::{Exit, Session};

/// How an edit is done.
#[derive(Debug, clap::Args)]
#[group(skip)]
pub struct Args {
    /// Show the patch of every file instead of writing it
    #[arg(long)]
    dry_run: bool,
    /// What to do where another portgen is writing.
    #[command(flatten)]
    lock: locking::Args,
}

impl Args {
    /// Those of a command that has options of its own.
    pub fn new(dry_run: bool, lock: locking::Args) -> Self {
        Self { dry_run, lock }
    }
}

/// What an edit came to.
#[derive(Debug)]
pub struct Edited {
    /// For stdout, without the end of its line; empty for nothing.
    pub result: String,
    /// For stderr, what was done: `billing-service has 4006`.
    pub said: String,
}

impl Edited {
    /// An edit that prints nothing to stdout.
    pub fn silent(said: String) -> Self {
        Self { result: String::new(), said }
    }
}

/// An edit starts anew where somebody saves ports.toml or another file of theirs meanwhile: so often at most,
const MOST_TRIES: usize = 20;

/// and not after so long, as for a file that another program keeps open.
const LONGEST: Duration = Duration::from_secs(2);

/// Edits ports.toml and brings every output in step: all of it, or nothing.
///
/// `edit` is given the allocation as it is under the lock, and may be called several times.
///
/// # Errors
/// What `edit` says; a mistake that the edit would make; whatever keeps the outputs from being written.
pub fn run(
    args: &Args,
    session: &Session,
    edit: impl Fn(&Allocation, &mut Draft) -> Result<Edited, Diagnostics>,
) -> anyhow::Result<Exit> {
    let tree = session.tree()?;
    let guard = args.lock.guard(&tree, session)?;
    let mut done = None;
    let (mut tries, start) = (1, Instant::now());
    loop {
        let Made { edited, earlier, outcome, repeated } = make(&guard, session, done.take(), &edit)?;
        if args.dry_run {
            session.warn(&outcome.said);
            repeated.iter().for_each(|line| session.say(line));
            session.say(&format!("portgen: {} (dry run: nothing was written)", edited.said));
            session.patch(&outcome.changes, &git_prefix(tree.root()))?;
            return Ok(Exit::Clean);
        }
        let ignored: Vec<Diagnostic> = ignored::find(&tree, &outcome.changes).iter().map(Ignored::warning).collect();
        let applied = match apply::apply(&guard, &outcome.lock_path, &outcome.changes, Permit::default()) {
            Ok(applied) => applied,
            Err(Diagnostics(faults))
                if tries < MOST_TRIES && start.elapsed() < LONGEST && faults.iter().all(is_passing) =>
            {
                done = is_in_place(&guard, &outcome.changes)?.then_some((edited, earlier));
                tries += 1;
                continue;
            }
            Err(faults) => return Err(faults.into()),
        };
        session.warn(&outcome.said);
        repeated.iter().for_each(|line| session.say(line));
        session.warn(&kept_orphans(&outcome.changes));
        session.warn(&applied.warnings);
        session.warn(&ignored);
        if !edited.result.is_empty() {
            session.print(&format!("{}\n", edited.result))?;
        }
        let all = counted(outcome.outputs.entries().len(), &outcome.references, &outcome.kept);
        session.say(&format!("portgen: {}", edited.said));
        say_changed(session, &outcome.changes);
        session.say(&summary(&applied, &all, !outcome.changes.is_empty()));
        return Ok(Exit::Clean);
    }
}

/// What is said of what files contradicted before the edit, which has nothing to do with it.
fn old_findings(outcome: &Outcome<'_>) -> Option<String> {
    let count = outcome.kept.old;
    let findings = diagnostic::counted(count, "finding");
    (count > 0).then(|| format!("portgen: {findings} as before: `portgen scan` shows them"))
}

/// An edit, the allocation before it, and everything that follows from it.
struct Made<'t> {
    edited: Edited,
    earlier: Earlier<'t>,
    outcome: Outcome<'t>,
    /// What is said of the warnings and findings that were there before the edit.
    repeated: Vec<String>,
}

/// Makes the edit; it is `done` where an earlier try has brought it to the disk.
fn make<'t>(
    guard: &Guard<'t>,
    session: &Session,
    done: Option<(Edited, Earlier<'t>)>,
    edit: &impl Fn(&Allocation, &mut Draft) -> Result<Edited, Diagnostics>,
) -> Result<Made<'t>, Diagnostics> {
    let tree = guard.tree();
    let path = ports_toml()?;
    let lease = guard.lease(PORTS_TOML)?;
    let bytes = tree.read(&path)?;
    drop(lease);
    let source = manifest::decode(Origin::Tree, bytes.clone().unwrap_or_default())?;
    if let Some((edited, earlier)) = done {
        let outcome = outcome(tree, &earlier, &source, session)?;
        return Ok(Made { edited, earlier, outcome, repeated: Vec::new() });
    }
    let (allocation, before) = pipeline::known(tree, &source)?;
    let mut draft = Draft::new(&source.text)?;
    let mut edited = edit(&allocation, &mut draft)?;
    let text = draft.finish()?;
    let mark = bytes.as_deref().map_or(0, <[u8]>::len) - source.text.len();
    let after = [&bytes.as_deref().unwrap_or_default()[..mark], text.as_bytes()].concat();
    let earlier = Earlier::edited(tree, allocation);
    let edited_source = manifest::source(Origin::Tree, text);
    let mut outcome = outcome(tree, &earlier, &edited_source, session)
        .map_err(|mistakes| refusal::at_lines_of(&source, &edited_source, mistakes))?;
    if let Some(before) = earlier.allocation() {
        let is_written = |name: &str| {
            let mut texts = outcome.changes.iter().filter_map(|change| change.after().ok().flatten());
            texts.any(|text| memchr::memmem::find(&text, name.as_bytes()).is_some())
        };
        edited.said += &variables::renamed(before, &outcome.context.allocation, &is_written);
    }
    outcome.changes.extend(Difference::between(&path, Kind::Allocation, bytes, Some(after)));
    outcome.changes.sort_by(|a, b| a.path.cmp(&b.path));
    let repeated = without_repeated(&mut outcome.said, &before).into_iter().chain(old_findings(&outcome)).collect();
    Ok(Made { edited, earlier, outcome, repeated })
}

/// Takes out the warnings of lints that were there `before`, which the edit has nothing to do with; what is said of them instead.
fn without_repeated(said: &mut Vec<Diagnostic>, before: &[Diagnostic]) -> Option<String> {
    let known: HashSet<&str> = before.iter().map(|one| one.message.as_str()).collect();
    let (mut count, mut codes) = (0, BTreeSet::new());
    said.retain(|one| {
        let is_repeated = one.severity == Severity::Warning && known.contains(one.message.as_str());
        if is_repeated {
            count += 1;
            codes.insert(quoted(one.code.as_str()));
        }
        !is_repeated
    });
    let codes: Vec<String> = codes.into_iter().collect();
    let warnings = diagnostic::counted(count, "warning");
    (count > 0).then(|| format!("portgen: {warnings} as before ({}): `portgen check` shows them", codes.join(", ")))
}

fn outcome<'t>(
    tree: &'t Tree,
    earlier: &Earlier<'_>,
    ports_toml: &Arc<Source>,
    session: &Session,
) -> Result<Outcome<'t>, Diagnostics> {
    let (allocation, said) = pipeline::known(tree, ports_toml)?;
    let said = session.refuse_findings(said)?;
    let mut outcome = pipeline::outcome(tree, earlier, allocation, said)?;
    outcome.said = session.refuse_findings(outcome.said)?;
    outcome.said.extend(outcome.kept.warnings());
    if let Some(before) = earlier.allocation() {
        outcome.said.extend(compose::left(before, &outcome.context.allocation));
        outcome.said.extend(compose::left_names(before, &outcome.context.allocation));
        let gone = Gone::between(before, &outcome.context.allocation);
        if !gone.is_empty() {
            outcome.said.extend(gone.left(&outcome.context.allocation));
            outcome.said.extend(follow::left_variables(tree, &outcome.context.allocation, &gone)?);
        }
        let left = leftover::left(tree, before, &outcome.context.allocation, earlier, &outcome.said)?;
        let news = left.into_iter().filter_map(|one| without_known_places(one, &outcome.said));
        let news: Vec<Diagnostic> = news.collect();
        outcome.said.extend(news);
        outcome.said.extend(claims::published_again(tree, before, &outcome.context.allocation));
    }
    Ok(outcome)
}

/// A diagnostic without the places that one of `said` names with the same code; none where no place is left.
fn without_known_places(mut one: Diagnostic, said: &[Diagnostic]) -> Option<Diagnostic> {
    if one.labels.is_empty() {
        return Some(one);
    }
    let same = said.iter().filter(|other| other.code == one.code).flat_map(|other| &other.labels);
    let known: HashSet<(&str, usize)> = same.map(|label| (&*label.place.source.path, label.place.span.start)).collect();
    one.labels.retain(|label| !known.contains(&(&*label.place.source.path, label.place.span.start)));
    (!one.labels.is_empty()).then_some(one)
}

/// Whether the fault passes by itself: somebody saved a file at that moment.
fn is_passing(fault: &Diagnostic) -> bool {
    fault.code == codes::CHANGED_MEANWHILE
}

/// Whether ports.toml on the disk is the edited one.
fn is_in_place(guard: &Guard<'_>, changes: &[Difference<'_>]) -> Result<bool, Diagnostics> {
    match changes.iter().find(|change| change.kind == Kind::Allocation) {
        Some(change) => Ok(guard.tree().read(&change.path)?.as_deref() == change.after()?.as_deref()),
        // It was in place before the last try.
        None => Ok(true),
    }
}

fn ports_toml() -> Result<RelPath, Diagnostic> {
    RelPath::parse(PORTS_TOML)
        .map_err(|reason| Diagnostic::error(codes::UNREADABLE_FILE, format!("ports.toml {reason}")))
}
