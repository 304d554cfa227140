//! Compose files: the services of each, with their ports.
//!
//! Source: <https://github.com/compose-spec/compose-spec/blob/main/05-services.md>.

use std::net::IpAddr;
use std::sync::Arc;

use super::evidence::{At, Evidence, Expose, Source, Stated, Use};
use super::lines::Lines;
use super::naming;
use crate::allocation::{Ports, variable};
use crate::formats::compose_port::{ports, transport};
use crate::formats::interpolation::Variables;
use crate::formats::yaml::tree::{Id, Node, Tree};
use crate::lints::{bare, port_of_image};
use crate::manifest::validate::published::is_entry;
use crate::path::RelPath;

/// How deep `extends` is followed: more is a circle.
const MOST: usize = 16;

/// What the services of a file say.
pub(super) fn read(file: &File<'_, '_>, stage: Use) -> Vec<Evidence> {
    let tree = file.tree;
    let mut found = Vec::new();
    for document in &tree.documents {
        let Some(services) = tree.get(*document, "services") else { continue };
        for (key, id) in tree.entries(services) {
            let mut evidence = Evidence::new(Source::Compose, file.at(key.span.start));
            evidence.stage = stage;
            evidence.key = Some(key.value.to_string());
            evidence.names.push(key.value.to_string());
            file.service(id, &mut evidence);
            file.base(services, id, MOST, &mut evidence);
            found.push(evidence);
        }
    }
    found
}

/// One file while it is read.
pub(super) struct File<'s, 't> {
    pub(super) path: &'s Arc<str>,
    pub(super) text: &'s str,
    pub(super) tree: &'s Tree<'t>,
    pub(super) lines: &'s Lines,
    /// Those of the `.env` beside it.
    pub(super) variables: &'s Variables,
}

impl File<'_, '_> {
    pub(super) fn at(&self, byte: usize) -> At {
        At { file: Arc::clone(self.path), line: self.lines.of(byte) }
    }

    fn service(&self, id: Id, out: &mut Evidence) {
        let tree = self.tree;
        // What a variable stands for is nobody's business but the ports: names and folders with variables are left out.
        for key in ["container_name", "hostname"] {
            out.names.extend(tree.text(id, key).map(|text| text.value.to_string()));
        }
        out.names.retain(|name| !name.contains('$') && !matches!(&**name, "localhost" | "127.0.0.1" | "0.0.0.0"));
        if let Some(networks) = tree.get(id, "networks") {
            for (_, network) in tree.entries(networks) {
                out.names.extend(tree.get(network, "aliases").into_iter().flat_map(|list| self.texts(list)));
            }
        }
        if tree.get(id, "build").is_some() {
            // A Dockerfile of `postgres` makes one, too.
            out.image_port = out.names.first().and_then(|name| Some((port_of_image(name)?, out.at.clone())));
        }
        if let Some(text) = tree.text(id, "image") {
            let image = self.variables.replaced_in(&text.value);
            out.hints.extend(image_name(&image).map(str::to_owned));
            out.image = bare(&image).map(str::to_owned);
            if let Some(port) = port_of_image(&image) {
                out.image_port = Some((port, self.at(text.span.start)));
            }
        }
        out.dir = out.dir.take().or_else(|| self.build(id));
        out.depends_on.extend(self.names(id, "depends_on"));
        let profiles = tree.get(id, "profiles").into_iter().flat_map(|list| self.texts(list));
        out.profiles.extend(profiles.filter(|name| naming::is_id(name)));
        for entry in tree.get(id, "ports").map(|list| tree.items(list)).unwrap_or_default() {
            out.ports.extend(self.published(*entry));
        }
        let left_out = tree.get(id, "ports").map(|list| self.left_out(list)).unwrap_or_default();
        let has = |known: &[Stated], ports: Option<Ports>| known.iter().any(|one| one.container == ports);
        for stated in left_out {
            out.ports.extend(Some(stated).filter(|stated| !has(&out.ports, stated.container)));
        }
        for entry in tree.get(id, "expose").map(|list| tree.items(list)).unwrap_or_default() {
            out.ports.extend(self.exposed(*entry));
        }
    }

    /// What a service has from the one of the same file that it extends.
    fn base(&self, services: Id, id: Id, depth: usize, out: &mut Evidence) {
        let Some(extends) = self.tree.get(id, "extends").filter(|_| depth > 0) else { return };
        let is_here = self.tree.get(extends, "file").is_none();
        let name = self.tree.scalar(extends).or_else(|| self.tree.text(extends, "service"));
        let base = name.filter(|_| is_here).and_then(|name| self.tree.get(services, &name.value));
        if let Some(base) = base {
            self.service(base, out);
            self.base(services, base, depth - 1, out);
        }
    }

    /// The folder of this repository that a service is built from.
    fn build(&self, id: Id) -> Option<String> {
        let build = self.tree.get(id, "build")?;
        let text = |key| self.tree.text(build, key).map(|text| text.value.to_string());
        let context = match self.tree.node(build) {
            Node::Scalar(text) => text.value.to_string(),
            _ => text("context").unwrap_or_default(),
        };
        let here = RelPath::parse(self.path).ok()?;
        let context = joined(here.parent().unwrap_or_default(), &context)?;
        // A Dockerfile in a folder of its own is that of the service: its context may be the whole repository.
        let dockerfile = text("dockerfile").and_then(|file| file.rsplit_once('/').map(|(folder, _)| folder.to_owned()));
        match dockerfile.and_then(|folder| joined(&context, &folder)) {
            Some(folder) if !is_shared(&folder) => Some(folder),
            _ => Some(context),
        }
    }

    fn texts(&self, list: Id) -> Vec<String> {
        let items = self.tree.items(list).iter();
        items.filter_map(|item| Some(self.tree.scalar(*item)?.value.to_string())).collect()
    }

    /// The items of a list, or the keys of a mapping.
    fn names(&self, id: Id, key: &str) -> Vec<String> {
        let Some(value) = self.tree.get(id, key) else { return Vec::new() };
        let keys = self.tree.entries(value).into_iter().map(|(key, _)| key.value.to_string());
        self.texts(value).into_iter().chain(keys).collect()
    }

    /// An entry of `ports`; none where portgen cannot read it.
    fn published(&self, entry: Id) -> Option<Stated> {
        let tree = self.tree;
        let field = |name: &str| tree.text(entry, name).map(|text| &*text.value);
        let replaced = |text: &str| self.variables.replaced_in(text);
        let (address, host, container, protocol, at) = match tree.scalar(entry) {
            Some(text) => {
                let (mapping, protocol) = split_protocol(&text.value);
                let parts = variable::parts(mapping);
                let (container, before) = parts.split_last()?;
                let (host, address) = before.split_last().map_or((0..0, 0..0), |(host, address)| {
                    (host.clone(), address.first().map_or(0..0, |first| first.start..host.start - 1))
                });
                let [address, host, container] = [address, host, container.clone()].map(|part| &mapping[part]);
                (address, host, container, protocol, text.span.start)
            }
            None => {
                let (first, _) = *tree.entries(entry).first()?;
                let [host, address] = ["published", "host_ip"].map(|name| field(name).unwrap_or_default());
                (address, host, field("target")?, field("protocol"), first.span.start)
            }
        };
        let [address_now, host_now, container_now] = [address, host, container].map(replaced);
        let container_now = ports(&container_now)?;
        let host_now = if host_now.is_empty() { None } else { Some(ports(&host_now)?) };
        let host_now = host_now.filter(|host| host.count() == container_now.count());
        let protocol = transport(protocol.map(replaced).as_deref())?;
        let mut stated = Stated { host: host_now, container: Some(container_now), protocol, ..Stated::at(self.at(at)) };
        stated.expose = exposure(&address_now, host_now.is_some());
        stated.published = match (address.contains('$') || container.contains('$'), host.contains('$')) {
            (true, _) if address.is_empty() => Some(format!("{host}:{container}")),
            (true, _) => Some(format!("{address}:{host}:{container}")),
            (false, is_variable) => is_variable.then(|| host.to_owned()),
        };
        stated.published = stated.published.filter(|text| is_entry(text));
        Some(stated)
    }

    /// The entries of a list of `ports` that are comments: what a service listens on, and nobody is to reach for now.
    fn left_out(&self, list: Id) -> Vec<Stated> {
        let entry = |id: &Id| self.tree.scalar(*id).map(|text| text.span.start);
        let Some(first) = self.tree.items(list).first().and_then(entry) else { return Vec::new() };
        let mut at = first + self.text[first..].find('\n').map_or(self.text.len() - first, |end| end + 1);
        let mut found = Vec::new();
        for line in self.text[at..].split_inclusive('\n') {
            let inner = line.trim();
            match inner.strip_prefix('#').map(str::trim) {
                // What follows is of another key.
                Some(comment) if comment.ends_with(':') => break,
                Some(comment) => found.extend(commented(comment, self.at(at))),
                None if inner.is_empty() || inner.starts_with("- ") => {}
                None => break,
            }
            at += line.len();
        }
        found
    }

    /// An entry of `expose`.
    fn exposed(&self, entry: Id) -> Option<Stated> {
        let text = self.tree.scalar(entry)?;
        let whole = self.variables.replaced_in(&text.value);
        let (container, protocol) = split_protocol(&whole);
        let container: Option<Ports> = Some(ports(container)?);
        let protocol = transport(protocol)?;
        Some(Stated { container, protocol, expose: Some(Expose::Listed), ..Stated::at(self.at(text.span.start)) })
    }
}

/// The port in the container of an entry that is a comment: `- 8123:8123`.
fn commented(comment: &str, at: At) -> Option<Stated> {
    let entry = comment.strip_prefix("- ")?.trim().trim_matches(['"', '\'']);
    let (mapping, protocol) = split_protocol(entry);
    let (host, container) = mapping.rsplit_once(':')?;
    let container = ports(container).filter(|_| ports(host.rsplit(':').next().unwrap_or_default()).is_some())?;
    let protocol = transport(protocol)?;
    Some(Stated { container: Some(container), protocol, expose: Some(Expose::Hidden), ..Stated::at(at) })
}

/// How far an entry of `ports` is published: on an address, and under a number of its own or not.
fn exposure(address: &str, has_number: bool) -> Option<Expose> {
    let address = address.trim_matches(['[', ']']);
    let only = match address {
        "" => None,
        "localhost" => Some("127.0.0.1"),
        address => Some(address).filter(|address| address.parse::<IpAddr>().is_ok()),
    };
    match (has_number, only) {
        (false, only) => Some(Expose::Anywhere(only.map(str::to_owned))),
        (true, Some("127.0.0.1")) => None,
        (true, Some(only)) => Some(Expose::Address(only.to_owned())),
        (true, None) => Some(Expose::All),
    }
}

/// Why ports.toml cannot say an entry of `ports` or `expose`: the predicate of a sentence; none where it can.
pub(super) fn fault(tree: &Tree<'_>, entry: Id, variables: &Variables) -> Option<&'static str> {
    let (path, lines) = ("".into(), Lines::new(""));
    let file = File { path: &path, text: "", tree, lines: &lines, variables };
    let Some(stated) = file.published(entry) else {
        return Some("is not a port, or is one that only a variable without a value knows");
    };
    let written = tree.scalar(entry).map(|text| &*text.value).or_else(|| Some(&*tree.text(entry, "published")?.value));
    if stated.published.is_none() && written.is_some_and(|text| text.contains('$')) {
        return Some("has a variable where ports.toml cannot say it");
    }
    let is_range = written.is_some_and(|text| text.contains('-') && !text.contains('$'));
    let is_lost = is_range && stated.host.is_none() && tree.scalar(entry).is_none_or(|text| text.value.contains(':'));
    is_lost.then_some("publishes a range of ports for one of the container")
}

/// Which fields of an entry of `ports` ports.toml has no place for, as those of Swarm.
pub(super) fn more<'t>(tree: &'t Tree<'_>, entry: Id) -> impl Iterator<Item = &'t str> {
    const KNOWN: [&str; 4] = ["target", "published", "host_ip", "protocol"];
    let is_default = |value: Id| tree.scalar(value).is_some_and(|text| text.value == "ingress");
    let more = tree.entries(entry).into_iter().map(|(key, value)| (&*key.value, value));
    more.filter(move |(key, value)| !(KNOWN.contains(key) || *key == "mode" && is_default(*value))).map(|(key, _)| key)
}

/// An entry without its protocol, and the protocol.
fn split_protocol(text: &str) -> (&str, Option<&str>) {
    text.rsplit_once('/')
        .filter(|(_, protocol)| !protocol.contains('}'))
        .map_or((text, None), |(rest, protocol)| (rest, Some(protocol)))
}

/// A folder below another one; none outside of the root. The root itself is empty.
fn joined(folder: &str, way: &str) -> Option<String> {
    let way = way.trim_end_matches('/');
    if matches!(way, "" | "." | "./") {
        return Some(folder.to_owned());
    }
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in way.split('/') {
        match part {
            "." | "" => {}
            ".." => {
                parts.pop()?;
            }
            part if part.contains(['$', ':', '\\']) => return None,
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

/// Whether a folder holds the Dockerfiles of many services.
fn is_shared(folder: &str) -> bool {
    let is_one = |part: Option<&str>| part.is_none_or(|part| part.is_empty() || is_shared_name(part));
    is_one(folder.rsplit('/').next()) || is_one(folder.split('/').next())
}

/// Whether a folder of this name holds the Dockerfiles of many services.
pub(super) fn is_shared_name(folder: &str) -> bool {
    matches!(folder, "docker" | "dockerfiles" | ".docker" | "build" | "deploy" | "infra" | "ops" | "compose")
}

/// The name of an image: `postgres` of `docker.io/library/postgres:17-alpine`.
fn image_name(image: &str) -> Option<&str> {
    let name = image.split('@').next()?.rsplit('/').next()?.split(':').next()?;
    Some(name).filter(|name| !name.is_empty())
}
