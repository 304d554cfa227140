//! One pass over the tree: each file is read once, on all cores.

mod statements;
mod templates;

use std::collections::HashSet;

use statements::judged;

use super::bare::{self, Bare};
use super::builds::{self, Builds};
use super::collisions;
use super::component::{Component, Components, Site};
use super::doubt;
use super::finding::masked;
use super::form::Form;
use super::former::Former;
use super::found::{Scanned, ScannedFile};
use super::hints;
use super::located::Stated;
use super::manifests;
use super::marker::{Marker, Markers};
use super::mend;
use super::names::Names;
use super::of_blocks::{self, has_conflict};
use super::readers::{self, File, is_stack};
use super::samples;
use super::stage::{self, Stage, stage};
use super::statement::Statement;
use super::verdict::{Ground, Judge, Judged, Verdict};
use super::walk::{MOST_BYTES, is_made, may_state};
use crate::allocation::Allocation;
use crate::diagnostic::{Diagnostic, Place, Severity, codes, quoted};
use crate::drift::Difference;
use crate::files::tree::Tree;
use crate::formats::Fault;
use crate::parallel;
use crate::path::RelPath;
use crate::references::blocks::{self, Blocks, Renderer};
use crate::references::edit::Edit;
use crate::references::splice::{Edits, difference};

/// What is scanned, and against what.
pub struct Scan<'t, 'a, 'w> {
    /// The files.
    pub tree: &'t Tree,
    /// ports.toml.
    pub allocation: &'a Allocation,
    /// The paths of files that portgen itself writes; they are judged elsewhere.
    pub own: HashSet<String>,
    /// The paths of files that are kept in step another way: they are judged, but not changed.
    pub followed: HashSet<String>,
    /// The numbers that services had before; none where nobody knows.
    pub former: Option<&'a Former<'a, 'w>>,
    /// Numbers that are looked for also where no form says that they are ports; mostly none.
    pub numbers: HashSet<u16>,
    /// Which files are looked at, of those that may state something.
    pub only: Option<&'a (dyn Fn(&str) -> bool + Sync)>,
    /// What renders the blocks of files; none where they are left as they are.
    pub renderer: Option<&'a Renderer<'a, 'w>>,
}

impl<'t, 'a, 'w> Scan<'t, 'a, 'w> {
    /// One of every file but those of portgen itself, where nobody knows what was before.
    pub fn new(tree: &'t Tree, allocation: &'a Allocation, own: HashSet<String>) -> Self {
        Self {
            tree,
            allocation,
            own,
            followed: HashSet::new(),
            former: None,
            numbers: HashSet::new(),
            only: None,
            renderer: None,
        }
    }
}

/// Why files are left unread that are manifests only once a program has rendered them.
const TEMPLATE: &str = "with template syntax";

/// Why files are left unread that are two texts at once.
pub(super) const CONFLICT: &str = "with conflict markers";

/// What became of a file.
enum One<'t> {
    Read(Box<ScannedFile<'t>>),
    Unread(&'static str),
    /// Only numbers were looked for.
    Searched(&'static str, Box<ScannedFile<'t>>),
}

/// A file with all that is known of it before its numbers are judged.
struct Whole<'f> {
    path: &'f RelPath,
    file: File<'f>,
    stated: Stated<'f>,
    /// The blocks that are kept in step.
    blocks: Blocks,
    site: Site<'f>,
    names: &'f Names<'f>,
}

/// Reads and judges every file.
pub fn scan<'t>(scan: &Scan<'t, '_, '_>) -> Scanned<'t> {
    let walk = scan.tree.walk_as_git();
    let is_placed = |path: &&str| scan.allocation.references.places.iter().any(|place| place.files.has(path));
    let paths: Vec<&str> =
        walk.entries.iter().map(|entry| &*entry.path).filter(|path| may_state(path) || is_placed(path)).collect();
    // Another platform keeps what lies below its own ports.toml.
    let others: Vec<&str> = walk.entries.iter().filter_map(|entry| entry.path.strip_suffix("/ports.toml")).collect();
    let is_others =
        |path: &str| others.iter().any(|folder| path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/')));
    let is_wanted =
        |path: &&str| !is_others(path) && !scan.own.contains(*path) && scan.only.is_none_or(|only| only(path));
    let (stacks, others): (Vec<&str>, Vec<&str>) = paths.into_iter().filter(is_wanted).partition(|path| is_stack(path));
    let names = Names::new(scan.allocation);
    let all = walk.entries.iter().map(|entry| &*entry.path);
    let components = Components::new(all, scan.allocation, &names);
    let mut scanned = Scanned { faults: as_warnings(walk.faults), ..Scanned::default() };
    // Compose files say for which services the Dockerfiles are.
    let mut builds = Builds::default();
    for paths in [stacks, others] {
        let one = |path: &&str, buffer: &mut Vec<u8>| {
            let site = Site { built: builds.of(path), builds: Some(&builds), ..components.site(path, &names) };
            scan.one(path, site, &names, buffer)
        };
        let mut said = Vec::new();
        parallel::map_to(&paths, one, |path, mut one| {
            if let One::Read(file) = &mut one {
                said.append(&mut file.builds);
            }
            scanned.take(path, one);
        });
        builds = Builds::new(said, &names, scan.allocation);
    }
    scanned.sort();
    doubt::on_the_web(&mut scanned.files);
    collisions::mark(&mut scanned.files, scan.allocation);
    scanned.targets = manifests::judge(&scanned.files);
    scanned
}

impl<'t> Scanned<'t> {
    /// Adds what became of a file.
    fn take(&mut self, path: &str, one: One<'t>) {
        match one {
            One::Read(mut file) => {
                self.read += 1;
                self.faults.extend(file.fault.take());
                let has_more = file.blocks.is_some() || !file.bare.is_empty();
                if !file.judged.is_empty() || !file.objects.is_empty() || has_more {
                    self.files.push(*file);
                }
            }
            One::Unread(why) => self.leave_unread(why, path),
            One::Searched(why, file) => {
                self.leave_unread(why, path);
                self.files.extend((!file.bare.is_empty() || !file.judged.is_empty()).then_some(*file));
            }
        }
    }
}

/// Warns of what a mistake in a file hides.
fn hidden_part(tree: &Tree, file: &File<'_>, kind: &str, fault: &Fault) -> Diagnostic {
    let place = Place::new(&masked(tree.origin(), file.path, file.text, &[]), fault.span.clone());
    // The parser quotes a character of the file, which may be a part of a value.
    let reason =
        if fault.message.starts_with("unexpected character") { "unexpected character" } else { &fault.message };
    let message = format!("{} cannot be read from line {} on: {reason}", quoted(file.path), place.line());
    let warning = Diagnostic::new(codes::UNREADABLE_FILE, Severity::Warning, message).at(place, "");
    warning.help(match kind {
        readers::COMPOSE => "only what stands before is read",
        _ => "only what states a port in any text is read",
    })
}

/// What cannot be looked at keeps nobody from the rest.
fn as_warnings(mut faults: Vec<Diagnostic>) -> Vec<Diagnostic> {
    faults.iter_mut().for_each(|one| one.severity = Severity::Warning);
    faults
}

impl<'t, 'w> Scan<'t, '_, 'w> {
    fn one(&self, path: &str, site: Site<'_>, names: &Names<'_>, buffer: &mut Vec<u8>) -> One<'t> {
        let Ok(rel) = RelPath::parse(path) else { return One::Unread("with a name that is no path everywhere") };
        match self.tree.read_at_most(&rel, MOST_BYTES, buffer) {
            Ok(true) if is_made(buffer) => One::Unread("binary or minified"),
            Ok(true) => match std::str::from_utf8(buffer) {
                Ok(text) => self.text(&rel, text, site, names),
                Err(error) => self.not_text(&rel, buffer, error.valid_up_to()),
            },
            Ok(false) => One::Unread("over 1 MiB"),
            Err(_) => One::Unread("that cannot be read"),
        }
    }

    /// A file that is not UTF-8 from the byte `at` on.
    fn not_text(&self, path: &RelPath, bytes: &[u8], at: usize) -> One<'t> {
        let text = String::from_utf8_lossy(bytes);
        let blocks = blocks::find(path.as_str(), &text);
        if blocks.is_empty() || !self.allocation.references.keeps(path.as_str()) {
            return One::Unread("not UTF-8");
        }
        let source = blocks.source(self.tree.origin(), path.as_str(), &text);
        let blocks = Some(of_blocks::in_no_text(&blocks, &source, at));
        One::Read(Box::new(ScannedFile { path: path.to_string(), blocks, ..ScannedFile::default() }))
    }

    fn text(&self, path: &RelPath, text: &str, site: Site<'_>, names: &Names<'_>) -> One<'t> {
        let file = File { path: path.as_str(), text };
        let blocks = blocks::find(file.path, text);
        let is_kept = self.allocation.references.keeps(file.path);
        let has_conflict = has_conflict(text);
        if has_conflict && !(is_kept && of_blocks::have_conflicts(text, &blocks)) {
            return One::Unread(CONFLICT);
        }
        // A part of a chart cannot be changed without the rest, which is written in a language of its own.
        if site.component == Component::Template || readers::is_template(&file) {
            let bare = self.bare(&file, &[], names);
            let judged = self.in_template(&file, site, names);
            let kind = readers::TEMPLATE;
            let searched = ScannedFile { path: path.to_string(), kind, bare, judged, ..ScannedFile::default() };
            return One::Searched(TEMPLATE, Box::new(searched));
        }
        let mut stated = Stated::read(&file, &self.allocation.references);
        if has_conflict {
            // Two texts at once: what they state is read when the blocks are up to date.
            stated.statements.clear();
        }
        let is_of_service = matches!(site.component, Component::Service(_));
        let bare = self.bare(&file, &stated.statements, names);
        let mut scanned =
            ScannedFile { path: path.to_string(), kind: stated.kind, is_of_service, bare, ..ScannedFile::default() };
        scanned.fault =
            readers::mistake(&file, stated.kind).map(|fault| hidden_part(self.tree, &file, stated.kind, &fault));
        if stated.kind == readers::COMPOSE {
            (scanned.builds, scanned.parts) = builds::of_compose(file.path, text);
        }
        if !blocks.is_empty() {
            let source = blocks.source(self.tree.origin(), file.path, text);
            scanned.blocks = Some(of_blocks::of_file(path, text, &blocks, &source, (is_kept, self.renderer)));
        }
        let blocks = if is_kept { blocks } else { Blocks::default() };
        scanned.bare.retain(|one| !blocks.has(one.at));
        let whole = Whole { path, file, stated, blocks, site, names };
        let edits = self.numbers(&whole, &mut scanned);
        scanned.change = self.change(&whole, edits, &mut scanned);
        One::Read(Box::new(scanned))
    }

    /// Judges the numbers of a file; the edits that mend them.
    fn numbers(&self, whole: &Whole<'_>, scanned: &mut ScannedFile<'t>) -> Vec<Edit> {
        let Whole { path, file, stated, blocks, site, names } = whole;
        let is_manifest = stated.kind == readers::MANIFEST;
        if stated.statements.is_empty() && !is_manifest {
            return Vec::new();
        }
        let mut judge = self.judge(file, stated.kind, *site, names);
        // What is given beside another file differs from that on purpose.
        judge.is_alternative |= !scanned.parts.changed.is_empty() && !is_stack(file.name());
        scanned.judged = judged(stated, file, &judge);
        scanned.judged.retain(|one| !blocks.has(one.digits.start));
        hints::settle(&mut scanned.judged, file, stated.kind, names, site.component);
        self.settle(scanned);
        self.leave_exchanged(path, file.text, &mut scanned.judged);
        if stated.kind == readers::COMPOSE {
            doubt::of_one_variable(&mut scanned.judged, file.text);
        }
        let edits = self.mended(file, stated, &mut scanned.judged);
        if is_manifest {
            scanned.objects = manifests::object::objects(file.text);
        }
        if !scanned.objects.is_empty()
            || scanned.judged.iter().any(|one| one.publishes || one.verdict < Verdict::Accepted)
        {
            scanned.source = Some(masked(self.tree.origin(), file.path, file.text, &scanned.judged));
        }
        edits
    }

    /// What the statements of a file of a kind are judged by.
    fn judge<'j>(&'j self, file: &File<'_>, kind: &str, site: Site<'j>, names: &'j Names<'j>) -> Judge<'j, 'w> {
        let is_beside = site.has_main_stack && stage::is_alternative(file.name());
        let is_own_stack =
            is_beside || stage::is_in_tests(file.path) || matches!(site.component, Component::Service(_));
        Judge {
            allocation: self.allocation,
            names,
            former: self.former,
            component: site.component,
            built: site.built,
            builds: site.builds,
            stage: match stage(file.path) {
                Stage::Test if kind == readers::WORKFLOW && readers::starts_stack(file) => Stage::Development,
                stage => stage,
            },
            is_alternative: kind == readers::COMPOSE && is_own_stack,
            is_test: readers::is_test(file),
            is_of_tests: kind == readers::WORKFLOW || readers::is_test(file) || stage::is_in_tests(file.path),
            is_example: match site.component {
                Component::Other(folder) => stage::is_in_examples(folder),
                Component::Root => site.has_main_stack && stage::is_in_examples(file.path),
                _ => false,
            },
            is_source: kind == readers::TEXT,
            is_of_compose: stage::is_of_compose(file.name()),
            runs_tests: readers::runs_tests(file),
            nature: readers::nature(file, kind),
        }
    }

    /// Leaves what is accepted, what another way keeps in step, and what is not sure.
    fn settle(&self, scanned: &mut ScannedFile<'_>) {
        doubt::more_than_known(&mut scanned.judged, self.allocation);
        match scanned.kind {
            readers::MARKDOWN => {
                doubt::further_instances(&mut scanned.judged);
                samples::settle(&mut scanned.judged);
            }
            readers::WORKFLOW => doubt::of_jobs(&mut scanned.judged),
            readers::TEXT => doubt::alternatives(&mut scanned.judged),
            _ => {}
        }
        self.accept(scanned);
        if self.followed.contains(&scanned.path) {
            scanned.judged.iter_mut().for_each(|one| one.mend = None);
        }
        doubt::leave(&mut scanned.judged);
    }

    /// The numbers that are looked for and that nothing in the file says to be ports, or to be none.
    fn bare(&self, file: &File<'_>, stated: &[Statement<'_>], names: &Names<'_>) -> Vec<Bare> {
        if self.numbers.is_empty() {
            return Vec::new();
        }
        let allocated = self.allocation.bindings().flat_map(|(_, one)| [one.host.get(), one.container.get()]);
        let mut found = bare::find(file.text, &self.numbers, &allocated.chain(self.numbers.iter().copied()).collect());
        let markers = Markers::read(file.text, names);
        let known: HashSet<usize> = stated.iter().map(|one| one.digits.start).collect();
        found.retain(|one| !known.contains(&one.at) && markers.of(one.line) != Some(Marker::Ignore));
        found
    }

    /// Leaves numbers that two services have exchanged by hand, where the file has been changed since the last commit, too: it may be right
    /// already.
    fn leave_exchanged(&self, path: &RelPath, text: &str, judged: &mut [Judged]) {
        let is_exchanged = |one: &&mut Judged| one.mend.is_some() && one.ground == Ground::Exchanged;
        let Some(former) = self.former.filter(|_| judged.iter_mut().any(|one| is_exchanged(&one))) else { return };
        if !former.is_in_step(path, text) {
            judged.iter_mut().filter(is_exchanged).for_each(|one| one.mend = None);
        }
    }

    /// The edits that mend a file; none where it cannot be proven that they change nothing else.
    fn mended(&self, file: &File<'_>, stated: &Stated<'_>, judged: &mut [Judged]) -> Vec<Edit> {
        let edits = mend::edits(judged);
        if !edits.is_empty() && !mend::is_proven(file, stated, &edits, &self.allocation.references) {
            judged.iter_mut().for_each(|one| one.mend = None);
            return Vec::new();
        }
        edits
    }

    /// How a file differs once its numbers are mended and its blocks are up to date.
    fn change(&self, whole: &Whole<'_>, numbers: Vec<Edit>, scanned: &mut ScannedFile<'t>) -> Option<Difference<'t>> {
        let blocks = scanned.blocks.as_mut().map(|blocks| std::mem::take(&mut blocks.changes)).unwrap_or_default();
        let edits = Edits { numbers, blocks };
        let line = |at: usize| {
            let one = scanned.judged.binary_search_by_key(&at, |one| one.digits.start).ok();
            format!("line {}", one.map_or(0, |one| scanned.judged[one].line))
        };
        (!edits.is_empty()).then(|| difference(self.tree, whole.path, whole.file.text, edits, line))
    }

    /// Marks what ports.toml accepts, and what `compose.ports.yml` replaces.
    fn accept(&self, file: &mut ScannedFile<'_>) {
        let outputs = &self.allocation.outputs;
        if file.kind == readers::COMPOSE && outputs.is_enabled("compose.ports.yml") && !outputs.has_compose() {
            for one in
                file.judged.iter_mut().filter(|one| one.form == Form::Compose && one.verdict == Verdict::Contradicts)
            {
                (one.verdict, one.mend) = (Verdict::Accepted, None);
            }
        }
        // What is published may be right, and collide with others.
        for one in file.judged.iter_mut().filter(|one| one.verdict < Verdict::Accepted || one.publishes) {
            if self.allocation.references.accepts(&file.path, one.port).is_some() {
                (one.verdict, one.mend) = (Verdict::Accepted, None);
            }
        }
    }
}
