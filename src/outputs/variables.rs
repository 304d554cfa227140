//! Variables of `compose` whose values Docker Compose does not find: it reads the `.env` beside the Compose file, not the one beside
//! ports.toml.

use serde_json::Value as Json;

use crate::allocation::Allocation;
use crate::diagnostic::{Diagnostic, Severity, codes, quoted};
use crate::files::tree::Tree;
use crate::manifest::document::{self, Step};
use crate::outputs::plan::Target;
use crate::path::RelPath;
use crate::templates::Templates;

/// A note on the first variable of `compose` that is in the `.env` beside ports.toml, where the Compose file lies in another folder.
pub fn judge(tree: &Tree, allocation: &Allocation, templates: &Templates, targets: &[Target]) -> Option<Diagnostic> {
    let is_compose = |target: &&Target| templates.list[target.template].name == "docker-compose.yml";
    let file = &targets.iter().find(is_compose)?.path;
    file.parent()?;
    let mut search = Search { names: Vec::new(), tree, path: Vec::new() };
    let name = search.first(allocation)?;
    let (root, _) = document::read(&allocation.source.text);
    let span = document::value_at(&root, &search.path)?.span();
    let path = file.as_str();
    let message =
        format!("Docker Compose does not find {} in `.env`, because the Compose file is {path}", quoted(&name));
    Some(
        Diagnostic::new(codes::OTHER_ENV_FILE, Severity::Note, message)
            .at(allocation.place(&span), "a variable of `.env`")
            .help(format!("run `docker compose --env-file .env -f {path} up`"))
            .help("or put it beside `.env`: `\"docker-compose.yml\" = \"docker-compose.yml\"` in `[outputs.paths]`"),
    )
}

/// A search for a value with a variable; `path` leads to the value.
struct Search<'a> {
    tree: &'a Tree,
    /// The variables of `.env`, read when the first variable is found.
    names: Vec<String>,
    path: Vec<Step<'a>>,
}

impl<'a> Search<'a> {
    fn first(&mut self, allocation: &'a Allocation) -> Option<String> {
        for service in &allocation.services {
            self.path = vec![Step::Key("services"), Step::Key(&service.id), Step::Key("compose")];
            for (key, value) in service.written_compose() {
                if let Some(name) = self.within(Step::Key(key), value) {
                    return Some(name);
                }
            }
        }
        self.path = vec![Step::Key("compose")];
        allocation.written_compose().iter().find_map(|(key, value)| self.within(Step::Key(key), value))
    }

    fn within(&mut self, step: Step<'a>, value: &'a Json) -> Option<String> {
        self.path.push(step);
        let found = match value {
            Json::String(text) => self.variable(text),
            Json::Array(list) => list.iter().enumerate().find_map(|(at, item)| self.within(Step::Index(at), item)),
            Json::Object(table) => table.iter().find_map(|(key, item)| self.within(Step::Key(key), item)),
            _ => None,
        };
        if found.is_none() {
            self.path.pop();
        }
        found
    }

    /// The first variable in a text that `.env` sets.
    fn variable(&mut self, text: &str) -> Option<String> {
        let text = text.replace("$$", "");
        for (at, _) in text.match_indices('$') {
            let name = text[at + 1..].trim_start_matches('{');
            let end = name.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(name.len());
            if end > 0 && self.is_set(&name[..end]) {
                return Some(name[..end].to_owned());
            }
        }
        None
    }

    fn is_set(&mut self, name: &str) -> bool {
        if self.names.is_empty() {
            let bytes = RelPath::parse(".env").ok().and_then(|path| self.tree.read(&path).ok()?).unwrap_or_default();
            for line in String::from_utf8_lossy(&bytes).lines() {
                let variable = line.trim().trim_start_matches("export ").split('=').next().unwrap_or_default();
                self.names.push(variable.trim().to_owned());
            }
            self.names.push(String::new());
        }
        self.names.iter().any(|known| known == name)
    }
}
