//! `[references]`: which files are kept in step, what `write` changes in them, and what they state otherwise for now.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::fmt::Write as _;
use std::sync::Arc;

use super::evidence::At;
use super::propose::clean;
use super::report::Kept;
use crate::allocation::Allocation;
use crate::allocation::references::Files;
use crate::claims::Owners;
use crate::diagnostic::{Diagnostic, Severity};
use crate::files::tree::Tree;
use crate::manifest::earlier::Earlier;
use crate::manifest::edit::{string, strings};
use crate::outputs::lock;
use crate::scan::{By, Form, Former, Judged, Scan, Scanned, ScannedFile, Verdict, scan};

/// From how many files on a pattern stands for them.
const WORTH_A_PATTERN: usize = 3;

/// What files state of the ports of an allocation.
#[derive(Debug, Default)]
pub(super) struct Standing {
    /// The patterns of `files`.
    pub(super) files: Vec<String>,
    pub(super) changes: Vec<Kept>,
    pub(super) accepted: Vec<Kept>,
    /// Manifests that name ports that nothing has.
    pub(super) broken: Vec<(At, String)>,
    /// What is wrong in files that are not kept.
    pub(super) left: Vec<Kept>,
}

/// Looks at the files of a tree that are `wanted`, but for those that are `is_apart` from the platform; `lock` remembers the numbers that they have now.
///
/// # Errors
/// The path of the lock is too long.
pub(super) fn standing(
    tree: &Tree,
    allocation: &Allocation,
    lock: Option<&str>,
    is_apart: &dyn Fn(&str) -> bool,
    wanted: &(dyn Fn(&str) -> bool + Sync),
) -> Result<Standing, Diagnostic> {
    let own = HashSet::from(["ports.toml".to_owned()]);
    let only = |path: &str| wanted(path);
    let earlier = Earlier::in_git(tree);
    let path = lock::path_in(allocation.outputs.directory.as_str())?;
    let owners = Owners::since(allocation, &earlier).remembering(lock.map(str::as_bytes), &path);
    let former = Former::of(&owners);
    let scanned = scan(&Scan { only: Some(&only), former: Some(&former), ..Scan::new(tree, allocation, own) });
    let files = patterns(&scanned, is_apart);
    let kept_files: Vec<Files> = files.iter().filter_map(|pattern| Files::new(pattern, 0..0).ok()).collect();
    let mut standing = Standing { files, broken: broken(&scanned), ..Standing::default() };
    let is_ours = |file: &ScannedFile<'_>| !is_apart(&file.path);
    for (file, one) in scanned.judged().filter(|(file, one)| one.verdict.is_wrong() && is_ours(file)) {
        let kept = kept(file, one, allocation);
        if one.verdict == Verdict::Collides && has(allocation, one) {
            // The other one goes away.
            continue;
        }
        if !kept_files.iter().any(|files| files.has(&file.path)) {
            standing.left.push(kept);
        } else if one.is_pending() {
            standing.changes.push(kept);
        } else {
            standing.accepted.push(kept);
        }
    }
    Ok(standing)
}

/// Whether the owner of a number has it on the machine.
fn has(allocation: &Allocation, one: &Judged) -> bool {
    let owner = one.owner.map(|(service, _)| &allocation.services[service]);
    owner.is_some_and(|owner| owner.bindings.iter().any(|own| own.published() && own.hosts().has(one.port)))
}

/// Whether a file is worth being kept in step: it states ports of services, and most of them right, or so that they can be mended. A
/// document that is wrong is left to people.
fn is_worth(file: &ScannedFile<'_>) -> bool {
    // What `docker run` publishes under a number of a service may be any program.
    let is_anybodys = |one: &Judged| one.form == Form::Published && one.by == By::Number;
    let is_right =
        |one: &&Judged| one.owner.is_some() && one.verdict == Verdict::Agrees && !is_anybodys(one) || one.is_pending();
    let right = file.judged.iter().filter(is_right).count();
    let wrong = file.judged.iter().filter(|one| one.verdict.is_wrong() && !one.is_pending()).count();
    right > 0 && if file.kind == "Markdown" { wrong == 0 } else { wrong <= right }
}

fn kept(file: &ScannedFile<'_>, one: &Judged, allocation: &Allocation) -> Kept {
    let service = one.owner.map(|(service, _)| allocation.services[service].id.clone());
    let service = service.or_else(|| one.stranger.as_deref().map(str::to_owned)).unwrap_or_default();
    Kept {
        at: At { file: Arc::from(&*file.path), line: one.line },
        port: one.port,
        service,
        becomes: one.mend.filter(|_| one.is_pending()),
    }
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
            let of = if service.is_empty() { String::new() } else { format!(" for {service}") };
            let reason = string(&clean(&format!("stated{of} when ports.toml was imported")));
            let _ = write!(
                out,
                "[[references.accept]]\nfile = {}\nport = {port}\nreason = {reason}\n",
                string(&globset::escape(file))
            );
        }
    }
    out
}

/// Where manifests name ports that nothing has, with what is wrong.
fn broken(scanned: &Scanned<'_>) -> Vec<(At, String)> {
    let wrong = scanned.targets.iter().filter(|one| one.severity >= Severity::Finding);
    let place = |one: &Diagnostic| {
        let place = one.primary()?;
        let at = At { file: Arc::from(&*place.source.path), line: place.line() };
        Some((at, one.message.to_string()))
    };
    wrong.filter_map(place).collect()
}

/// Patterns for the files that are worth being kept, and for no other that is wrong.
fn patterns(scanned: &Scanned<'_>, is_apart: &dyn Fn(&str) -> bool) -> Vec<String> {
    let mut worth: BTreeSet<&str> =
        scanned.files.iter().filter(|file| is_worth(file)).map(|file| &*file.path).collect();
    let broken = broken(scanned);
    let is_broken = |path: &str| broken.iter().any(|(at, _)| &*at.file == path);
    let apart: Vec<&str> = scanned.files.iter().map(|file| &*file.path).filter(|path| is_apart(path)).collect();
    worth.retain(|path| !is_broken(path) && !apart.contains(path));
    let is_wrong = |file: &ScannedFile<'_>| file.judged.iter().any(|one| one.verdict.is_wrong()) && !is_worth(file);
    let is_other = |file: &&ScannedFile<'_>| is_wrong(file) || is_broken(&file.path);
    let others = scanned.files.iter().filter(is_other).map(|file| &*file.path);
    // What is not read is warned of wherever a pattern fits it.
    let others = others.chain(scanned.unread.iter().flat_map(|(_, paths)| paths).map(String::as_str));
    let others: Vec<&str> = others.chain(apart.iter().copied()).collect();
    let mut cover = Cover { left: worth, others, found: Vec::new() };
    for name in NAMED {
        let is_named = |path: &str| path.rsplit('/').next() == Some(name);
        cover.by_pattern(&format!("**/{name}"), WORTH_A_PATTERN, is_named);
    }
    cover.folder("");
    cover.found.extend(cover.left.iter().map(|path| globset::escape(path)));
    cover.found.sort();
    cover.found
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

/// Files for which patterns are looked for.
struct Cover<'f> {
    /// Those that no pattern fits yet.
    left: BTreeSet<&'f str>,
    /// Those that none may fit.
    others: Vec<&'f str>,
    found: Vec<String>,
}

impl Cover<'_> {
    /// Takes a pattern for files, where it fits at least `least` of them and no other.
    fn by_pattern(&mut self, pattern: &str, least: usize, fits: impl Fn(&str) -> bool) -> bool {
        let is_good =
            self.left.iter().filter(|path| fits(path)).count() >= least && !self.others.iter().any(|path| fits(path));
        if is_good {
            self.left.retain(|path| !fits(path));
            self.found.push(pattern.to_owned());
        }
        is_good
    }

    /// Takes patterns for the files of a folder, whose path ends in `/`, or is empty: for all of it, or for parts.
    fn folder(&mut self, folder: &str) {
        let all = format!("{}**", globset::escape(folder));
        if !folder.is_empty() && self.by_pattern(&all, 2, |path| path.starts_with(folder)) {
            return;
        }
        let inside = self.left.iter().filter_map(|path| path.strip_prefix(folder));
        let folders: BTreeSet<String> =
            inside.clone().filter_map(|rest| Some(format!("{folder}{}/", rest.split_once('/')?.0))).collect();
        let extensions: BTreeSet<String> = inside
            .filter(|rest| !rest.contains('/'))
            .filter_map(|name| Some(name.rsplit_once('.').filter(|(stem, _)| !stem.is_empty())?.1.to_owned()))
            .collect();
        for extension in extensions {
            let end = format!(".{extension}");
            let fits =
                |path: &str| path.strip_prefix(folder).is_some_and(|name| !name.contains('/') && name.ends_with(&end));
            self.by_pattern(&format!("{}*{end}", globset::escape(folder)), WORTH_A_PATTERN, fits);
        }
        folders.iter().for_each(|folder| self.folder(folder));
    }
}
