//! What a process in a container is told: its environment, its command, and the commands that ask it. Compose has the same, so its
//! reader reads them.

use std::borrow::Cow;
use std::collections::HashMap;

use serde_json::{Map, Value as Json};

use super::Reader;
use crate::formats::Written;
use crate::formats::compose_values::{self, Stated, View as Local, Whose as Stater};
use crate::formats::yaml::tree::Id;
use crate::manifest::document::Step;
use crate::scan::readers::compose;
use crate::scan::statement::{Statement, View, Whose};

/// Texts that one process is told, with their places in the file.
struct Told<'o, 's, 't> {
    /// The name of the process.
    own: &'o str,
    variables: HashMap<&'s str, &'s Written<'t>>,
    words: Vec<&'s Written<'t>>,
}

impl<'s, 't> Reader<'s, 't> {
    /// What the container of `own` is told.
    pub(super) fn told(&mut self, id: Id, own: &str) {
        let variables = self.items(id, &["env"]).iter().filter_map(|entry| {
            let [name, value] = ["name", "value"].map(|key| self.tree.text(*entry, key));
            Some((&*name?.value, value?))
        });
        self.variables(own, variables.collect());
        let command = ["command", "args"].iter().flat_map(|key| self.items(id, &[key]));
        self.words(own, command.copied().collect(), &["command"]);
        for probe in ["livenessProbe", "readinessProbe", "startupProbe"] {
            self.words(own, self.items(id, &[probe, "exec", "command"]).to_vec(), &["healthcheck", "test"]);
        }
    }

    /// Variables of the environment of `own`.
    pub(super) fn variables(&mut self, own: &str, variables: HashMap<&'s str, &'s Written<'t>>) {
        if !variables.is_empty() && self.visit(variables.len()) {
            let all = variables.iter().map(|(name, value)| ((*name).to_owned(), json(value))).collect();
            let told = Told { own, variables, words: Vec::new() };
            self.out.extend(told.statements(&["environment"], Json::Object(all)));
        }
    }

    /// A list of texts that `own` is told as Compose has it in `key`.
    pub(super) fn words(&mut self, own: &str, words: Vec<Id>, key: &[&str]) {
        if !words.is_empty() && self.visit(words.len()) {
            let words: Vec<_> = words.into_iter().filter_map(|word| self.tree.scalar(word)).collect();
            let all = words.iter().map(|word| json(word)).collect();
            let told = Told { own, variables: HashMap::new(), words };
            self.out.extend(told.statements(key, all));
        }
    }
}

impl<'t> Told<'_, '_, 't> {
    /// What the texts state, which Compose has at `key`.
    fn statements(&self, key: &[&str], value: Json) -> Vec<Statement<'t>> {
        let nested =
            key.iter().rev().fold(value, |value, key| Json::Object(Map::from_iter([((*key).to_owned(), value)])));
        let stated = nested.as_object().map(compose_values::of_service).unwrap_or_default();
        stated.iter().filter_map(|one| self.statement(one)).collect()
    }

    fn statement(&self, stated: &Stated<'_>) -> Option<Statement<'t>> {
        let text = match stated.path.as_slice() {
            [.., Step::Index(at)] => self.words.get(*at)?,
            [.., Step::Key(name)] => self.variables.get(name)?,
            [] => return None,
        };
        let own = || Cow::Owned(self.own.to_owned());
        let (view, whose) = match &stated.whose {
            Stater::Own | Stater::Local(Local::Inside) => (View::Container, Whose::Named(own())),
            Stater::Variable(name) if name.is_empty() => (View::Container, Whose::Named(own())),
            Stater::Variable(name) => (View::Any, Whose::VariableOf(Cow::Owned(name.clone()), own())),
            Stater::Host(host) => (View::Service, Whose::Host(Cow::Owned(host.clone()))),
            Stater::Local(Local::Outside) => (View::Host, Whose::Local),
            Stater::Local(_) => (View::Container, Whose::Inside(own())),
        };
        // `localhost` may be another container of the pod, or a browser's machine.
        let is_elsewhere = matches!(stated.whose, Stater::Local(local) if local != Local::Inside);
        let digits = text.places().of(stated.digits.clone());
        let statement = Statement::new(stated.port, digits, view, whose, compose::form(stated.form));
        Some(if is_elsewhere || compose::is_weak(stated) { statement.weak() } else { statement })
    }
}

fn json(text: &Written<'_>) -> Json {
    Json::String(text.value.to_string())
}
