//! What the files of a folder say of the service in it: scripts of package.json, Dockerfiles, env files, configuration, source.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use super::evidence::{At, Evidence, Source, Stated};
use super::lines::Lines;
use super::naming;
use super::places::is_shared_name as is_shared;
use super::project::{NX, project, secure};
use super::usage::is_sample;
use crate::allocation::{Port, Ports};
use crate::scan::component::MANIFESTS;
use crate::scan::readers::TEXT;
use crate::scan::stage::{Stage, stage};
use crate::scan::{Form, Statement, View, Whose};

/// The kinds of files that say something of the folder they are in; of those that say where a program listens, the first is believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Package,
    Env,
    Launch,
    DevServer,
    Settings,
    Processes,
    Text,
    Dockerfile,
    Proxy,
}

impl Kind {
    /// Those that say where a program listens.
    const LISTENING: [Self; 7] =
        [Self::Package, Self::Env, Self::Launch, Self::DevServer, Self::Settings, Self::Processes, Self::Text];

    /// By the name that its reader has.
    fn of(name: &str) -> Option<Self> {
        Some(match name {
            "package.json" => Self::Package,
            "env file" => Self::Env,
            "launch settings" => Self::Launch,
            "dev server" => Self::DevServer,
            "settings" => Self::Settings,
            "process list" => Self::Processes,
            TEXT => Self::Text,
            "Dockerfile" => Self::Dockerfile,
            "proxy configuration" => Self::Proxy,
            _ => return None,
        })
    }
}

/// The numbers that one file states of the service in whose folder it is.
#[derive(Debug)]
pub(super) struct Own {
    path: Arc<str>,
    kind: Kind,
    /// What `package.json` calls the package.
    name: Option<String>,
    is_deployed: bool,
    /// Whether it says that something is started from its folder.
    is_started: bool,
    /// Each number with its line, and how it is seen.
    numbers: Vec<(u16, usize, View)>,
    /// Numbers under names that say little, in a file where a program starts or is set up: they count where nothing says more.
    likely: Vec<(u16, usize, View)>,
    /// Numbers of an env file under the names of services: `API_PORT` is that of `API`.
    named: Vec<(String, u16, usize)>,
    /// Where it has the program listen with TLS.
    secure: Option<Stated>,
}

impl Own {
    /// What a file says of its own folder; none where it says nothing.
    pub(super) fn of(path: &Arc<str>, text: &str, kind: &'static str, statements: &[Statement<'_>]) -> Option<Self> {
        let stage = stage(path);
        let is_read = |kind: &Kind| stage == Stage::Development || *kind == Kind::Dockerfile && stage != Stage::Test;
        let kind = Kind::of(kind).filter(is_read)?;
        // The last stage of a Dockerfile is the one that is started.
        let last = statements.iter().rev().find(|one| kind == Kind::Dockerfile && one.form == Form::Expose);
        let whose = last.map_or(&Whose::Own, |last| &last.whose);
        let is_whose = |one: &Statement<'_>| match &one.whose {
            // A script in the folder starts the image that is built there.
            Whose::Image(..) => is_of_folder(&one.whose, path),
            other => other == whose,
        };
        let is_own = |one: &&Statement<'_>| one.is_strong && is_whose(one) && is_counted(kind, one);
        let own: Vec<&Statement<'_>> = statements.iter().filter(is_own).collect();
        let is_package = kind == Kind::Package;
        let is_likely = |one: &&Statement<'_>| {
            let is_set = is_entry(path) && matches!(one.form, Form::Named | Form::DevServer);
            !is_own(one) && (is_set || is_argument(path, text, one)) && is_of_folder(&one.whose, path)
        };
        let likely: Vec<&Statement<'_>> = statements.iter().filter(is_likely).collect();
        let lines = Lines::new(text);
        let named = statements.iter().filter(|_| kind == Kind::Env).filter_map(|one| match &one.whose {
            Whose::Variable(name) if one.is_strong => Some((name.to_string(), one.port, lines.of(one.digits.start))),
            _ => None,
        });
        let named: Vec<_> = named.collect();
        let (name, is_started) = project(path, is_package, text);
        let secure = if kind == Kind::Launch { secure(path, text) } else { None };
        if own.is_empty() && likely.is_empty() && named.is_empty() && !is_package && !is_started {
            return None;
        }
        let numbers = |all: Vec<&Statement<'_>>| {
            all.iter().map(|one| (one.port, lines.of(one.digits.start), one.view)).collect::<Vec<_>>()
        };
        let (numbers, likely) = (numbers(own), numbers(likely));
        let is_deployed = stage != Stage::Development;
        Some(Self { path: Arc::clone(path), kind, name, is_deployed, is_started, numbers, likely, named, secure })
    }

    /// Whether it is a Dockerfile for something else than development.
    pub(super) fn is_deployed(&self) -> bool {
        self.is_deployed
    }

    /// The numbers that it exposes, if it is a Dockerfile of a folder.
    pub(super) fn exposed_in(&self, dir: &str) -> impl Iterator<Item = u16> {
        let is_one = self.kind == Kind::Dockerfile && folder_of(&self.path) == dir;
        self.numbers.iter().filter(move |_| is_one).map(|(port, ..)| *port)
    }

    pub(super) fn path(&self) -> &str {
        &self.path
    }
}

/// Whether a program starts in a file, or is set up in it.
fn is_entry(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or_default();
    let stem = name.split('.').next().unwrap_or_default();
    ENTRIES.contains(&stem) || name.contains(".config.")
}

/// Whether a number is the default of an option of a program in Python, in a file where it starts, or that is called as its folder:
/// `add_argument("--port", "-p", default=80)`.
fn is_argument(path: &str, text: &str, one: &Statement<'_>) -> bool {
    let line = text[..one.digits.start].rsplit('\n').next().unwrap_or_default();
    let is_as_folder = || path.rsplit('/').next().and_then(|name| name.strip_suffix(".py")) == path.rsplit('/').nth(1);
    one.form == Form::Usage && line.contains("add_argument(") && (is_entry(path) || is_as_folder())
}

/// Whether a number is that of the program in the folder of a file: `ORCHESTRATOR_PORT` in `apps/orchestrator`.
fn is_of_folder(whose: &Whose<'_>, path: &str) -> bool {
    match whose {
        Whose::Own => true,
        Whose::Variable(name) | Whose::Image(name, _) => {
            let name = naming::key(name);
            path.rsplit_once('/').is_some_and(|(folders, _)| folders.split('/').any(|part| naming::key(part) == name))
        }
        _ => false,
    }
}

/// What files are called in which programs start or are set up.
const ENTRIES: [&str; 8] = ["main", "index", "server", "app", "www", "config", "settings", "application"];

/// More ports than this in one file are a list of others' ports.
const MOST_OF_A_FILE: usize = 3;

/// Whether a statement says where the program in the folder listens.
fn is_counted(kind: Kind, one: &Statement<'_>) -> bool {
    match kind {
        Kind::Dockerfile => one.form == Form::Expose,
        Kind::Package => matches!(one.form, Form::Script | Form::Setting),
        _ => matches!(one.view, View::Listen | View::Host | View::Any),
    }
}

/// What the folders of a tree say, by path.
/// Numbers in `known` are of others: where only a name that says little states one, it is left out.
pub(super) fn evidence(own: &[Own], paths: &[String], known: &HashSet<u16>) -> Vec<Evidence> {
    let folders: HashSet<&str> = paths.iter().filter_map(|path| part(path)).collect();
    let built: HashSet<&str> = paths
        .iter()
        .filter_map(|path| path.rsplit_once('/'))
        .filter(|(_, name)| *name == "Dockerfile")
        .map(|(folder, _)| folder)
        .collect();
    let mut by_folder: BTreeMap<&str, Vec<&Own>> = BTreeMap::new();
    for one in own {
        by_folder.entry(nearest(&one.path, &folders)).or_default().push(one);
    }
    let states = |one: &&Own| one.kind != Kind::Proxy && !one.numbers.is_empty();
    let is_alone = by_folder.values().filter(|own| own.iter().any(states)).count() == 1;
    let mut found = Vec::new();
    for (folder, own) in by_folder {
        // At the root of several services are the tools that start them, in folders of Dockerfiles those of any.
        if is_shared(folder.rsplit('/').next().unwrap_or_default()) {
            continue;
        }
        if !folder.is_empty() || is_alone && folders.contains("") {
            let is_built = built.contains(folder);
            found.extend(of_folder(folder, &own, &folders, known, is_built));
        }
    }
    found
}

/// The folder that a manifest makes a part of the repository.
pub(super) fn part(path: &str) -> Option<&str> {
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    let is_manifest =
        MANIFESTS.contains(&name) || name == NX || name.ends_with(".csproj") || name.starts_with("Dockerfile.");
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

/// Folders in the one of a program that hold its parts.
const IN_PROJECTS: [&str; 4] = ["src", "source", "code", "build"];

/// What a folder is called: where its name says nothing as the one above it, but not after what holds other parts besides.
fn called<'f>(folder: &'f str, folders: &HashSet<&str>) -> Option<&'f str> {
    let mut rest = folder;
    loop {
        let (above, last) = rest.rsplit_once('/').unwrap_or(("", rest));
        if !naming::is_general(last) {
            return Some(last);
        }
        let is_in = |part: &str, holder: &str| part.strip_prefix(holder).is_some_and(|rest| rest.starts_with('/'));
        let is_other = |part: &str| {
            is_in(part, above) && part != folder && !is_in(part, folder) && !is_sample(&format!("{part}/"))
        };
        if above.is_empty() || !IN_PROJECTS.contains(&last) && folders.iter().any(|part| is_other(part)) {
            return None;
        }
        rest = above;
    }
}

fn of_folder(
    folder: &str,
    own: &[&Own],
    folders: &HashSet<&str>,
    known: &HashSet<u16>,
    is_built: bool,
) -> Option<Evidence> {
    let of_kind = |kind: Kind| own.iter().filter(|one| one.kind == kind).copied().collect::<Vec<_>>();
    let package = own.iter().find(|one| one.kind == Kind::Package && folder_of(&one.path) == folder);
    let listens = Kind::LISTENING.iter().map(|kind| listens(&of_kind(*kind))).find(|all| !all.is_empty());
    let listens = listens.unwrap_or_else(|| likely(own, known));
    // What serves a folder in its image says where it listens, if the image does not.
    let proxy = of_kind(Kind::Proxy);
    let proxy = if listens.is_empty() && is_built && agreed(&proxy).is_some() { proxy } else { Vec::new() };
    let inside = listens_inside(&of_kind(Kind::Dockerfile)).or_else(|| listens_inside(&proxy));
    let at = listens.first().or(inside.as_ref()).map(|stated| stated.at.clone());
    let at = at.or_else(|| Some(At { file: Arc::clone(&package?.path), line: 1 }))?;
    let mut one = Evidence::new(Source::Code, at);
    let name = package.and_then(|package| package.name.clone());
    let called = called(folder, folders).map(str::to_owned).or_else(|| name.clone());
    one.names.push(called.unwrap_or_else(|| folder.rsplit_once('/').map_or("app", |(_, last)| last).to_owned()));
    one.hints.extend(name);
    one.dir = Some(folder.to_owned());
    // Source with a number in it may be a library, unless it is where a package starts or an image is built.
    let is_program = is_built || own.iter().any(|one| one.is_started && folder_of(&one.path) == folder);
    let is_doubtful =
        |file: &&&Own| (file.kind == Kind::Text || file.numbers.is_empty()) && !(is_program && is_entry(&file.path));
    let of_text = |stated: &Stated| {
        stated.container.is_none() && own.iter().filter(is_doubtful).any(|one| one.path == stated.at.file)
    };
    one.is_service = is_built || inside.is_some() || !listens.iter().any(of_text);
    one.package = package.filter(|package| agreed(&[*package]).is_some()).map(|package| package.path.to_string());
    one.secure = own.iter().find_map(|one| one.secure.clone());
    one.ports = beside(listens, inside);
    Some(one)
}

/// What a program listens on, with what its Dockerfile exposes.
fn beside(mut listens: Vec<Stated>, inside: Option<Stated>) -> Vec<Stated> {
    match (&mut listens[..], inside) {
        ([], inside) => inside.into_iter().collect(),
        ([host], Some(inside)) if !host.is_listened || host.host == inside.container => {
            host.container = inside.container;
            listens
        }
        _ => listens,
    }
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

/// Where the programs of files of a kind listen: on the number that these agree on, or on those of the file that starts them.
fn listens(own: &[&Own]) -> Vec<Stated> {
    if let Some((file, port, line, view)) = agreed(own) {
        return vec![stated(file, (port, line, view))];
    }
    if let Some(both) = on_both_sides(own) {
        return vec![both];
    }
    let starts = own.iter().filter(|one| !one.numbers.is_empty() && (one.kind != Kind::Text || is_entry(&one.path)));
    nearest_root(starts).map(|file| of_file(file, &file.numbers, &|_| true)).unwrap_or_default()
}

/// The one number that a script publishes for a program that listens on another one: `docker run -p 3002:3000`.
fn on_both_sides(own: &[&Own]) -> Option<Stated> {
    let all = || own.iter().flat_map(|one| one.numbers.iter().map(|(port, line, view)| (*one, *port, *line, *view)));
    let (file, host, line, _) = all().find(|(.., view)| *view == View::Host)?;
    let (_, inside, ..) = all().find(|(.., view)| *view != View::Host)?;
    let is_one = all().all(|(_, port, _, view)| port == if view == View::Host { host } else { inside });
    let container = ports(inside).filter(|_| inside != host);
    is_one.then(|| Stated { container, ..stated(file, (host, line, View::Host)) })
}

/// Where the programs of a folder probably listen: names that say little state it. Numbers in `known` are of others.
fn likely(own: &[&Own], known: &HashSet<u16>) -> Vec<Stated> {
    let found = nearest_root(own.iter().filter(|one| !one.likely.is_empty()));
    found.map(|file| of_file(file, &file.likely, &|port| !known.contains(&port))).unwrap_or_default()
}

fn nearest_root<'o>(own: impl Iterator<Item = &'o &'o Own>) -> Option<&'o Own> {
    own.copied().min_by_key(|one| one.path.matches('/').count())
}

/// The numbers of a file that are `wanted`, each once; none where they are too many to be those of one program.
fn of_file(file: &Own, numbers: &[(u16, usize, View)], wanted: &dyn Fn(u16) -> bool) -> Vec<Stated> {
    let mut seen = HashSet::new();
    let new: Vec<_> = numbers.iter().filter(|(port, ..)| wanted(*port) && seen.insert(*port)).collect();
    if new.len() > MOST_OF_A_FILE { Vec::new() } else { new.into_iter().map(|one| stated(file, *one)).collect() }
}

fn stated(file: &Own, (port, line, view): (u16, usize, View)) -> Stated {
    let at = At { file: Arc::clone(&file.path), line };
    Stated { host: ports(port), is_listened: view != View::Host, ..Stated::at(at) }
}

/// The first port of a file of an image.
fn listens_inside(own: &[&Own]) -> Option<Stated> {
    let one = own.first()?;
    let (port, line, _) = one.numbers.first()?;
    let at = At { file: Arc::clone(&one.path), line: *line };
    Some(Stated { container: ports(*port), expose: Some(super::evidence::Expose::Hidden), ..Stated::at(at) })
}

/// What env files above a folder say of the number that its program has on the machine, by the key of the name of the program.
pub(super) fn on_host<'o>(own: &'o [Own], dir: &str) -> impl Iterator<Item = (String, Stated)> + use<'o> {
    let is_above = |one: &&Own| {
        let folder = folder_of(&one.path);
        folder.is_empty() || dir.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
    };
    let above: Vec<&Own> = own.iter().filter(is_above).collect();
    above.into_iter().flat_map(|one| {
        let stated = |(name, port, line): &(String, u16, usize)| {
            let at = At { file: Arc::clone(&one.path), line: *line };
            (naming::key(name), Stated { host: ports(*port), ..Stated::at(at) })
        };
        one.named.iter().map(stated)
    })
}

fn ports(number: u16) -> Option<Ports> {
    Port::new(number.into()).map(Ports::from)
}
