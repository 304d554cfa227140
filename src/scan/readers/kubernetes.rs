//! Kubernetes manifests of people: Services, workloads, what names a Service with its port, and what containers are told.
//!
//! Whose a port is says the name of the object. Weak is what may be a port beside the one that the service is known by: metrics,
//! health, a second port.
//!
//! Source: <https://kubernetes.io/docs/reference/kubernetes-api/>.

mod data;
mod names;
mod references;
mod service;
#[cfg(test)]
mod tests;
mod told;
mod workload;

use std::borrow::Cow;
use std::cell::Cell;

use super::{File, forms};
use crate::formats::yaml::tree::{Id, Node, Tree};
use crate::formats::{Fault, Written, url};
use crate::scan::form::Form;
use crate::scan::manifests::object::TEMPLATE;
use crate::scan::statement::{Statement, View, Whose};

/// How deep objects are read: an alias may stand for a node that it is in.
const MOST_DEPTH: usize = 32;

/// The most nodes that are visited in one file, through whatever aliases.
const MOST_NODES: usize = 1 << 18;

/// Ports that a Service has because of a scheme, whatever its pods listen on: without a word of it in ports.toml they contradict nothing.
const USUAL: [u16; 2] = [80, 443];

/// Reads manifests, one or several in a file.
pub(super) fn read<'t>(file: &File<'t>) -> Option<Vec<Statement<'t>>> {
    if !is_manifest(file) {
        return None;
    }
    let tree = Tree::read(file.text);
    if is_rendered_first(&tree, file.text) {
        return Some(Vec::new());
    }
    // Forms read what the parser cannot.
    if tree.mistake.is_some() {
        return None;
    }
    let mut reader = Reader { file, tree: &tree, nodes: Cell::new(MOST_NODES), out: Vec::new() };
    for document in &tree.documents {
        reader.object(*document, MOST_DEPTH);
    }
    reader.weaken_several();
    Some(reader.out)
}

/// Why a file is no manifest although it has the keys of one; `None` where a program renders it first.
pub(super) fn mistake(file: &File<'_>) -> Option<Fault> {
    is_manifest(file).then(|| Tree::read(file.text).mistake).flatten().filter(|_| !file.text.contains("{{"))
}

/// Whether a file is a Helm template, which is no manifest before it is rendered.
pub(super) fn is_template(file: &File<'_>) -> bool {
    is_manifest(file) && file.text.contains("{{") && is_rendered_first(&Tree::read(file.text), file.text)
}

/// Whether a file has the keys that every object has.
fn is_manifest(file: &File<'_>) -> bool {
    let has = |key: &str| {
        let mut found = memchr::memmem::find_iter(file.text.as_bytes(), key);
        found.any(|at| at == 0 || matches!(file.text.as_bytes()[at - 1], b'\n' | 0xBF))
    };
    file.is_yaml() && has("apiVersion:") && has("kind:")
}

/// Whether `{{` stands outside of texts, where YAML has no use for it.
fn is_rendered_first(tree: &Tree<'_>, text: &str) -> bool {
    (tree.mistake.is_some() || tree.has_other_keys) && text.contains("{{")
}

/// Collects the statements of a file.
struct Reader<'s, 't> {
    file: &'s File<'t>,
    tree: &'s Tree<'t>,
    /// How many nodes may still be visited.
    nodes: Cell<usize>,
    out: Vec<Statement<'t>>,
}

impl<'s, 't> Reader<'s, 't> {
    /// Reads an object, or those of a list.
    fn object(&mut self, id: Id, depth: usize) {
        let tree = self.tree;
        let (Some(version), Some(kind)) = (tree.text(id, "apiVersion"), tree.text(id, "kind")) else { return };
        if depth == 0 || !self.visit(1) {
            return;
        }
        match (&*kind.value, &*version.value) {
            (kind, _) if kind.ends_with("List") && tree.get(id, "items").is_some() => {
                for item in tree.get(id, "items").map_or(&[][..], |items| tree.items(items)) {
                    self.object(*item, depth - 1);
                }
            }
            (TEMPLATE, _) => {
                for item in tree.get(id, "objects").map_or(&[][..], |items| tree.items(items)) {
                    self.object(*item, depth - 1);
                }
            }
            ("Service", "v1") => self.service(id),
            ("NetworkPolicy", _) => self.network_policy(id),
            ("AuthorizationPolicy", _) => self.authorization_policy(id),
            ("ServiceMonitor" | "PodMonitor", _) => self.monitor(id),
            ("ConfigMap" | "Secret", _) => self.data(id),
            ("Kustomization", _) => self.generators(id),
            ("Endpoints", "v1") => self.endpoints(id),
            ("Cluster", version) if version.starts_with("kind.x-k8s.io/") => self.kind_cluster(id),
            _ if self.workload(id) => {}
            _ => self.references(id, "", MOST_DEPTH),
        }
    }

    /// The value at the end of a way of keys.
    fn at(&self, id: Id, keys: &[&str]) -> Option<Id> {
        keys.iter().try_fold(id, |id, key| self.tree.get(id, key))
    }

    /// The text at the end of a way of keys.
    fn text(&self, id: Id, keys: &[&str]) -> Option<&'s Written<'t>> {
        self.tree.scalar(self.at(id, keys)?)
    }

    /// The items of the list at the end of a way of keys.
    fn items(&self, id: Id, keys: &[&str]) -> &'s [Id] {
        self.at(id, keys).map_or(&[], |list| self.tree.items(list))
    }

    /// Whether that many nodes may still be visited.
    fn visit(&self, count: usize) -> bool {
        let left = self.nodes.get().checked_sub(count);
        self.nodes.set(left.unwrap_or_default());
        left.is_some()
    }

    /// Adds the ports of the addresses with a scheme in a text, and what forms find in one of several lines.
    fn addresses(&mut self, text: &Written<'t>) {
        if text.value.contains('\n') {
            let known = self.out.len();
            forms::read(self.file, text.span.clone(), &mut self.out);
            self.out[known..].iter_mut().for_each(|one| *one = in_cluster(one.clone(), None).weak());
            return;
        }
        if !text.value.contains("://") {
            return;
        }
        let mut places = text.places();
        for address in url::urls(&text.value).filter(|address| !address.is_local()) {
            let whose = Whose::Host(Cow::Owned(address.host.to_owned()));
            let digits = places.of(address.span);
            self.out.push(Statement::new(address.port, digits, View::Service, whose, Form::Address));
        }
    }

    /// Every text below a node.
    fn texts(&mut self, id: Id, depth: usize) {
        if depth == 0 || !self.visit(1) {
            return;
        }
        match self.tree.node(id) {
            Node::Scalar(text) => self.addresses(text),
            Node::Sequence(items) => items.iter().for_each(|item| self.texts(*item, depth - 1)),
            Node::Mapping(keys) => keys.iter().for_each(|(_, value)| self.texts(*value, depth - 1)),
        }
    }
}

/// The number that a text is as a whole, of what has the name `owner`.
fn number<'t>(text: Option<&Written<'t>>, view: View, owner: &str, form: Form) -> Option<Statement<'t>> {
    Statement::whole(text?, view, Whose::Named(Cow::Owned(owner.to_owned())), form)
}

/// What a form says, where the text is for something in the cluster: of what has that name, if it is known.
fn in_cluster<'t>(one: Statement<'t>, own: Option<&str>) -> Statement<'t> {
    let named = |own: &str| Cow::Owned(own.to_owned());
    let (view, whose, is_strong) = match (one.whose, own) {
        (Whose::Own, Some(own)) => (View::Container, Whose::Named(named(own)), one.is_strong),
        // The pod itself, or what its readers reach by a forwarded port.
        (Whose::Local | Whose::LocalOf(_) | Whose::LocalIn(_), Some(own)) => {
            (View::Container, Whose::Inside(named(own)), false)
        }
        (Whose::Own | Whose::Local | Whose::LocalOf(_) | Whose::LocalIn(_), None) => {
            (View::Container, Whose::Local, false)
        }
        (Whose::Host(host), _) => (View::Service, Whose::Host(host), one.is_strong),
        (whose, _) => (View::Any, whose, one.is_strong),
    };
    Statement { view, whose, is_strong, publishes: false, ..one }
}
