//! `portgen review`: what a change means, before it is merged.

mod judged;

use std::collections::{HashMap, HashSet};
use std::fmt::Write as _;
use std::path::Path;

use crate::commands::args::format;
use crate::diagnostic::{Diagnostic, Diagnostics, Severity, codes, counted, quoted};
use crate::drift::ignored;
use crate::drift::{self, Difference, Kind};
use crate::files::root;
use crate::files::snapshot::View;
use crate::files::tree::Tree;
use crate::git;
use crate::path::{OutputPath, RelPath};
use crate::pipeline::Outcome;
use crate::references::blocks::Written;
use crate::references::table;
use crate::report::{mend, prevention};
use crate::review::{Line, review};
use crate::session::{Exit, Session};
use judged::{Base, earlier, judge, judge_base};

/// Between which two.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  portgen review                    what this branch changes, one line each
  portgen review --staged           what is about to be committed
  portgen review v1.0..v1.1         between two revisions
  portgen review --format markdown  for the comment of a pull request")]
pub struct Args {
    /// What to compare with: a branch, at the point where this one left it; or two revisions, `A..B` or `A...B`, where an empty one is HEAD
    #[arg(value_name = "BASE")]
    base: Option<String>,
    /// Use git's index (what is about to be committed), not the files on disk
    #[arg(long)]
    staged: bool,
    /// The form of the result.
    #[command(flatten)]
    pub format: format::Args,
}

/// Prints a line for each thing that has changed; ends with 1 where drift or a finding would be merged.
///
/// # Errors
/// There is no such revision, or ports.toml is absent or has a mistake in one of the two.
pub fn run(args: &Args, session: &Session) -> anyhow::Result<Exit> {
    let between = between(args, &root::folder(session.directory())?)?;
    let tree = match &between.to {
        Some(revision) => session.tree_in_git(&View::Revision(revision.clone()))?,
        None if args.staged => session.tree_in_git(&View::Index)?,
        None => session.tree()?,
    };
    let then = tree.at(&between.from).map_err(|fault| between.explained(fault.into()))?;
    let before = judge_base(&then, &between.from).map_err(|faults| between.explained(faults))?;
    let earlier = earlier(&then, &tree);
    let after = match &between.to {
        Some(revision) => judge(&tree, &earlier).map_err(|faults| faults.of_revision(revision))?,
        None => judge(&tree, &earlier)?,
    };
    let lines = review(before.side(), after.side());
    let mut after = after.outcome;
    ignored::take(&tree, &mut after.changes);
    after.changes.extend(left_behind(&tree, &before, &after)?);
    if session.reports() {
        let said: Vec<Diagnostic> = lines.iter().map(Line::diagnostic).chain(findings(&after)).collect();
        session.report(&said, &after.changes, exit(&after).code())?;
    } else {
        session.print(&shown(&lines))?;
    }
    say_changes(lines.len(), before.outcome().map(|before| following(before, &after)), &between, session);
    if !session.reports() {
        session.show(&findings(&after).collect::<Vec<_>>());
    }
    say_drift(&after.changes, session);
    Ok(exit(&after))
}

/// How many things have changed, and which files follow; none where the base made no files that could be compared.
fn say_changes(count: usize, follow: Option<Vec<String>>, between: &Between, session: &Session) {
    let (changes, shown) = (counted(count, "change"), &between.shown);
    let Some(follow) = follow else {
        let from = quoted(&between.from);
        return session.say(&format!(
            "portgen: {changes} {shown}; the outputs of {from} cannot be generated, so they are not compared"
        ));
    };
    let follows = if follow.len() == 1 { "follows" } else { "follow" };
    session.say(&format!("portgen: {changes} {shown}; {} {follows}", counted(follow.len(), "file")));
    if session.verbose {
        follow.iter().for_each(|path| session.say(&format!("  {path}")));
    }
}

/// How many files would be merged with drift, and what to do about them.
fn say_drift(changes: &[Difference<'_>], session: &Session) {
    let left = changes.iter().filter(|change| change.kind == Kind::LeftBehind).count();
    if changes.len() > left {
        let files = counted(changes.len() - left, "file");
        session.say(&format!("portgen: {files} would be merged with drift: run `portgen diff`"));
    }
    if left > 0 {
        let files = counted(left, "file");
        let then = format!("run `{}` and commit the result", mend(changes));
        session.say(&format!("portgen: {files} no longer generated would stay: {then}"));
    }
    prevention(changes).iter().for_each(|how| session.say(&format!("portgen: {how}")));
}

/// The outputs that nothing makes any more and that are there as they were, though portgen.lock has forgotten them: nobody has
/// committed that they are gone.
fn left_behind<'t>(tree: &'t Tree, before: &Base<'_>, after: &Outcome<'_>) -> Result<Vec<Difference<'t>>, Diagnostics> {
    let known: HashSet<&str> = after.changes.iter().map(|change| change.path.as_str()).collect();
    let gone = before.outputs().into_iter().filter(|path| !after.outputs.owns(path) && !known.contains(path));
    let mut left = Vec::new();
    for path in gone.filter_map(|path| OutputPath::parse(path).ok()) {
        left.extend(drift::left_behind(tree, &path, |there| before.has_written(&path, there))?);
    }
    Ok(left)
}

/// A commit's name, short enough for people and long enough for every repository.
fn abbreviated(mut commit: String) -> String {
    commit.truncate(12);
    commit
}

/// One line for each, the subjects below each other.
fn shown(lines: &[Line]) -> String {
    let width = lines.iter().map(|line| line.subject.len()).max().unwrap_or(0);
    let mut out = String::new();
    for line in lines {
        let Line { code, subject, text, .. } = line;
        let security = if line.is_security() { " [security]" } else { "" };
        // Writing to a String cannot fail.
        let _ = writeln!(out, "{code:9} {subject:width$}  {text}{security}");
    }
    out
}

/// The outputs that are not what they were, and the files of people's in one of the trees whose port is another, or with another text in a
/// block; by path.
fn following(before: &Outcome<'_>, after: &Outcome<'_>) -> Vec<String> {
    let other = after.outputs.entries().iter().filter(|(path, digest)| !before.outputs.recorded(path.as_str(), digest));
    let gone = before.outputs.paths().filter(|path| !after.outputs.owns(path));
    let mut paths: Vec<String> = other.map(|(path, _)| path.to_string()).chain(gone.map(str::to_owned)).collect();
    let kept = before.references.iter().chain(&after.references);
    let in_a_tree: HashSet<&RelPath> = kept.map(|kept| &kept.path).collect();
    let (was, is) = (followed(before), followed(after));
    let moved = is.into_iter().filter(|(path, port)| was.get(path).is_some_and(|was| was != port));
    paths.extend(moved.filter(|(path, _)| in_a_tree.contains(path)).map(|(path, _)| path.to_string()));
    paths.extend(with_other_blocks(before, after));
    paths.sort_unstable();
    paths.dedup();
    paths
}

/// The files of people's with a block that is in both trees, and has another text.
fn with_other_blocks<'o>(before: &'o Outcome<'_>, after: &'o Outcome<'_>) -> impl Iterator<Item = String> + 'o {
    let key = |(path, written): &'o (String, Written)| ((path, &written.shown), written.digest);
    let was: HashMap<_, _> = before.kept.blocks.iter().map(key).collect();
    let other = after.kept.blocks.iter().filter(move |one| {
        let (block, digest) = key(one);
        was.get(&block).is_some_and(|was| *was != digest)
    });
    other.map(|(path, _)| path.clone())
}

/// The main port that each file of people's follows.
fn followed<'o>(outcome: &'o Outcome<'_>) -> HashMap<&'o RelPath, u16> {
    let allocation = &outcome.context.allocation;
    let mut followed = HashMap::new();
    for (_, reference) in table::all(allocation) {
        if let Some(main) = allocation.services[reference.service].main() {
            followed.insert(reference.path, main.host.get());
        }
    }
    followed
}

/// The findings that would be merged with the change.
fn findings(after: &Outcome<'_>) -> impl Iterator<Item = Diagnostic> {
    let said = after.said.iter().filter(|one| one.severity >= Severity::Finding);
    said.chain(&after.kept.left).cloned()
}

fn exit(after: &Outcome<'_>) -> Exit {
    if findings(after).next().is_none() && after.changes.is_empty() { Exit::Clean } else { Exit::Findings }
}

/// What is compared with what.
struct Between {
    from: String,
    /// None for the tree that was asked for.
    to: Option<String>,
    /// What the changes are in, or since, as the user knows it.
    shown: String,
    /// What the first is, where it is no revision that the user has named.
    parted: Option<String>,
}

impl Between {
    /// Faults of the first, with what it is where the user has not named it.
    fn explained(&self, faults: Diagnostics) -> Diagnostics {
        match &self.parted {
            Some(parted) => faults.help(parted.as_str()),
            None => faults,
        }
    }
}

fn between(args: &Args, folder: &Path) -> Result<Between, Diagnostics> {
    let base = match &args.base {
        Some(base) => base.clone(),
        None => git::default_branch(folder)?,
    };
    // Three dots first: two of them are in it.
    let (from, to, common) = match (base.split_once("..."), base.split_once("..")) {
        (Some((from, to)), _) => (from, Some(to), true),
        (None, Some((from, to))) => (from, Some(to), false),
        (None, None) => (&*base, None, true),
    };
    if args.staged && to.is_some() {
        let message = format!("`--staged` reviews git's index, but {} is another revision", quoted(&base));
        return Err(Diagnostic::error(codes::USAGE, message).help("use only one of the two").into());
    }
    let (from, to) = if to.is_some() { (or_head(from), to.map(or_head)) } else { (from, to) };
    let other = to.unwrap_or("HEAD");
    let shown = format!("{} {}", if to.is_some() { "in" } else { "since" }, quoted(&base));
    let to_owned = to.map(str::to_owned);
    if !common {
        return Ok(Between { from: from.to_owned(), to: to_owned, shown, parted: None });
    }
    let commit = abbreviated(git::merge_base(folder, from, other)?);
    let parted = format!("{} is the commit where {} and {} diverged", quoted(&commit), quoted(from), quoted(other));
    Ok(Between { from: commit, to: to_owned, shown, parted: Some(parted) })
}

/// A side of `..`: one that is left out is HEAD (gitrevisions(7)).
fn or_head(side: &str) -> &str {
    if side.is_empty() { "HEAD" } else { side }
}
