//! `[references]`: which files are kept in step, what `write` changes in them, and what they state otherwise for now.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::fmt::Write as _;
use std::sync::Arc;

use super::evidence::At;
use super::report::Kept;
use crate::allocation::Allocation;
use crate::allocation::references::Files;
use crate::claims::Owners;
use crate::diagnostic::Diagnostic;
use crate::files::tree::Tree;
use crate::manifest::earlier::Earlier;
use crate::manifest::edit::{string, strings};
use crate::outputs::lock;
use crate::scan::{Former, Judged, Scan, Scanned, ScannedFile, Verdict, scan};

/// From how many files on a pattern stands for them.
const WORTH_A_PATTERN: usize = 3;

/// What files state of the ports of an allocation.
#[derive(Debug, Default)]
pub(super) struct Standing {
    /// The patterns of `files`.
    pub(super) files: Vec<String>,
    pub(super) changes: Vec<Kept>,
    pub(super) accepted: Vec<Kept>,
    /// What is wrong in files that are not kept.
    pub(super) left: Vec<Kept>,
}

/// Looks at the files of a tree that are `wanted`; `lock` remembers the numbers that they have now.
///
/// # Errors
/// The path of the lock is too long.
pub(super) fn standing(
    tree: &Tree,
    allocation: &Allocation,
    lock: Option<&str>,
    wanted: &(dyn Fn(&str) -> bool + Sync),
) -> Result<Standing, Diagnostic> {
    let own = HashSet::from(["ports.toml".to_owned()]);
    let only = |path: &str| wanted(path);
    let earlier = Earlier::in_git(tree);
    let path = lock::path_in(allocation.outputs.directory.as_str())?;
    let owners = Owners::since(allocation, &earlier).remembering(lock.map(str::as_bytes), &path);
    let former = Former::of(&owners);
    let scanned = scan(&Scan { only: Some(&only), former: Some(&former), ..Scan::new(tree, allocation, own) });
    let files = patterns(&scanned);
    let kept_files: Vec<Files> = files.iter().filter_map(|pattern| Files::new(pattern, 0..0).ok()).collect();
    let mut standing = Standing { files, ..Standing::default() };
    for (file, one) in scanned.judged().filter(|(_, one)| one.verdict.is_wrong()) {
        let kept = kept(file, one, allocation);
        if !kept_files.iter().any(|files| files.has(&file.path)) {
            standing.left.push(kept);
        } else if one.mend.is_some() {
            standing.changes.push(kept);
        } else {
            standing.accepted.push(kept);
        }
    }
    Ok(standing)
}

/// Whether a file is worth being kept in step: it states ports of services, and most of them right, or so that they can be mended. A
/// document that is wrong is left to people.
fn is_worth(file: &ScannedFile<'_>) -> bool {
    let right = file
        .judged
        .iter()
        .filter(|one| one.owner.is_some() && one.verdict == Verdict::Agrees || one.mend.is_some())
        .count();
    let wrong = file.judged.iter().filter(|one| one.verdict.is_wrong() && one.mend.is_none()).count();
    right > 0 && if file.kind == "Markdown" { wrong == 0 } else { wrong <= right }
}

fn kept(file: &ScannedFile<'_>, one: &Judged, allocation: &Allocation) -> Kept {
    let service = one.owner.map(|(service, _)| allocation.services[service].id.clone());
    let service = service.or_else(|| one.stranger.as_deref().map(str::to_owned)).unwrap_or_default();
    Kept { at: At { file: Arc::from(&*file.path), line: one.line }, port: one.port, service, becomes: one.mend }
}

/// `[references]` of a ports.toml.
pub(super) fn section(standing: &Standing) -> String {
    if standing.files.is_empty() {
        return String::new();
    }
    let mut out =
        "\n# Files of people that state these ports: `portgen write` keeps their numbers in step.\n[references]\n"
            .to_owned();
    let files = strings(standing.files.iter().map(String::as_str));
    match standing.files.len() {
        1..=4 => {
            let _ = writeln!(out, "files = {files}");
        }
        _ => {
            out.push_str("files = [\n");
            standing.files.iter().for_each(|file| {
                let _ = writeln!(out, "  {},", string(file));
            });
            out.push_str("]\n");
        }
    }
    let mut by_file: BTreeMap<&str, BTreeSet<(u16, &str)>> = BTreeMap::new();
    for one in &standing.accepted {
        by_file.entry(&one.at.file).or_default().insert((one.port, &one.service));
    }
    if !by_file.is_empty() {
        out.push_str("\n# What these files stated otherwise when ports.toml was imported. Mend them, and take the entries out.\n");
    }
    for (file, numbers) in by_file {
        let mut seen = BTreeSet::new();
        for (port, service) in numbers.into_iter().filter(|(port, _)| seen.insert(*port)) {
            let of = if service.is_empty() { String::new() } else { format!(" of {service}") };
            let reason = string(&format!("stated{of} when ports.toml was imported"));
            let _ = write!(
                out,
                "[[references.accept]]\nfile = {}\nport = {port}\nreason = {reason}\n",
                string(&globset::escape(file))
            );
        }
    }
    out
}

/// Patterns for the files that state a port of a service.
fn patterns(scanned: &Scanned<'_>) -> Vec<String> {
    let files: Vec<&str> = scanned.files.iter().filter(|file| is_worth(file)).map(|file| &*file.path).collect();
    let is_other = |file: &&ScannedFile<'_>| file.judged.iter().any(|one| one.verdict.is_wrong()) && !is_worth(file);
    let others: Vec<&str> = scanned.files.iter().filter(is_other).map(|file| &*file.path).collect();
    let mut left: BTreeSet<&str> = files.iter().copied().collect();
    let mut found = Vec::new();
    for name in NAMED {
        let is_named = |path: &str| path.rsplit('/').next() == Some(name);
        if !others.iter().any(|path| is_named(path)) {
            by_pattern(&mut left, &mut found, &format!("**/{name}"), is_named);
        }
    }
    // Folders in which most files that state something state a port of a service.
    let mut folders: BTreeMap<(String, String), usize> = BTreeMap::new();
    for path in &left {
        if let Some((folder, extension)) = kind(path) {
            *folders.entry((folder, extension)).or_default() += 1;
        }
    }
    for (folder, extension) in folders.into_iter().filter(|(_, count)| *count >= WORTH_A_PATTERN).map(|(kind, _)| kind)
    {
        let is_of = |path: &str| kind(path) == Some((folder.clone(), extension.clone()));
        if !others.iter().any(|path| is_of(path)) {
            by_pattern(&mut left, &mut found, &format!("{}/**/*.{extension}", globset::escape(&folder)), is_of);
        }
    }
    found.extend(left.into_iter().map(globset::escape));
    found.sort();
    found
}

/// Names of files that are of one kind wherever they lie.
const NAMED: [&str; 9] = [
    "Dockerfile",
    "package.json",
    ".env.example",
    ".env.sample",
    "docker-compose.yml",
    "docker-compose.yaml",
    "application.yml",
    "launchSettings.json",
    "values.yaml",
];

/// Replaces files by a pattern that fits several of them.
fn by_pattern(left: &mut BTreeSet<&str>, found: &mut Vec<String>, pattern: &str, is_of: impl Fn(&str) -> bool) {
    if left.iter().filter(|path| is_of(path)).count() >= WORTH_A_PATTERN {
        left.retain(|path| !is_of(path));
        found.push(pattern.to_owned());
    }
}

/// The folder at the top that a file lies in, and what is behind the last point of its name.
fn kind(path: &str) -> Option<(String, String)> {
    let (folders, name) = path.rsplit_once('/')?;
    let (_, extension) = name.rsplit_once('.')?;
    let folder = folders.split('/').next()?;
    Some((folder.to_owned(), extension.to_owned()))
}
