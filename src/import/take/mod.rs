//! A Compose file that portgen writes from now on: all that it says goes into ports.toml.

pub(super) mod keys;
mod layout;
mod scalar;

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;

use serde_json::{Map, Value as Json};

use super::stack;
use crate::claims::compose_file;
use crate::diagnostic::{Diagnostic, Diagnostics, Origin, Place, Source, all_but_keys, codes, counted, quoted};
use crate::formats::Written;
use crate::formats::interpolation::Variables;
use crate::formats::yaml::tree::{Id, Tree};
use crate::manifest::keys::{COMPOSE_DEFINITIONS, COMPOSE_FILE_OWN};
use crate::templates::context::paths::counted_from_root;

/// Services of a Compose file with their keys.
type Services = Vec<(String, Map<String, Json>)>;

/// What a Compose file says besides the ports of its services.
#[derive(Debug)]
pub(super) struct Taken {
    /// Its path from the root.
    pub(super) path: String,
    /// The name of its project.
    pub(super) name: Option<String>,
    services: Services,
    sections: Map<String, Json>,
    /// What stays behind, for people.
    pub(super) notes: Vec<String>,
}

impl Taken {
    /// Whether a service is on the host's network, where it takes its ports without being published.
    pub(super) fn is_on_host(&self, name: &str) -> bool {
        let mut services = self.services.iter().filter(|(known, _)| known == name);
        services.any(|(_, keys)| keys.get("network_mode").and_then(Json::as_str) == Some("host"))
    }

    /// `compose` of the service called `name` there and `id` in ports.toml, as tables; empty where there is nothing to say.
    pub(super) fn service(&self, name: &str, id: &str) -> String {
        let found = self.services.iter().find(|(known, _)| known == name);
        found.map(|(_, keys)| layout::tables(&["services", id, "compose"], keys)).unwrap_or_default()
    }

    /// `[compose]`, as tables; empty where there is nothing to say.
    pub(super) fn sections(&self) -> String {
        layout::tables(&["compose"], &self.sections)
    }
}

/// Reads a Compose file.
///
/// # Errors
/// It is no Compose file, or says what ports.toml cannot: each at its line.
pub(super) fn take(path: &str, text: Option<&str>, variables: &Variables) -> Result<Taken, Diagnostics> {
    let Some(text) = text else {
        let message = format!("{} is no Compose file that import reads", quoted(path));
        return Err(Diagnostic::error(codes::USAGE, message).help("name one that git sees, from the root").into());
    };
    let file =
        File { tree: Tree::read(text), source: Source::hiding(Origin::Tree, path, text, all_but_keys), variables };
    let refused = |reason: &str| {
        Diagnostic::error(codes::COMPOSE_KEY, format!("{} cannot be taken over: {reason}", quoted(path)))
    };
    let whole = compose_file::parse(text.as_bytes().to_vec()).map_err(|reason| file.unread(refused(&reason)))?;
    let mut found = file.refused();
    if found.is_empty() {
        keys::json(&whole).map_err(|reason| refused(&reason))?;
    }
    let mut faults = Vec::new();
    let top = file.tree.documents.first().map(|root| keys::of_tree(&file.tree, *root, &mut faults));
    found.extend(faults.into_iter().map(|(fault, at)| file.mistake(format!("a value {fault}"), at)));
    if !found.is_empty() {
        return Err(Diagnostics(found));
    }
    let Some(Json::Object(mut top)) = top else { return Err(refused("it has no services").into()) };
    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let (services, of_services) = services(&mut top, folder);
    let name = top.get("name").and_then(Json::as_str).map(str::to_owned);
    top.retain(|key, _| COMPOSE_DEFINITIONS.contains(&&**key) || key.starts_with("x-"));
    let lost = of_services + keys::tidy_sections(&mut top);
    let sections = counted_from_root(top, folder, false);
    Ok(Taken { path: path.to_owned(), name, services, sections, notes: notes(&file, text, lost) })
}

/// The services with their keys, as ports.toml has them, and how many empty values are lost.
fn services(top: &mut Map<String, Json>, folder: &str) -> (Services, usize) {
    let Some(Json::Object(all)) = top.remove("services") else { return (Vec::new(), 0) };
    let profiles = |keys: &Json| keys.get("profiles").and_then(Json::as_array).is_some_and(|all| !all.is_empty());
    // Where there are profiles, portgen would say more than that one service waits for another.
    let has_profiles = all.values().any(profiles);
    let known: BTreeSet<String> = all.keys().cloned().collect();
    let says_it_all = |names: &[Json]| {
        !has_profiles && names.iter().all(|name| name.as_str().is_some_and(|name| known.contains(name)))
    };
    let (mut services, mut lost) = (Vec::with_capacity(all.len()), 0);
    for (name, keys) in all {
        let mut keys = match keys {
            Json::Object(keys) => keys,
            _ => Map::new(),
        };
        lost += keys::tidy_service(&mut keys, &says_it_all);
        services.push((name, counted_from_root(keys, folder, true)));
    }
    (services, lost)
}

/// What stays behind.
fn notes(file: &File<'_>, text: &str, lost: usize) -> Vec<String> {
    let mut notes = Vec::new();
    let path = &file.source.path;
    let more: Vec<String> = file.more().into_iter().map(quoted).collect();
    for name in file.without_network() {
        notes.push(format!(
            "{path} loses `ports` and `expose` of {name}: in the network of others, Docker ignores them"
        ));
    }
    if file.has_variables_in_expose() {
        notes.push(format!("{path} loses the variables of `expose`: their numbers are written"));
    }
    if !more.is_empty() {
        notes.push(format!("{path} loses {} of `ports`: Swarm alone reads it", more.join(" and ")));
    }
    let comments = text.lines().filter(|line| line.trim_start().starts_with('#')).count();
    if comments > 0 {
        let comments = counted(comments, "line");
        notes.push(format!("{path} loses {comments} of comments: copy what is of use to ports.toml"));
    }
    if lost > 0 {
        let lost = counted(lost, "empty value");
        notes.push(format!("{path} loses {lost} of `x-...`: TOML has none"));
    }
    notes
}

/// The file while it is read.
struct File<'t> {
    tree: Tree<'t>,
    source: Arc<Source>,
    /// Those of the `.env` beside it.
    variables: &'t Variables,
}

impl File<'_> {
    /// What ports.toml cannot say, each at its line.
    fn refused(&self) -> Vec<Diagnostic> {
        let mut found = Vec::new();
        let tree = &self.tree;
        let Some(root) = tree.documents.first() else { return found };
        for (key, _) in tree.entries(*root) {
            let own = COMPOSE_FILE_OWN.iter().find(|own| own.key == key.value && own.key == "include");
            if let Some(own) = own {
                let message = format!("`{}` {}", own.key, own.why);
                let found_here = self.mistake(message, key.span.clone());
                found.push(found_here.help("let people keep this file: run import without `--generate`"));
            }
        }
        for (name, service) in self.services() {
            if ["image", "build", "extends", "provider"].iter().all(|key| tree.get(service, key).is_none()) {
                let message = format!("{} has neither `image` nor `build`", quoted(&name.value));
                let help = "this file seems to be put over another one: take that one over";
                found.push(self.mistake(message, name.span.clone()).help(help));
            }
            for key in ["ports", "expose"] {
                let entries = tree.get(service, key).map(|list| tree.items(list)).unwrap_or_default();
                found.extend(entries.iter().filter_map(|entry| self.refused_port(&name.value, key, *entry)));
            }
        }
        found
    }

    /// A file that is not YAML, at the place where it stops being it.
    fn unread(&self, error: Diagnostic) -> Diagnostic {
        let text = self.source.text.trim_start_matches('\u{feff}');
        let place = serde_yaml::from_str::<serde_yaml::Value>(text).err().and_then(|error| error.location());
        match place {
            Some(place) => {
                let at = (place.index() + self.source.text.len() - text.len()).min(self.source.text.len());
                error.at(Place::new(&self.source, at..at), "YAML ends here")
            }
            None => error,
        }
    }

    fn services(&self) -> Vec<(&Written<'_>, Id)> {
        let root = self.tree.documents.first();
        let services = root.and_then(|root| self.tree.get(*root, "services"));
        services.map(|all| self.tree.entries(all)).unwrap_or_default()
    }

    /// What entries of `ports` say besides ports.
    fn more(&self) -> BTreeSet<&str> {
        let ports = self.services().into_iter().filter_map(|(_, service)| self.tree.get(service, "ports"));
        ports.flat_map(|list| self.tree.items(list)).flat_map(|entry| stack::more(&self.tree, *entry)).collect()
    }

    /// The services that state ports and have no network of their own.
    fn without_network(&self) -> Vec<&str> {
        let has = |service: Id, key: &str| self.tree.get(service, key).is_some();
        let services = self.services().into_iter();
        let idle = services.filter(|(_, service)| {
            has(*service, "network_mode") && (has(*service, "ports") || has(*service, "expose"))
        });
        idle.map(|(name, _)| &*name.value).collect()
    }

    fn has_variables_in_expose(&self) -> bool {
        let lists = self.services().into_iter().filter_map(|(_, service)| self.tree.get(service, "expose"));
        let mut entries = lists.flat_map(|list| self.tree.items(list));
        entries.any(|entry| self.tree.scalar(*entry).is_some_and(|text| text.value.contains('$')))
    }

    /// A port that no binding can be.
    fn refused_port(&self, service: &str, key: &str, entry: Id) -> Option<Diagnostic> {
        let fault = stack::fault(&self.tree, entry, self.variables)?;
        let at = match self.tree.scalar(entry) {
            Some(text) => text.span.clone(),
            None => self.tree.entries(entry).first().map(|(key, _)| key.span.clone()).unwrap_or_default(),
        };
        let message = format!("an entry of `{key}` of {} {fault}", quoted(service));
        Some(self.mistake(message, at).help("state it as `host:container`, or run import without `--generate`"))
    }

    fn mistake(&self, message: String, at: Range<usize>) -> Diagnostic {
        Diagnostic::error(codes::COMPOSE_KEY, message).at(Place::new(&self.source, at), "cannot be taken over")
    }
}
