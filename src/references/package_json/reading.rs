//! Decides which scripts follow the port, which number they state, and whether it can be changed.

use crate::claims::{Owners, Verdict};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::formats::{Claim, Number, Owner};
use crate::references::file::File;
use crate::references::kind::Place;
use crate::templates::context::Subject;

use super::document::{Document, Script};
use super::lifecycle;
use super::port::{Kind, Port};
use super::refusal;
use super::scanned::{Found, Holder, Scanned, find};
use super::script::{Ports, Programs};

/// The scripts that follow by default, together with their variants (`dev:turbo`) that state the same number.
const USUAL: &[&str] = &["dev", "preview", "serve", "start"];

/// One package.json and the service whose port its scripts follow.
pub(super) struct Reading<'a, 'w> {
    pub(super) file: &'a File<'a>,
    pub(super) document: &'a Document<'a>,
    pub(super) owners: &'a Owners<'w>,
    /// Index into the services.
    pub(super) service: usize,
    /// The host port of the service.
    pub(super) port: u16,
    /// Why the file cannot be changed.
    pub(super) mistakes: Vec<Diagnostic>,
}

impl<'a> Reading<'a, '_> {
    /// Every port of the scripts that follow, ascending. The ports that must be the service's have its first binding.
    ///
    /// # Errors
    /// Every mistake found: a named script that is missing or not a string, a port in a lifecycle script, or two numbers that
    /// could both be the service's.
    pub(super) fn places<'f>(mut self) -> Result<Vec<Place<'f>>, Diagnostics> {
        self.refuse_unknown_scripts();
        let mut followers = self.followers();
        let stated = self.number(&followers);
        let number = stated.as_ref().map_or(None, |number| *number);
        self.refuse_lifecycle_ports(&followers, number);
        self.mistakes.extend(stated.err());
        if let Some(number) = number {
            self.add_variants(number, &mut followers);
            self.refuse_foreign_addresses(number, &followers);
        }
        if !self.mistakes.is_empty() {
            return Err(Diagnostics(self.mistakes));
        }
        let mut places = self.follow(&followers, number);
        places.sort_unstable_by_key(|place| place.claim.span.start);
        Ok(places)
    }

    /// The scripts that ports.toml names for the service.
    fn named(&self) -> Option<&'a [String]> {
        self.owners.allocation().services[self.service].scripts.as_deref()
    }

    fn scan(&self, script: &'a Script<'a>, programs: Programs) -> Scanned<'a> {
        let mut scanned = Scanned { name: &script.name, ports: Vec::new(), runs: Vec::new() };
        let Some(line) = &script.line else { return scanned };
        let Ports { all, runs, .. } = Ports::read(&line.value, programs);
        let mut places = line.places();
        for Port { mut number, kind } in all {
            number.digits = places.of(number.digits);
            let holder = self.holder(&number);
            scanned.ports.push(Found { number, kind, holder });
        }
        Scanned { runs, ..scanned }
    }

    fn holder(&self, number: &Number) -> Holder {
        let mut own = None;
        let verdict = self.owners.judge(&claim(number), Subject::Service(self.service), |(service, binding)| {
            if service == self.service {
                own.get_or_insert(binding);
            }
        });
        match (own, verdict) {
            (Some(0), _) => Holder::Main,
            (Some(_), _) => Holder::OtherBinding,
            (None, Verdict::Agrees) => Holder::OtherService,
            (None, _) => Holder::Nobody,
        }
    }

    fn refuse_unknown_scripts(&mut self) {
        for name in self.named().unwrap_or_default() {
            if !self.document.has(name) {
                self.mistakes.push(refusal::unknown_script(self.file, name, self.document));
            }
        }
    }

    /// Refuses ports in scripts that npm runs by itself, followed or not. In a hook of a follower, refuses only `number`, and only
    /// if it is about to change, because the hook would keep the old number.
    fn refuse_lifecycle_ports(&mut self, followers: &[Scanned<'a>], number: Option<u16>) {
        for script in &self.document.scripts {
            if let Some(when) = lifecycle::unasked(&script.name) {
                self.refuse_lifecycle_port(script, when, None);
            } else if let Some(hook) = lifecycle::hook(&script.name)
                && self.document.has(hook.of)
            {
                if find(followers, &script.name).is_none() {
                    if find(followers, hook.of).is_some() && number.is_some_and(|number| number != self.port) {
                        self.refuse_lifecycle_port(script, hook.when, number);
                    }
                } else if !USUAL.contains(&&*script.name) {
                    // `preview` is a script of its own, whatever `view` is.
                    self.refuse_lifecycle_port(script, hook.when, None);
                }
            }
        }
    }

    /// Refuses the port `only`, or any port if that is `None`.
    fn refuse_lifecycle_port(&mut self, script: &'a Script<'a>, when: &str, only: Option<u16>) {
        let scanned = self.scan(script, Programs::All);
        let port = scanned.stated().find(|stated| only.is_none_or(|only| stated.number.port == only));
        self.mistakes.extend(port.map(|stated| refusal::lifecycle(self.file, stated, when)));
    }

    /// The scripts that follow because of their name.
    fn followers(&mut self) -> Vec<Scanned<'a>> {
        let mut followers = Vec::new();
        for script in &self.document.scripts {
            let programs = match self.named() {
                Some(named) if named.iter().any(|name| *name == script.name) => Programs::All,
                None if USUAL.contains(&&*script.name) => Programs::NotStorybook,
                _ => continue,
            };
            if script.line.is_none() {
                self.mistakes.push(refusal::no_command_line(self.file, script));
            } else if lifecycle::unasked(&script.name).is_none() {
                followers.push(self.scan(script, programs));
            }
        }
        followers
    }

    /// The one number that all `followers` state for the main binding.
    fn number(&self, followers: &[Scanned<'a>]) -> Result<Option<u16>, Diagnostic> {
        let mut stated = followers.iter().flat_map(Scanned::main);
        let Some(first) = stated.next() else { return Ok(None) };
        match stated.find(|other| other.number.port != first.number.port) {
            Some(other) => Err(refusal::two_ports(self.file, self.port, [first, other])),
            None => Ok(Some(first.number.port)),
        }
    }

    /// Adds the variants of the usual scripts that state `number`.
    fn add_variants(&mut self, number: u16, followers: &mut Vec<Scanned<'a>>) {
        if self.named().is_some() {
            return;
        }
        for script in self.document.scripts.iter().filter(|script| is_variant(&script.name)) {
            let variant = self.scan(script, Programs::NotStorybook);
            let (same, others): (Vec<_>, Vec<_>) = variant.main().partition(|stated| stated.number.port == number);
            match (same.first(), others.first()) {
                (Some(_), None) => followers.push(variant),
                (Some(same), Some(other)) if number != self.port => {
                    self.mistakes.push(refusal::two_ports(self.file, self.port, [*same, *other]));
                }
                _ => {}
            }
        }
    }

    /// Refuses to change a script that also has an address with an unallocated number: either may be the service's port.
    fn refuse_foreign_addresses(&mut self, number: u16, followers: &[Scanned<'a>]) {
        for follower in followers.iter().filter(|_| number != self.port) {
            let Some(stated) = follower.main().next() else { continue };
            let mut foreign = follower.of(Kind::Addressed).filter(|found| found.holder == Holder::Nobody);
            if let Some(found) = foreign.find(|found| found.number.port != number) {
                let foreign = follower.shown(found);
                self.mistakes.push(refusal::two_ports(self.file, self.port, [stated, foreign]));
            }
        }
    }

    /// Every stated port and, in scripts that state the service's port or start a script that does, all other numbers of the
    /// service.
    fn follow<'f>(&self, followers: &[Scanned<'a>], number: Option<u16>) -> Vec<Place<'f>> {
        let mut places = Vec::new();
        for follower in followers {
            let mut runs = follower.runs.iter().filter_map(|run| find(followers, run));
            let starts_it = follower.states_main() || runs.any(Scanned::states_main);
            for found in &follower.ports {
                let is_main = found.holder == Holder::Main || Some(found.number.port) == number;
                let is_ours = is_main || found.holder == Holder::OtherBinding;
                if found.kind == Kind::Stated || (starts_it && is_ours) {
                    let binding = is_main.then_some((self.service, 0));
                    places.push(Place { claim: claim(&found.number), binding });
                }
            }
        }
        places
    }
}

fn is_variant(name: &str) -> bool {
    name.split_once(':').is_some_and(|(usual, _)| USUAL.contains(&usual))
}

/// A number in a script as a claim: a host port without an owner.
fn claim<'f>(number: &Number) -> Claim<'f> {
    Claim::new(Owner::Unsaid, number.clone(), number.digits.clone())
}
