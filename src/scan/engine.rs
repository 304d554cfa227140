//! One pass over the tree: each file is read once, on all cores.

use std::collections::HashSet;

use super::collisions;
use super::component::{Component, Components};
use super::former::Former;
use super::marker::{Marker, Markers};
use super::names::Names;
use super::owner::{By, Owner};
use super::readers::{self, File};
use super::verdict::{Judge, Judged, Verdict};
use super::walk::{MOST_BYTES, is_made, may_state};
use crate::allocation::Allocation;
use crate::diagnostic::Diagnostic;
use crate::files::tree::Tree;
use crate::parallel;
use crate::path::RelPath;

/// What is scanned, and against what.
pub struct Scan<'a, 'w> {
    /// The files.
    pub tree: &'a Tree,
    /// ports.toml.
    pub allocation: &'a Allocation,
    /// The paths of files that portgen itself writes; they are judged elsewhere.
    pub own: HashSet<String>,
    /// The numbers that services had before; none where nobody knows.
    pub former: Option<&'a Former<'a, 'w>>,
    /// Which files are looked at, of those that may state something.
    pub only: Option<&'a (dyn Fn(&str) -> bool + Sync)>,
}

/// What was found.
#[derive(Debug, Default)]
pub struct Scanned {
    /// The files that state something, by path.
    pub files: Vec<ScannedFile>,
    /// How many files were read.
    pub read: usize,
    /// How many files were left unread, by why: `too large`.
    pub unread: Vec<(&'static str, usize)>,
    /// What could not be read.
    pub faults: Vec<Diagnostic>,
}

/// A file with what it states.
#[derive(Debug, Default)]
pub struct ScannedFile {
    /// The path from the root.
    pub path: String,
    /// Of which kind it is.
    pub kind: &'static str,
    /// What it states, in its order.
    pub judged: Vec<Judged>,
}

/// What became of a file.
enum One {
    Read(Box<ScannedFile>),
    Unread(&'static str),
}

/// Reads and judges every file.
pub fn scan(scan: &Scan<'_, '_>) -> Scanned {
    let walk = scan.tree.walk_as_git();
    let paths: Vec<&str> = walk.entries.iter().map(|entry| &*entry.path).filter(|path| may_state(path)).collect();
    let is_wanted = |path: &&str| !scan.own.contains(*path) && scan.only.is_none_or(|only| only(path));
    let paths: Vec<&str> = paths.into_iter().filter(is_wanted).collect();
    let names = Names::new(scan.allocation);
    let all = walk.entries.iter().map(|entry| &*entry.path);
    let components = Components::new(all, scan.allocation, &names);
    let mut scanned = Scanned { faults: walk.faults, ..Scanned::default() };
    let one = |path: &&str, buffer: &mut Vec<u8>| scan.one(path, components.of(path), &names, buffer);
    parallel::map_to(&paths, one, |_, one| match one {
        One::Read(file) => {
            scanned.read += 1;
            if !file.judged.is_empty() {
                scanned.files.push(*file);
            }
        }
        One::Unread(why) => match scanned.unread.iter_mut().find(|(known, _)| *known == why) {
            Some((_, count)) => *count += 1,
            None => scanned.unread.push((why, 1)),
        },
    });
    collisions::mark(&mut scanned.files);
    scanned
}

impl Scan<'_, '_> {
    fn one(&self, path: &str, component: Component<'_>, names: &Names<'_>, buffer: &mut Vec<u8>) -> One {
        let Ok(rel) = RelPath::parse(path) else { return One::Unread("with a name that is no path everywhere") };
        match self.tree.read_at_most(&rel, MOST_BYTES, buffer) {
            Ok(true) => {}
            Ok(false) => return One::Unread("over 1 MiB"),
            Err(_) => return One::Unread("that cannot be read"),
        }
        if is_made(buffer) {
            return One::Unread("binary or minified");
        }
        let Ok(text) = std::str::from_utf8(buffer) else { return One::Unread("not UTF-8") };
        let file = File { path, text };
        let (kind, statements) = readers::read(&file);
        let mut scanned = ScannedFile { path: path.to_owned(), kind, judged: Vec::with_capacity(statements.len()) };
        if statements.is_empty() {
            return One::Read(Box::new(scanned));
        }
        let judge = Judge { allocation: self.allocation, names, former: self.former };
        let markers = Markers::read(text, names);
        let mut lines = Lines { text, at: 0, line: 1 };
        for mut one in statements {
            let line = lines.of(one.digits.start);
            let owner = match markers.of(line) {
                Some(Marker::Ignore) => continue,
                Some(Marker::Owner(meant, view)) => {
                    one.view = view.unwrap_or(one.view);
                    one.is_strong = true;
                    Owner::Service(meant, By::Marker)
                }
                None => Owner::of(&one, component, names),
            };
            scanned.judged.push(judge.judge(&one, owner, line));
        }
        more_than_known(&mut scanned.judged, self.allocation);
        One::Read(Box::new(scanned))
    }
}

/// Where a service states all its numbers of a view, another one is a port that ports.toml does not have.
fn more_than_known(judged: &mut [Judged], allocation: &Allocation) {
    for at in 0..judged.len() {
        let (Verdict::Contradicts, Some((service, None))) = (judged[at].verdict, judged[at].owner) else { continue };
        let mut stated: Vec<usize> = Vec::new();
        for other in judged.iter().filter(|other| {
            other.verdict == Verdict::Agrees && other.view == judged[at].view && other.form == judged[at].form
        }) {
            if let Some((_, Some(binding))) = other.owner.filter(|owner| owner.0 == service) {
                stated.push(binding);
            }
        }
        stated.sort_unstable();
        stated.dedup();
        if stated.len() == allocation.services[service].bindings.len() && !stated.is_empty() {
            judged[at].verdict = Verdict::Unallocated;
        }
    }
}

/// Counts lines, from one place to the next.
struct Lines<'t> {
    text: &'t str,
    at: usize,
    line: usize,
}

impl Lines<'_> {
    fn of(&mut self, at: usize) -> usize {
        if at > self.at {
            self.line += memchr::memchr_iter(b'\n', &self.text.as_bytes()[self.at..at]).count();
            self.at = at;
        }
        self.line
    }
}
