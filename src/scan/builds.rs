//! Which services a Dockerfile is built for, the configuration of a proxy is mounted into, and a variable publishes, as Compose files say.
//!
//! Sources: <https://docs.docker.com/reference/compose-file/build/>, <https://docs.docker.com/reference/compose-file/services/#volumes>.

use std::collections::HashMap;

use serde_json::Value as Json;

use super::names::{Meant, Names};
use super::readers;
use super::stage::is_in_tests;
use crate::allocation::{Allocation, Binding, PublishedAs, Service, variable};
use crate::formats::yaml::tree::{Id, Tree};
use crate::lints::{bare, has_port, port_of_image};
use crate::path::RelPath;

/// What a service in a Compose file is made of, or published by.
#[derive(Debug)]
pub(super) struct Build {
    /// The Dockerfile; what is mounted, a file or a folder; the image, behind `@`; what stands before `_PORT` in the name of a variable,
    /// behind `$`; or the number on the machine at which tests find it, behind `#`.
    source: String,
    /// The stage, if it says one.
    target: Option<String>,
    service: String,
}

/// Folders of containers in which proxies have their configuration.
const PROXIES: [&str; 8] = [
    "/etc/apache2",
    "/etc/caddy",
    "/etc/envoy",
    "/etc/haproxy",
    "/etc/nginx",
    "/usr/local/apache2/conf",
    "/usr/local/etc/haproxy",
    "/usr/local/openresty",
];

/// What stands behind the last point of the names of files with the settings of a program, and of scripts.
const GIVEN: [&str; 11] = ["bash", "cfg", "cnf", "conf", "ini", "properties", "sh", "toml", "xml", "yaml", "yml"];

/// The services of a Compose file.
#[derive(Debug, Default)]
pub(super) struct Parts {
    /// Those that it starts by itself.
    pub(super) started: Vec<String>,
    /// Those that it changes, of another file that it is given beside.
    pub(super) changed: Vec<String>,
}

/// The builds, images, mounts and ports of the Compose file at `path`, and its services.
pub(super) fn of_compose(path: &str, text: &str) -> (Vec<Build>, Parts) {
    if !["build:", "image:", "ports:", "volumes:"].iter().any(|key| text.contains(key)) {
        return (Vec::new(), Parts::default());
    }
    let tree = Tree::read(text);
    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let services = tree.documents.iter().filter_map(|document| tree.get(*document, "services"));
    let all = services.flat_map(|services| tree.entries(services));
    let (mut builds, mut parts) = (Vec::new(), Parts::default());
    let is_of_tests = is_in_tests(path);
    for (name, id) in all {
        let has = |keys: &[&str]| keys.iter().any(|key| tree.get(id, key).is_some());
        match has(&["build", "image"]) {
            true => parts.started.push(name.value.to_string()),
            false if has(&["extends", "provider"]) => {}
            false => parts.changed.push(name.value.to_string()),
        }
        builds.extend(build(&tree, id, folder, &name.value));
        builds.extend(image(&tree, id, &name.value));
        let mounts = tree.get(id, "volumes").map_or(&[][..], |list| tree.items(list));
        builds.extend(mounts.iter().filter_map(|mount| mounted(&tree, *mount, folder, &name.value)));
        let ports = tree.get(id, "ports").map_or(&[][..], |list| tree.items(list));
        builds.extend(ports.iter().filter_map(|port| published(&tree, *port, &name.value)));
        let in_tests = ports.iter().filter(|_| is_of_tests);
        builds.extend(in_tests.filter_map(|port| published_in_tests(&tree, *port, &name.value)));
    }
    (builds, parts)
}

/// What a service is built from.
fn build(tree: &Tree<'_>, id: Id, folder: &str, service: &str) -> Option<Build> {
    let build = tree.get(id, "build")?;
    let text = |key: &str| tree.text(build, key).map(|text| &*text.value);
    let context = tree.scalar(build).map(|text| &*text.value).or_else(|| text("context")).unwrap_or(".");
    let dockerfile = text("dockerfile").unwrap_or("Dockerfile");
    // What is elsewhere, or where only a variable knows, is no file of the repository.
    let way = format!("{}/{dockerfile}", context.trim_end_matches('/'));
    let source = RelPath::joined(folder, &way).filter(|_| !way.contains(['$', ':']))?.to_string();
    Some(Build { source, target: text("target").map(str::to_owned), service: service.to_owned() })
}

/// What a service runs.
fn image(tree: &Tree<'_>, id: Id, service: &str) -> Option<Build> {
    let image = bare(&tree.text(id, "image")?.value)?;
    Some(Build { source: format!("@{image}"), target: None, service: service.to_owned() })
}

/// The configuration that a service is given: that of a proxy, a file or a folder, or any other file.
fn mounted(tree: &Tree<'_>, id: Id, folder: &str, service: &str) -> Option<Build> {
    let text = |key: &str| tree.text(id, key).map(|text| &*text.value);
    let (source, target) = match tree.scalar(id) {
        Some(short) => {
            let (source, rest) = short.value.split_once(':')?;
            (source, rest.split(':').next().unwrap_or_default())
        }
        None => (text("source")?, text("target")?),
    };
    let has_ending =
        |path: &str| path.rsplit_once('.').is_some_and(|(start, end)| !start.is_empty() && GIVEN.contains(&end));
    let is_given = PROXIES.iter().any(|known| target.starts_with(known)) || (has_ending(source) && has_ending(target));
    let is_file = source.starts_with('.') && !source.contains('$');
    let source = RelPath::joined(folder, source.trim_end_matches('/')).filter(|_| is_given && is_file)?.to_string();
    Some(Build { source, target: None, service: service.to_owned() })
}

/// The variable that decides where a port of a service is published: `${DB_PORT:-5432}:5432`.
fn published(tree: &Tree<'_>, id: Id, service: &str) -> Option<Build> {
    let text = tree.scalar(id).or_else(|| tree.text(id, "published"))?;
    let parts = variable::parts(&text.value);
    let host = parts.get(parts.len().saturating_sub(2))?;
    let name = variable::name(&text.value[host.clone()]).filter(|_| parts.len() > 1 || tree.scalar(id).is_none())?;
    let source = format!("${}", readers::before_port(name)?);
    Some(Build { source, target: None, service: service.to_owned() })
}

/// The number on the machine at which tests find a service: `3001:3000`.
fn published_in_tests(tree: &Tree<'_>, id: Id, service: &str) -> Option<Build> {
    let text = tree.scalar(id).or_else(|| tree.text(id, "published"))?;
    let parts = variable::parts(&text.value);
    let host = parts.get(parts.len().saturating_sub(2)).filter(|_| parts.len() > 1 || tree.scalar(id).is_none())?;
    let number: u16 = text.value[host.clone()].parse().ok()?;
    Some(Build { source: format!("#{number}"), target: None, service: service.to_owned() })
}

/// A stage of a Dockerfile, if one is said, and the service that it is built for.
pub(super) type Built = (Option<String>, usize);

/// The services that are built, by the Dockerfile.
#[derive(Debug, Default)]
pub(super) struct Builds(HashMap<String, Vec<Built>>);

impl Builds {
    /// Those of services that have ports.
    pub(super) fn new(builds: Vec<Build>, names: &Names<'_>, allocation: &Allocation) -> Self {
        let mut all: HashMap<String, Vec<Built>> = HashMap::new();
        for Build { source, target, service } in builds {
            let meant = names.of_name(&service).filter(|(at, _)| !allocation.services[*at].bindings.is_empty());
            let built = all.entry(source).or_default();
            built.extend(meant.map(|(at, _)| (target, at)).filter(|one| !built.contains(one)));
        }
        Self(all)
    }

    /// Whether Compose files of tests publish something else than a service at a number.
    pub(super) fn has_other_in_tests(&self, port: u16, service: usize) -> bool {
        self.0.get(&format!("#{port}")).is_some_and(|built| !built.iter().any(|(_, own)| *own == service))
    }

    /// Those of a file, or of the nearest folder above it that is mounted.
    pub(super) fn of(&self, path: &str) -> &[Built] {
        let mut rest = path;
        loop {
            match (self.0.get(rest), rest.rsplit_once('/')) {
                (Some(built), _) => return built,
                (None, Some((folder, _))) => rest = folder,
                (None, None) => return &[],
            }
        }
    }
}

/// The services that run an image, as ports.toml or Compose files say; else those that run another one of the same program, by the port that
/// it is known by.
pub(super) fn runners(image: &str, allocation: &Allocation, builds: Option<&Builds>) -> Vec<usize> {
    let Some(wanted) = bare(image) else { return Vec::new() };
    let own = |service: &Service| Some(bare(service.compose.get("image")?.as_str()?)?.to_owned());
    let services = allocation.services.iter().enumerate();
    let mut all: Vec<(String, usize)> = services.filter_map(|(at, service)| Some((own(service)?, at))).collect();
    let of_files = builds.into_iter().flat_map(|builds| &builds.0);
    let of_files = of_files.filter_map(|(source, built)| Some((source.strip_prefix('@')?, built)));
    all.extend(of_files.flat_map(|(image, built)| built.iter().map(|(_, service)| (image.to_owned(), *service))));
    all.retain(|(_, service)| !allocation.services[*service].bindings.is_empty());
    let mut is_same: Vec<usize> =
        all.iter().filter(|(image, _)| image == wanted).map(|(_, service)| *service).collect();
    if is_same.is_empty()
        && let Some(port) = port_of_image(wanted)
    {
        is_same.extend(all.iter().filter(|(image, _)| port_of_image(image) == Some(port)).map(|(_, service)| *service));
    }
    is_same.sort_unstable();
    is_same.dedup();
    is_same
}

/// Whether a service runs an image that is known by a port: `postgres` by 5432.
pub(super) fn is_known_by(port: u16, service: usize, allocation: &Allocation, builds: Option<&Builds>) -> bool {
    let is_known = |image: &str| has_port(image, port);
    let own = allocation.services[service].compose.get("image").and_then(Json::as_str);
    let of_files = builds.into_iter().flat_map(|builds| &builds.0);
    let mut runs = of_files.filter(|(_, built)| built.iter().any(|(_, own)| *own == service));
    own.is_some_and(is_known) || runs.any(|(source, _)| source.strip_prefix('@').is_some_and(is_known))
}

/// The only service, and its binding where it is told, that the variable with this name before `_PORT` publishes: as ports.toml says, else Compose
/// files.
pub(super) fn publisher(name: &str, allocation: &Allocation, builds: Option<&Builds>) -> Option<Meant> {
    let is_it = |binding: &Binding| {
        let variable = binding.published_as.as_deref().and_then(PublishedAs::variable);
        variable.and_then(readers::before_port) == Some(name)
    };
    let services = allocation.services.iter().enumerate();
    let all =
        services.flat_map(|(at, service)| service.bindings.iter().enumerate().map(move |(own, one)| ((at, own), one)));
    let mut said = all.filter(|(_, binding)| is_it(binding)).map(|((at, own), _)| (at, Some(own)));
    match (said.next(), said.next()) {
        (Some(meant), None) => Some(meant),
        (Some(_), Some(_)) => None,
        (None, _) => only(builds?.of(&format!("${name}"))).map(|service| (service, None)),
    }
}

/// The service that a stage is built for: the only one with that target, or the only one that the file is built for.
pub(super) fn of_stage(stage: &str, built: &[Built]) -> Option<usize> {
    let is_it = |(target, _): &&Built| target.as_deref().is_some_and(|target| target.eq_ignore_ascii_case(stage));
    one(built.iter().filter(is_it)).or_else(|| only(built))
}

/// The only service that a Dockerfile is built for.
pub(super) fn only(built: &[Built]) -> Option<usize> {
    one(built.iter())
}

fn one<'b>(built: impl Iterator<Item = &'b Built>) -> Option<usize> {
    let mut services = built.map(|(_, service)| *service);
    services.next().filter(|first| services.all(|other| other == *first))
}
