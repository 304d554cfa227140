//! Compose files while they are read: the entries of `ports` and `expose`.
//!
//! Source: <https://github.com/compose-spec/compose-spec/blob/main/05-services.md>.

use std::net::IpAddr;
use std::sync::Arc;

use super::evidence::{At, Expose, Stated};
use super::lines::Lines;
use crate::allocation::{Ports, variable};
use crate::formats::compose_port::{ports, transport};
use crate::formats::interpolation::Variables;
use crate::formats::yaml::tree::{Id, Tree};
use crate::manifest::validate::published::is_entry;

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

    /// An entry of `ports`; none where portgen cannot read it.
    pub(super) fn published(&self, entry: Id) -> Option<Stated> {
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
    pub(super) fn left_out(&self, list: Id) -> Vec<Stated> {
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
    pub(super) fn exposed(&self, entry: Id) -> Option<Stated> {
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
