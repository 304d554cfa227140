//! Keeps the files that `[references]` names in step.

use std::collections::HashSet;
use std::sync::atomic::{AtomicBool, Ordering};

use super::engine::{Scan, scan};
use super::former::Former;
use super::found::Scanned;
use crate::allocation::Allocation;
use crate::allocation::references::Files;
use crate::claims::Owners;
use crate::diagnostic::{Diagnostic, Severity, codes, counted, quoted};
use crate::drift::Difference;
use crate::files::tree::Tree;
use crate::references::table;

/// What became of the files.
#[derive(Debug, Default)]
pub struct Kept {
    /// How many files state a port.
    pub files: usize,
    /// Whether some of them differ.
    pub has_changes: bool,
    /// What contradicts ports.toml.
    pub found: Vec<Diagnostic>,
    /// What of that cannot be mended beyond doubt.
    pub left: Vec<Diagnostic>,
    /// What could not be read.
    pub faults: Vec<Diagnostic>,
}

impl Kept {
    /// What is left, for a command that has written the rest.
    pub fn warnings(&self) -> Vec<Diagnostic> {
        self.left.iter().map(|one| Diagnostic { severity: Severity::Warning, ..one.clone() }).collect()
    }
}

/// Adds the changes that bring the files of `[references]` in step with the allocation of `owners`; `own` are the paths of outputs.
pub fn follow<'t>(
    tree: &'t Tree,
    owners: &Owners<'_>,
    own: HashSet<String>,
    changes: &mut Vec<Difference<'t>>,
) -> Kept {
    let allocation = owners.allocation();
    if allocation.references.files.is_empty() {
        return Kept::default();
    }
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
    let scanned =
        scan(&Scan { tree, allocation, own, followed: HashSet::new(), former: Some(&former), only: Some(&only) });
    let mut kept = Kept { files: scanned.stating(), faults: scanned.faults.clone(), ..Kept::default() };
    kept.faults.extend(unread(&scanned));
    let unmatched = allocation.references.files.iter().zip(&fits).filter(|(_, fits)| !fits.load(Ordering::Relaxed));
    kept.faults.extend(unmatched.map(|(files, _)| unmatched_pattern(files, allocation)));
    (kept.found, kept.left) = (scanned.findings(allocation), scanned.left(allocation));
    for said in [&mut kept.found, &mut kept.left] {
        said.retain(|one| one.severity >= Severity::Finding);
    }
    let others = changes.len();
    changes.extend(scanned.files.into_iter().filter_map(|file| file.change));
    kept.has_changes = changes.len() > others;
    kept
}

/// Warns of files that `[references]` names and that are not read.
fn unread(scanned: &Scanned<'_>) -> Vec<Diagnostic> {
    const MOST: usize = 10;
    let mut warnings = Vec::new();
    for (why, paths) in &scanned.unread {
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
