//! What the Compose files of somebody else say of a service's ports.

use std::collections::HashSet;

use serde_yaml::Value;

use super::OUTPUT;
use super::published::Published;
use crate::allocation::{Allocation, Elsewhere, Service};
use crate::claims::compose_file;
use crate::diagnostic::quoted;
use crate::files::tree::Tree;
use crate::formats::interpolation::Variables;
use crate::path::RelPath;

/// The names under which Docker Compose looks for a file, in its order.
///
/// Source: `DefaultFileNames` in <https://github.com/compose-spec/compose-go/blob/main/cli/options.go>.
const NAMES: [&str; 4] = ["compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml"];

/// As [`NAMES`], of a file that it reads after the first one: `DefaultOverrideFileNames`.
const OVERRIDES: [&str; 4] =
    ["compose.override.yml", "compose.override.yaml", "docker-compose.override.yml", "docker-compose.override.yaml"];

/// How many services in a row extend the next one: more of them are a circle.
const MOST: usize = 16;

/// The ports that the Compose files beside compose.ports.yml, and those that they include, publish for services that this leaves as they
/// are.
pub fn published_elsewhere(tree: &Tree, allocation: &Allocation) -> Vec<Elsewhere> {
    let Ok(theirs) = Theirs::read(tree, allocation) else { return Vec::new() };
    let mut found = Vec::new();
    for theirs in theirs.with_included(allocation) {
        theirs.add_published(allocation, &mut found);
    }
    found
}

/// Where compose.ports.yml goes, where ports.toml says so.
fn own_path(allocation: &Allocation) -> Option<&str> {
    allocation.outputs.paths.iter().find(|(name, ..)| name == OUTPUT).map(|(_, path, _)| path.as_str())
}

/// The files of an entry of `include`: one, or one with others over it.
fn included_paths(entry: &Value) -> Vec<&str> {
    let path = entry.get("path").unwrap_or(entry);
    match path.as_sequence() {
        Some(paths) => paths.iter().filter_map(Value::as_str).collect(),
        None => path.as_str().into_iter().collect(),
    }
}

/// Whether compose.ports.yml replaces the ports of a service.
pub(super) fn is_replaced(service: &Service) -> bool {
    service.is_mapped() && !service.bindings.is_empty()
}

/// The Compose files that compose.ports.yml goes over: none where it is off.
pub(super) struct Theirs<'t> {
    pub(super) files: Vec<File>,
    tree: &'t Tree,
    variables: Variables,
}

/// A Compose file that cannot be read, and why.
pub(super) struct Unread {
    pub(super) path: RelPath,
    pub(super) reason: String,
}

/// A Compose file.
pub(super) struct File {
    pub(super) path: RelPath,
    pub(super) document: Value,
}

impl File {
    /// It for people.
    pub(super) fn shown(&self) -> String {
        quoted(self.path.as_str())
    }
}

/// What the files say of a service.
#[derive(Default)]
pub(super) struct TheirService {
    /// Each entry of its `ports`, with the file for people.
    pub(super) ports: Vec<(String, Published)>,
    /// Its `network_mode`.
    pub(super) network: Option<String>,
    /// Whether it has `profiles`.
    pub(super) has_profiles: bool,
}

impl TheirService {
    /// Whether it is in a network in which Docker publishes no ports.
    pub(super) fn has_no_ports(&self) -> bool {
        let mode = self.network.as_deref().unwrap_or_default();
        matches!(mode, "host" | "none") || mode.starts_with("service:") || mode.starts_with("container:")
    }
}

impl<'t> Theirs<'t> {
    /// Reads the files under the names that Docker Compose looks for, beside compose.ports.yml.
    pub(super) fn read(tree: &'t Tree, allocation: &Allocation) -> Result<Self, Unread> {
        let mut theirs = Self { files: Vec::new(), tree, variables: Variables::default() };
        if !allocation.outputs.is_enabled(OUTPUT) || allocation.outputs.has_compose() {
            return Ok(theirs);
        }
        let moved = own_path(allocation);
        let folder = moved.and_then(|path| path.rsplit_once('/')).map_or("", |(folder, _)| folder);
        for names in [NAMES, OVERRIDES] {
            let mut paths = names.iter().filter_map(|name| RelPath::joined(folder, name));
            let Some(path) = paths.find(|path| Some(path.as_str()) != moved && tree.has(path.as_str())) else {
                continue;
            };
            match compose_file::read(tree, &path) {
                Ok(document) => theirs.files.push(File { path, document }),
                Err(reason) => return Err(Unread { path, reason }),
            }
        }
        let env = RelPath::joined(folder, ".env").and_then(|path| tree.read(&path).ok().flatten());
        theirs.variables = Variables::read(&String::from_utf8_lossy(&env.unwrap_or_default()));
        Ok(theirs)
    }

    /// Adds the ports of services that compose.ports.yml leaves as they are.
    fn add_published(&self, allocation: &Allocation, found: &mut Vec<Elsewhere>) {
        for id in self.names() {
            let keeps = !allocation.services.iter().any(|service| service.id == id && is_replaced(service));
            let Some(service) = self.service(id).filter(|_| keeps) else { continue };
            if service.has_no_ports() {
                continue;
            }
            for (file, published) in &service.ports {
                let Some(ports) = published.host else { continue };
                let protocol = published.container.map(|container| container.protocol).unwrap_or_default();
                let (service_id, file) = (id.to_owned(), file.clone());
                found.push(Elsewhere { ports, protocol, service: service_id, file, in_profiles: service.has_profiles });
            }
        }
    }

    /// These, and all that they include: each file once.
    fn with_included(self, allocation: &Allocation) -> Vec<Self> {
        let own = own_path(allocation).unwrap_or(OUTPUT).to_owned();
        let mut seen: HashSet<String> = self.files.iter().map(|file| file.path.as_str().to_owned()).collect();
        seen.insert(own);
        let mut all = vec![self];
        let mut at = 0;
        while at < all.len() {
            let included: Vec<Self> = all[at].included(&mut seen);
            all.extend(included);
            at += 1;
        }
        all
    }

    /// What the files include, but for those `seen`: each entry is a stack of its own.
    ///
    /// Source: <https://docs.docker.com/reference/compose-file/include/>.
    fn included(&self, seen: &mut HashSet<String>) -> Vec<Self> {
        let mut all = Vec::new();
        for including in &self.files {
            let folder = including.path.parent().unwrap_or_default();
            for entry in including.document.get("include").and_then(Value::as_sequence).into_iter().flatten() {
                let mut files = Vec::new();
                for path in included_paths(entry) {
                    let path = RelPath::joined(folder, &self.variables.replaced_in(path));
                    let Some(path) = path.filter(|path| seen.insert(path.as_str().to_owned())) else { continue };
                    if let Ok(document) = compose_file::read(self.tree, &path) {
                        files.push(File { path, document });
                    }
                }
                all.push(Self { files, tree: self.tree, variables: self.variables.clone() });
            }
        }
        all
    }

    /// Whether services may be in included files, too.
    pub(super) fn has_includes(&self) -> bool {
        self.files.iter().any(|file| file.document.get("include").is_some())
    }

    /// The services of all files, some of them twice.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        let services = self.files.iter().filter_map(|file| file.document.get("services")?.as_mapping());
        services.flat_map(|services| services.keys()).filter_map(Value::as_str)
    }

    /// What the files say of a service, of the one that it extends, too.
    pub(super) fn service(&self, id: &str) -> Option<TheirService> {
        let mut service = TheirService::default();
        let mut is_there = false;
        for file in &self.files {
            is_there |= self.gather(file, id, MOST, &mut service);
        }
        is_there.then_some(service)
    }

    /// Adds what one file says; returns whether it has the service.
    fn gather(&self, file: &File, id: &str, depth: usize, service: &mut TheirService) -> bool {
        let Some(keys) = file.document.get("services").and_then(|services| services.get(id)) else { return false };
        if let (Some(extends), 1..) = (keys.get("extends"), depth) {
            self.gather_base(file, extends, depth, service);
        }
        for entry in keys.get("ports").and_then(Value::as_sequence).into_iter().flatten() {
            service.ports.push((file.shown(), Published::read(entry, &self.variables)));
        }
        if let Some(mode) = keys.get("network_mode").and_then(Value::as_str) {
            service.network = Some(self.variables.replaced_in(mode));
        }
        service.has_profiles |= keys.get("profiles").is_some();
        true
    }

    fn gather_base(&self, file: &File, extends: &Value, depth: usize, service: &mut TheirService) {
        let Some(base) = extends.as_str().or_else(|| extends.get("service")?.as_str()) else { return };
        let Some(other) = extends.get("file").and_then(Value::as_str) else {
            self.gather(file, base, depth - 1, service);
            return;
        };
        let path = RelPath::joined(file.path.parent().unwrap_or_default(), other);
        let document = path.and_then(|path| Some((compose_file::read(self.tree, &path).ok()?, path)));
        if let Some((document, path)) = document {
            self.gather(&File { path, document }, base, depth - 1, service);
        }
    }
}
