//! The first ports.toml of a repository that has ports already: what its files say becomes services, and where they disagree is said.
//!
//! ```text
//! tree ──read──> documents, stacks, manifests, folders     read: each file once, by what it is
//!      ──unite──> candidates                               unite, naming: which places speak of one service
//!      ──decide──> ports                                   decide, collide: the source that is preferred; a number of its own
//!      ──arrange──> groups, ranges                         groups: those of the document, else by folder and number
//!      ──text──> ports.toml                                text
//!      ──scan──> [references], report                      keep, report: what `write` will change, and what stays
//! ```

mod aspire;
mod before;
mod blocks;
mod called;
mod candidate;
mod code;
mod collide;
mod decide;
mod document;
mod evidence;
mod find;
mod groups;
mod homes;
mod inner;
mod keep;
mod lines;
mod naming;
mod places;
mod programs;
mod project;
mod propose;
mod read;
mod registry;
mod report;
mod services;
mod spoken;
mod stack;
mod take;
mod text;
mod unite;
mod update;
mod usage;
mod workloads;

use std::collections::{BTreeSet, HashMap};

pub use decide::{Prefer, Side};
pub use evidence::{At, Source};
pub use report::{Disagreement, Kept, Report, What};
pub use update::{New, News, news};

use self::candidate::Candidate;
use self::decide::{Sides, Slot};
use self::propose::Proposed;
use self::read::Sources;
use self::take::Taken;
use crate::allocation::Allocation;
use crate::diagnostic::{
    Diagnostic, Diagnostics, Origin, Severity, Source as Text, all_but_keys, codes, counted, quoted,
};
use crate::files::names::{LOCK, PORTS_TOML};
use crate::files::tree::Tree;
use crate::init;
use crate::manifest::earlier::Earlier;
use crate::manifest::validate::validate;
use crate::pipeline;

/// What is imported, and by which rule.
pub struct Import<'i> {
    /// The files.
    pub tree: &'i Tree,
    /// Which of them are looked at.
    pub wanted: &'i (dyn Fn(&str) -> bool + Sync),
    /// Whether a file was asked for by its name, so that it counts as a document whatever it is called.
    pub is_asked: &'i (dyn Fn(&str) -> bool + Sync),
    /// Which source is believed first.
    pub prefer: Prefer,
    /// As `prefer`, for services by id.
    pub prefer_for: HashMap<String, Prefer>,
    /// The path of a Compose file that portgen writes from now on.
    pub generate: Option<&'i str>,
}

/// The ports.toml of a repository, and how it came about.
#[derive(Debug)]
pub struct Imported {
    /// The text of ports.toml.
    pub text: String,
    /// The path and the text of the portgen.lock that remembers the numbers that files have now, where ports.toml gets others.
    pub lock: Option<(String, String)>,
    /// What has to be known of it.
    pub report: Report,
    /// What could not be looked at.
    pub faults: Vec<Diagnostic>,
}

/// Answers a question: which side of a disagreement is right, by its index; the first one where nobody says.
pub type Ask<'a> = &'a mut dyn FnMut(&Disagreement) -> Result<usize, Diagnostic>;

/// Reads the tree and makes a ports.toml of it, which passes `check`.
///
/// # Errors
/// There is nothing that states a port; an answer cannot be had.
pub fn import(import: &Import<'_>, ask: Ask<'_>) -> Result<Imported, Diagnostics> {
    let sources = read::read(import)?;
    let candidates = unite::unite(&sources);
    let prefer = |id: &str| import.prefer_for.get(id).copied().unwrap_or(import.prefer);
    let mut services = propose::propose(&candidates, &prefer);
    let doubtful = inner::give(&sources.spoken, &mut services);
    propose::name_ports(&mut services);
    if let Some(taken) = &sources.taken {
        propose::put_on_host(&mut services, |name| taken.is_on_host(name));
    }
    if services.iter().all(|one| one.slots.is_empty()) {
        return Err(nothing(&sources).into());
    }
    let mut report = Report { read: said(&sources), ..Report::default() };
    for one in &mut services {
        disagreements(one, ask, &mut report.disagreements)?;
    }
    let stated = stated(&services);
    report.disagreements.extend(collide::settle(&mut services, &stated, import.prefer));
    report::sort(&mut report.disagreements);
    propose::leave_packages(&mut services);
    let parts: BTreeSet<&str> = sources.paths.iter().filter_map(|path| code::part(path)).collect();
    homes::find(&mut services, &parts, &sources.project);
    propose::leave_root(&mut services, parts.contains(""));
    let groups = groups::arrange(&mut services, sources.documents.first());
    report.services = services.len();
    report.ports = services.iter().map(|one| one.slots.len()).sum();
    report.notes.extend(groups.notes.iter().cloned());
    report.notes.extend(notes(&sources, &candidates));
    report.notes.extend(doubtful);
    let parts = text::Parts {
        platform: platform(import, &sources),
        services: &services,
        groups: &groups,
        document: sources.documents.first(),
        disable: disabled(&sources),
        taken: sources.taken.as_ref(),
        references: String::new(),
    };
    let (text, lock) = written(import, parts, &sources, &mut report)?;
    Ok(Imported { text, lock, report, faults: sources.faults })
}

/// The texts of ports.toml and of the portgen.lock beside it, with the files that are kept in step.
fn written(
    import: &Import<'_>,
    mut parts: text::Parts<'_>,
    sources: &Sources,
    report: &mut Report,
) -> Result<(String, Option<(String, String)>), Diagnostics> {
    let allocation = allocation(&text::ports_toml(&parts), parts.taken)?;
    let lock = before::lock(&allocation, parts.services);
    if !is_document_alone(sources) {
        // What portgen writes is nobody's file.
        let is_wanted = |path: &str| (import.wanted)(path) && import.generate != Some(path);
        let is_apart = |path: &str| {
            sources.has_stacks() && usage::is_apart(path, &sources.paths, &sources.samples)
                || sources.retired.iter().any(|retired| retired == path)
        };
        let standing = keep::standing(import.tree, &allocation, lock.as_deref(), &is_apart, &is_wanted)?;
        parts.references = keep::section(&standing);
        report.changes = standing.changes;
        report.accepted = standing.accepted;
        report.left = standing.left;
        report.notes.extend(standing.broken.iter().map(|(at, message)| format!("{}: {message}", at.shown())));
    }
    let text = text::ports_toml(&parts);
    self::allocation(&text, parts.taken)?;
    if parts.taken.is_some() {
        prove(import.tree, &text)?;
    }
    let path = format!("{}/{LOCK}", allocation.outputs.directory.as_str());
    Ok((text, lock.map(|text| (path, text))))
}

/// Proves that `check` accepts a ports.toml: what people wrote in a Compose file may be what portgen refuses.
fn prove(tree: &Tree, text: &str) -> Result<(), Diagnostics> {
    let source = Text::hiding(Origin::Tree, PORTS_TOML, text, all_but_keys);
    let (allocation, said) = pipeline::known(tree, &source)?;
    let earlier = Earlier::in_git(tree);
    let outcome = pipeline::outcome(tree, &earlier, allocation, said)?;
    let wrong: Vec<Diagnostic> = outcome.said.into_iter().filter(|one| one.severity >= Severity::Finding).collect();
    if wrong.is_empty() { Ok(()) } else { Err(Diagnostics(wrong)) }
}

/// The name and the id of the platform: the name of its Compose project, else that of the folder.
fn platform(import: &Import<'_>, sources: &Sources) -> (String, String) {
    let project = sources.taken.as_ref().and_then(|taken| taken.name.clone());
    init::platform(&project.unwrap_or_else(|| folder(import.tree)))
}

fn folder(tree: &Tree) -> String {
    let root = dunce::canonicalize(tree.root()).unwrap_or_else(|_| tree.root().to_owned());
    root.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

/// A text as an allocation. Its mistakes would be portgen's own.
fn allocation(text: &str, taken: Option<&Taken>) -> Result<Allocation, Diagnostics> {
    // It holds values of people's files.
    let source = Text::hiding(Origin::Tree, PORTS_TOML, text, all_but_keys);
    let validated = validate(&source);
    let is_wrong = validated.diagnostics.iter().any(|one| one.severity >= Severity::Finding);
    validated.allocation.filter(|_| !is_wrong).ok_or_else(|| {
        let own = match taken {
            Some(taken) => Diagnostic::error(
                codes::CANNOT_EDIT,
                format!("{} cannot be taken over: as ports.toml, it has these mistakes", quoted(&taken.path)),
            )
            .help("mend the file, or run import without `--generate`"),
            None => Diagnostic::error(
                codes::CANNOT_EDIT,
                "portgen made a ports.toml that it cannot read: this is a bug of portgen",
            ),
        };
        Diagnostics([vec![own], validated.diagnostics].concat())
    })
}

fn nothing(sources: &Sources) -> Diagnostic {
    let read = counted(sources.paths.len(), "file");
    Diagnostic::error(codes::USAGE, format!("none of {read} says which service has which port"))
        .help("import needs Compose files, manifests, package.json scripts, Dockerfiles, or a document of ports")
        .help("`portgen init` makes a ports.toml to start with")
}

/// Whether a document is all there is, so that portgen may make it from now on.
fn is_document_alone(sources: &Sources) -> bool {
    sources.stacks.is_empty() && sources.manifests.is_empty() && sources.own.is_empty() && sources.hosted.is_empty()
}

/// The outputs that are switched off: people keep such files, or never asked for them.
fn disabled(sources: &Sources) -> Vec<&'static str> {
    let mut names = vec!["docker-compose.yml", "env", "k8s", "package-json"];
    if !is_document_alone(sources) && !sources.documents.is_empty() {
        names.push("PORT_ALLOCATION.md");
    }
    if sources.taken.is_some() {
        names.remove(0);
    }
    names
}

/// What was read, for people.
fn said(sources: &Sources) -> Vec<String> {
    let mut said: Vec<String> =
        sources.documents.first().map(|document| document.path.to_string()).into_iter().collect();
    let files: BTreeSet<&str> = sources.stacks.iter().map(|one| &*one.at.file).collect();
    let registries: BTreeSet<&str> = sources.registries.iter().map(|one| &*one.at.file).collect();
    if sources.documents.is_empty() {
        said.extend(registries.into_iter().map(str::to_owned));
    }
    for (count, noun) in [(files.len(), "Compose file"), (sources.manifests.len(), "manifest")] {
        said.extend((count > 0).then(|| counted(count, noun)));
    }
    said.extend((!sources.own.is_empty()).then(|| format!("{} of code", counted(sources.own.len(), "file"))));
    said
}

/// What has to be known of what was read.
fn notes(sources: &Sources, candidates: &[Candidate]) -> Vec<String> {
    let mut notes = Vec::new();
    if !sources.samples.is_empty() {
        notes.push(format!(
            "left out, because they lie in folders of examples and tests: {}",
            sources.samples.join(", ")
        ));
    }
    if !sources.retired.is_empty() {
        notes.push(format!("left out, because their folders say that they are old: {}", sources.retired.join(", ")));
    }
    notes.extend(sources.taken.iter().flat_map(|taken| taken.notes.iter().cloned()));
    for document in sources.documents.iter().skip(1).filter(|document| !document.rows.is_empty()) {
        notes.push(format!("{} states ports, too, and was not taken", document.path));
    }
    notes.extend(candidates.iter().filter_map(unite::in_two_ways));
    let of_tests = unite::only_of_tests(sources, candidates);
    if !of_tests.is_empty() {
        notes.push(format!("left out, because only tests start them: {}", of_tests.join(", ")));
    }
    notes
}

/// The numbers that anything states for the machine.
fn stated(services: &[Proposed]) -> BTreeSet<u16> {
    let slots = services.iter().flat_map(|one| &one.slots);
    let sides = slots.flat_map(|slot| slot.host.0.iter().chain(&slot.container.0));
    sides.flat_map(|side| [side.ports.first().get(), side.ports.last().get()]).collect()
}

/// Asks what the sources of a service disagree about, and adds it to what is known.
fn disagreements(one: &mut Proposed, ask: Ask<'_>, found: &mut Vec<Disagreement>) -> Result<(), Diagnostic> {
    for at in 0..one.slots.len() {
        for (what, of) in [(What::Host, host as fn(&mut Slot) -> &mut Sides), (What::Container, container)] {
            let (id, binding) = (one.id.clone(), one.slots[at].name.clone().filter(|_| one.slots.len() > 1));
            let sides = of(&mut one.slots[at]);
            let [first, _, ..] = &sides.0[..] else { continue };
            let mut disagreement =
                Disagreement { service: id, binding, what, taken: first.ports, sides: sides.0.clone() };
            let taken = ask(&disagreement)?.min(sides.0.len() - 1);
            sides.0[..=taken].rotate_right(1);
            disagreement.taken = sides.0[0].ports;
            found.push(disagreement);
        }
    }
    Ok(())
}

fn host(slot: &mut Slot) -> &mut Sides {
    &mut slot.host
}

fn container(slot: &mut Slot) -> &mut Sides {
    &mut slot.container
}
