//! The names of services in the values of `compose`: hosts in addresses, and keys that name a service.

use std::collections::HashSet;
use std::ops::Range;

use serde_json::{Map, Value as Json};

use crate::allocation::meetings::Meetings;
use crate::allocation::{Allocation, Binding, Port, Service};
use crate::diagnostic::{Diagnostic, Place, Severity, codes, quoted};
use crate::formats::compose_values::{HOST_THEN_PORT, pairs};
use crate::manifest::document::{self, Parts, Step};
use crate::manifest::edit::ValueEdit;

/// The keys that name services: <https://github.com/compose-spec/compose-spec/blob/main/05-services.md>.
const REFERRING: [&str; 6] = ["network_mode", "pid", "ipc", "links", "volumes_from", "extends"];
/// The keys whose texts may have addresses; the others have images, paths and names of other things.
const FREE: [&str; 8] =
    ["environment", "command", "entrypoint", "healthcheck", "labels", "post_start", "pre_stop", "annotations"];
/// Variables with a name of the container itself.
const OWN_NAMES: [&str; 2] = ["HOSTNAME", "VIRTUAL_HOST"];

/// What stands before a host in a command.
const HOST_OPTIONS: [&str; 5] = [" -h ", "--host ", "--host=", "--hostname ", "--hostname="];
/// Programs whose `-h` is no host.
const WITHOUT_HOST: [&str; 5] = ["df", "du", "free", "ls", "sort"];
/// Schemes of addresses whose first part is a bucket, a path or an image.
const NO_HOST_SCHEMES: [&str; 10] = ["azblob", "docker", "file", "gcs", "gs", "oci", "s3", "secret", "sqlite", "unix"];

/// A place in a value with the id of a service.
#[derive(Debug)]
pub struct Mention<'a> {
    /// The service whose `compose` it is; `None` for the sections of the file.
    pub service: Option<usize>,
    /// The bytes of the id in the value.
    part: Range<usize>,
    path: Vec<Step<'a>>,
    /// Whether it surely means the service.
    pub is_sure: bool,
}

/// Every place in `compose` with an id that `service` has or had.
pub fn mentions<'a>(allocation: &'a Allocation, service: &Service) -> Vec<Mention<'a>> {
    let project = &*allocation.platform.id;
    let mut found = Vec::new();
    let numbers = |one: &Binding| [one.hosts(), one.containers(), one.service.into()];
    let ports = &Meetings::new(service.bindings.iter().flat_map(numbers).map(|ports| (ports, ())));
    for (at, one) in allocation.services.iter().enumerate() {
        let path = vec![Step::Key("services"), Step::Key(&one.id), Step::Key("compose")];
        Search { of: service, ports, project, service: Some(at), path, found: &mut found }.keys(one.written_compose());
    }
    let path = vec![Step::Key("compose")];
    Search { of: service, ports, project, service: None, path, found: &mut found }
        .sections(allocation.written_compose());
    found
}

/// What has to change in `compose` if a service gets the id `new`.
pub fn renamed<'a>(allocation: &'a Allocation, service: &Service, new: &str) -> Vec<ValueEdit<'a>> {
    let sure = mentions(allocation, service).into_iter().filter(|mention| mention.is_sure);
    let edit = |Mention { path, part, .. }| ValueEdit { path, part, before: service.id.clone(), after: new.to_owned() };
    sure.map(edit).collect()
}

/// Warns of the ids of `before` that no service has in `now`, where they still stand in its `compose`.
pub fn left_names(before: &Allocation, now: &Allocation) -> Vec<Diagnostic> {
    let mut warnings = Vec::new();
    let ids: HashSet<&str> = now.services.iter().map(|service| &*service.id).collect();
    for gone in before.services.iter().filter(|old| !ids.contains(&*old.id)) {
        let left = mentions(now, gone);
        if !left.is_empty() {
            let message = format!("{} still stands in `compose`, which was the id of a service", quoted(&gone.id));
            let warning = Diagnostic::new(codes::STILL_STATED, Severity::Warning, message);
            let places = places(now, &left);
            warnings.push(warning.at_each(places, "it may mean the service").help("change it by hand where it does"));
        }
    }
    warnings
}

/// Where the mentions are written.
pub fn places(allocation: &Allocation, mentions: &[Mention<'_>]) -> Vec<Place> {
    let source = &allocation.source;
    let (root, _) = document::read(&source.text);
    let mut spans = Vec::new();
    for of_value in mentions.chunk_by(|one, next| one.path == next.path) {
        let Some(value) = document::value_at(&root, &of_value[0].path) else { continue };
        let mut parts = Parts::new(&source.text, value.span());
        for mention in of_value {
            let part = parts.of(mention.part.clone());
            spans.push(part.unwrap_or(value.span().start..value.span().start));
        }
    }
    spans.sort_by_key(|span| span.start);
    spans.iter().map(|span| allocation.place(span)).collect()
}

/// What is around a part of a text, as far as it can say what the part means.
fn around(text: &str, part: Range<usize>) -> [&str; 2] {
    const MOST: usize = 200;
    let start = text.floor_char_boundary(part.start.saturating_sub(MOST));
    let end = text.ceil_char_boundary(part.end + MOST);
    [&text[start..part.start], &text[part.end..end]]
}

/// What is around an id or, where it is the default of a variable (`${HOST:-db}`), around that variable.
fn around_variable([before, behind]: [&str; 2]) -> [&str; 2] {
    let is_name =
        |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    let Some((outer, variable)) = before.rsplit_once("${") else { return [before, behind] };
    let name = variable.strip_suffix('-').map(|name| name.strip_suffix(':').unwrap_or(name));
    match behind.strip_prefix('}') {
        Some(behind) if name.is_some_and(is_name) => [outer, behind],
        _ => [before, behind],
    }
}

/// Whether a host goes on as one of the cluster's: `.shop.svc`, `.shop.svc.cluster.local`.
fn is_in_cluster(behind: &str) -> bool {
    let namespace = behind.strip_prefix('.').and_then(|rest| rest.split_once('.'));
    let rest = namespace.and_then(|(_, rest)| rest.strip_prefix("svc"));
    rest.is_some_and(|rest| !rest.starts_with(|c: char| c.is_alphanumeric() || "_-".contains(c)))
}

/// Whether an id behind `rest` of an address is its host: not its user, and no part of its path.
fn is_host_of_url(scheme: &str, rest: &str, behind: &str) -> bool {
    let scheme = scheme.rsplit(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default();
    let authority = behind.split(|c: char| c.is_whitespace() || "/?#,\"'".contains(c)).next().unwrap_or_default();
    let starts = rest.is_empty() || rest.ends_with(['@', ',']);
    starts && !rest.contains('/') && !authority.contains('@') && !NO_HOST_SCHEMES.contains(&scheme)
}

/// Whether what stands before an id lets a port follow it: not what starts a program, or names a user or an image.
fn takes_port(before: &str, behind: &str) -> bool {
    if before.ends_with("/dev/tcp/") || before.ends_with("/dev/udp/") {
        return behind.starts_with('/');
    }
    if behind.starts_with(' ') {
        return has_word(before, &HOST_THEN_PORT);
    }
    let word = before.rsplit(char::is_whitespace).next().unwrap_or_default();
    let previous = before.split_whitespace().next_back().unwrap_or_default();
    let is_in_query = word.contains("://") && word.contains('?');
    !is_in_query
        && !pairs::is_of_option(word)
        && !behind.starts_with('/')
        && (!before.ends_with(char::is_whitespace)
            || previous.contains("wait")
            || previous.starts_with('-') && !pairs::is_of_option(previous))
}

/// Whether a text has one of these words.
fn has_word(text: &str, words: &[&str]) -> bool {
    text.split_whitespace().any(|word| words.contains(&word))
}

/// A search for an id; `path` leads to the value that is being read.
struct Search<'s, 'a> {
    of: &'s Service,
    /// Its numbers.
    ports: &'s Meetings<()>,
    /// The project, with which the names of its networks start.
    project: &'s str,
    service: Option<usize>,
    path: Vec<Step<'a>>,
    found: &'s mut Vec<Mention<'a>>,
}

impl<'a> Search<'_, 'a> {
    fn keys(mut self, compose: &'a Map<String, Json>) {
        for (key, value) in compose {
            self.path.push(Step::Key(key));
            if REFERRING.contains(&key.as_str()) {
                self.referring(value);
            } else if key == "build" {
                self.build(value);
            } else if FREE.contains(&key.as_str()) || key.starts_with("x-") {
                self.texts(value);
            }
            self.path.pop();
        }
    }

    /// Volumes, networks and secrets have names of their own; a config may have its text here.
    fn sections(mut self, compose: &'a Map<String, Json>) {
        for (key, value) in compose.iter().filter(|(key, _)| *key == "configs" || key.starts_with("x-")) {
            self.path.push(Step::Key(key));
            self.texts(value);
            self.path.pop();
        }
    }

    /// `service:db`, `db:alias`, or a table with `service`.
    fn referring(&mut self, value: &'a Json) {
        match value {
            Json::Array(list) => self.each(list, Self::referring),
            Json::Object(table) if !table.contains_key("file") => {
                if let Some((key, value)) = table.get_key_value("service") {
                    self.path.push(Step::Key(key));
                    self.referring(value);
                    self.path.pop();
                }
            }
            Json::String(text) => {
                let start = text.strip_prefix("service:").map_or(0, |name| text.len() - name.len());
                let name = text[start..].split(':').next().unwrap_or_default();
                if name == self.of.id {
                    self.add(start, true);
                }
            }
            _ => {}
        }
    }

    /// Its paths are no names.
    fn build(&mut self, value: &'a Json) {
        for key in ["args", "additional_contexts"] {
            if let Some(texts) = value.get(key) {
                self.path.push(Step::Key(key));
                self.texts(texts);
                self.path.pop();
            }
        }
    }

    fn each(&mut self, list: &'a [Json], read: fn(&mut Self, &'a Json)) {
        for (index, item) in list.iter().enumerate() {
            self.path.push(Step::Index(index));
            read(self, item);
            self.path.pop();
        }
    }

    fn texts(&mut self, value: &'a Json) {
        match value {
            Json::Array(list) => self.each(list, Self::texts),
            Json::Object(table) => {
                for (key, value) in table {
                    self.path.push(Step::Key(key));
                    self.texts(value);
                    self.path.pop();
                }
            }
            Json::String(text) => {
                for (at, _) in text.match_indices(&self.of.id) {
                    let around = around(text, at..at + self.of.id.len());
                    if self.is_word(around) {
                        self.add(at, self.is_sure(around));
                    }
                }
            }
            _ => {}
        }
    }

    /// Whether what is around an id says that it is a host: a scheme, a port of the service, or the variable.
    fn is_sure(&self, around: [&str; 2]) -> bool {
        let [before, behind] = around_variable(around);
        let word = before.rsplit(|c: char| c.is_whitespace() || "\"'=".contains(c)).next().unwrap_or_default();
        let is_build_context = word == "service:";
        let is_option = HOST_OPTIONS.iter().any(|option| before.ends_with(option)) && !has_word(before, &WITHOUT_HOST);
        let is_with_port = self.has_port(behind) && takes_port(before, behind) && !self.is_in_variable_of_pairs(before);
        match word.split_once("://") {
            Some((scheme, rest)) => is_host_of_url(scheme, rest, behind),
            None => is_build_context || is_option || is_with_port || self.is_host_variable([before, behind]),
        }
    }

    /// Whether a port of the service follows: `:4000`, ` 4000`, `/4000`, `:${ports.db.container}`.
    fn has_port(&self, behind: &str) -> bool {
        let network = if behind.starts_with('.') { behind.find(':').unwrap_or(0) } else { 0 };
        let behind = &behind[network..];
        let Some(rest) = behind.strip_prefix([':', ' ', '/']) else { return false };
        let digits = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
        let port = rest[..digits].parse::<u16>().ok();
        let is_its = |port: u16| Port::new(port.into()).is_some_and(|port| self.ports.of(port.into()).next().is_some());
        port.is_some_and(is_its) || behind.starts_with(':') && rest.starts_with("${ports.")
    }

    /// Whether it stands in a variable of users, images and the like: `RUN_AS=api:8080`.
    fn is_in_variable_of_pairs(&self, before: &str) -> bool {
        let is_variable = self.path.iter().any(|step| matches!(step, Step::Key("environment" | "args")));
        let name = match (self.path.last(), before.split_once('=')) {
            (Some(Step::Index(_)), Some((name, _))) => name,
            (Some(Step::Key(name)), _) => *name,
            _ => return false,
        };
        is_variable && pairs::is_of_variable(name)
    }

    /// Whether the id is the whole value of a variable with a host.
    fn is_host_variable(&self, [before, behind]: [&str; 2]) -> bool {
        let (name, before) = match (self.path.last(), before.split_once('=')) {
            (Some(Step::Index(_)), Some((name, before))) => (name, before),
            (Some(Step::Key(name)), _) => (*name, before),
            _ => return false,
        };
        let is_whole = before.is_empty() && behind.is_empty();
        let name = name.to_ascii_uppercase();
        let is_host = name == "HOST" || name.ends_with("_HOST") || name.ends_with("_HOSTNAME");
        is_whole && is_host && !OWN_NAMES.contains(&name.as_str())
    }

    /// Whether an id is a word of its own there: no part of a longer name, of a file or of a path, and no scheme. The network's name may
    /// follow: `db.shop_default`.
    fn is_word(&self, around: [&str; 2]) -> bool {
        let [before, behind] = around_variable(around);
        let is_part = |c: char| c.is_alphanumeric() || "_-.".contains(c);
        let is_path = before.ends_with('/') && !before.ends_with("//") && !before.contains("/dev/");
        let starts = !before.ends_with(is_part) && !before.ends_with(['$', '{']) && !is_path;
        let rest = behind.strip_prefix('.').unwrap_or(behind);
        let is_in_network = rest.strip_prefix(self.project).is_some_and(|rest| rest.starts_with('_')) && rest != behind;
        let ends =
            !behind.starts_with(['_', '-']) && !behind.starts_with("://") && !rest.starts_with(char::is_alphanumeric);
        let has_own_name = self.of.kubernetes.stated().is_some_and(|stated| stated.name.is_some());
        starts && (ends || is_in_network || !has_own_name && is_in_cluster(behind))
    }

    fn add(&mut self, start: usize, is_sure: bool) {
        let part = start..start + self.of.id.len();
        self.found.push(Mention { service: self.service, part, path: self.path.clone(), is_sure });
    }
}
