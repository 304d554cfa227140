//! Compose files of people: `ports`, `expose`, and what the other keys state.
//!
//! Source: <https://github.com/compose-spec/compose-spec/blob/main/spec.md>.

use std::borrow::Cow;

use serde_json::{Map, Value as Json};

use super::{File, compose_ports};
use crate::formats::Written;
use crate::formats::compose_values::{self, Form, Stated, View as Local, Whose as Stater};
use crate::formats::yaml::tree::{Id, Node, Tree};
use crate::manifest::document::Step;
use crate::scan::statement::{Statement, View, Whose};

/// How deep values are read: nothing of Compose is deeper, but an alias may stand for a node that it is in.
const MOST_DEPTH: usize = 16;

/// The most nodes of one service.
const MOST_NODES: usize = 1 << 14;

/// Reads a Compose file.
pub(super) fn read<'t>(file: &File<'t>) -> Option<Vec<Statement<'t>>> {
    if !file.is_yaml() || !(file.name().contains("compose") || file.name().starts_with("stack.")) {
        return None;
    }
    let tree = Tree::read(file.text);
    let mut statements = Vec::new();
    for document in &tree.documents {
        let Some(services) = tree.get(*document, "services") else { continue };
        for (name, service) in tree.entries(services) {
            Service { tree: &tree, id: service, name: &name.value }.read(&mut statements);
        }
    }
    Some(statements)
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
            Stater::Variable(name) => (View::Any, Whose::Variable(Cow::Owned(name.clone()))),
        };
        let is_command = matches!(stated.path.first(), Some(Step::Key("command" | "entrypoint")));
        let form = if is_command { "option" } else { form(stated.form) };
        let statement = Statement::new(stated.port, digits, view, whose, form);
        Some(if is_weak(stated) { statement.weak() } else { statement })
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
    matches!(stated.form, Form::Pair | Form::Loose | Form::End)
}

/// The name of a form, in messages.
pub(super) fn form(form: Form) -> &'static str {
    match form {
        Form::Address | Form::Pair => "address",
        Form::HealthCheck => "health check",
        Form::Port | Form::Named => "variable",
        Form::Label => "label",
        Form::Loose | Form::End => "flag",
    }
}
