//! One pass over the tree: each file is read once, on all cores.

use std::collections::{HashMap, HashSet};

use super::collisions;
use super::component::{Component, Components};
use super::finding::masked;
use super::former::Former;
use super::found::{Scanned, ScannedFile};
use super::located::Stated;
use super::manifests;
use super::marker::{Marker, Markers};
use super::mend;
use super::names::Names;
use super::of_blocks::{self, has_conflict};
use super::owner::{By, Owner};
use super::readers::{self, File};
use super::stage::stage;
use super::statement::{Statement, View};
use super::verdict::{Ground, Judge, Judged, Verdict};
use super::walk::{MOST_BYTES, is_made, may_state};
use crate::allocation::Allocation;
use crate::diagnostic::{Diagnostic, Severity};
use crate::drift::Difference;
use crate::files::tree::Tree;
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
    /// Which files are looked at, of those that may state something.
    pub only: Option<&'a (dyn Fn(&str) -> bool + Sync)>,
    /// What renders the blocks of files; none where they are left as they are.
    pub renderer: Option<&'a Renderer<'a, 'w>>,
}

/// What became of a file.
enum One<'t> {
    Read(Box<ScannedFile<'t>>),
    Unread(&'static str),
}

/// A file with all that is known of it before its numbers are judged.
struct Whole<'f> {
    path: &'f RelPath,
    file: File<'f>,
    stated: Stated<'f>,
    /// The blocks that are kept in step.
    blocks: Blocks,
    component: Component<'f>,
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
    let paths: Vec<&str> = paths.into_iter().filter(is_wanted).collect();
    let names = Names::new(scan.allocation);
    let charts = walk.entries.iter().filter_map(|entry| entry.path.strip_suffix("Chart.yaml"));
    let charts: Vec<String> = charts.map(|folder| format!("{folder}templates/")).collect();
    let all = walk.entries.iter().map(|entry| &*entry.path);
    let components = Components::new(all, scan.allocation, &names);
    let mut scanned = Scanned { faults: as_warnings(walk.faults), ..Scanned::default() };
    let one = |path: &&str, buffer: &mut Vec<u8>| {
        // A part of a chart cannot be changed without the rest, which is written in a language of its own.
        if charts.iter().any(|templates| path.starts_with(&**templates)) {
            return One::Unread("with template syntax");
        }
        scan.one(path, components.of_file(path, &names), &names, buffer)
    };
    parallel::map_to(&paths, one, |path, one| match one {
        One::Read(file) => {
            scanned.read += 1;
            if !file.judged.is_empty() || !file.objects.is_empty() || file.blocks.is_some() {
                scanned.files.push(*file);
            }
        }
        One::Unread(why) => match scanned.unread.iter_mut().find(|(known, _)| *known == why) {
            Some((_, paths)) => paths.push((*path).to_owned()),
            None => scanned.unread.push((why, vec![(*path).to_owned()])),
        },
    });
    collisions::mark(&mut scanned.files, scan.allocation);
    scanned.targets = manifests::judge(&scanned.files);
    scanned
}

/// What cannot be looked at keeps nobody from the rest.
fn as_warnings(mut faults: Vec<Diagnostic>) -> Vec<Diagnostic> {
    faults.iter_mut().for_each(|one| one.severity = Severity::Warning);
    faults
}

impl<'t> Scan<'t, '_, '_> {
    fn one(&self, path: &str, component: Component<'_>, names: &Names<'_>, buffer: &mut Vec<u8>) -> One<'t> {
        let Ok(rel) = RelPath::parse(path) else { return One::Unread("with a name that is no path everywhere") };
        match self.tree.read_at_most(&rel, MOST_BYTES, buffer) {
            Ok(true) if is_made(buffer) => One::Unread("binary or minified"),
            Ok(true) => match std::str::from_utf8(buffer) {
                Ok(text) => self.text(&rel, text, component, names),
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

    fn text(&self, path: &RelPath, text: &str, component: Component<'_>, names: &Names<'_>) -> One<'t> {
        let file = File { path: path.as_str(), text };
        let blocks = blocks::find(file.path, text);
        let is_kept = self.allocation.references.keeps(file.path);
        let has_conflict = has_conflict(text);
        if has_conflict && !(is_kept && of_blocks::have_conflicts(text, &blocks)) {
            return One::Unread("with conflict markers");
        }
        if let Some(why) = readers::unread(&file) {
            return One::Unread(why);
        }
        let mut stated = Stated::read(&file, &self.allocation.references);
        if has_conflict {
            // Two texts at once: what they state is read when the blocks are up to date.
            stated.statements.clear();
        }
        let mut scanned = ScannedFile { path: path.to_string(), kind: stated.kind, ..ScannedFile::default() };
        if !blocks.is_empty() {
            let source = blocks.source(self.tree.origin(), file.path, text);
            scanned.blocks = Some(of_blocks::of_file(path, text, &blocks, &source, (is_kept, self.renderer)));
        }
        let blocks = if is_kept { blocks } else { Blocks::default() };
        let whole = Whole { path, file, stated, blocks, component, names };
        let edits = self.numbers(&whole, &mut scanned);
        scanned.change = self.change(&whole, edits, &mut scanned);
        One::Read(Box::new(scanned))
    }

    /// Judges the numbers of a file; the edits that mend them.
    fn numbers(&self, whole: &Whole<'_>, scanned: &mut ScannedFile<'t>) -> Vec<Edit> {
        let Whole { path, file, stated, blocks, component, names } = whole;
        let is_manifest = stated.kind == "Kubernetes manifest";
        if stated.statements.is_empty() && !is_manifest {
            return Vec::new();
        }
        let (stage, is_text) = (stage(file.path), is_text(stated.kind));
        let judge = Judge { allocation: self.allocation, names, former: self.former, stage, is_text };
        scanned.judged = judged(stated, file, *component, &judge);
        scanned.judged.retain(|one| !blocks.has(one.digits.start));
        more_than_known(&mut scanned.judged, self.allocation);
        self.accept(scanned);
        if self.followed.contains(file.path) {
            scanned.judged.iter_mut().for_each(|one| one.mend = None);
        }
        sure_ones(&mut scanned.judged);
        self.leave_exchanged(path, file.text, &mut scanned.judged);
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
        if file.kind == "Compose file" && outputs.is_enabled("compose.ports.yml") && !outputs.has_compose() {
            for one in
                file.judged.iter_mut().filter(|one| one.form == "compose ports" && one.verdict == Verdict::Contradicts)
            {
                (one.verdict, one.mend) = (Verdict::Accepted, None);
            }
        }
        for one in file.judged.iter_mut().filter(|one| one.verdict < Verdict::Accepted) {
            if self.allocation.references.accepts(&file.path, one.port).is_some() {
                (one.verdict, one.mend) = (Verdict::Accepted, None);
            }
        }
    }
}

/// Whether files of a kind are programs, scripts or texts for people.
fn is_text(kind: &str) -> bool {
    matches!(
        kind,
        "text" | "Markdown" | "CI workflow" | "Terraform" | "process list" | "launch settings" | "devcontainer.json"
    )
}

/// The statements of a file of a part of the repository, judged; without those that a comment silences.
fn judged(stated: &Stated<'_>, file: &File<'_>, component: Component<'_>, judge: &Judge<'_, '_>) -> Vec<Judged> {
    let markers = Markers::read(file.text, judge.names);
    let mut lines = Lines { text: file.text, at: 0, line: 1 };
    let mut judged = Vec::with_capacity(stated.statements.len());
    for one in &stated.statements {
        let line = lines.of(one.digits.start);
        match (markers.of(line), stated.owner(one)) {
            (Some(Marker::Ignore), _) => {}
            (Some(Marker::Owner(meant, view)), _) => {
                let one = Statement { view: view.unwrap_or(one.view), is_strong: true, ..one.clone() };
                judged.push(judge.judge(&one, Owner::Service(meant, By::Marker), line));
            }
            (None, Some(meant)) => judged.push(judge.judge(one, Owner::Service(meant, By::Marker), line)),
            (None, None) => judged.push(judge.judge(one, Owner::of(one, component, judge.names), line)),
        }
    }
    judged
}

/// The forms that list the ports of something, one by one.
const LISTS: [&str; 4] = ["compose ports", "EXPOSE", "container port", "service port"];

/// The forms that say by themselves which port of a service they are, where a file has one such number.
const OWN: [&str; 8] =
    ["compose ports", "EXPOSE", "variable", "containerPort", "targetPort", "service port", "backend", "place"];

/// Leaves what only the file says to be wrong, where it may be another port of the service: one of several numbers, or one that stands
/// beside those that say which port they are.
fn sure_ones(judged: &mut [Judged]) {
    let mut stated: HashMap<(usize, View, &str), HashSet<u16>> = HashMap::new();
    for one in &*judged {
        if let Some((service, _)) = one.owner.filter(|_| OWN.contains(&one.form)) {
            stated.entry((service, one.view, one.form)).or_default().insert(one.port);
        }
    }
    let is_alone =
        |one: &Judged, service: usize| stated.get(&(service, one.view, one.form)).is_some_and(|ports| ports.len() == 1);
    let mut wrong: HashSet<(usize, u16)> = HashSet::new();
    for one in judged.iter().filter(|one| one.mend.is_some() && OWN.contains(&one.form)) {
        wrong.extend(one.owner.filter(|(service, _)| is_alone(one, *service)).map(|(service, _)| (service, one.port)));
    }
    for one in judged.iter_mut().filter(|one| one.mend.is_some() && one.ground == Ground::Named && one.by != By::Marker)
    {
        let Some((service, _)) = one.owner else { continue };
        let is_sure = match one.form {
            form if OWN.contains(&form) => is_alone(one, service),
            // The host of an address says whose it is.
            "address" if one.by == By::Name => true,
            _ => wrong.contains(&(service, one.port)),
        };
        if !is_sure {
            one.mend = None;
        }
    }
}

/// Where a list has all the numbers of a service, another one is a port that ports.toml does not have.
fn more_than_known(judged: &mut [Judged], allocation: &Allocation) {
    let mut stated: HashMap<(usize, View, &str), HashSet<usize>> = HashMap::new();
    for one in judged.iter().filter(|one| one.verdict == Verdict::Agrees && LISTS.contains(&one.form)) {
        if let Some((service, Some(binding))) = one.owner {
            stated.entry((service, one.view, one.form)).or_default().insert(binding);
        }
    }
    for one in judged.iter_mut().filter(|one| one.verdict == Verdict::Contradicts) {
        let Some((service, None)) = one.owner else { continue };
        let known = stated.get(&(service, one.view, one.form)).map_or(0, HashSet::len);
        if known > 0 && known == allocation.services[service].bindings.len() {
            (one.verdict, one.mend) = (Verdict::Unallocated, None);
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
