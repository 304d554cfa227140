//! Random edits of ports.toml files written in every way: what they say is what a model says, and no other line changes.

use std::collections::{BTreeMap, HashMap};

use portgen::allocation::{Allocation, Numbers, Port};
use portgen::diagnostic::Source;
use portgen::manifest::edit::{Draft, NewService, string, strings};
use portgen::manifest::validate::validate;
use proptest::prelude::*;

use crate::tries::tries;

/// What an allocation is meant to be.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Model {
    services: BTreeMap<String, Service>,
    /// The first and the last number of each reservation, in order.
    reserved: Vec<(u16, u16)>,
    retired: Vec<(u16, String)>,
}

/// The ids that services had before, which comments still name.
type Former = HashMap<String, Vec<String>>;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Service {
    /// The host port, the container port and the service port of each.
    ports: Vec<[u16; 3]>,
    depends_on: Vec<String>,
    exception: Option<String>,
}

/// How a file is written.
#[derive(Clone, Copy, Debug)]
struct Style {
    /// Of each service in turn: a header, a header with another below, a line of `[services]`, dotted keys there.
    forms: [u8; 4],
    newline: &'static str,
    /// The array of tables is written in one value.
    arrays_in_line: bool,
    multiline: bool,
    quoted: bool,
    ends: bool,
}

fn style() -> impl Strategy<Value = Style> {
    let forms =
        prop_oneof![prop::array::uniform4(0..2_u8), prop::array::uniform4(2..4_u8), Just([4; 4]), Just([5; 4]),];
    let newline = prop::sample::select(&["\n", "\r\n"][..]);
    let flags = (any::<bool>(), any::<bool>(), any::<bool>(), any::<bool>());
    (forms, newline, flags).prop_map(|(forms, newline, (arrays_in_line, multiline, quoted, ends))| Style {
        forms,
        newline,
        arrays_in_line,
        multiline,
        quoted,
        ends,
    })
}

/// A file with services `s0` to `s3`, of which each line names its service.
fn file(style: Style) -> (String, Model) {
    let mut model = Model::default();
    let mut lines: Vec<String> =
        ["# the file's own comment", "version = 1", "# of the arrays"].map(str::to_owned).to_vec();
    if style.arrays_in_line {
        lines.push("retired = []  # nobody yet".to_owned());
        lines.extend(["reserved = [", "  { port = 6000, reason = \"first\" }, # kept", "]"].map(str::to_owned));
        model.reserved.push((6000, 6000));
    }
    let mut body = vec!["  platform.name  =  \"P\"".to_owned(), "platform.id = 'p'".to_owned(), String::new()];
    if style.forms[0] == 5 {
        body.extend(root_services(&mut model, style));
    }
    lines.append(&mut body);
    lines.extend(["[ranges]", "all = { ports = \"4000-4999\", purpose = \"x\" }", "", "[groups.g]"].map(str::to_owned));
    lines.extend(["ranges = [\"all\"]", "", "# --- services ---"].map(str::to_owned));
    if matches!(style.forms[0], 2 | 3) {
        lines.push("[ services ]  # in lines".to_owned());
    }
    if style.forms[0] != 5 {
        for (at, form) in style.forms.into_iter().enumerate() {
            lines.extend(service(&mut model, style, at, form));
        }
    }
    if !style.arrays_in_line {
        lines.extend(["", "[[reserved]]", "ports = \"7000-7009\" # kept", "reason = 'second'"].map(str::to_owned));
        model.reserved.push((7000, 7009));
    }
    lines.extend(["", "[lints]", "ephemeral-port = \"allow\"", "# the end"].map(str::to_owned));
    let mut text = lines.join(style.newline);
    if style.ends {
        text.push_str(style.newline);
    }
    (text, model)
}

fn known(model: &mut Model, at: usize) -> (String, u16, Vec<String>) {
    let (id, port) = (format!("s{at}"), 4000 + u16::try_from(at).unwrap());
    let depends_on: Vec<String> = (0..at).map(|before| format!("s{before}")).collect();
    let service = Service { ports: vec![[port; 3]], depends_on: depends_on.clone(), exception: None };
    model.services.insert(id.clone(), service);
    (id, port, depends_on)
}

fn service(model: &mut Model, style: Style, at: usize, form: u8) -> Vec<String> {
    let (id, port, depends_on) = known(model, at);
    let key = if style.quoted { format!("\"{id}\"") } else { id.clone() };
    let list = strings(depends_on.iter().map(String::as_str));
    let pairs = |before: &str| {
        let host = if form == 4 { "port . host" } else { "port" };
        let mut pairs = vec![format!("{before}group = 'g' # {id}"), format!("{before}{host}={port}   # {id}")];
        if style.multiline && !depends_on.is_empty() {
            pairs.push(format!("{before}depends-on = [ # {id}"));
            pairs.extend(depends_on.iter().map(|on| format!("    '{on}', # {id} {on}")));
            pairs.push(format!("] # {id}"));
        } else {
            pairs.push(format!("{before}depends-on = {list} # {id}"));
        }
        pairs
    };
    match form {
        0 | 4 => {
            [vec![String::new(), format!("# about {id}"), format!("[ services . {key} ] # {id}")], pairs("  ")].concat()
        }
        1 => {
            model.services.get_mut(&id).unwrap().ports[0][1] = 80;
            let head = vec![String::new(), format!("[services.{key}] # {id}"), format!("group = \"g\" # {id}")];
            let tail = vec![
                format!("depends-on = {list} # {id}"),
                format!("# below {id}"),
                String::new(),
                format!("[services.{key}.ports] # {id}"),
                format!("http = {{ host = {port}, container = 80 }} # {id}"),
            ];
            [head, tail].concat()
        }
        2 => vec![format!("{key} = {{ group = 'g', port = {port}, depends-on = {list} }} # {id}")],
        _ => pairs(&format!("  {key}.")),
    }
}

/// `services = { … }` above every header.
fn root_services(model: &mut Model, style: Style) -> Vec<String> {
    let services: Vec<String> = (0..4)
        .map(|at| {
            let (id, port, depends_on) = known(model, at);
            let key = if style.quoted { format!("'{id}'") } else { id };
            format!(
                "{key} = {{ port = {port}, group = \"g\", depends-on = {} }}",
                strings(depends_on.iter().map(String::as_str))
            )
        })
        .collect();
    vec![format!("services = {{ {} }} # s0 s1 s2 s3", services.join(", "))]
}

fn read(text: &str) -> (Allocation, Model) {
    let validated = validate(&Source::new("ports.toml", text));
    let allocation = validated.allocation.unwrap_or_else(|| panic!("{text}\n{:?}", validated.diagnostics));
    let services = allocation.services.iter().map(|service| {
        let on = service.depends_on.iter().map(|(on, _)| allocation.services[*on].id.clone());
        let known = Service {
            ports: service.bindings.iter().map(|one| [one.host, one.container, one.service].map(Port::get)).collect(),
            depends_on: on.collect(),
            exception: service.exception.as_ref().map(|exception| exception.reason.clone()),
        };
        (service.id.clone(), known)
    });
    let model = Model {
        services: services.collect(),
        reserved: allocation.reserved.iter().map(|one| (one.ports.first().get(), one.ports.last().get())).collect(),
        retired: allocation.retired.iter().map(|one| (one.ports.first().get(), one.service.clone())).collect(),
    };
    (allocation, model)
}

/// An edit: which, of which service, and a number for it.
type Step = (u8, usize, u16);

/// An edit that is being done to both, and the words of which every line that changes has one.
struct Edit<'a> {
    draft: Draft,
    allocation: &'a Allocation,
    model: &'a mut Model,
    former: &'a mut Former,
    id: String,
    number: u16,
    words: Vec<String>,
}

/// Does an edit to both; none where it cannot be done.
fn apply(
    step: Step,
    text: &str,
    allocation: &Allocation,
    model: &mut Model,
    former: &mut Former,
) -> Option<(String, Vec<String>)> {
    let (what, which, number) = step;
    let ids: Vec<String> = model.services.keys().cloned().collect();
    let id = ids.get(which % ids.len().max(1)).cloned()?;
    let mut words = vec![id.clone(), "retired".to_owned(), "reserved".to_owned()];
    words.extend(former.get(&id).cloned().unwrap_or_default());
    let mut edit = Edit { draft: Draft::new(text).unwrap(), allocation, model, former, id, number, words };
    match what {
        0 | 1 => edit.add(&ids)?,
        2 => edit.set_numbers()?,
        3 => edit.rename()?,
        4 => edit.remove()?,
        5 => edit.reserve(),
        6 => edit.unreserve(which)?,
        7 => edit.except()?,
        _ => edit.withdraw()?,
    }
    Some((edit.draft.finish().unwrap(), edit.words))
}

impl Edit<'_> {
    fn is_taken(&self) -> bool {
        self.model.services.values().any(|service| service.ports.iter().any(|[host, ..]| *host == self.number))
    }

    fn may_change(&mut self, words: &[&str]) {
        self.words.extend(words.iter().map(|word| (*word).to_owned()));
    }

    fn add(&mut self, ids: &[String]) -> Option<()> {
        let new = format!("n{}", self.number);
        if self.is_taken() || self.model.services.contains_key(&new) {
            return None;
        }
        let title = string(&format!("{new} \"\\"));
        let fields = [("title", title), ("group", string("g")), ("depends-on", strings([&*self.id]))];
        let near: Vec<&str> = ids.iter().map(String::as_str).collect();
        let ports = [("http".to_owned(), self.number.to_string())];
        self.draft.add_service(NewService { id: &new, fields: &fields, ports: &ports }, &near).unwrap();
        let service = Service { ports: vec![[self.number; 3]], depends_on: vec![self.id.clone()], exception: None };
        self.model.services.insert(new.clone(), service);
        self.words = vec![new];
        self.may_change(&["services", "host", "title", "http", "group", "depends-on"]);
        Some(())
    }

    fn set_numbers(&mut self) -> Option<()> {
        let service = self.allocation.services.iter().find(|service| service.id == self.id)?;
        let binding = service.bindings.first().filter(|_| !self.is_taken())?;
        let host = Port::new(self.number.into())?;
        // Both others move along, or one of them, or none.
        let container = if self.number.is_multiple_of(2) { host } else { binding.container };
        let service = if self.number.is_multiple_of(3) { host } else { binding.service };
        self.draft.set_numbers(&self.id, &binding.name, Numbers { host, container, service, count: 1 }).unwrap();
        self.model.services.get_mut(&self.id)?.ports[0] = [host, container, service].map(Port::get);
        let written = [host, binding.host, binding.container, binding.service];
        self.words.extend(written.map(|port| port.to_string()));
        Some(())
    }

    fn rename(&mut self) -> Option<()> {
        let new = format!("r{}", self.number);
        if self.model.services.contains_key(&new) {
            return None;
        }
        self.draft.rename_service(&self.id, &new).unwrap();
        let service = self.model.services.remove(&self.id)?;
        self.model.services.insert(new.clone(), service);
        let on = self.model.services.values_mut().flat_map(|service| &mut service.depends_on);
        on.filter(|on| **on == self.id).for_each(|on| on.clone_from(&new));
        let mut names = self.former.remove(&self.id).unwrap_or_default();
        names.push(self.id.clone());
        self.former.insert(new.clone(), names);
        self.words.push(new);
        Some(())
    }

    fn remove(&mut self) -> Option<()> {
        let service = self.model.services.remove(&self.id)?;
        for (other, dependent) in &mut self.model.services {
            if dependent.depends_on.contains(&self.id) {
                self.draft.drop_dependency(other, &self.id).unwrap();
                dependent.depends_on.retain(|on| *on != self.id);
                self.words.push(other.clone());
            }
        }
        self.draft.remove_service(&self.id).unwrap();
        let ([port, ..], since) = (service.ports[0], "2026-01-31".to_owned());
        let fields =
            [("port", port.to_string()), ("service", string(&self.id)), ("since", since), ("reason", string("gone"))];
        self.draft.add_item("retired", &fields).unwrap();
        self.model.retired.push((port, self.id.clone()));
        self.may_change(&["port", "service", "since", "reason", "depends-on"]);
        if self.words.iter().any(|name| name.starts_with('n')) {
            self.may_change(&["title", "group", "http"]);
        }
        Some(())
    }

    fn reserve(&mut self) {
        let number = self.number + 1000;
        self.draft.add_item("reserved", &[("port", number.to_string()), ("reason", string("x"))]).unwrap();
        self.model.reserved.push((number, number));
        self.may_change(&["port", "reason"]);
    }

    fn unreserve(&mut self, which: usize) -> Option<()> {
        let index = which.checked_rem(self.model.reserved.len())?;
        self.draft.remove_item("reserved", index).unwrap();
        self.model.reserved.remove(index);
        self.may_change(&["port", "reason"]);
        Some(())
    }

    fn except(&mut self) -> Option<()> {
        let reason = format!("{} {}", self.id, self.number);
        self.draft.set_field(&self.id, &("out-of-range", string(&reason))).unwrap();
        self.model.services.get_mut(&self.id)?.exception = Some(reason);
        Some(())
    }

    fn withdraw(&mut self) -> Option<()> {
        self.draft.remove_field(&self.id, "out-of-range").unwrap();
        self.model.services.get_mut(&self.id)?.exception = None;
        Some(())
    }
}

/// The lines, without their ends, that one text has more often than the other.
fn only_in<'t>(one: &'t str, other: &str) -> Vec<&'t str> {
    let mut counts: HashMap<String, i32> = HashMap::new();
    other
        .split_inclusive('\n')
        .for_each(|line| *counts.entry(line.trim_end_matches(['\r', '\n']).to_owned()).or_default() += 1);
    let is_more = |line: &&str| {
        let count = counts.entry((*line).to_owned()).or_default();
        *count -= 1;
        *count < 0
    };
    one.split_inclusive('\n').map(|line| line.trim_end_matches(['\r', '\n'])).filter(is_more).collect()
}

proptest! {
    #![proptest_config(tries(1_000))]

    #[test]
    fn edits_say_what_is_meant_and_touch_no_other_line(
        style in style(),
        steps in prop::collection::vec((0..9_u8, 0..8_usize, 4010..4090_u16), 1..10),
    ) {
        let (mut text, mut model) = file(style);
        let mut former = Former::new();
        for step in steps {
            let (allocation, said) = read(&text);
            prop_assert_eq!(&said, &model, "{}", &text);
            let Some((edited, words)) = apply(step, &text, &allocation, &mut model, &mut former) else { continue };
            for line in only_in(&text, &edited).into_iter().chain(only_in(&edited, &text)) {
                let concerned = line.trim().is_empty() || words.iter().any(|word| line.contains(word.as_str()));
                prop_assert!(concerned, "{:?} changed {:?}\n{}\n-----\n{}", step, line, text, edited);
            }
            let ends = |text: &str| (text.ends_with('\n'), text.matches("\r\n").count() == text.matches('\n').count());
            prop_assert_eq!(ends(&edited), ends(&text), "{}", &edited);
            text = edited;
        }
        prop_assert_eq!(&read(&text).1, &model, "{}", &text);
    }
}
