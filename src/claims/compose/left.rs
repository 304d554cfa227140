//! Old numbers that still stand in ports.toml after an edit, because nothing says for sure whose they are.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::ops::Range;

use toml::de::{DeTable, DeValue};

use crate::allocation::meetings::Meetings;
use crate::allocation::{Allocation, Binding, Port, Ports};
use crate::diagnostic::{Diagnostic, Severity, codes, quoted};
use crate::formats::{self, Role};
use crate::manifest::document;
use crate::manifest::lines::comments;

use super::places::Places;
use super::statements::{Held, Holders, Statement, statements};

/// Warns of the numbers that bindings of `before` no longer have in `now`, where they still stand in its ports.toml: one diagnostic
/// a number, with each place and why it was left.
pub fn left(before: &Allocation, now: &Allocation) -> Vec<Diagnostic> {
    let Some(gone) = gone(before, now) else { return Vec::new() };
    let statements = statements(now);
    let left = Left { now, holders: Holders::new(now), places: Places::new(now, &statements) };
    let mut found = left.doubtful(before, &statements);
    left.stand(&gone, &statements, &mut found);
    let mut warnings = Vec::new();
    for (port, mut places) in found {
        let Some(gone) = gone.of(port).filter(|_| !places.is_empty()) else { continue };
        let message = format!("{port} still stands in ports.toml, which was a port of {}", quoted(gone.service));
        let mut warning = Diagnostic::new(codes::STILL_STATED, Severity::Warning, message);
        places.sort_by_key(|(span, _)| span.start);
        for (span, why) in places {
            warning = warning.at(left.places.at(&span), why);
        }
        warnings.push(warning.help(format!("change it by hand where it means {}", quoted(gone.service))));
    }
    warnings
}

/// A number that a service has given up, or a range.
#[derive(Clone, Copy)]
struct Gone<'a> {
    /// The id of the service.
    service: &'a str,
    /// Whether the service still has it, as another of its numbers.
    is_kept: bool,
    /// Whether another binding has the number, so that it says little by itself.
    is_common: bool,
}

/// The numbers that services have given up; the last one counts that had a number.
struct AllGone<'a>(Meetings<(usize, Gone<'a>)>);

impl<'a> AllGone<'a> {
    fn of(&self, number: u16) -> Option<Gone<'a>> {
        let all = self.0.of(Port::new(number.into())?.into());
        all.max_by_key(|(at, _)| *at).map(|(_, gone)| gone)
    }
}

/// The numbers that bindings of `before` no longer have in `now`, at least in one of their roles. `None` if there are none.
fn gone<'a>(before: &'a Allocation, now: &Allocation) -> Option<AllGone<'a>> {
    let services: HashMap<&str, &[Binding]> =
        now.services.iter().map(|service| (&*service.id, &*service.bindings)).collect();
    let common = Meetings::new(now.bindings().flat_map(|(_, one)| numbers(one)).map(|ports| (ports, ())));
    let mut gone: Vec<(Ports, Gone<'_>)> = Vec::new();
    for service in &before.services {
        let left = services.get(&*service.id).copied().unwrap_or_default();
        let same: HashMap<&str, &Binding> = left.iter().map(|one| (&*one.name, one)).collect();
        let kept = Meetings::new(left.iter().flat_map(numbers).map(|ports| (ports, ())));
        for binding in &service.bindings {
            let same = same.get(&*binding.name).map(|same| numbers(same));
            for (role, ports) in numbers(binding).into_iter().enumerate() {
                if same.is_some_and(|same| same[role] == ports) {
                    continue;
                }
                for ports in parts(ports, same.map(|same| same[role])) {
                    // Inside the container the port on the host means nothing.
                    let is_kept = ports.is_one() && role != CONTAINER && kept.of(ports).next().is_some();
                    let is_common = common.of(ports).next().is_some();
                    gone.push((ports, Gone { service: &service.id, is_kept, is_common }));
                }
            }
        }
    }
    let rows = gone.into_iter().enumerate().map(|(at, (ports, gone))| (ports, (at, gone)));
    (rows.len() > 0).then(|| AllGone(Meetings::new(rows)))
}

/// The parts of ports that have become others: all of one port; of a range what is not in it any more, and its ends, which are
/// elsewhere even where the new range has their numbers.
fn parts(old: Ports, new: Option<Ports>) -> Vec<Ports> {
    let Some(new) = new.filter(|_| !old.is_one()) else { return vec![old] };
    let mut parts: Vec<Ports> = old.without(new).collect();
    for (was, is) in [(old.first(), new.first()), (old.last(), new.last())] {
        if was != is {
            parts.push(was.into());
        }
    }
    parts
}

/// The index of the container port in [`numbers`].
const CONTAINER: usize = 1;

/// The service port of a range is none, and stands here for its first port on the host.
fn numbers(binding: &Binding) -> [Ports; 3] {
    [binding.hosts(), binding.containers(), binding.service.into()]
}

/// A value of ports.toml.
struct Value<'a> {
    span: Range<usize>,
    kind: Kind<'a>,
}

#[derive(Clone, Copy)]
enum Kind<'a> {
    /// A number that portgen itself reads.
    Number,
    /// A value in the `compose` of a service; `None` for that of the file.
    Compose(Option<&'a str>),
    /// A value of `kubernetes`, whose numbers are other ports.
    Kubernetes,
    /// A text for people, a name or a path.
    Text,
}

/// A place, and why it was left.
type Found = (Range<usize>, String);

struct Left<'a> {
    now: &'a Allocation,
    holders: Holders<'a>,
    places: Places<'a>,
}

impl Left<'_> {
    /// The places with a number that may have meant one that moved, or another, by their numbers.
    fn doubtful(&self, before: &Allocation, statements: &[Statement<'_>]) -> BTreeMap<u16, Vec<Found>> {
        let holders = Holders::new(before);
        let mut doubtful = HashMap::new();
        for statement in super::statements::statements(before) {
            let held = holders.of(&statement);
            if held.len() > 1 && held.iter().any(|one| self.has_moved(*one, before)) {
                let names: Vec<String> = held.iter().map(|one| party(*one, before)).collect();
                let id = statement.service.map(|at| before.services[at].id.clone());
                let stated = statement.stated;
                doubtful.insert((id, stated.path, stated.nth, stated.port), names.join(" or "));
            }
        }
        let mut found: BTreeMap<u16, Vec<Found>> = BTreeMap::new();
        for statement in statements {
            let stated = &statement.stated;
            let id = statement.service.map(|at| self.now.services[at].id.clone());
            if let Some(names) = doubtful.get(&(id, stated.path.clone(), stated.nth, stated.port)) {
                let place = (self.places.span(statement), format!("it may mean {names}"));
                found.entry(stated.port).or_default().push(place);
            }
        }
        found
    }

    fn has_moved(&self, held: Held, before: &Allocation) -> bool {
        let (service, binding) = before.binding(held.at);
        let mut left = self.now.services.iter().filter(|one| one.id == service.id).flat_map(|one| &one.bindings);
        let same = left.find(|one| one.name == binding.name);
        same.is_none_or(|same| held.role.of(same) != held.role.of(binding) || same.count != binding.count)
    }

    /// Adds the places with a number where no form says that it is a port, or that nothing reads.
    fn stand(&self, gone: &AllGone<'_>, statements: &[Statement<'_>], found: &mut BTreeMap<u16, Vec<Found>>) {
        let text = &self.now.source.text;
        let understood = self.understood(gone, statements);
        let mut values = self.values();
        values.sort_by_key(|value| value.span.start);
        let comments = comments(text);
        for (span, port) in whole_numbers(text) {
            let Some(gone) = gone.of(port).filter(|gone| !gone.is_kept) else { continue };
            let value = &values[..values.partition_point(|value| value.span.start <= span.start)];
            let value = value.last().filter(|value| value.span.contains(&span.start));
            let comment = &comments[..comments.partition_point(|comment| comment.start <= span.start)];
            let is_comment = comment.last().is_some_and(|comment| comment.contains(&span.start));
            let why = match value.map(|value| value.kind) {
                Some(Kind::Number) => continue,
                Some(Kind::Compose(_)) if understood.contains(&span.start) => continue,
                Some(Kind::Compose(service)) if !gone.is_common || service == Some(gone.service) => {
                    "nothing says that it is a port"
                }
                Some(Kind::Kubernetes) if !gone.is_common => "another port, in the cluster",
                Some(Kind::Text) if !gone.is_common => "in a text",
                None if !gone.is_common && is_comment => "in a comment",
                _ => continue,
            };
            found.entry(port).or_default().push((span, why.to_owned()));
        }
    }

    /// Where statements of these numbers start that are true of a binding.
    fn understood(&self, gone: &AllGone<'_>, statements: &[Statement<'_>]) -> HashSet<usize> {
        let mut understood = HashSet::new();
        for statement in statements.iter().filter(|statement| gone.of(statement.stated.port).is_some()) {
            if !self.holders.of(statement).is_empty() {
                understood.insert(self.places.span(statement).start);
            }
        }
        understood
    }

    fn values(&self) -> Vec<Value<'_>> {
        let mut values = Vec::new();
        for entry in document::items(&self.places.root) {
            match (entry.name(), entry.value()) {
                ("retired" | "reserved" | "version" | "lints" | "instances", value) => {
                    collect(value, entry.span(), Kind::Number, &mut values);
                }
                ("ranges", value) => of_ranges(value, entry.span(), &mut values),
                ("compose", value) => collect(value, entry.span(), Kind::Compose(None), &mut values),
                ("services", DeValue::Table(services)) => of_services(services, &mut values),
                (_, value) => collect(value, entry.span(), Kind::Text, &mut values),
            }
        }
        values
    }
}

/// The numbers of ranges are not those of a service; their purposes are texts.
fn of_ranges<'t>(value: &'t DeValue<'_>, span: Range<usize>, values: &mut Vec<Value<'t>>) {
    let DeValue::Table(ranges) = value else { return collect(value, span, Kind::Number, values) };
    for range in document::items(ranges) {
        let DeValue::Table(keys) = range.value() else { continue };
        for key in document::items(keys) {
            let kind = if key.name() == "ports" { Kind::Number } else { Kind::Text };
            collect(key.value(), key.span(), kind, values);
        }
    }
}

fn of_services<'t>(services: &'t DeTable<'_>, values: &mut Vec<Value<'t>>) {
    for service in services.iter() {
        let DeValue::Table(keys) = service.1.get_ref() else { continue };
        for (key, value) in keys.iter() {
            let kind = match &**key.get_ref() {
                "port" | "ports" => Kind::Number,
                "compose" => Kind::Compose(Some(service.0.get_ref())),
                "kubernetes" => Kind::Kubernetes,
                _ => Kind::Text,
            };
            collect(value.get_ref(), value.span(), kind, values);
        }
    }
}

/// Adds the values without parts in a value.
fn collect<'t>(value: &DeValue<'_>, span: Range<usize>, kind: Kind<'t>, values: &mut Vec<Value<'t>>) {
    match value {
        DeValue::Array(list) => list.iter().for_each(|item| collect(item.get_ref(), item.span(), kind, values)),
        DeValue::Table(table) => table.iter().for_each(|(_, item)| collect(item.get_ref(), item.span(), kind, values)),
        _ => values.push(Value { span, kind }),
    }
}

/// The numbers in a text that stand by themselves, not as part of a word or a longer number.
fn whole_numbers(text: &str) -> Vec<(Range<usize>, u16)> {
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(start) = text[at..].find(|c: char| c.is_ascii_digit()) {
        let start = at + start;
        let behind = text[start..].trim_start_matches(|c: char| c.is_ascii_digit());
        at = text.len() - behind.len();
        let is_fraction = behind.starts_with('.') && behind[1..].starts_with(|c: char| c.is_ascii_digit());
        let before = &text[..start];
        let is_encoded = ["%3A", "%3a"].iter().any(|colon| before.ends_with(colon));
        let starts = is_encoded || !before.ends_with(|c: char| is_part(c) || c == '.');
        let is_alone = starts && !behind.starts_with(is_part);
        if is_alone && !is_fraction && !text[start..].starts_with('0') {
            found.extend(formats::port(&text[start..at]).map(|port| (start..at, port)));
        }
    }
    found
}

/// A binding and its number: `web (host port)`.
fn party(held: Held, allocation: &Allocation) -> String {
    let (service, _) = allocation.binding(held.at);
    let role = if held.role == Role::Host { "on the host" } else { "in its container" };
    format!("{} {role}", quoted(&service.id))
}
