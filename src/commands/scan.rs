//! `portgen scan`: every port that a file of the repository states, judged against ports.toml.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fmt::Write as _;
use std::path::PathBuf;

use crate::allocation::Allocation;
use crate::apply::{self, Permit};
use crate::commands::args::waiting::Waiting;
use crate::commands::args::{below, format, locking, scanning};
use crate::commands::write::say_changed;
use crate::diagnostic::{Diagnostic, Diagnostics, Origin, Severity, Source, codes, counted};
use crate::drift::Difference;
use crate::files::names::PORTS_TOML;
use crate::files::tree::Tree;
use crate::manifest::earlier::Earlier;
use crate::manifest::validate::validate;
use crate::scan::infer;
use crate::scan::{Judged, Meant, Scan, Scanned, ScannedFile, Verdict, scan};
use crate::session::{Exit, Session};
use crate::{git, pipeline};

/// What is looked at, and what is done about it.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  portgen scan                      what contradicts ports.toml, and the counts
  portgen scan --all apps/web       every place that states a port, with its verdict
  portgen scan --since origin/main  what this branch has brought
  portgen scan --fix                change the digits that are wrong")]
pub struct Args {
    /// Files and folders; without one, all that git sees
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Only what has come since this branch left REV
    #[arg(long, value_name = "REV", conflicts_with = "fix")]
    since: Option<String>,
    /// Change the numbers whose right value is beyond doubt; only their digits
    #[arg(long)]
    pub fix: bool,
    /// Show what agrees, what is accepted and what has no owner, too
    #[arg(long)]
    all: bool,
    /// How it waits for another portgen.
    #[command(flatten)]
    lock: locking::Args,
    /// The form of the result.
    #[command(flatten)]
    pub format: format::Args,
}

/// Shows what contradicts ports.toml, worst first; ends with 1 if something does.
///
/// # Errors
/// ports.toml has a mistake; with `--fix`, a file cannot be written.
pub fn run(args: &Args, session: &Session) -> anyhow::Result<Exit> {
    let tree = match session.tree() {
        Err(faults) if !args.fix && faults.0.iter().any(|one| one.code == codes::NO_PORTS_TOML) => {
            below::without(session)?
        }
        found => found?,
    };
    let guard = if args.fix { Some(args.lock.guard(&tree, session)?) } else { None };
    let below = below::below(&tree, &args.paths, session)?;
    let allocation = allocation(&tree, session)?;
    let mut waiting = Waiting::start(session, &tree);
    let mut scanned = found(&tree, &allocation, &below)?;
    waiting.end();
    if is_inferred(&allocation) {
        // Which of two files is right is for people to say.
        scanned.files.iter_mut().flat_map(|file| &mut file.judged).for_each(|one| one.mend = None);
    }
    if let Some(revision) = &args.since {
        let base = tree.at(&git::merge_base(tree.root(), "HEAD", revision)?)?;
        let known = Known::of(&found(&base, &allocation, &below)?);
        known.take_from(&mut scanned);
    }
    if let Some(guard) = &guard {
        let changes: Vec<Difference<'_>> = scanned.files.iter_mut().filter_map(|file| file.change.take()).collect();
        apply::apply(guard, scanning::lock(&tree, &allocation)?.path(), &changes, Permit::default())?;
        say_changed(session, &changes);
        session.say(&format!("portgen: {} changed", counted(changes.len(), "file")));
        for file in &mut scanned.files {
            file.judged.retain(|one| one.mend.is_none());
        }
    }
    show(args, session, &scanned, &allocation)
}

/// The allocation that files are judged against: ports.toml, else what the files themselves say first.
fn allocation(tree: &Tree, session: &Session) -> Result<Allocation, Diagnostics> {
    if tree.has(PORTS_TOML) {
        return Ok(pipeline::allocation(tree)?.0);
    }
    let read = |text: &str| {
        let validated = validate(&Source::of(Origin::BuiltIn, "what the files say", text));
        validated.allocation.ok_or(Diagnostics(validated.diagnostics))
    };
    let nothing = read(&infer::ports_toml(&Scanned::default()))?;
    let stated = scan(&Scan::new(tree, &nothing, HashSet::new()));
    session.say("portgen: there is no ports.toml, so files are judged against each other: what one says first of a service counts");
    read(&infer::ports_toml(&stated))
}

fn show(args: &Args, session: &Session, scanned: &Scanned<'_>, allocation: &Allocation) -> anyhow::Result<Exit> {
    let of_blocks = scanned.of_blocks();
    let is_wrong = scanned.judged().any(|(_, one)| one.verdict.is_wrong())
        || scanned.targets.iter().chain(&of_blocks).any(|one| one.severity >= Severity::Finding);
    let exit = if is_wrong { Exit::Findings } else { Exit::Clean };
    let mut said = scanned.faults.clone();
    if args.paths.is_empty() && args.since.is_none() && !args.fix {
        said.extend(scanned.unused(allocation));
    }
    if session.reports() {
        session.report(&[scanned.findings(allocation), of_blocks, said].concat(), &[], exit.code())?;
        return Ok(exit);
    }
    session.print(&text(scanned, allocation, args.all))?;
    session.print_all(&scanned.targets)?;
    session.print_all(&of_blocks)?;
    session.warn(&said);
    say_unread(session, scanned);
    session.say(&format!("portgen: {}", summary(scanned)));
    if scanned.judged().any(|(_, one)| one.mend.is_some()) {
        session.say("portgen: `portgen scan --fix` changes the numbers that have `->`");
    }
    Ok(exit)
}

/// What the tree states below the paths that were named.
fn found<'t>(tree: &'t Tree, allocation: &Allocation, below: &[String]) -> Result<Scanned<'t>, Diagnostic> {
    let wanted = |path: &str| below.is_empty() || below.iter().any(|folder| below::is_below(path, folder));
    scanning::scanned(tree, allocation, &Earlier::in_git(tree), &wanted)
}

/// What was there before: how often each file stated each number wrongly.
struct Known(HashMap<(String, u16, Option<usize>), usize>);

impl Known {
    fn of(scanned: &Scanned<'_>) -> Self {
        let mut known = HashMap::new();
        for (file, one) in scanned.judged().filter(|(_, one)| one.verdict < Verdict::Accepted) {
            *known.entry(key(file, one)).or_default() += 1;
        }
        Self(known)
    }

    /// Takes out what was there before: of equal ones, the first.
    fn take_from(mut self, scanned: &mut Scanned<'_>) {
        for file in &mut scanned.files {
            let path = file.path.clone();
            file.judged.retain(|one| {
                let key = (path.clone(), one.port, one.owner.map(|(service, _)| service));
                match self.0.get_mut(&key).filter(|count| **count > 0 && one.verdict < Verdict::Accepted) {
                    Some(count) => {
                        *count -= 1;
                        false
                    }
                    None => true,
                }
            });
        }
    }
}

fn key(file: &ScannedFile<'_>, one: &Judged) -> (String, u16, Option<usize>) {
    (file.path.clone(), one.port, one.owner.map(|(service, _)| service))
}

/// A statement with its file.
type Place<'s> = (&'s ScannedFile<'s>, &'s Judged);

/// Every statement, worst first, by service.
fn text(scanned: &Scanned<'_>, allocation: &Allocation, all: bool) -> String {
    let mut by_verdict: BTreeMap<Verdict, BTreeMap<Subject<'_>, Vec<Place<'_>>>> = BTreeMap::new();
    for (file, one) in scanned.judged().filter(|(_, one)| all || one.verdict < Verdict::Accepted) {
        let subjects = by_verdict.entry(one.verdict).or_default();
        subjects.entry(Subject::of(one)).or_default().push((file, one));
    }
    let mut out = String::new();
    for (verdict, subjects) in by_verdict {
        for (subject, places) in subjects {
            let gap = if out.is_empty() { "" } else { "\n" };
            let _ = writeln!(out, "{gap}{}: {}", subject.shown(allocation), verdict.as_str());
            for (file, one) in places {
                let _ = writeln!(out, "  {}:{}  {}", file.path, one.line, said(one, allocation));
            }
        }
    }
    out
}

/// What statements are grouped by.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Subject<'s> {
    Port(u16),
    Service(usize),
    Other(&'s str),
    Nobody,
}

impl<'s> Subject<'s> {
    fn of(one: &'s Judged) -> Self {
        match (one.verdict, one.owner, &one.stranger) {
            (Verdict::Collides, ..) => Self::Port(one.port),
            (_, Some((service, _)), _) => Self::Service(service),
            (_, None, Some(name)) => Self::Other(name),
            (_, None, None) => Self::Nobody,
        }
    }

    fn shown(&self, allocation: &Allocation) -> String {
        match self {
            Self::Port(port) => match holder(allocation, *port) {
                Some(id) if !is_inferred(allocation) => format!("{port}, which {id} has in ports.toml"),
                _ => port.to_string(),
            },
            Self::Service(service) => allocation.services[*service].id.clone(),
            Self::Other(name) => (*name).to_owned(),
            Self::Nobody => "no service".to_owned(),
        }
    }
}

/// Whether there is no ports.toml, and files are judged against each other.
fn is_inferred(allocation: &Allocation) -> bool {
    !allocation.source.is_in_tree()
}

/// The service with a port of the machine.
fn holder(allocation: &Allocation, port: u16) -> Option<&str> {
    let mut bindings = allocation.bindings();
    bindings.find(|(_, binding)| binding.published() && binding.hosts().has(port)).map(|(service, _)| &*service.id)
}

/// A statement on one line: `host port 3001 -> 4001 (compose ports)`.
fn said(one: &Judged, allocation: &Allocation) -> String {
    let mut said = format!("{} {}", one.view.name(), one.port);
    if one.verdict == Verdict::Collides {
        let _ = write!(said, " of {}", owner(one.owner, one, allocation));
    }
    let right = one.right(allocation);
    match one.mend {
        Some(number) => {
            let _ = write!(said, " -> {number}");
        }
        None if !right.is_empty() && !right.contains(&one.port) => {
            let right: Vec<String> = right.iter().map(u16::to_string).collect();
            let who = if is_inferred(allocation) { "elsewhere" } else { "ports.toml has" };
            let _ = write!(said, ", {who} {}", right.join(" or "));
        }
        None => {}
    }
    let _ = write!(said, " ({}, by {})", one.form.as_str(), one.by.as_str());
    said
}

fn owner<'a>(owner: Option<Meant>, one: &'a Judged, allocation: &'a Allocation) -> &'a str {
    match owner {
        Some((service, _)) => &allocation.services[service].id,
        None => one.stranger.as_deref().unwrap_or("something"),
    }
}

fn say_unread(session: &Session, scanned: &Scanned<'_>) {
    if scanned.unread.is_empty() {
        return;
    }
    let total: usize = scanned.unread.iter().map(|(_, paths)| paths.len()).sum();
    let how: Vec<String> = scanned.unread.iter().map(|(why, paths)| format!("{} {why}", paths.len())).collect();
    session.say(&format!("portgen: {} not read: {}", counted(total, "file"), how.join(", ")));
    for (why, paths) in scanned.unread.iter().filter(|_| session.verbose) {
        paths.iter().for_each(|path| session.say(&format!("  {path}: {why}")));
    }
}

fn summary(scanned: &Scanned<'_>) -> String {
    let count = |verdict, what: &str| format!("{} {what}", scanned.count(verdict));
    let counts = [
        count(Verdict::Collides, "collide"),
        count(Verdict::Contradicts, "contradict"),
        count(Verdict::Stale, "stale"),
        count(Verdict::Unallocated, "unallocated"),
        count(Verdict::Agrees, "agree"),
    ];
    let files = scanned.stating();
    format!("{} read, {files} with ports: {}", counted(scanned.read, "file"), counts.join(", "))
}
