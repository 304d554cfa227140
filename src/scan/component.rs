//! Which part of the repository a file belongs to: the nearest folder that something is built or started from.

use std::collections::HashMap;

use super::names::Names;
use crate::allocation::Allocation;

/// Files that make their folder one that something is built or started from.
const MANIFESTS: [&str; 18] = [
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

/// The parts of a repository, by their folders.
#[derive(Debug)]
pub(super) struct Components<'p> {
    /// The service of each folder, if it is one's.
    folders: HashMap<&'p str, Option<usize>>,
}

/// Whose folder a file is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Component<'p> {
    /// A service's.
    Service(usize),
    /// That of something else, by its path.
    Other(&'p str),
    /// Nobody's: the root.
    Root,
}

impl<'p> Components<'p> {
    /// Those of a tree with the files `paths`. A folder is a service's if it is its `dir`, or has its name.
    pub(super) fn new(paths: impl Iterator<Item = &'p str>, allocation: &'p Allocation, names: &Names<'_>) -> Self {
        let mut folders = HashMap::new();
        for path in paths {
            if let Some((folder, name)) = path.rsplit_once('/')
                && (MANIFESTS.contains(&name) || name.ends_with(".csproj"))
            {
                let last = folder.rsplit('/').next().unwrap_or_default();
                folders.entry(folder).or_insert_with(|| names.of_name(last).map(|(service, _)| service));
            }
        }
        for (index, service) in allocation.services.iter().enumerate() {
            if let Some(dir) = service.dir.as_ref().map(|dir| dir.as_str()).filter(|dir| !matches!(*dir, "" | ".")) {
                let is_shared = allocation
                    .services
                    .iter()
                    .filter(|other| other.dir.as_ref().is_some_and(|other| other.as_str() == dir))
                    .count()
                    > 1;
                folders.insert(dir, (!is_shared).then_some(index));
            }
        }
        Self { folders }
    }

    /// The one that a file belongs to: by its own name, `Dockerfile.web`, else by its folder.
    pub(super) fn of_file<'a>(&self, path: &'a str, names: &Names<'_>) -> Component<'a>
    where
        'p: 'a,
    {
        let name = path.rsplit('/').next().unwrap_or_default();
        if name.contains("ockerfile") || name.ends_with(".env") {
            let parts = name.split('.').filter(|part| !part.is_empty() && !part.eq_ignore_ascii_case("dockerfile"));
            if let Some((service, _)) = parts.filter_map(|part| names.of_name(part)).next() {
                return Component::Service(service);
            }
        }
        self.of(path)
    }

    /// The one that a file belongs to.
    pub(super) fn of<'a>(&self, path: &'a str) -> Component<'a>
    where
        'p: 'a,
    {
        let mut rest = path;
        while let Some((folder, _)) = rest.rsplit_once('/') {
            match self.folders.get(folder) {
                Some(Some(service)) => return Component::Service(*service),
                Some(None) => return Component::Other(folder),
                None => rest = folder,
            }
        }
        Component::Root
    }
}
