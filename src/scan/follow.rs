//! Keeps the files that `[references]` names in step.

use std::collections::HashSet;
use std::sync::atomic::{AtomicBool, Ordering};

use super::engine::{CONFLICT, Scan, scan};
use super::former::Former;
use super::found::Scanned;
use super::statement::View;
use super::verdict::Judged;
use crate::allocation::references::Files;
use crate::allocation::{Allocation, Service};
use crate::claims::Owners;
use crate::diagnostic::{Diagnostic, Origin, Place, Severity, codes, counted, quoted};
use crate::drift::{Difference, Kind};
use crate::files::tree::Tree;
use crate::manifest::last_write;
use crate::references::blocks::{self, Renderer, Written};
use crate::references::table;

/// What became of the files.
#[derive(Debug, Default)]
pub struct Kept {
    /// How many files state a port.
    pub files: usize,
    /// Whether some of them differ.
    pub has_changes: bool,
    /// What the next `write` brings in step with an edit of ports.toml, as warnings.
    pub pending: Vec<Diagnostic>,
    /// What else contradicts ports.toml.
    pub found: Vec<Diagnostic>,
    /// What of that cannot be mended beyond doubt; what a command's edit of ports.toml has to do with comes first.
    pub left: Vec<Diagnostic>,
    /// How much of that was there before the edit.
    pub old: usize,
    /// What could not be read, and blocks that cannot be rendered.
    pub faults: Vec<Diagnostic>,
    /// What portgen writes into blocks, with the path of the file, in the order of the files.
    pub blocks: Vec<(String, Written)>,
    /// The lines of portgen.lock about blocks of files that are not read, as those in a conflict.
    unread: String,
}

impl Kept {
    fn take_blocks(&mut self, scanned: &Scanned<'_>) {
        for file in &scanned.files {
            let Some(blocks) = &file.blocks else { continue };
            self.faults.extend_from_slice(&blocks.faults);
            self.found.extend_from_slice(&blocks.stale);
            self.blocks.extend(blocks.written.iter().map(|written| (file.path.clone(), written.clone())));
        }
    }

    /// The lines of portgen.lock that remember the blocks.
    pub fn remembered(&self) -> String {
        let mut lines = self.unread.clone();
        for (path, Written { digest, .. }) in &self.blocks {
            last_write::push_block(path, &digest.hex(), &mut lines);
        }
        lines
    }

    /// What is left, for a command that has written the rest, but for what was there before its edit.
    pub fn warnings(&self) -> Vec<Diagnostic> {
        let news = &self.left[..self.left.len() - self.old];
        news.iter().map(|one| Diagnostic { severity: Severity::Warning, ..one.clone() }).collect()
    }
}

/// Adds the changes that bring the files of `[references]` in step with the allocation of `owners`, their blocks with what `renderer`
/// renders; `own` are the paths of outputs.
pub fn follow<'t, 'e>(
    tree: &'t Tree,
    owners: &Owners<'e>,
    own: HashSet<String>,
    renderer: &Renderer<'_, 'e>,
    changes: &mut Vec<Difference<'t>>,
) -> Kept {
    let allocation = owners.allocation();
    let in_outputs = in_outputs(allocation, changes);
    let own = own.into_iter().chain(["ports.toml".to_owned()]).collect();
    let former = Former::of(owners);
    let named: HashSet<&str> = table::all(allocation).map(|(_, reference)| reference.path.as_str()).collect();
    let fits: Vec<AtomicBool> = allocation.references.files.iter().map(|_| AtomicBool::new(false)).collect();
    let only = |path: &str| {
        for (files, fits) in allocation.references.files.iter().zip(&fits) {
            if files.has(path) {
                fits.store(true, Ordering::Relaxed);
            }
        }
        allocation.references.keeps(path) && !named.contains(path)
    };
    let all = Scan::new(tree, allocation, own);
    let scanned = scan(&Scan { former: Some(&former), only: Some(&only), renderer: Some(renderer), ..all });
    let mut kept = Kept { files: scanned.stating(), faults: scanned.faults.clone(), ..Kept::default() };
    kept.faults.extend(unread(&scanned, allocation));
    kept.faults.extend(in_outputs);
    let unmatched = allocation.references.files.iter().zip(&fits).filter(|(_, fits)| !fits.load(Ordering::Relaxed));
    kept.faults.extend(unmatched.map(|(files, _)| unmatched_pattern(files, allocation)));
    kept.pending = scanned.pending(allocation);
    kept.found = scanned.standing(allocation);
    let before = owners.before().map(Owners::allocation);
    let is_old = |one: &Judged| before.is_some_and(|before| !is_of_edit(one, before, allocation));
    kept.left = scanned.left(allocation, &is_old);
    let mut old = scanned.left(allocation, &|one| !is_old(one));
    for said in [&mut kept.found, &mut kept.left, &mut old] {
        said.retain(|one| one.severity >= Severity::Finding);
    }
    kept.old = old.len();
    kept.left.append(&mut old);
    kept.take_blocks(&scanned);
    let unread = scanned.unread.iter().flat_map(|(_, paths)| paths);
    unread.for_each(|path| renderer.memory.push_lines(path, &mut kept.unread));
    let others = changes.len();
    changes.extend(scanned.files.into_iter().filter_map(|file| file.change));
    kept.has_changes = changes.len() > others;
    kept
}

/// Whether an edit of ports.toml has to do with what is said of a number: others have it now than before, or its service is new.
fn is_of_edit(one: &Judged, before: &Allocation, now: &Allocation) -> bool {
    let is_new = |id: &str| before.services.iter().all(|service| service.id != id);
    holders(before, one.port) != holders(now, one.port)
        || one.owner.is_some_and(|(service, _)| is_new(&now.services[service].id))
}

/// The services with a number, and in which views.
fn holders(allocation: &Allocation, port: u16) -> HashSet<(&str, View)> {
    let has = |service: &Service, view: View| service.bindings.iter().any(|binding| view.has(binding, port));
    let views = [View::Host, View::Container, View::Service];
    let all = allocation.services.iter().flat_map(|service| views.map(|view| (service, view)));
    all.filter(|(service, view)| has(service, *view)).map(|(service, view)| (&*service.id, view)).collect()
}

/// The errors for files at the path of an output in which a person has marked a block: the whole file is portgen's.
fn in_outputs(allocation: &Allocation, changes: &[Difference<'_>]) -> Vec<Diagnostic> {
    let mut errors = Vec::new();
    let is_theirs = |change: &&Difference<'_>| matches!(change.kind, Kind::Foreign | Kind::HandEdited);
    for change in changes.iter().filter(is_theirs).filter(|change| allocation.references.keeps(change.path.as_str())) {
        let (path, Ok(Some(bytes))) = (change.path.as_str(), change.before()) else { continue };
        let text = String::from_utf8_lossy(&bytes);
        let blocks = blocks::find(path, &text);
        if !blocks.is_empty() {
            let source = blocks.source(Origin::Tree, path, &text);
            let message = format!("{} is an output, of which portgen writes every line, and has a block", quoted(path));
            let places = blocks.lines().map(|line| Place::new(&source, line.span.clone()));
            let error = Diagnostic::error(codes::BROKEN_BLOCK, message).at_each(places, "");
            errors.push(error.help("move the output with `[outputs.paths]`, or remove the comments"));
        }
    }
    errors
}

/// Warns of files that `[references]` names and that are not read. What only a pattern for everything fits was not meant: pictures, charts.
fn unread(scanned: &Scanned<'_>, allocation: &Allocation) -> Vec<Diagnostic> {
    const MOST: usize = 10;
    let mut warnings = Vec::new();
    for (why, paths) in &scanned.unread {
        let is_meant = |path: &&String| *why == CONFLICT || allocation.references.names(path);
        let paths: Vec<&String> = paths.iter().filter(is_meant).collect();
        if paths.is_empty() {
            continue;
        }
        let shown: Vec<String> = paths.iter().take(MOST).map(|path| quoted(path)).collect();
        let more = if paths.len() > MOST { format!(" and {} more", paths.len() - MOST) } else { String::new() };
        let files = counted(paths.len(), "file");
        let message = format!("{files} that `[references]` names, {why}: {}{more}", shown.join(", "));
        let warning = Diagnostic::new(codes::UNREADABLE_FILE, Severity::Warning, message);
        warnings.push(warning.help("portgen does not keep what it does not read: leave it out with `ignore`"));
    }
    warnings
}

fn unmatched_pattern(files: &Files, allocation: &Allocation) -> Diagnostic {
    let message = format!("no file that git sees fits the pattern {}", quoted(&files.text));
    Diagnostic::new(codes::UNMATCHED_PATTERN, Severity::Warning, message)
        .at(allocation.place(&files.span), "fits no file")
        .help("`*` stops at `/`: `**/.env` fits in every folder")
}
