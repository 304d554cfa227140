//! Which scripts follow, which number is theirs, and what stands against changing it.

use crate::claims::{Hint, Owners, Verdict};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::formats::{Claim, Number, Owner};
use crate::references::file::File;
use crate::references::kind::Place;

use super::document::{Document, Script};
use super::lifecycle;
use super::port::{Kind, Port};
use super::refusal::{self, Stated};
use super::script::{Ports, Programs};

/// The scripts that follow where none are named, and with them their variants (`dev:turbo`) that state the same number.
const USUAL: &[&str] = &["dev", "preview", "serve", "start"];

/// Whose host port a number is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Holder {
    /// The service's: its first binding's.
    Main,
    /// That of another binding of the service: a place that states it is right as it is.
    OtherBinding,
    /// Another service's: an address with it stays.
    OtherService,
    Nobody,
}

/// One port in a script; its place is the file's.
struct Found {
    number: Number,
    kind: Kind,
    holder: Holder,
}

/// A script with the ports in it.
struct Scanned<'a> {
    name: &'a str,
    ports: Vec<Found>,
    /// The scripts that a tester in it starts.
    runs: Vec<&'a str>,
}

impl Scanned<'_> {
    /// The numbers that it states for what it starts.
    fn stated(&self) -> impl Iterator<Item = Stated<'_>> {
        let stated = self.ports.iter().filter(|found| found.kind == Kind::Stated);
        stated.map(|found| Stated { script: self.name, number: &found.number })
    }

    /// What it states for the main binding.
    fn main(&self) -> impl Iterator<Item = Stated<'_>> {
        let main = |found: &&Found| found.kind == Kind::Stated && found.holder != Holder::OtherBinding;
        self.ports.iter().filter(main).map(|found| Stated { script: self.name, number: &found.number })
    }
}

/// One package.json and the service whose port its scripts follow.
pub(super) struct Reading<'a, 'w> {
    pub(super) file: &'a File<'a>,
    pub(super) document: &'a Document<'a>,
    pub(super) owners: &'a Owners<'w>,
    /// Index into the services.
    pub(super) service: usize,
    /// Its host port.
    pub(super) port: u16,
}

impl<'a> Reading<'a, '_> {
    /// Every port of the scripts that follow, ascending; those that have to be the service's port name its first binding.
    ///
    /// # Errors
    /// Every mistake found: a named script that is missing or not a string, a port in a lifecycle script, or two numbers of which
    /// only one can be the service's.
    pub(super) fn places<'f>(&self) -> Result<Vec<Place<'f>>, Diagnostics> {
        let mut mistakes = self.unknown_scripts();
        mistakes.extend(self.unasked_ports());
        let mut followers = self.followers(&mut mistakes);
        let number = self.number(&followers).unwrap_or_else(|two_ports| {
            mistakes.push(two_ports);
            None
        });
        if let Some(number) = number {
            self.add_variants(number, &mut followers, &mut mistakes);
            if number != self.port {
                mistakes.extend(self.hooks(number, &followers));
                mistakes.extend(followers.iter().filter_map(|follower| self.foreign_address(number, follower)));
            }
        }
        if !mistakes.is_empty() {
            return Err(Diagnostics(mistakes));
        }
        let mut places = self.follow(&followers, number);
        places.sort_unstable_by_key(|place| place.claim.span.start);
        Ok(places)
    }

    /// Every port that is stated, and in scripts that state the service's or start one that does, every other number of the
    /// service.
    fn follow<'f>(&self, followers: &[Scanned<'a>], number: Option<u16>) -> Vec<Place<'f>> {
        let mut places = Vec::new();
        let states = |name: &str| followers.iter().any(|other| other.name == name && other.main().next().is_some());
        for follower in followers {
            let starts_it = states(follower.name) || follower.runs.iter().any(|run| states(run));
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
        let verdict = self.owners.judge(&claim(number), &mut Hint::about(self.service), |(service, binding)| {
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

    fn unknown_scripts(&self) -> Vec<Diagnostic> {
        let unknown = self.named().unwrap_or_default().iter().filter(|name| !self.document.has(name));
        unknown.map(|name| refusal::unknown_script(self.file, name, self.document)).collect()
    }

    /// A port in a script that runs at install, followed or not: no number belongs there.
    fn unasked_ports(&self) -> Vec<Diagnostic> {
        let mut mistakes = Vec::new();
        for script in &self.document.scripts {
            if let Some(when) = lifecycle::unasked(&script.name) {
                mistakes.extend(self.lifecycle_port(&self.scan(script, Programs::All), when));
            }
        }
        mistakes
    }

    fn lifecycle_port(&self, script: &Scanned<'a>, when: &str) -> Option<Diagnostic> {
        Some(refusal::lifecycle(self.file, script.stated().next()?, when))
    }

    /// The scripts that follow by their name.
    fn followers(&self, mistakes: &mut Vec<Diagnostic>) -> Vec<Scanned<'a>> {
        let mut followers = Vec::new();
        for script in &self.document.scripts {
            let is_usual = USUAL.contains(&&*script.name);
            let programs = match self.named() {
                Some(named) if named.iter().any(|name| *name == script.name) => Programs::All,
                None if is_usual => Programs::NotStorybook,
                _ => continue,
            };
            if script.line.is_none() {
                mistakes.push(refusal::no_command_line(self.file, script));
            } else if lifecycle::unasked(&script.name).is_none() {
                let follower = self.scan(script, programs);
                // `preview` is a script of its own, whatever `view` is.
                let hook = lifecycle::hook(&script.name).filter(|hook| !is_usual && self.document.has(hook.of));
                mistakes.extend(hook.and_then(|hook| self.lifecycle_port(&follower, hook.when)));
                followers.push(follower);
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

    /// Variants of the usual scripts that state `number` follow too.
    fn add_variants(&self, number: u16, followers: &mut Vec<Scanned<'a>>, mistakes: &mut Vec<Diagnostic>) {
        if self.named().is_some() {
            return;
        }
        for script in self.document.scripts.iter().filter(|script| is_variant(&script.name)) {
            let variant = self.scan(script, Programs::NotStorybook);
            let same = variant.main().find(|stated| stated.number.port == number);
            let other = variant.main().find(|stated| stated.number.port != number);
            match (same, other) {
                (Some(_), None) => followers.push(variant),
                (Some(same), Some(other)) if number != self.port => {
                    mistakes.push(refusal::two_ports(self.file, self.port, [same, other]));
                }
                _ => {}
            }
        }
    }

    /// A hook of a follower that states the number which is about to change: it would fall out of step.
    fn hooks(&self, number: u16, followers: &[Scanned<'a>]) -> Vec<Diagnostic> {
        let follows = |name: &str| followers.iter().any(|follower| follower.name == name);
        let mut mistakes = Vec::new();
        for script in self.document.scripts.iter().filter(|script| !follows(&script.name)) {
            if let Some(hook) = lifecycle::hook(&script.name)
                && follows(hook.of)
                && let scanned = self.scan(script, Programs::NotStorybook)
                && let Some(stated) = scanned.stated().find(|stated| stated.number.port == number)
            {
                mistakes.push(refusal::lifecycle(self.file, stated, hook.when));
            }
        }
        mistakes
    }

    /// An address with a number that nobody has in a script that is about to change: which of the two is the service's?
    fn foreign_address(&self, number: u16, follower: &Scanned<'a>) -> Option<Diagnostic> {
        let stated = follower.main().next()?;
        let is_foreign = |found: &&Found| {
            found.kind == Kind::Addressed && found.number.port != number && found.holder == Holder::Nobody
        };
        let foreign = follower.ports.iter().find(is_foreign)?;
        let foreign = Stated { script: follower.name, number: &foreign.number };
        Some(refusal::two_ports(self.file, self.port, [stated, foreign]))
    }
}

fn is_variant(name: &str) -> bool {
    name.split_once(':').is_some_and(|(usual, _)| USUAL.contains(&usual))
}

/// What a number in a script states: a host port, and not whose.
fn claim<'f>(number: &Number) -> Claim<'f> {
    Claim::new(Owner::Unsaid, number.clone(), number.digits.clone())
}
