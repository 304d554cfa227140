//! What `compose` states, and which bindings it is true of.

use std::collections::{HashMap, HashSet};
use std::sync::OnceLock;

use crate::allocation::meetings::Meetings;
use crate::allocation::{Allocation, Binding, ENDS, Network, Port, Protocol};
use crate::claims::At;
use crate::formats::Role;
use crate::formats::compose_values::{self, Form, Stated, View, Whose};
use crate::manifest::document::Step;

use super::hosts::Hosts;

/// A port that `compose` states.
#[derive(Debug)]
pub(super) struct Statement<'a> {
    /// Its index among all statements.
    pub(super) number: usize,
    /// The service whose `compose` it is; `None` for the sections of the file.
    pub(super) service: Option<usize>,
    pub(super) stated: Stated<'a>,
    /// Whether a placeholder writes it, not digits.
    pub(super) is_placeholder: bool,
}

impl Statement<'_> {
    /// Whether one value states both.
    pub(super) fn is_of_one_value(&self, other: &Self) -> bool {
        self.service == other.service && self.stated.path == other.stated.path
    }
}

/// A binding, and which of its numbers is stated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Held {
    pub(super) at: At,
    pub(super) role: Role,
}

/// Every port that `compose` states.
pub(super) fn statements(allocation: &Allocation) -> Vec<Statement<'_>> {
    let mut all = Vec::new();
    for (at, service) in allocation.services.iter().enumerate() {
        for stated in compose_values::of_service(service.written_compose()) {
            all.push(Statement { number: all.len(), service: Some(at), stated, is_placeholder: false });
        }
    }
    for stated in compose_values::of_sections(allocation.written_compose()) {
        all.push(Statement { number: all.len(), service: None, stated, is_placeholder: false });
    }
    all
}

/// What a statement says, and in which value.
fn fact<'s>(service: Option<usize>, stated: &'s Stated<'_>) -> (Option<usize>, &'s [Step<'s>], (u16, &'s Whose)) {
    (service, &stated.path, (stated.port, &stated.whose))
}

/// The ports that placeholders in `compose` come out as, in the forms that state a port. They go behind the ones that are `written`.
pub(super) fn of_placeholders<'a>(allocation: &'a Allocation, written: &[Statement<'a>]) -> Vec<Statement<'a>> {
    let mut all = Vec::new();
    for (at, service) in allocation.services.iter().enumerate() {
        if service.compose_as_written.is_some() {
            all.extend(compose_values::of_service(&service.compose).into_iter().map(|stated| (Some(at), stated)));
        }
    }
    if allocation.compose_as_written.is_some() {
        all.extend(compose_values::of_sections(&allocation.compose).into_iter().map(|stated| (None, stated)));
    }
    if all.is_empty() {
        return Vec::new();
    }
    let known: HashSet<_> = written.iter().map(|one| fact(one.service, &one.stated)).collect();
    all.retain(|(service, stated)| !known.contains(&fact(*service, stated)));
    let mut statements = Vec::with_capacity(all.len());
    for (service, stated) in all {
        let number = written.len() + statements.len();
        statements.push(Statement { number, service, stated, is_placeholder: true });
    }
    statements
}

/// Finds the bindings that statements are true of.
#[derive(Debug)]
pub(super) struct Holders<'a> {
    pub(super) allocation: &'a Allocation,
    pub(super) hosts: Hosts<'a>,
    /// The bindings on the host by their numbers.
    on_host: OnceLock<Meetings<At>>,
    /// The bindings of each service that are ranges.
    ranges: OnceLock<HashMap<usize, Vec<usize>>>,
    /// The bindings of each service by their container ports.
    in_containers: OnceLock<HashMap<(usize, u16), Vec<usize>>>,
    /// The services in the network of another one's container, by that.
    guests: OnceLock<HashMap<usize, Vec<usize>>>,
    /// The bindings by their environment names.
    by_variable: OnceLock<HashMap<String, At>>,
    /// The bindings of each service by their names.
    by_name: OnceLock<HashMap<(usize, &'a str), usize>>,
}

impl<'a> Holders<'a> {
    pub(super) fn new(allocation: &'a Allocation) -> Self {
        Self {
            allocation,
            hosts: Hosts::new(allocation),
            on_host: OnceLock::new(),
            ranges: OnceLock::new(),
            in_containers: OnceLock::new(),
            guests: OnceLock::new(),
            by_variable: OnceLock::new(),
            by_name: OnceLock::new(),
        }
    }

    /// The bindings and numbers that a statement is true of; several if it does not say which.
    pub(super) fn of(&self, statement: &Statement<'_>) -> Vec<Held> {
        let port = statement.stated.port;
        if statement.stated.form == Form::End {
            return self.ends(statement.service, port);
        }
        let own = || self.inside(statement.service, port);
        match &statement.stated.whose {
            Whose::Own => own(),
            Whose::Host(host) => self.inside(self.hosts.get(host), port),
            Whose::Local(View::Inside) => own(),
            Whose::Local(View::Outside) => self.outside(port),
            Whose::Local(View::InsideFirst) => preferred(own(), self.outside(port), statement.service),
            Whose::Local(View::OutsideFirst) => preferred(self.outside(port), own(), statement.service),
            Whose::Local(View::Either) => [self.outside(port), own()].concat(),
            Whose::Variable(name) => self.variable(name, statement),
        }
    }

    /// The bindings of a service with this container port.
    pub(super) fn containers(&self, service: usize, port: u16) -> Vec<Held> {
        let those = self.in_containers.get_or_init(|| in_containers(self.allocation)).get(&(service, port));
        let those = those.into_iter().flatten();
        let ranges = self.ranges_of(service).filter(|(_, range)| range.containers().has(port)).map(|(at, _)| at);
        let ranges = ranges.map(|at| Held { at: (service, at), role: Role::Container });
        let mut held: Vec<Held> =
            those.map(|at| Held { at: (service, *at), role: Role::Container }).chain(ranges).collect();
        // One number of several protocols: addresses are of TCP.
        if let [first, _, ..] = *held {
            let tcp = held.iter().find(|one| self.allocation.binding(one.at).1.protocol == Protocol::Tcp);
            held = vec![*tcp.unwrap_or(&first)];
        }
        held
    }

    /// The bindings of a service that are ranges, by their indices.
    pub(super) fn ranges_of(&self, service: usize) -> impl Iterator<Item = (usize, &'a Binding)> {
        let those = self.ranges.get_or_init(|| ranges(self.allocation)).get(&service).into_iter().flatten();
        those.map(move |at| (*at, self.allocation.binding((service, *at)).1))
    }

    /// The ranges of a service that start or end with a number.
    fn ends(&self, service: Option<usize>, port: u16) -> Vec<Held> {
        let Some(service) = service else { return Vec::new() };
        let mut held = Vec::new();
        for (at, range) in self.ranges_of(service) {
            for (role, ports) in [(Role::Container, range.containers()), (Role::Host, range.hosts())] {
                if [ports.first(), ports.last()].iter().any(|end| end.get() == port) {
                    held.push(Held { at: (service, at), role });
                    break;
                }
            }
        }
        held
    }

    /// What listens on a port where a service runs: in the network of its container, which others may share.
    fn inside(&self, service: Option<usize>, port: u16) -> Vec<Held> {
        let Some(service) = service else { return Vec::new() };
        let services = &self.allocation.services;
        let mut held = self.containers(service, port);
        if let Network::Service(id) = services[service].network()
            && let Some(other) = self.hosts.get(id)
        {
            held.extend(self.containers(other, port));
        }
        for guest in self.guests.get_or_init(|| self.guests()).get(&service).into_iter().flatten() {
            held.extend(self.containers(*guest, port));
        }
        let is_on_host = services[service].network() == Network::Host;
        if held.is_empty() && is_on_host { self.outside(port) } else { held }
    }

    fn guests(&self) -> HashMap<usize, Vec<usize>> {
        let mut guests: HashMap<usize, Vec<usize>> = HashMap::new();
        for (at, service) in self.allocation.services.iter().enumerate() {
            if let Network::Service(id) = service.network()
                && let Some(of) = self.hosts.get(id)
            {
                guests.entry(of).or_default().push(at);
            }
        }
        guests
    }

    /// The bindings with this number on the host; several if they are of services that do not run at once.
    fn outside(&self, port: u16) -> Vec<Held> {
        let on_host = self.on_host.get_or_init(|| on_host(self.allocation));
        let Some(port) = Port::new(port.into()) else { return Vec::new() };
        let mut held: Vec<At> = on_host.of(port.into()).collect();
        if held.iter().any(|at| self.is_tcp(*at)) {
            held.retain(|at| self.is_tcp(*at));
        }
        held.into_iter().map(|at| Held { at, role: Role::Host }).collect()
    }

    fn is_tcp(&self, at: At) -> bool {
        self.allocation.binding(at).1.protocol == Protocol::Tcp
    }

    /// The binding with an environment name, if the statement is true of it, else a port of the service itself.
    fn variable(&self, name: &str, statement: &Statement<'_>) -> Vec<Held> {
        let port = statement.stated.port;
        let Some(at) = self.named(name, statement.service) else { return self.inside(statement.service, port) };
        let binding = self.allocation.binding(at).1;
        if binding.containers().has(port) {
            return vec![Held { at, role: Role::Container }];
        }
        if binding.published() && binding.hosts().has(port) {
            return vec![Held { at, role: Role::Host }];
        }
        Vec::new()
    }

    /// The binding with this environment name: of any service, or the name of a binding of the service itself.
    pub(super) fn named(&self, name: &str, own: Option<usize>) -> Option<At> {
        if let Some(at) = self.by_variable.get_or_init(|| by_variable(self.allocation)).get(name) {
            return Some(*at);
        }
        let wanted = name.to_ascii_lowercase().replace('_', "-");
        if let Some(index) = self.by_name.get_or_init(|| by_name(self.allocation)).get(&(own?, &*wanted)) {
            return Some((own?, *index));
        }
        // `RELAY_MIN` of `RELAY_MIN_PORT`.
        let range = ENDS.iter().find_map(|end| name.strip_suffix(end))?;
        self.named(range, own).filter(|at| self.allocation.binding(*at).1.is_range())
    }
}

/// The first list, with what the second one adds of other services.
fn preferred(first: Vec<Held>, second: Vec<Held>, own: Option<usize>) -> Vec<Held> {
    if first.is_empty() {
        return second;
    }
    let mut all = first;
    let is_own = all.iter().all(|held| Some(held.at.0) == own);
    all.extend(second.into_iter().filter(|held| !is_own && Some(held.at.0) == own));
    all
}

fn on_host(allocation: &Allocation) -> Meetings<At> {
    let mut all = Vec::new();
    for (at, service) in allocation.services.iter().enumerate() {
        for (index, binding) in service.bindings.iter().enumerate() {
            if binding.published() {
                all.push((binding.hosts(), (at, index)));
            }
        }
    }
    Meetings::new(all.into_iter())
}

fn ranges(allocation: &Allocation) -> HashMap<usize, Vec<usize>> {
    let mut all: HashMap<usize, Vec<usize>> = HashMap::new();
    for (at, service) in allocation.services.iter().enumerate() {
        for (index, binding) in service.bindings.iter().enumerate() {
            if binding.is_range() {
                all.entry(at).or_default().push(index);
            }
        }
    }
    all
}

fn in_containers(allocation: &Allocation) -> HashMap<(usize, u16), Vec<usize>> {
    let mut all: HashMap<(usize, u16), Vec<usize>> = HashMap::new();
    for (at, service) in allocation.services.iter().enumerate() {
        for (index, binding) in service.bindings.iter().enumerate() {
            if !binding.is_range() {
                all.entry((at, binding.container.get())).or_default().push(index);
            }
        }
    }
    all
}

fn by_name(allocation: &Allocation) -> HashMap<(usize, &str), usize> {
    let mut all = HashMap::new();
    for (at, service) in allocation.services.iter().enumerate() {
        for (index, binding) in service.bindings.iter().enumerate() {
            all.entry((at, &*binding.name)).or_insert(index);
        }
    }
    all
}

fn by_variable(allocation: &Allocation) -> HashMap<String, At> {
    let mut all = HashMap::new();
    for (at, service) in allocation.services.iter().enumerate() {
        for (index, binding) in service.bindings.iter().enumerate() {
            all.insert(service.env_name(binding), (at, index));
        }
    }
    all
}
