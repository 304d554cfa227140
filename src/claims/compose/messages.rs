//! What is said of a wrong port in `compose`, at its place in ports.toml.

use crate::allocation::{Binding, HOST, Network, Port, Retired, Service};
use crate::diagnostic::{Code, Diagnostic, Severity, codes, quoted};
use crate::formats::Role;
use crate::formats::compose_values::{Form, View, Whose};
use crate::lints;

use super::findings::{Fault, Judge};
use super::places::Places;
use super::statements::{Held, Statement};

impl Judge<'_> {
    /// The diagnostic for a fault; `None` if `[lints]` allows it.
    pub(super) fn diagnostic(
        &self,
        statement: &Statement<'_>,
        fault: &Fault<'_>,
        places: &Places<'_>,
    ) -> Option<Diagnostic> {
        match fault {
            Fault::Unheard(service) => Some(self.unheard(statement, *service, places)),
            Fault::OtherPort(own) => Some(self.other_port(statement, *own, places)),
            Fault::Moved(held, now) => self.moved(statement, *held, *now, places),
            Fault::Retired(retired) => self.retired_still_used(statement, retired, places),
            Fault::Left(service, severity) => Some(self.still_stated(statement, (service, *severity), places)),
            Fault::NotListening(own) => self.not_listening(statement, *own, places),
            Fault::UnknownHost(like) => self.unknown_host(statement, *like, places),
            Fault::Unnamed(called) => self.unnamed(statement, *called, places),
        }
    }

    fn unheard(&self, statement: &Statement<'_>, called: usize, places: &Places<'_>) -> Diagnostic {
        let is_own = statement.service == Some(called);
        let called = &self.allocation().services[called];
        let (id, port) = (quoted(&called.id), statement.stated.port);
        let caller = self.party(statement);
        let message = if is_own {
            format!("{id} has an address of itself with port {port}, on which it does not listen")
        } else {
            format!("{caller} calls {id} on port {port}, on which it does not listen")
        };
        // `name:number` with another number may be something else: an owner with its group, a user with a password, an image with its tag.
        let is_doubtful = statement.stated.form == Form::Pair && !self.is_port(port);
        let severity = if is_doubtful { Severity::Warning } else { Severity::Error };
        let error = Diagnostic::new(codes::UNALLOCATED_PORT, severity, message)
            .at(places.of(statement), format!("{id} {}", listens_on(called)))
            .at(places.at(&called.span), "this service");
        let on_host = called.bindings.iter().find(|binding| binding.hosts().has(port));
        match (on_host, &*called.bindings) {
            (Some(binding), _) => error.help(format!(
                "write {}: {port} is its port on the host, and containers call each other on the container port",
                written(statement, called, binding.container_of(port))
            )),
            (None, []) => error.help(format!("give {id} the port: `port = {{ host = {port}, expose = \"none\" }}`")),
            (None, [only]) => error.help(format!("write `{}`", only.containers())).help(format!(
                "or, if {id} listens on both, write `[services.{}.ports]` with {}",
                called.id,
                internal(port)
            )),
            _ => error.help(format!("write one of its ports, or add {} to them", internal(port))),
        }
    }

    fn other_port(&self, statement: &Statement<'_>, own: usize, places: &Places<'_>) -> Diagnostic {
        let service = &self.allocation().services[own];
        let (id, port) = (quoted(&service.id), statement.stated.port);
        let message = format!("`PORT` of {id} is {port}, on which it does not listen");
        let error = Diagnostic::error(codes::UNALLOCATED_PORT, message)
            .at(places.of(statement), format!("{id} {}", listens_on(service)))
            .at(places.at(&service.span), "this service");
        match service.main() {
            Some(first) if service.bindings.len() > 1 => error
                .help(format!("if it listens on {port} too, add {} to its `ports`", internal(port)))
                .help(format!("else write {}, or another of its ports", written(statement, service, first.container))),
            Some(first) => error.help(format!("write {}", written(statement, service, first.container))),
            None => error.help(format!("give {id} the port: `port = {{ host = {port}, expose = \"none\" }}`")),
        }
    }

    fn moved(&self, statement: &Statement<'_>, held: Held, now: Port, places: &Places<'_>) -> Option<Diagnostic> {
        let (service, binding) = self.allocation().binding(held.at);
        let (id, role) = (party(service, held.at.1), held.role);
        let ports = if role == Role::Host { binding.hosts() } else { binding.containers() };
        let property = match (role, now == ports.first()) {
            (Role::Host, true) => "host",
            (Role::Host, false) => "last",
            (_, true) => "container",
            (_, false) => "container-last",
        };
        let placeholder = quoted(&format!("${{ports.{id}.{property}}}"));
        let port = statement.stated.port;
        let message = format!(
            "{} still states {port}, but {} has {} {} now",
            self.party(statement),
            quoted(&id),
            role.name(),
            number(now)
        );
        Some(
            self.lint(codes::STALE_PORT, message)?
                .at(places.of(statement), "the old number")
                .at(places.at(&binding.span), "the port")
                .help(format!("write {}, or {placeholder}, which follows", number(now))),
        )
    }

    fn retired_still_used(
        &self,
        statement: &Statement<'_>,
        retired: &Retired,
        places: &Places<'_>,
    ) -> Option<Diagnostic> {
        let (id, since) = (quoted(&retired.service), &retired.since);
        let message =
            format!("{} still states {}, which {id} had until {since}", self.party(statement), statement.stated.port);
        let found = self
            .lint(codes::STALE_PORT, message)?
            .at(places.of(statement), "the old number")
            .at(places.at(&retired.span), "retired here");
        let service = self.holders.hosts.get(&retired.service).map(|at| &self.allocation().services[at]);
        let service = service.filter(|service| service.id == retired.service);
        Some(match service.map(|service| &*service.bindings) {
            Some([only]) => found.help(format!("write `{}`", only.hosts())),
            Some([_, ..]) => found.help(format!("write the port of {id} that took its place")),
            _ => found.help("remove it, or write the port of the service that took its place"),
        })
    }

    fn still_stated(
        &self,
        statement: &Statement<'_>,
        (service, severity): (&str, Severity),
        places: &Places<'_>,
    ) -> Diagnostic {
        let id = quoted(service);
        let message = format!("{} states {}, which was a port of {id}", self.party(statement), statement.stated.port);
        let is_either = statement.stated.whose == Whose::Local(View::Either);
        let label = if is_either { "on the host or in the container" } else { "nothing says whose port it is" };
        Diagnostic::new(codes::STILL_STATED, severity, message)
            .at(places.of(statement), label)
            .help(format!("change it by hand where it means {id}"))
    }

    fn not_listening(&self, statement: &Statement<'_>, own: usize, places: &Places<'_>) -> Option<Diagnostic> {
        let service = &self.allocation().services[own];
        let (id, port) = (quoted(&service.id), statement.stated.port);
        let what = match statement.stated.form {
            Form::HealthCheck => "the health check",
            Form::Label => "a label",
            _ => "a flag or variable",
        };
        let message = format!("{what} of {id} states port {port}, on which it does not listen");
        let found = self
            .lint(codes::CONTAINER_PORT, message)?
            .at(places.of(statement), format!("{id} {}", listens_on(service)));
        let found = match &*service.bindings {
            [only] => found.help(format!("write `{}`", only.containers())),
            _ => found.help("write one of its container ports"),
        };
        Some(found.help(format!("or, if it listens on this port too, add {} to its `ports`", internal(port))))
    }

    fn unknown_host(&self, statement: &Statement<'_>, like: usize, places: &Places<'_>) -> Option<Diagnostic> {
        let service = &self.allocation().services[like];
        let id = quoted(&service.id);
        let host = service.id.replace('-', "_");
        let message =
            format!("{} calls {}, which is not a name in Compose's network", self.party(statement), quoted(&host));
        Some(
            self.lint(codes::UNKNOWN_HOST, message)?
                .at(places.of(statement), format!("{id} listens on this port"))
                .at(places.at(&service.span), "this service")
                .help(format!("write {id}"))
                .help(format!(
                    "or keep the name: `networks = {{ default = {{ aliases = [\"{host}\"] }} }}` in its `compose`"
                )),
        )
    }

    fn unnamed(&self, statement: &Statement<'_>, called: usize, places: &Places<'_>) -> Option<Diagnostic> {
        let services = &self.allocation().services;
        let service = &services[called];
        let (id, port) = (quoted(&service.id), statement.stated.port);
        let numbers = |one: &&Binding| one.containers().has(port) || one.hosts().has(port);
        let binding = service.bindings.iter().find(numbers)?;
        let caller = statement.service.map(|at| &services[at]).filter(|caller| caller.is_on_host());
        let (why, help) = match (caller, service.network()) {
            (Some(_), _) if !service.takes_host_port(binding) => (
                "the caller is on the host's network".to_owned(),
                format!("publish the port of {id}, and write `localhost:{}`", binding.host_of(port)),
            ),
            (Some(_), _) => (
                "the caller is on the host's network".to_owned(),
                format!("write `localhost:{}`", binding.host_of(port)),
            ),
            (None, _) if service.is_on_host() && binding.is_range() => {
                (format!("{id} is on the host"), format!("write `{HOST}:{}`", binding.host_of(port)))
            }
            (None, _) if service.is_on_host() => (
                format!("{id} is on the host"),
                format!("write `{HOST}:{}`, or `${{ports.{}.url}}`", binding.host, service.id),
            ),
            (None, Network::Service(other) | Network::Container(other)) => (
                format!("{id} is in the network of {}", quoted(other)),
                format!("write `{other}:{}`", binding.container_of(port)),
            ),
            (None, _) => (format!("{id} has no network"), "change its `network_mode`".to_owned()),
        };
        let message = format!("{} calls {id}, which is not a name in its network: {why}", self.party(statement));
        let found = self.lint(codes::UNKNOWN_HOST, message)?;
        Some(
            found
                .at(places.of(statement), "no container has this name")
                .at(places.at(&service.span), "this service")
                .help(help),
        )
    }

    fn lint(&self, code: Code, message: String) -> Option<Diagnostic> {
        lints::diagnostic(self.allocation(), code, message)
    }

    /// Whose `compose` states it.
    fn party(&self, statement: &Statement<'_>) -> String {
        statement.service.map_or("`[compose]`".to_owned(), |at| quoted(&self.allocation().services[at].id))
    }
}

/// A binding as people name it: `web`, or `kafka.controller` where the service has several.
fn party(service: &Service, binding: usize) -> String {
    match service.bindings.len() {
        1 => service.id.clone(),
        _ => format!("{}.{}", service.id, service.bindings[binding].name),
    }
}

/// The container ports of a service: `listens on 9092 and 9093`.
fn listens_on(service: &Service) -> String {
    let first = service.bindings.iter().take(4);
    let ports: Vec<String> = first.map(|binding| binding.containers().to_string()).collect();
    match &*ports {
        [] => "has no port".to_owned(),
        [one] => format!("listens on {one}"),
        [few @ .., last] if few.len() < 4 => format!("listens on {} and {last}", few.join(", ")),
        [first, second, ..] => format!("listens on {first}, {second} and {} more", service.bindings.len() - 2),
    }
}

/// What `ports` has for a port that is not on the host.
fn internal(port: u16) -> String {
    format!("`<name> = {{ host = {port}, expose = \"none\" }}`")
}

/// What to write for a container port of a service.
fn written(statement: &Statement<'_>, service: &Service, port: Port) -> String {
    if statement.is_placeholder { quoted(&format!("${{ports.{}.container}}", service.id)) } else { number(port) }
}

/// A port number in a message.
fn number(port: Port) -> String {
    format!("`{port}`")
}
