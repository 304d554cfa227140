//! The services of Compose files, with what they have from those that they extend.
//!
//! Source: <https://github.com/compose-spec/compose-spec/blob/main/05-services.md>.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::evidence::{Evidence, Source, Stated, Use};
use super::naming;
use super::places::{Places, joined};
use super::stack::File;
use crate::allocation::Ports;
use crate::formats::Written;
use crate::formats::yaml::tree::{Id, Node};
use crate::lints::{bare, port_of_image};
use crate::scan::stage::is_main;

/// How deep `extends` is followed: more is a circle.
const MOST: usize = 16;

/// The Compose files of a repository.
pub(super) struct Stacks<'s, 't> {
    by_name: HashMap<(&'s str, &'s str), (&'s File<'s, 't>, Id)>,
    places: &'s Places,
    /// For each service that others extend from other files, by which of each file.
    extended: HashMap<(String, String), BTreeMap<&'s str, Vec<&'s str>>>,
    /// The services that others extend from the same file.
    siblings: HashSet<(&'s str, String)>,
}

/// A service that is extended.
struct Base<'s, 't> {
    file: &'s File<'s, 't>,
    /// Whether it is one of another file.
    is_other: bool,
    name: String,
    id: Id,
}

impl<'s, 't> Stacks<'s, 't> {
    pub(super) fn new(files: &'s [File<'s, 't>], places: &'s Places) -> Self {
        let of = |file: &'s File<'s, 't>| {
            services(file).into_iter().map(move |(key, id)| ((&**file.path, &*key.value), (file, id)))
        };
        let by_name = files.iter().flat_map(of).collect();
        let mut all = Self { by_name, places, extended: HashMap::new(), siblings: HashSet::new() };
        let mut extended: HashMap<(String, String), BTreeMap<&str, Vec<&str>>> = HashMap::new();
        let mut siblings = HashSet::new();
        for file in files {
            for (key, id) in services(file) {
                let Some(base) = all.base(file, id) else { continue };
                if !base.is_other {
                    siblings.insert((&**file.path, base.name));
                } else {
                    let known = extended.entry((base.file.path.to_string(), base.name)).or_default();
                    known.entry(&**file.path).or_default().push(&key.value);
                }
            }
        }
        (all.extended, all.siblings) = (extended, siblings);
        all
    }

    /// What the services of a file say that are started from it: neither those that only others extend, nor those that only hold data. Of the
    /// file that portgen writes from now on, all of them.
    pub(super) fn read(&self, file: &'s File<'s, 't>, stage: Use, is_taken: bool) -> Vec<Evidence> {
        let of_bases = self.is_of_bases(file);
        let mut found = Vec::new();
        for (key, id) in services(file) {
            let is_base = || self.is_base(file, &key.value, id, of_bases);
            if !is_taken && (is_base() || holds_data(file, id)) {
                continue;
            }
            let mut evidence = Evidence::new(Source::Compose, file.at(key.span.start));
            (evidence.stage, evidence.is_taken) = (stage, is_taken);
            evidence.key = Some(key.value.to_string());
            evidence.names.push(key.value.to_string());
            self.service(file, id, &mut evidence);
            self.inherit(file, id, MOST, &mut evidence);
            evidence.is_part = ["image", "build", "extends"].iter().all(|key| file.tree.get(id, key).is_none());
            found.push(evidence);
        }
        found
    }

    /// Whether a service is there for others to extend it: that is what its file is for, or it has no ports, and those are called otherwise,
    /// or it is in no profile that anybody starts.
    fn is_base(&self, file: &File<'_, '_>, key: &str, id: Id, of_bases: bool) -> bool {
        let extended = self.extended.get(&(file.path.to_string(), key.to_owned()));
        let has_ports = || ["ports", "expose"].iter().any(|key| file.tree.get(id, key).is_some());
        let is_other =
            extended.is_some_and(|by| of_bases || !has_ports() && !by.values().flatten().any(|name| *name == key));
        let profiles = || file.tree.get(id, "profiles").map(|list| texts(file, list)).unwrap_or_default();
        let is_started = |profiles: &[String]| profiles.is_empty() || profiles.iter().any(|name| !is_never(name));
        is_other || self.siblings.contains(&(&**file.path, key.to_owned())) && !is_started(&profiles())
    }

    /// Whether a file is there for others to extend its services: most of them are, and Compose does not start it by itself.
    fn is_of_bases(&self, file: &File<'_, '_>) -> bool {
        let name = file.path.rsplit('/').next().unwrap_or_default();
        let own = services(file);
        let is_extended = |key: &str| self.extended.contains_key(&(file.path.to_string(), key.to_owned()));
        !is_main(name) && 2 * own.iter().filter(|(key, _)| is_extended(&key.value)).count() > own.len()
    }

    /// The service that another one extends.
    fn base(&self, file: &'s File<'s, 't>, id: Id) -> Option<Base<'s, 't>> {
        let tree = file.tree;
        let extends = tree.get(id, "extends")?;
        let name = tree.scalar(extends).or_else(|| tree.text(extends, "service"))?.value.to_string();
        let path = match tree.text(extends, "file") {
            Some(path) => joined(folder(file.path), &path.value)?,
            None => file.path.to_string(),
        };
        let (other, id) = *self.by_name.get(&(&*path, &*name))?;
        Some(Base { file: other, is_other: other.path != file.path, name, id })
    }

    /// What a service has from the one that it extends.
    fn inherit(&self, file: &'s File<'s, 't>, id: Id, depth: usize, out: &mut Evidence) {
        let Some(base) = self.base(file, id).filter(|_| depth > 0) else { return };
        self.service(base.file, base.id, out);
        // Of those that publish the ports of one, one is started.
        let files = self.extended.get(&(base.file.path.to_string(), base.name.clone())).filter(|_| base.is_other);
        let is_alternative = files.is_some_and(|files| files.values().all(|names| names.len() == 1));
        if is_alternative && base.file.tree.get(base.id, "ports").is_some() {
            out.names.push(base.name);
        }
        self.inherit(base.file, base.id, depth - 1, out);
    }

    /// What one mapping says; what is known already is not changed.
    fn service(&self, file: &File<'_, '_>, id: Id, out: &mut Evidence) {
        let tree = file.tree;
        // What a variable stands for is nobody's business but the ports: names and folders with variables are left out.
        for key in ["container_name", "hostname"] {
            out.names.extend(tree.text(id, key).map(|text| text.value.to_string()));
        }
        out.names.retain(|name| !name.contains('$') && !matches!(&**name, "localhost" | "127.0.0.1" | "0.0.0.0"));
        if let Some(networks) = tree.get(id, "networks") {
            for (_, network) in tree.entries(networks) {
                out.names.extend(tree.get(network, "aliases").into_iter().flat_map(|list| texts(file, list)));
            }
        }
        self.build(file, id, out);
        image(file, id, out);
        out.depends_on.extend(names(file, id, "depends_on"));
        let profiles = tree.get(id, "profiles").into_iter().flat_map(|list| texts(file, list));
        out.profiles.extend(profiles.filter(|name| naming::is_id(name) && !is_never(name)));
        for entry in tree.get(id, "ports").map(|list| tree.items(list)).unwrap_or_default() {
            out.ports.extend(file.published(*entry));
        }
        let left_out = tree.get(id, "ports").map(|list| file.left_out(list)).unwrap_or_default();
        let has = |known: &[Stated], ports: Option<Ports>| known.iter().any(|one| one.container == ports);
        for stated in left_out {
            out.ports.extend(Some(stated).filter(|stated| !has(&out.ports, stated.container)));
        }
        for entry in tree.get(id, "expose").map(|list| tree.items(list)).unwrap_or_default() {
            out.ports.extend(file.exposed(*entry));
        }
    }

    /// What a service is built from.
    fn build(&self, file: &File<'_, '_>, id: Id, out: &mut Evidence) {
        let Some(build) = file.tree.get(id, "build").filter(|_| !out.is_built) else { return };
        out.is_built = true;
        if out.image_port.is_none() {
            // A Dockerfile of `postgres` makes one, too.
            out.image_port = out.names.first().and_then(|name| Some((port_of_image(name)?, out.at.clone())));
        }
        let text = |key| file.tree.text(build, key).map(|text| text.value.to_string());
        let context = match file.tree.node(build) {
            Node::Scalar(text) => text.value.to_string(),
            _ => text("context").unwrap_or_default(),
        };
        let build = self.places.build(folder(file.path), &context, text("dockerfile").as_deref());
        out.dir = build.dir();
        out.dockerfile = build.dockerfile;
    }
}

/// The services of a file.
fn services<'s, 't>(file: &'s File<'_, 't>) -> Vec<(&'s Written<'t>, Id)> {
    let all = file.tree.documents.iter().filter_map(|document| file.tree.get(*document, "services"));
    all.flat_map(|services| file.tree.entries(services)).collect()
}

/// The image that a service is started from.
fn image(file: &File<'_, '_>, id: Id, out: &mut Evidence) {
    let Some(text) = file.tree.text(id, "image").filter(|_| out.image.is_none()) else { return };
    let image = file.variables.replaced_in(&text.value);
    out.hints.extend(image_name(&image).map(str::to_owned));
    out.image = bare(&image).map(str::to_owned);
    if let Some(port) = port_of_image(&image) {
        out.image_port = Some((port, file.at(text.span.start)));
    }
}

/// Whether a service ends at once: it is there for its volumes.
fn holds_data(file: &File<'_, '_>, id: Id) -> bool {
    let command = file.tree.get(id, "command");
    let words = command.map(|command| match file.tree.scalar(command) {
        Some(text) => text.value.split_whitespace().map(str::to_owned).collect(),
        None => texts(file, command),
    });
    let ends = words.is_some_and(|words| words.first().is_some_and(|word| ENDS.contains(&&**word)));
    ends && ["ports", "expose", "build"].iter().all(|key| file.tree.get(id, key).is_none())
}

/// Whether a profile is called so that nobody starts it: it keeps what is in it from being started.
fn is_never(profile: &str) -> bool {
    matches!(profile, "none" | "never" | "disabled" | "donotstart" | "do-not-start" | "do_not_start")
}

/// Commands that end at once.
const ENDS: [&str; 4] = ["true", "/bin/true", "echo", "/bin/echo"];

fn texts(file: &File<'_, '_>, list: Id) -> Vec<String> {
    let items = file.tree.items(list).iter();
    items.filter_map(|item| Some(file.tree.scalar(*item)?.value.to_string())).collect()
}

/// The items of a list, or the keys of a mapping.
fn names(file: &File<'_, '_>, id: Id, key: &str) -> Vec<String> {
    let Some(value) = file.tree.get(id, key) else { return Vec::new() };
    let keys = file.tree.entries(value).into_iter().map(|(key, _)| key.value.to_string());
    texts(file, value).into_iter().chain(keys).collect()
}

fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// The name of an image: `postgres` of `docker.io/library/postgres:17-alpine`.
fn image_name(image: &str) -> Option<&str> {
    let name = image.split('@').next()?.rsplit('/').next()?.split(':').next()?;
    Some(name).filter(|name| !name.is_empty())
}
