//! Which part of the repository a file belongs to: the nearest folder that something is built or started from.

use std::collections::{HashMap, HashSet};

use super::builds::{Builds, Built};
use super::names::Names;
use super::stage;
use crate::allocation::{Allocation, Service};

/// Files that make their folder one that something is built or started from.
pub(crate) const MANIFESTS: [&str; 19] = [
    "Chart.yaml",
    "package.json",
    "Dockerfile",
    "Containerfile",
    "go.mod",
    "Cargo.toml",
    "pyproject.toml",
    "requirements.txt",
    "setup.py",
    "pom.xml",
    "build.gradle",
    "build.gradle.kts",
    "mix.exs",
    "composer.json",
    "Gemfile",
    "Procfile",
    "deno.json",
    "pubspec.yaml",
    "manage.py",
];

/// What stands behind the last point of the names of files with settings, which may be called as what has them: `auth.yml`.
const SETTINGS: [&str; 10] = ["bicep", "cfg", "conf", "hjson", "ini", "json", "properties", "toml", "yaml", "yml"];

/// What stands behind the last point of the names of texts for people.
const TEXTS: [&str; 6] = ["adoc", "markdown", "md", "mdx", "rst", "txt"];

/// Folders of documents, which may be about any part of the repository.
const DOCUMENTS: [&str; 7] = ["content", "doc", "docs", "documentation", "guides", "handbook", "wiki"];

/// The parts of a repository, by their folders.
#[derive(Debug)]
pub(super) struct Components<'p> {
    /// The service of each folder, if it is one's.
    folders: HashMap<&'p str, Option<usize>>,
    /// The service of each folder that is the `dir` of one alone.
    dirs: HashMap<&'p str, usize>,
    /// The folders of the templates of charts.
    templates: Vec<String>,
    /// The only service whose folder is the root.
    root: Option<usize>,
    /// The folders with a Compose file that is started without naming one.
    stacks: HashSet<&'p str>,
}

/// Where a file is.
#[derive(Clone, Copy, Debug)]
pub(super) struct Site<'p> {
    /// The part of the repository.
    pub(super) component: Component<'p>,
    /// Whether its folder has the Compose file that is started without naming one.
    pub(super) has_main_stack: bool,
    /// The services that it is built for, if it is a Dockerfile.
    pub(super) built: &'p [Built],
    /// What Compose files say of services, once they are read.
    pub(super) builds: Option<&'p Builds>,
}

/// Whose folder a file is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Component<'p> {
    /// A service's.
    Service(usize),
    /// That of no service, but the file is called as one.
    Called(usize),
    /// That of something else, by its path.
    Other(&'p str),
    /// That of documents, in the folder of a service, if it is one's: they may be about any other.
    Documents(Option<usize>),
    /// That of a chart's templates.
    Template,
    /// Nobody's: the root.
    Root,
}

impl<'p> Components<'p> {
    /// Those of a tree with the files `paths`. A folder is a service's if it is its `dir`, or has its name.
    pub(super) fn new(paths: impl Iterator<Item = &'p str>, allocation: &'p Allocation, names: &Names<'_>) -> Self {
        let (mut folders, mut templates, mut stacks) = (HashMap::new(), Vec::new(), HashSet::new());
        for path in paths {
            let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
            stacks.extend(stage::is_main(name).then_some(folder));
            templates.extend(path.strip_suffix("Chart.yaml").map(|folder| format!("{folder}templates/")));
            // What `.devcontainer` and its like start is the whole, and Tauri's folder is a half of the program above it.
            if let Some((folder, name)) = path.rsplit_once('/')
                && (MANIFESTS.contains(&name) || name.ends_with(".csproj"))
                && !folder.starts_with('.')
                && !folder.ends_with("/src-tauri")
                && !(name.ends_with("file") && stage::is_of_builds(folder))
            {
                let last = folder.rsplit('/').next().unwrap_or_default();
                folders.entry(folder).or_insert_with(|| names.of_name(last).map(|(service, _)| service));
            }
        }
        let mut dirs = HashMap::new();
        for (index, service) in allocation.services.iter().enumerate() {
            if let Some(dir) = service.dir.as_ref().map(|dir| dir.as_str()).filter(|dir| !matches!(*dir, "" | ".")) {
                let is_shared = allocation
                    .services
                    .iter()
                    .filter(|other| other.dir.as_ref().is_some_and(|other| other.as_str() == dir))
                    .count()
                    > 1;
                folders.insert(dir, (!is_shared).then_some(index));
                dirs.extend((!is_shared).then_some((dir, index)));
            }
        }
        let is_at_root = |service: &Service| service.dir.as_ref().is_some_and(|dir| matches!(dir.as_str(), "" | "."));
        let mut at_root = allocation.services.iter().enumerate().filter(|(_, service)| is_at_root(service));
        let root = at_root.next().filter(|_| at_root.next().is_none()).map(|(index, _)| index);
        Self { folders, dirs, templates, root, stacks }
    }

    /// Where a file is.
    pub(super) fn site<'a>(&self, path: &'a str, names: &Names<'_>) -> Site<'a>
    where
        'p: 'a,
    {
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        Site {
            component: self.of_file(path, names),
            has_main_stack: self.stacks.contains(folder),
            built: &[],
            builds: None,
        }
    }

    /// The one that a file belongs to: by its own name, `Dockerfile.web`, else by its folder.
    fn of_file<'a>(&self, path: &'a str, names: &Names<'_>) -> Component<'a>
    where
        'p: 'a,
    {
        if self.templates.iter().any(|templates| path.starts_with(&**templates)) {
            return Component::Template;
        }
        let name = path.rsplit('/').next().unwrap_or_default();
        let (stem, extension) = name.rsplit_once('.').unwrap_or((name, ""));
        if name.contains("ockerfile") || extension == "env" {
            let mut parts = name.split('.').filter(|part| !part.is_empty() && !part.eq_ignore_ascii_case("dockerfile"));
            if let Some((service, _)) = parts.find_map(|part| names.of_name(part)) {
                return Component::Service(service);
            }
        }
        let called = || {
            let folder = path.rsplit('/').nth(1).and_then(|folder| names.of_name(folder));
            names.of_name(stem).or(folder).filter(|_| SETTINGS.contains(&extension))
        };
        match (self.of(path), called()) {
            // The folder of a service has folders that are called as others.
            (Component::Service(own), Some(_)) if names.of_name(stem).is_none() => Component::Service(own),
            (Component::Service(own), Some((service, _))) if own == service => Component::Service(own),
            (_, Some((service, _))) => Component::Called(service),
            (component, None) => component,
        }
    }

    /// The service whose `dir` is above a folder that something is built from, unless that is an example or a test: it is a part of the service.
    fn above(&self, folder: &str) -> Option<usize> {
        let mut rest = folder;
        while let Some((above, last)) = rest.rsplit_once('/') {
            if stage::is_in_examples(last) || stage::names_tests(last) {
                return None;
            }
            if let Some(service) = self.dirs.get(above) {
                return Some(*service);
            }
            rest = above;
        }
        None
    }

    /// The one that a file belongs to.
    fn of<'a>(&self, path: &'a str) -> Component<'a>
    where
        'p: 'a,
    {
        let mut rest = path;
        while let Some((folder, _)) = rest.rsplit_once('/') {
            match self.folders.get(folder) {
                Some(own) if is_document(path, folder) => return Component::Documents(*own),
                Some(Some(service)) => return Component::Service(*service),
                Some(None) => return self.above(folder).map_or(Component::Other(folder), Component::Service),
                None => rest = folder,
            }
        }
        self.root.map_or(Component::Root, Component::Called)
    }
}

/// Whether a text for people in a part of the repository, at a path that begins with its folder, is one of documents about the whole: what lies
/// beside the manifest of the part is about the part.
fn is_document(path: &str, folder: &str) -> bool {
    let below = path[folder.len()..].trim_start_matches('/');
    let (between, name) = below.rsplit_once('/').unwrap_or(("", below));
    // What introduces the part itself.
    if between.is_empty() && name.starts_with("README") {
        return false;
    }
    let is_text = name.rsplit_once('.').is_some_and(|(_, extension)| TEXTS.contains(&extension));
    let last = folder.rsplit('/').next();
    is_text && between.split('/').chain(last).any(|folder| DOCUMENTS.contains(&folder))
}
