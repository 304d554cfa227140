//! What the files of a folder say of the service in it: scripts of package.json, Dockerfiles, env files, configuration, source.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use super::evidence::{At, Evidence, Source, Stated};
use super::lines::Lines;
use super::naming;
use super::usage::is_sample;
use crate::allocation::{Port, Ports};
use crate::scan::component::MANIFESTS;
use crate::scan::stage::{Stage, stage};
use crate::scan::{Form, Statement, View, Whose};

/// The kinds of files, the first of which that says a number is believed.
const KINDS: [&str; 6] = ["package.json", "env file", "launch settings", "settings", "process list", "text"];

/// The numbers that one file states of the service in whose folder it is.
#[derive(Debug)]
pub(super) struct Own {
    path: Arc<str>,
    kind: &'static str,
    /// What `package.json` calls the package.
    name: Option<String>,
    /// Each number with its line, and how it is seen.
    numbers: Vec<(u16, usize, View)>,
}

impl Own {
    /// What a file says of its own folder; none where it says nothing.
    pub(super) fn of(path: &Arc<str>, text: &str, kind: &'static str, statements: &[Statement<'_>]) -> Option<Self> {
        if stage(path) != Stage::Development || is_sample(path) || !(KINDS.contains(&kind) || kind == "Dockerfile") {
            return None;
        }
        let is_own = |one: &&Statement<'_>| one.is_strong && one.whose == Whose::Own && is_counted(kind, one);
        let own: Vec<&Statement<'_>> = statements.iter().filter(is_own).collect();
        let is_package = kind == "package.json";
        if own.is_empty() && !is_package {
            return None;
        }
        let lines = Lines::new(text);
        let numbers = own.iter().map(|one| (one.port, lines.of(one.digits.start), one.view)).collect();
        let name = is_package.then(|| serde_json::from_str::<serde_json::Value>(text).ok()).flatten();
        let name = name.and_then(|json| Some(json.get("name")?.as_str()?.rsplit('/').next()?.to_owned()));
        Some(Self { path: Arc::clone(path), kind, name, numbers })
    }
}

/// Whether a statement says where the program in the folder listens.
fn is_counted(kind: &str, one: &Statement<'_>) -> bool {
    match kind {
        "Dockerfile" => one.form == Form::Expose,
        "package.json" => matches!(one.form, Form::Script | Form::Setting),
        _ => matches!(one.view, View::Listen | View::Host | View::Any),
    }
}

/// What the folders of a tree say, by path.
pub(super) fn evidence(own: &[Own], paths: &[String]) -> Vec<Evidence> {
    let folders: HashSet<&str> = paths.iter().filter_map(|path| part(path)).collect();
    let mut by_folder: BTreeMap<&str, Vec<&Own>> = BTreeMap::new();
    for one in own {
        by_folder.entry(nearest(&one.path, &folders)).or_default().push(one);
    }
    let is_alone = by_folder.values().filter(|own| own.iter().any(|one| !one.numbers.is_empty())).count() == 1;
    let mut found = Vec::new();
    for (folder, own) in by_folder {
        // At the root of several services are the tools that start them.
        if !folder.is_empty() || is_alone && folders.contains("") {
            found.extend(of_folder(folder, &own));
        }
    }
    found
}

/// The folder that a manifest makes a part of the repository.
fn part(path: &str) -> Option<&str> {
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    let is_manifest = MANIFESTS.contains(&name) || name.ends_with(".csproj") || name.starts_with("Dockerfile.");
    (is_manifest && !folder.starts_with('.')).then_some(folder)
}

fn nearest<'f>(path: &str, folders: &HashSet<&'f str>) -> &'f str {
    let mut rest = path;
    while let Some((folder, _)) = rest.rsplit_once('/') {
        if let Some(known) = folders.get(folder) {
            return known;
        }
        rest = folder;
    }
    ""
}

fn of_folder(folder: &str, own: &[&Own]) -> Option<Evidence> {
    let of_kind = |kind: &str| own.iter().filter(|one| one.kind == kind).copied().collect::<Vec<_>>();
    let package = own.iter().find(|one| one.kind == "package.json" && folder_of(&one.path) == folder);
    let listens = KINDS.iter().find_map(|kind| listens(&of_kind(kind)));
    let inside = listens_inside(&of_kind("Dockerfile"));
    let at = listens.as_ref().or(inside.as_ref()).map(|stated| stated.at.clone());
    let at = at.or_else(|| Some(At { file: Arc::clone(&package?.path), line: 1 }))?;
    let mut one = Evidence::new(Source::Code, at);
    one.names.extend(folder.rsplit('/').find(|name| !naming::is_general(name)).map(str::to_owned));
    let name = package.and_then(|package| package.name.clone());
    if one.names.is_empty() {
        one.names.push(name.clone().unwrap_or_else(|| "app".to_owned()));
    }
    one.hints.extend(name);
    one.dir = Some(folder.to_owned());
    let is_text = |stated: &Stated| own.iter().any(|one| one.path == stated.at.file && one.kind == "text");
    one.is_service = inside.is_some() || !listens.as_ref().is_some_and(is_text);
    one.package = package.filter(|package| agreed(&[*package]).is_some()).map(|package| package.path.to_string());
    one.ports = match (listens, inside) {
        (Some(host), Some(inside)) if host.is_listened && host.host != inside.container => vec![host],
        (Some(host), Some(inside)) => vec![Stated { container: inside.container, ..host }],
        (host, inside) => host.into_iter().chain(inside).collect(),
    };
    Some(one)
}

fn folder_of(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// The one number that files of a kind agree on; none where they state several.
fn agreed<'o>(own: &[&'o Own]) -> Option<(&'o Own, u16, usize, View)> {
    let mut all = own.iter().flat_map(|one| one.numbers.iter().map(|(port, line, view)| (*one, *port, *line, *view)));
    let first = all.next()?;
    all.all(|other| other.1 == first.1).then_some(first)
}

fn listens(own: &[&Own]) -> Option<Stated> {
    let (one, port, line, view) = agreed(own)?;
    let at = At { file: Arc::clone(&one.path), line };
    Some(Stated { host: ports(port), is_listened: view != View::Host, ..Stated::at(at) })
}

/// The first port of a Dockerfile.
fn listens_inside(own: &[&Own]) -> Option<Stated> {
    let one = own.first()?;
    let (port, line, _) = one.numbers.first()?;
    let at = At { file: Arc::clone(&one.path), line: *line };
    Some(Stated { container: ports(*port), expose: Some(super::evidence::Expose::Hidden), ..Stated::at(at) })
}

fn ports(number: u16) -> Option<Ports> {
    Port::new(number.into()).map(Ports::from)
}
