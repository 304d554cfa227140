//! Compose files of people: `ports`, `expose`, and what the other keys state.
//!
//! Source: <https://github.com/compose-spec/compose-spec/blob/main/spec.md>.

mod comments;
mod heredoc;
mod kind;

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::ops::Range;

use serde_json::{Map, Value as Json};

use self::kind::is_compose;
pub(super) use self::kind::is_named;
use super::{File, compose_ports, forms};
use crate::formats::Written;
use crate::formats::compose_values::{self, Form as Kind, Stated, View as Local, Whose as Stater};
use crate::formats::yaml::tree::{Id, Node, Tree};
use crate::lints::port_of_image;
use crate::manifest::document::Step;
use crate::scan::form::Form;
use crate::scan::statement::{Statement, View, Whose};

/// How deep values are read: nothing of Compose is deeper, but an alias may stand for a node that it is in.
const MOST_DEPTH: usize = 16;

/// The most nodes of one service.
const MOST_NODES: usize = 1 << 14;

/// Reads a Compose file.
pub(super) fn read<'t>(file: &File<'t>) -> Option<Vec<Statement<'t>>> {
    let is_named = is_named(file.name());
    if !file.is_yaml() || !(is_named || file.text.starts_with("services:") || file.text.contains("\nservices:")) {
        return None;
    }
    let tree = Tree::read(file.text);
    if !is_named && !is_compose(&tree) {
        return None;
    }
    let mut statements = Vec::new();
    for document in &tree.documents {
        let Some(services) = tree.get(*document, "services") else { continue };
        services_of(&tree, services, &mut statements);
    }
    comments::read(file.text, &tree, &mut statements);
    heredoc::read(file.text, &tree, &mut statements);
    Some(with_addresses(file, statements))
}

/// Reads a part of a Compose file: services by name, below `services` or without it; `None` where it has none.
pub(super) fn part(text: &str) -> Option<Vec<Statement<'_>>> {
    let tree = Tree::read(text);
    let mut statements = Vec::new();
    mappings(&tree).into_iter().for_each(|services| services_of(&tree, services, &mut statements));
    (!statements.is_empty()).then_some(statements)
}

/// Adds the ports that a part of a Compose file has in comments.
pub(super) fn commented<'t>(text: &'t str, out: &mut Vec<Statement<'t>>) {
    comments::read(text, &Tree::read(text), out);
}

/// As [`part`], of a document: what is published is that of an image, unless everybody knows that, for it may be any.
pub(super) fn sample(text: &str) -> Option<Vec<Statement<'_>>> {
    let tree = Tree::read(text);
    let images: HashMap<&str, &str> =
        mappings(&tree).into_iter().flat_map(|services| own_images(&tree, services)).collect();
    let mut statements = part(text)?;
    for one in statements.iter_mut().filter(|one| one.form == Form::Compose && one.view == View::Host) {
        let Whose::Named(name) = &one.whose else { continue };
        if let Some(image) = images.get(&**name) {
            one.whose = Whose::Sample(name.clone(), Cow::Owned((*image).to_owned()));
        }
    }
    Some(statements)
}

/// The mappings with services of a part of a Compose file.
fn mappings(tree: &Tree<'_>) -> Vec<Id> {
    let is_one = |id: Id| ["image", "build", "ports"].iter().any(|key| tree.get(id, key).is_some());
    let services = tree.documents.iter().map(|document| tree.get(*document, "services").unwrap_or(*document));
    services.filter(|services| tree.entries(*services).iter().any(|(_, id)| is_one(*id))).collect()
}

/// The images of the services of a mapping, but for those that everybody knows; empty where one is built.
fn own_images<'s>(tree: &'s Tree<'_>, services: Id) -> HashMap<&'s str, &'s str> {
    let image = |id: Id| match tree.text(id, "image") {
        Some(image) => Some(&*image.value).filter(|image| port_of_image(image).is_none()),
        None => tree.get(id, "build").map(|_| ""),
    };
    tree.entries(services).into_iter().filter_map(|(name, id)| Some((&*name.value, image(id)?))).collect()
}

/// Adds what the services of a mapping state.
fn services_of<'t>(tree: &Tree<'t>, services: Id, statements: &mut Vec<Statement<'t>>) {
    let mut profiles = Vec::new();
    for (name, service) in tree.entries(services) {
        let first = statements.len();
        // What shares the network of another service listens there.
        let mode = tree.text(service, "network_mode").and_then(|mode| mode.value.strip_prefix("service:"));
        Service { tree, id: service, name: mode.unwrap_or(&name.value) }.read(statements);
        let names = tree.get(service, "profiles").map_or(&[][..], |list| tree.items(list));
        let names: HashSet<&str> = names.iter().filter_map(|id| Some(&*tree.scalar(*id)?.value)).collect();
        profiles.push((first..statements.len(), names));
    }
    leave_alternatives(&profiles, statements);
    leave_shared(statements);
}

/// Of services with profiles of their own only some are started, so that these do not take one number from each other.
///
/// Source: <https://docs.docker.com/reference/compose-file/profiles/>.
fn leave_alternatives(profiles: &[(Range<usize>, HashSet<&str>)], statements: &mut [Statement<'_>]) {
    let mut takers: HashMap<u16, Vec<usize>> = HashMap::new();
    for (at, (range, _)) in profiles.iter().enumerate().filter(|(_, (_, names))| !names.is_empty()) {
        for one in statements[range.clone()].iter().filter(|one| one.publishes) {
            takers.entry(one.port).or_default().push(at);
        }
    }
    for (at, (range, names)) in profiles.iter().enumerate().filter(|(_, (_, names))| !names.is_empty()) {
        for one in statements[range.clone()].iter_mut().filter(|one| one.publishes) {
            let others = takers.get(&one.port).into_iter().flatten().filter(|other| **other != at);
            let mut names_of = others.map(|other| &profiles[*other].1).peekable();
            one.publishes = names_of.peek().is_none() || names_of.any(|other| !other.is_disjoint(names));
        }
    }
}

/// A line that several services have through an anchor or a merge key takes its number for the first of them: which of them run is not said.
fn leave_shared(statements: &mut [Statement<'_>]) {
    let mut known = HashSet::new();
    for one in statements.iter_mut().filter(|one| one.publishes) {
        one.publishes = known.insert(one.digits.start);
    }
}

/// What a file states, and the addresses in its comments and those that are not written as Compose knows them: behind a variable, or of a
/// SQL Server.
fn with_addresses<'t>(file: &File<'t>, mut found: Vec<Statement<'t>>) -> Vec<Statement<'t>> {
    let known: HashSet<usize> = found.iter().map(|one| one.digits.start).collect();
    let mut others = forms::addresses(file);
    others.retain(|one| {
        let before = &file.text[..one.digits.start];
        let before = before.rsplit('\n').next().unwrap_or_default();
        let is_comment = before.trim_start().starts_with('#') || before.contains(" #");
        let is_other = one.view == View::Any || before.ends_with(',');
        !known.contains(&one.digits.start) && (is_comment || is_other)
    });
    found.extend(others);
    found
}

/// One service of the file.
struct Service<'s, 't> {
    tree: &'s Tree<'t>,
    id: Id,
    name: &'s str,
}

impl<'t> Service<'_, 't> {
    fn read(&self, out: &mut Vec<Statement<'t>>) {
        let mut keys = Map::new();
        let mut nodes = MOST_NODES;
        for (key, value) in self.tree.entries(self.id) {
            match &*key.value {
                "ports" => compose_ports::ports(self.tree, value, self.name, out),
                "expose" => compose_ports::expose(self.tree, value, self.name, out),
                name => {
                    keys.insert(name.to_owned(), self.json(value, MOST_DEPTH, &mut nodes));
                }
            }
        }
        for stated in compose_values::of_service(&keys) {
            out.extend(self.statement(&stated));
        }
    }

    /// A node as values are read.
    fn json(&self, id: Id, depth: usize, nodes: &mut usize) -> Json {
        if depth == 0 || *nodes == 0 {
            return Json::Null;
        }
        *nodes -= 1;
        match self.tree.node(id) {
            Node::Scalar(text) => Json::String(text.value.to_string()),
            Node::Sequence(items) => items.iter().map(|item| self.json(*item, depth - 1, nodes)).collect(),
            Node::Mapping(_) => {
                let mut keys = Map::new();
                for (key, value) in self.tree.entries(id) {
                    keys.insert(key.value.to_string(), self.json(value, depth - 1, nodes));
                }
                Json::Object(keys)
            }
        }
    }

    /// What a value states, at its place in the file.
    fn statement(&self, stated: &Stated<'_>) -> Option<Statement<'t>> {
        let text = self.value_at(&stated.path)?;
        let digits = text.places().of(stated.digits.clone());
        let own = || Cow::Owned(self.name.to_owned());
        let (view, whose) = match &stated.whose {
            Stater::Own => (View::Container, Whose::Named(own())),
            Stater::Host(host) => (View::Container, Whose::Host(Cow::Owned(host.clone()))),
            Stater::Local(Local::Inside) => (View::Container, Whose::Named(own())),
            Stater::Local(Local::Outside) => (View::Host, self.local(&stated.path, text)),
            Stater::Local(Local::InsideFirst | Local::OutsideFirst | Local::Either) => {
                (View::Host, Whose::Inside(own()))
            }
            Stater::Variable(name) if name.is_empty() => (View::Container, Whose::Named(own())),
            Stater::Variable(name) => (View::Any, Whose::VariableOf(Cow::Owned(name.clone()), own())),
        };
        let is_command = matches!(stated.path.first(), Some(Step::Key("command" | "entrypoint")));
        let form = if is_command { Form::Option } else { form(stated.form) };
        let statement = Statement::new(stated.port, digits, view, whose, form);
        // `localhost:4001` is an address also without a scheme.
        let is_local = stated.form == Kind::Pair && matches!(stated.whose, Stater::Local(_));
        Some(if is_weak(stated) && !is_local { statement.weak() } else { statement })
    }

    /// Whose an address of the machine is: a variable of an address may name the service.
    fn local(&self, path: &[Step<'_>], text: &Written<'t>) -> Whose<'t> {
        let variable = match path {
            [Step::Key("environment"), Step::Key(name)] => Some((*name).to_owned()),
            [Step::Key("environment"), Step::Index(_)] => text.value.split_once('=').map(|(name, _)| name.to_owned()),
            _ => None,
        };
        match variable {
            Some(name) => Whose::LocalOf(Cow::Owned(name)),
            None => Whose::Local,
        }
    }

    fn value_at(&self, path: &[Step<'_>]) -> Option<&Written<'t>> {
        let mut id = self.id;
        for step in path {
            id = match step {
                Step::Key(key) => self.tree.get(id, key)?,
                Step::Index(index) => *self.tree.items(id).get(*index)?,
            };
        }
        self.tree.scalar(id)
    }
}

/// Whether a value may mean something else by the number.
pub(super) fn is_weak(stated: &Stated<'_>) -> bool {
    matches!(stated.form, Kind::Pair | Kind::Loose | Kind::End)
}

/// The name of a form, in messages.
pub(super) fn form(kind: Kind) -> Form {
    match kind {
        Kind::Address | Kind::Pair => Form::Address,
        Kind::HealthCheck => Form::HealthCheck,
        Kind::Port | Kind::Named => Form::Variable,
        Kind::Label => Form::Label,
        Kind::Loose | Kind::End => Form::Flag,
    }
}
