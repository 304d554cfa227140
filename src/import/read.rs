//! One pass over the tree: each file is read once, for what it is and for what it states.

use std::collections::HashMap;
use std::sync::Arc;

use super::called;
use super::code::{self, Own};
use super::document::{self, Document};
use super::evidence::{Evidence, Use};
use super::lines::Lines;
use super::naming;
use super::places::Places;
use super::registry;
use super::services::Stacks;
use super::spoken::{self, Spoken};
use super::stack;
use super::take::{self, Taken};
use super::usage::{is_retired, is_sample, is_test, sites, usage};
use super::workloads::Manifest;
use super::{Import, aspire};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::files::tree::Tree;
use crate::formats::interpolation::Variables;
use crate::formats::yaml::tree as yaml;
use crate::parallel;
use crate::path::RelPath;
use crate::scan::manifests::object;
use crate::scan::readers::{self, File};
use crate::scan::stage::is_main;
use crate::scan::walk::{MOST_BYTES, is_made, may_state};

/// What the files of a tree say.
#[derive(Debug, Default)]
pub(super) struct Sources {
    /// Documents of ports, the best first.
    pub(super) documents: Vec<Document>,
    /// What Compose files say, those for development first.
    pub(super) stacks: Vec<Evidence>,
    /// What Compose files, and then others, say of ports that are not published.
    pub(super) spoken: Vec<Spoken>,
    /// What registries say.
    pub(super) registries: Vec<Evidence>,
    pub(super) manifests: Vec<Manifest>,
    /// What hosts of applications start.
    pub(super) hosted: Vec<Evidence>,
    /// What folders say of themselves.
    pub(super) own: Vec<Own>,
    /// What Dockerfiles say that are not for development.
    deployed: Vec<Own>,
    /// The paths of all files that were looked at.
    pub(super) paths: Vec<String>,
    /// Compose files that only show something, by their paths.
    pub(super) samples: Vec<String>,
    /// Manifests of what was, beside others, by their paths.
    pub(super) retired: Vec<String>,
    pub(super) faults: Vec<Diagnostic>,
    /// The Compose file that portgen writes from now on.
    pub(super) taken: Option<Taken>,
    /// What the folder of the repository is called, as [`naming::key`] has it.
    pub(super) project: String,
}

impl Sources {
    /// Whether there is more than what only shows something.
    pub(super) fn has_stacks(&self) -> bool {
        self.stacks.iter().all(|one| !is_sample(&one.at.file)) || !self.samples.is_empty()
    }
}

/// What a file is.
enum Piece {
    Compose(Arc<str>, String),
    Document(Document),
    Registry(Vec<Evidence>),
    Manifest(Manifest),
    Code(Option<Own>, Vec<Spoken>, Vec<Evidence>),
    Nothing,
}

/// Reads the files of a tree that are asked for.
///
/// # Errors
/// The Compose file that is to be taken over cannot be.
pub(super) fn read(import: &Import<'_>) -> Result<Sources, Diagnostics> {
    let Import { tree, wanted, is_asked, generate, .. } = *import;
    let walk = tree.walk_as_git();
    let mut places = Places::default();
    walk.entries.iter().for_each(|entry| places.add(&entry.path));
    let mut sources = Sources { faults: walk.faults, ..Sources::default() };
    sources.paths =
        walk.entries.into_iter().map(|entry| entry.path).filter(|path| may_state(path) && wanted(path)).collect();
    let mut stacks: Vec<(Arc<str>, String)> = Vec::new();
    let (mut samples, mut documents, mut others) = (Vec::new(), Vec::new(), Vec::new());
    let sites = sites(&sources.paths);
    let is_shown = |path: &str| is_sample(path) && !sites.iter().any(|site| path.starts_with(site));
    let one = |path: &String, buffer: &mut Vec<u8>| piece(tree, path, is_asked(path), buffer);
    parallel::map_to(&sources.paths, one, |_, piece| match piece {
        Piece::Compose(path, text) if is_shown(&path) && generate != Some(&*path) => samples.push((path, text)),
        Piece::Compose(path, text) => stacks.push((path, text)),
        Piece::Document(document) => documents.push(document),
        Piece::Registry(evidence) => sources.registries.extend(evidence),
        Piece::Manifest(manifest) => sources.manifests.push(manifest),
        Piece::Code(own, addresses, hosted) => {
            let own = own.filter(|own| !is_shown(own.path()) && !is_test(own.path()));
            let (deployed, own) = own.into_iter().partition::<Vec<_>, _>(Own::is_deployed);
            sources.own.extend(own);
            sources.deployed.extend(deployed);
            others.extend(addresses);
            sources.hosted.extend(hosted.into_iter().filter(|one| !is_shown(&one.at.file) && !is_test(&one.at.file)));
        }
        Piece::Nothing => {}
    });
    if stacks.is_empty() {
        // A stack that only shows something is better than none.
        stacks = samples;
    } else {
        sources.samples = samples.into_iter().map(|(path, _)| path.to_string()).collect();
    }
    leave_retired(&mut sources);
    sources.project = naming::key(&super::folder(tree));
    documents.sort_by_key(|document| rank_of_document(document, is_asked));
    sources.documents = documents;
    read_stacks(&mut sources, stacks, &mut places, import)?;
    sources.spoken.append(&mut others);
    Ok(sources)
}

/// Leaves out manifests of what was, where others say what is.
fn leave_retired(sources: &mut Sources) {
    let is_now = |one: &Manifest| !is_retired(one.path());
    if sources.manifests.iter().any(is_now) {
        let (now, retired) = std::mem::take(&mut sources.manifests).into_iter().partition(is_now);
        sources.manifests = now;
        sources.retired = retired.iter().map(|one: &Manifest| one.path().to_owned()).collect();
    }
}

/// Reads Compose files, those that are believed first at the beginning.
fn read_stacks(
    sources: &mut Sources,
    mut stacks: Vec<(Arc<str>, String)>,
    places: &mut Places,
    import: &Import<'_>,
) -> Result<(), Diagnostics> {
    let Import { tree, generate, .. } = *import;
    let is_taken = |path: &str| generate == Some(path);
    stacks.sort_by_key(|(path, _)| (!is_taken(path), rank(path)));
    let mut variables: HashMap<&str, Variables> = HashMap::new();
    for (path, _) in &stacks {
        places.add_project(folder(path));
        variables.entry(folder(path)).or_insert_with(|| env(tree, folder(path)));
    }
    if let Some(path) = generate {
        let text = stacks.iter().find(|(known, _)| is_taken(known)).map(|(_, text)| &**text);
        sources.taken = Some(take::take(path, text, &env(tree, folder(path)))?);
    }
    let parsed: Vec<_> = stacks.iter().map(|(_, text)| (yaml::Tree::read(text), Lines::new(text))).collect();
    let files = stacks.iter().zip(&parsed).filter_map(|((path, text), (tree, lines))| {
        Some(stack::File { path, text, tree, lines, variables: variables.get(folder(path))? })
    });
    let files: Vec<stack::File<'_, '_>> = files.collect();
    let all = Stacks::new(&files, places);
    for file in &files {
        let is_taken = is_taken(file.path);
        let usage = if is_taken { Use::Development } else { usage(file.path) };
        sources.stacks.extend(all.read(file, usage, is_taken));
        sources.spoken.extend(spoken::read(file));
    }
    mend(sources);
    Ok(())
}

/// Mends what Compose files call their services, and adds what Dockerfiles say of those that are deployed.
fn mend(sources: &mut Sources) {
    let is_chart = |path: &&String| path.ends_with("Chart.yaml");
    let folders = sources.paths.iter().filter(|path| !is_chart(path)).filter_map(|path| code::part(path));
    let parts =
        folders.filter_map(|folder| folder.rsplit('/').next()).filter(|name| !naming::is_general(name)).collect();
    called::mend(&mut sources.stacks, &sources.project, &parts);
    for one in sources.stacks.iter_mut().filter(|one| one.stage == Use::Other) {
        let Some(dir) = &one.dir else { continue };
        one.exposed = sources.own.iter().chain(&sources.deployed).flat_map(|own| own.exposed_in(dir)).collect();
    }
}

fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// The variables of the `.env` of a folder.
fn env(tree: &Tree, folder: &str) -> Variables {
    let bytes = RelPath::joined(folder, ".env").and_then(|path| tree.read(&path).ok().flatten());
    Variables::read(&String::from_utf8_lossy(&bytes.unwrap_or_default())).with_defaults_first()
}

fn piece(tree: &Tree, path: &str, is_asked: bool, buffer: &mut Vec<u8>) -> Piece {
    let Ok(rel) = RelPath::parse(path) else { return Piece::Nothing };
    if !matches!(tree.read_at_most(&rel, MOST_BYTES, buffer), Ok(true)) || is_made(buffer) {
        return Piece::Nothing;
    }
    let Ok(text) = std::str::from_utf8(buffer) else { return Piece::Nothing };
    let file = File { path, text };
    if readers::is_template(&file) {
        return Piece::Nothing;
    }
    let shared: Arc<str> = path.into();
    if document::is_named(path) || is_asked && matches!(file.extension(), "md" | "mdx" | "markdown") {
        return Piece::Document(document::read(&shared, text));
    }
    if registry::is_named(path) || is_asked && matches!(file.extension(), "json" | "toml") {
        return Piece::Registry(registry::read(&shared, text));
    }
    let (kind, statements) = readers::read(&file);
    match kind {
        "Compose file" => Piece::Compose(shared, text.to_owned()),
        "Kubernetes manifest" => Piece::Manifest(Manifest::new(shared, text, object::objects(text))),
        _ => {
            let addresses = spoken::addresses(&shared, text, kind, &statements);
            Piece::Code(Own::of(&shared, text, kind, &statements), addresses, aspire::read(&shared, text))
        }
    }
}

/// In which order Compose files are believed: those for development, those of no documents, those near the root, those without a name of
/// their own.
fn rank(path: &str) -> (Use, bool, usize, bool, String) {
    let name = path.rsplit('/').next().unwrap_or_default();
    (usage(path), is_sample(path), path.matches('/').count(), !is_main(name), path.to_owned())
}

/// In which order documents are believed: those that were asked for, those with many rows.
fn rank_of_document(document: &Document, is_asked: &dyn Fn(&str) -> bool) -> (bool, usize, String) {
    (!is_asked(&document.path), usize::MAX - document.rows.len(), document.path.to_string())
}
