//! Whether what `compose` states is so.

use std::cell::OnceCell;
use std::collections::HashSet;

use serde_json::Value as Json;

use crate::allocation::meetings::Meetings;
use crate::allocation::{Allocation, Network, Port, Ports, Protocol, Retired, Service};
use crate::claims::Owners;
use crate::diagnostic::{Diagnostic, Severity};
use crate::formats::compose_values::{Form, View, Whose};
use crate::manifest::document::Step;
use crate::manifest::earlier::Earlier;

use super::former::Former;
use super::places::Places;
use super::statements::{Held, Holders, Statement, of_placeholders, statements};

/// What is wrong with the ports that `compose` states, in the order of ports.toml: wrong addresses and, as lints, numbers that a
/// service had `earlier` and numbers on which nothing listens. Numbers that a service had and that may be another port are warnings, and notes if they are retired.
pub fn judge(owners: &Owners<'_>, earlier: &Earlier<'_>) -> Vec<Diagnostic> {
    let allocation = owners.allocation();
    let mut statements = statements(allocation);
    statements.extend(of_placeholders(allocation, &statements));
    if statements.is_empty() {
        return Vec::new();
    }
    let former = Former::new(allocation, earlier);
    let judge =
        Judge { holders: Holders::new(allocation), former, is_edited: earlier.is_edited(), ports: OnceCell::new() };
    let mut wrong = Vec::new();
    for statement in &statements {
        wrong.extend(judge.fault(statement, owners).map(|fault| (statement, fault)));
    }
    drop_exchanged(&statements, &judge, &mut wrong);
    if wrong.is_empty() {
        return Vec::new();
    }
    let places = Places::new(allocation, &statements);
    let mut found: Vec<Diagnostic> =
        wrong.iter().filter_map(|(statement, fault)| judge.diagnostic(statement, fault, &places)).collect();
    found.sort_by_key(Diagnostic::start);
    found
}

/// Drops the numbers of one value that is as a whole what it has become, as a list of both in either order.
fn drop_exchanged(statements: &[Statement<'_>], judge: &Judge<'_>, wrong: &mut Vec<(&Statement<'_>, Fault<'_>)>) {
    let is_moved = |one: &(&Statement<'_>, Fault<'_>)| matches!(one.1, Fault::Moved(..));
    let mut exchanged = HashSet::new();
    for of_value in wrong.chunk_by(|one, next| one.0.is_of_one_value(next.0)) {
        let Some((first, _)) = of_value.iter().find(|one| is_moved(one)) else { continue };
        let start = statements.partition_point(|one| one.number < first.number - first.stated.nth);
        let value = statements[start..].iter().take_while(|one| one.is_of_one_value(first));
        let value = value.filter(|one| !judge.holders.of(one).is_empty());
        let mut stated: Vec<u16> = value.map(|one| one.stated.port).collect();
        stated.sort_unstable();
        if stated.len() > 1 && stated == judge.former.become_of(first) {
            exchanged.extend(of_value.iter().filter(|one| is_moved(one)).map(|one| one.0.number));
        }
    }
    wrong.retain(|(statement, _)| !exchanged.contains(&statement.number));
}

/// What is wrong with a statement.
pub(super) enum Fault<'a> {
    /// The service does not listen on the port.
    Unheard(usize),
    /// The service itself does not listen on the port, and `PORT` says that it does.
    OtherPort(usize),
    /// The binding has another number now.
    Moved(Held, Port),
    /// The number is retired.
    Retired(&'a Retired),
    /// The service with this id had the number, and may not be meant. What is known for long is a note.
    Left(String, Severity),
    /// Nothing listens on the port in the container of the service.
    NotListening(usize),
    /// No container has that name; the service with this index may be meant.
    UnknownHost(usize),
    /// The service has no name in the network of the caller, though it has the port.
    Unnamed(usize),
}

pub(super) struct Judge<'a> {
    pub(super) holders: Holders<'a>,
    former: Former<'a>,
    /// Whether a command edits ports.toml, which names itself what it leaves.
    is_edited: bool,
    /// Every number that is or was a port.
    ports: OnceCell<Meetings<()>>,
}

impl<'a> Judge<'a> {
    pub(super) fn allocation(&self) -> &'a Allocation {
        self.holders.allocation
    }

    /// Whether a number is or was a port.
    pub(super) fn is_port(&self, number: u16) -> bool {
        let ports = self.ports.get_or_init(|| {
            let mut ports: Vec<Ports> = self.allocation().retired.iter().map(|retired| retired.ports).collect();
            for (_, binding) in self.allocation().bindings() {
                ports.extend([binding.hosts(), binding.containers(), binding.service.into()]);
            }
            Meetings::new(ports.into_iter().map(|ports| (ports, ())))
        });
        Port::new(number.into()).is_some_and(|port| ports.of(port.into()).next().is_some())
    }

    fn fault(&self, statement: &Statement<'_>, owners: &Owners<'_>) -> Option<Fault<'a>> {
        let stated = &statement.stated;
        if let Whose::Host(host) = &stated.whose {
            let caller = statement.service.map(|at| &self.allocation().services[at]);
            if caller.is_some_and(|caller| has_extra_host(caller, host)) {
                return None;
            }
            if let Some(called) = self.without_name(host, statement) {
                return Some(Fault::Unnamed(called));
            }
        }
        let held = self.holders.of(statement);
        if !held.is_empty() {
            return self.given_on(statement, &held);
        }
        if let Whose::Host(host) = &stated.whose {
            return self.fault_of_address(host, statement);
        }
        if stated.form == Form::End {
            let has_range = statement.service.is_some_and(|own| self.holders.ranges_of(own).next().is_some());
            let moved = has_range.then(|| self.former.meant(statement)).flatten();
            return moved.map(|(held, now)| Fault::Moved(held, now));
        }
        let own = statement.service;
        if let (Form::Port, Some(own)) = (stated.form, own) {
            return Some(Fault::OtherPort(own));
        }
        let named = match &stated.whose {
            Whose::Variable(name) => self.holders.named(name, own),
            _ => None,
        };
        let moved = self.former.meant(statement).or_else(|| self.former.had(statement, named));
        if let Some((held, now)) = moved {
            return Some(Fault::Moved(held, now));
        }
        let retired = self.retired(statement).map(Fault::Retired);
        let unheard = || own.filter(|own| self.is_unheard(statement, *own)).map(Fault::NotListening);
        retired.or_else(unheard).or_else(|| self.left(statement, owners))
    }

    /// A number that is right now and meant the port of another binding before, or may have meant another one of its numbers.
    fn given_on(&self, statement: &Statement<'_>, held: &[Held]) -> Option<Fault<'a>> {
        let whose = &statement.stated.whose;
        // A number says by itself whose it is: another service may have got it since. An end of a range may have become another
        // number of it.
        let is_of_range = held.iter().any(|held| self.allocation().binding(held.at).1.is_range());
        let is_by_number = matches!(whose, Whose::Local(_)) || is_of_range;
        let meant = (is_by_number && !statement.is_placeholder).then(|| self.former.meant(statement)).flatten();
        let (was, now) = meant?;
        if *whose == Whose::Local(View::Either) && held.iter().any(|one| one.at == was.at) {
            let (service, _) = self.allocation().binding(was.at);
            return (!self.is_edited).then(|| self.left_behind(statement, &service.id, true));
        }
        Some(Fault::Moved(was, now))
    }

    /// The service that had the number of a variable or an option, if nothing says whose port it is.
    fn left(&self, statement: &Statement<'_>, owners: &Owners<'_>) -> Option<Fault<'a>> {
        let is_named = matches!(statement.stated.form, Form::Named | Form::Label | Form::Loose);
        if self.is_edited || !is_named {
            return None;
        }
        let (service, is_news) = self.former.of_another(statement.stated.port, owners)?;
        Some(self.left_behind(statement, service, is_news))
    }

    fn left_behind(&self, statement: &Statement<'_>, service: &str, is_news: bool) -> Fault<'a> {
        // What is retired stays known for good.
        let is_retired = self.allocation().retired.iter().any(|retired| retired.ports.has(statement.stated.port));
        let severity = if is_news && !is_retired { Severity::Warning } else { Severity::Note };
        Fault::Left(service.to_owned(), severity)
    }

    fn fault_of_address(&self, host: &str, statement: &Statement<'_>) -> Option<Fault<'a>> {
        // Below this number, `node:22` is more often an image with its tag.
        const LEAST: u16 = 100;
        let (port, form) = (statement.stated.port, statement.stated.form);
        match self.holders.hosts.get(host) {
            Some(_) if form == Form::Pair && port < LEAST && port != 80 => None,
            // A text for some other program.
            Some(_) if form == Form::Pair && is_label(statement) && !self.is_port(port) => None,
            Some(service) => Some(Fault::Unheard(service)),
            None => {
                let like = self.holders.hosts.like(host)?;
                let is_its = !self.holders.containers(like, port).is_empty();
                is_its.then_some(Fault::UnknownHost(like))
            }
        }
    }

    /// The service with a name that its caller cannot resolve: one of the two is on the host, or the service has no network of its own.
    fn without_name(&self, host: &str, statement: &Statement<'_>) -> Option<usize> {
        let called = self.holders.hosts.get(host)?;
        let services = &self.allocation().services;
        let caller = statement.service.map(|at| &services[at]);
        let is_on_host = caller.is_some_and(Service::is_on_host);
        let is_unnamed = is_on_host || services[called].outside || services[called].network() != Network::Own;
        if !is_unnamed {
            return None;
        }
        let port = statement.stated.port;
        let has_port = services[called].bindings.iter().any(|one| one.hosts().has(port) || one.containers().has(port));
        has_port.then_some(called)
    }

    /// The retired number, if the statement may mean the service that had it.
    fn retired(&self, statement: &Statement<'_>) -> Option<&'a Retired> {
        let own = statement.service.map(|at| &*self.allocation().services[at].id);
        let of_others = matches!(statement.stated.whose, Whose::Local(view) if view != View::Inside);
        let mut retired = self.allocation().retired.iter();
        retired.find(|one| one.ports.has(statement.stated.port) && (of_others || Some(&*one.service) == own))
    }

    /// Whether a service says of itself that it listens on a port, and surely does not.
    fn is_unheard(&self, statement: &Statement<'_>, own: usize) -> bool {
        let service = &self.allocation().services[own];
        let is_own = matches!(statement.stated.whose, Whose::Own | Whose::Local(View::Inside));
        let mut tcp = service.bindings.iter().filter(|one| one.protocol == Protocol::Tcp).peekable();
        if !is_own || tcp.peek().is_none() || service.network() != Network::Own {
            return false;
        }
        let port = statement.stated.port;
        let is_seen_from_elsewhere = tcp.any(|one| one.hosts().has(port) || one.service.get() == port);
        match statement.stated.form {
            Form::Label => true,
            Form::HealthCheck if service.is_told_its_port() && service.bindings.len() == 1 => true,
            _ => is_seen_from_elsewhere,
        }
    }
}

fn is_label(statement: &Statement<'_>) -> bool {
    statement.stated.path.contains(&Step::Key("labels"))
}

/// Whether `extra_hosts` of a service has a name.
fn has_extra_host(service: &Service, host: &str) -> bool {
    match service.compose.get("extra_hosts") {
        Some(Json::Object(names)) => names.contains_key(host),
        Some(Json::Array(list)) => {
            let names = list.iter().filter_map(Json::as_str).filter_map(|entry| entry.split([':', '=']).next());
            names.into_iter().any(|name| name == host)
        }
        _ => false,
    }
}
