//! What a scan has found.

use std::sync::Arc;

use super::bare::Bare;
use super::builds::{Build, Parts};
use super::manifests::object::Object;
use super::readers::TEMPLATE;
use super::verdict::{Judged, Verdict};
use crate::diagnostic::{Diagnostic, Place, Source};
use crate::drift::Difference;
use crate::references::blocks::InFile;

/// What was found.
#[derive(Debug, Default)]
pub struct Scanned<'t> {
    /// The files that state something, by path.
    pub files: Vec<ScannedFile<'t>>,
    /// How many files were read.
    pub read: usize,
    /// The files that were left unread, by why: `over 1 MiB`.
    pub unread: Vec<(&'static str, Vec<String>)>,
    /// What could not be read.
    pub faults: Vec<Diagnostic>,
    /// Where manifests name ports that are not there.
    pub targets: Vec<Diagnostic>,
}

/// A file with what it states.
#[derive(Debug, Default)]
pub struct ScannedFile<'t> {
    /// The path from the root.
    pub path: String,
    /// Of which kind it is.
    pub kind: &'static str,
    /// Whether it lies in the folder of a service.
    pub(super) is_of_service: bool,
    /// What it states, in its order.
    pub judged: Vec<Judged>,
    /// Numbers that [`Scan::numbers`](super::Scan::numbers) looks for and no form knows.
    pub bare: Vec<Bare>,
    /// Its text without values, where something is to be said of it.
    pub(super) source: Option<Arc<Source>>,
    /// What it says of the Dockerfiles of services, if it is a Compose file.
    pub(super) builds: Vec<Build>,
    /// The services that it starts by itself, if it is a Compose file.
    pub(super) parts: Parts,
    /// The objects that it describes, if it is a manifest.
    pub(super) objects: Vec<Object>,
    /// What becomes of its blocks; none where it has none.
    pub blocks: Option<InFile>,
    /// Where it has a mistake that hides a part of it.
    pub(super) fault: Option<Diagnostic>,
    /// How it differs once it is mended, if something in it can be.
    pub change: Option<Difference<'t>>,
}

impl ScannedFile<'_> {
    /// The place of one of its numbers; `None` where nothing is to be said of the file.
    pub fn place(&self, one: &Judged) -> Option<Place> {
        self.source.as_ref().map(|source| Place::new(source, one.digits.clone()))
    }
}

impl<'t> Scanned<'t> {
    /// Adds a file that was left unread.
    pub(super) fn leave_unread(&mut self, why: &'static str, path: &str) {
        match self.unread.iter_mut().find(|(known, _)| *known == why) {
            Some((_, paths)) => paths.push(path.to_owned()),
            None => self.unread.push((why, vec![path.to_owned()])),
        }
    }

    /// Brings the files in the order of their paths.
    pub(super) fn sort(&mut self) {
        self.files.sort_unstable_by(|a, b| a.path.cmp(&b.path));
        self.unread.iter_mut().for_each(|(_, paths)| paths.sort_unstable());
    }

    /// How many files state a port, or have a block.
    pub fn stating(&self) -> usize {
        let states =
            |file: &&ScannedFile<'_>| (!file.judged.is_empty() && file.kind != TEMPLATE) || file.blocks.is_some();
        self.files.iter().filter(states).count()
    }

    /// What is said of the lines that mark blocks.
    pub fn of_blocks(&self) -> Vec<Diagnostic> {
        let blocks = self.files.iter().filter_map(|file| file.blocks.as_ref());
        blocks.flat_map(|blocks| &blocks.faults).cloned().collect()
    }

    /// Every statement, with its file.
    pub fn judged(&self) -> impl Iterator<Item = (&ScannedFile<'t>, &Judged)> {
        self.files.iter().flat_map(|file| file.judged.iter().map(move |one| (file, one)))
    }

    /// How many statements have a verdict.
    pub fn count(&self, verdict: Verdict) -> usize {
        self.judged().filter(|(_, one)| one.verdict == verdict).count()
    }
}
