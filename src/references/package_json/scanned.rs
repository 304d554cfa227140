//! The scripts of a package.json with the ports in them.

use std::collections::HashSet;

use crate::diagnostic::Diagnostic;
use crate::formats::{Claim, Number, Owner};
use crate::templates::context::Subject;

use super::document::{Document, Script};
use super::held::{Holder, Port};
use super::misuse::Misuse;
use super::port::{Kind, Ports, Time};
use super::refusal::{self, Stated};
use super::target::{Target, USUAL};
use super::{beside, last_write, lifecycle, port};

/// The most unknown scripts for which similar names are looked for.
const MOST_SUGGESTIONS: usize = 20;

/// Which numbers of a script change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Follows {
    /// The former ones of the platform; what it states is the service's port.
    AsServer,
    /// The former ones of the platform.
    ByNumber,
    /// None: ports.toml names other scripts.
    NotNamed,
    /// None: npm runs it by itself.
    Unasked,
}

impl Follows {
    pub(super) fn is_followed(self) -> bool {
        matches!(self, Self::AsServer | Self::ByNumber)
    }
}

/// A script, or the rest of the file, with the ports in it.
#[derive(Debug)]
pub(super) struct Scanned<'a> {
    /// The name of the script; `None` for the rest of the file.
    pub(super) name: Option<&'a str>,
    pub(super) follows: Follows,
    pub(super) ports: Vec<Port>,
    pub(super) misuses: Vec<Misuse>,
}

impl Scanned<'_> {
    /// The numbers stated for what the script starts.
    pub(super) fn stated(&self) -> impl Iterator<Item = &Port> {
        self.ports.iter().filter(|port| port.kind == Kind::Stated)
    }

    /// The numbers that portgen.lock remembers: not those that may as well be no ports.
    pub(super) fn remembered(&self) -> impl Iterator<Item = &Port> {
        self.ports.iter().filter(|port| port.kind != Kind::End)
    }

    /// Whether it starts the service, as its name says: `dev`, `start:api`.
    pub(super) fn starts(&self) -> bool {
        let name = self.name.unwrap_or_default();
        self.follows == Follows::AsServer || USUAL.contains(&name.split(':').next().unwrap_or_default())
    }

    /// A number of the script, for a message.
    pub(super) fn shown<'s>(&'s self, port: &'s Port) -> Stated<'s> {
        Stated { script: self.name.unwrap_or_default(), number: &port.number }
    }
}

/// Reads the ports of one file for one service.
pub(super) struct Scanner<'a, 'w> {
    target: &'a Target<'a, 'w>,
    /// The scripts that ports.toml names for the service.
    named: Option<HashSet<&'w str>>,
}

impl<'a, 'w> Scanner<'a, 'w> {
    pub(super) fn new(target: &'a Target<'a, 'w>) -> Self {
        let named = target.owner().scripts.as_ref();
        Self { target, named: named.map(|names| names.iter().map(String::as_str).collect()) }
    }

    /// Every script, then the rest of the file. Adds to `mistakes` named scripts that are missing or not a string, and ports in
    /// lifecycle scripts.
    pub(super) fn scan(&self, document: &'a Document<'a>, mistakes: &mut Vec<Diagnostic>) -> Vec<Scanned<'a>> {
        self.find_unknown(document, mistakes);
        let mut all = Vec::with_capacity(document.scripts.len() + 1);
        for script in &document.scripts {
            let scanned = self.script(script, document);
            if script.line.is_none() && scanned.follows == Follows::AsServer {
                mistakes.push(refusal::no_command_line(self.target.file, script));
            }
            if let Some(when) = lifecycle::unasked(&script.name)
                && let Some(port) = scanned.ports.iter().find(|port| matches!(port.kind, Kind::Stated | Kind::Tool))
            {
                mistakes.push(refusal::lifecycle(self.target.file, scanned.shown(port), when));
            }
            all.push(scanned);
        }
        let rest = document.settings.iter().map(|setting| self.port(setting.number.clone(), setting.kind));
        all.push(Scanned { name: None, follows: Follows::ByNumber, ports: rest.collect(), misuses: Vec::new() });
        all
    }

    /// Adds the scripts that ports.toml names and the file does not have.
    fn find_unknown(&self, document: &Document<'_>, mistakes: &mut Vec<Diagnostic>) {
        if self.named.is_none() {
            return;
        }
        let known: HashSet<&str> = document.scripts.iter().map(|script| &*script.name).collect();
        let unknown = self.target.owner().scripts.iter().flatten().filter(|name| !known.contains(&***name));
        for (at, name) in unknown.enumerate() {
            // Each suggestion compares a name with all the others.
            let candidates = if at < MOST_SUGGESTIONS { &*document.scripts } else { &[] };
            mistakes.push(refusal::unknown_script(self.target.file, name, &document.key, candidates));
        }
    }

    fn follows(&self, name: &str) -> Follows {
        if lifecycle::unasked(name).is_some() {
            return Follows::Unasked;
        }
        match &self.named {
            Some(named) if named.contains(name) => Follows::AsServer,
            Some(_) => Follows::NotNamed,
            None if USUAL.contains(&name) => Follows::AsServer,
            None => Follows::ByNumber,
        }
    }

    fn script(&self, script: &'a Script<'a>, document: &Document<'_>) -> Scanned<'a> {
        let follows = self.follows(&script.name);
        let mut scanned = Scanned { name: Some(&script.name), follows, ports: Vec::new(), misuses: Vec::new() };
        let Some(line) = &script.line else { return scanned };
        let is_server = follows == Follows::AsServer;
        let is_named = is_server && self.named.is_some();
        let is_its_alone = is_named && !self.target.is_named_elsewhere(&script.name);
        let Ports { all, misuses, .. } = script.ports();
        let is_only = is_server && self.are_alone(document);
        let is_beside =
            is_server && !is_only && (beside::is_test(script) || beside::is_preview(script, &document.scripts));
        let mut places = line.places();
        for port::Port { mut number, kind } in all.iter().cloned() {
            number.digits = places.of(number.digits);
            let kind = match kind {
                // What is named alone is the service's, whatever it starts.
                Kind::Tool if is_only => Kind::Stated,
                Kind::Stated if is_beside => Kind::Tool,
                kind => kind,
            };
            let port = self.port(number, kind);
            scanned.ports.push(if kind == Kind::Stated && is_its_alone { self.of_one(port) } else { port });
        }
        for mut misuse in misuses.iter().cloned() {
            misuse.span = line.places().of(misuse.span);
            scanned.misuses.push(misuse);
        }
        scanned
    }

    /// Whether the scripts that ports.toml names are one, or all start tools: then these are the service.
    fn are_alone(&self, document: &Document<'_>) -> bool {
        let Some(named) = &self.named else { return false };
        let starts_tool = |script: &&Script<'_>| script.ports().all.iter().any(|port| port.kind == Kind::Tool);
        let scripts = document.scripts.iter().filter(|script| named.contains(&*script.name));
        named.len() == 1 || scripts.filter(starts_tool).count() == named.len()
    }

    fn port(&self, number: Number, kind: Kind) -> Port {
        let mut holder = Holder::Nobody;
        let claim = Claim::new(Owner::Unsaid, number.clone(), number.digits.clone());
        self.target.owners.judge(&claim, Subject::Service(self.target.service()), |at| match holder {
            Holder::Own(_) => {}
            _ if at.0 == self.target.service() => holder = Holder::Own(at.1),
            Holder::Nobody if self.target.shares_with(at.0) => holder = Holder::Sharer(at),
            Holder::Nobody => holder = Holder::Other(at),
            Holder::Other(_) | Holder::Sharer(_) => {}
        });
        let mut port = Port { number, kind, holder, time: Time::Plain, was: None };
        last_write::date(self.target, &mut port);
        port
    }

    /// A number that is stated where no other service of the file states its own.
    fn of_one(&self, port: Port) -> Port {
        let had = |number| {
            self.target.owners.former().with_host(number).any(|former| former.service == self.target.service())
        };
        match port.holder {
            Holder::Sharer(at) => Port { holder: Holder::Other(at), ..port },
            Holder::Own(_) if port.time == Time::Unknown && !had(port.number.port) => {
                Port { time: Time::Plain, ..port }
            }
            _ => port,
        }
    }
}
