//! Decides which numbers of a package.json are ports of the platform, and which of them change.
//!
//! A number is a service's port if the service has it, or had it before. Where nobody knows what the service had before, it is
//! the one number that the usual scripts state.

use std::collections::HashMap;

use crate::allocation::Ports;
use crate::allocation::former::FormerPorts;
use crate::claims::At;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::formats::{Claim, Owner};
use crate::manifest::last_write::{LastWrite, listed};
use crate::references::kind::{Found, Place};

use super::document::Document;
use super::finding::{Finder, Why};
use super::held::{Holder, Port};
use super::long_ago::{Counts, LongAgo};
use super::port::{Kind, Time};
use super::refusal;
use super::scanned::{Follows, Scanned, Scanner};
use super::target::Target;
use super::time;
use super::unstated::Unstated;

/// The text of a file with the service that names it.
pub(super) struct Reading<'a, 'w> {
    pub(super) target: Target<'a, 'w>,
    pub(super) document: &'a Document<'a>,
}

/// What a number is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Meaning {
    /// The port that a binding has.
    Is(At),
    /// The port that a binding had.
    Was(At),
    /// The port of another service, which is right.
    Others,
    /// The port that one binding had, and another one has now.
    Either(At, At),
    Unknown,
}

/// What the scripts state together.
#[derive(Clone, Copy, Default)]
struct Past {
    /// The former number of the service, if the scripts alone say so.
    stated: Option<u16>,
    /// Whether the scripts state a former number of the service, so that addresses are of that time too.
    is_old: bool,
}

impl Reading<'_, '_> {
    /// The places of the service's port and of the others that follow, ascending, and the findings of lints.
    ///
    /// # Errors
    /// Every mistake found: a named script that is missing or not a string, a port in a lifecycle script, or two numbers that
    /// could both be the service's.
    pub(super) fn found<'f>(&self) -> Result<Found<'f>, Diagnostics> {
        let mut mistakes = Vec::new();
        let mut scanned = Scanner::new(&self.target).scan(self.document, &mut mistakes);
        time::date(&self.target, self.document, &mut scanned);
        let past = self.past(&scanned);
        let past = past.unwrap_or_else(|mistake| {
            mistakes.push(mistake);
            Past::default()
        });
        Diagnostics(mistakes).into_result()?;
        Ok(self.judge(&scanned, past))
    }

    fn past(&self, scanned: &[Scanned<'_>]) -> Result<Past, Diagnostic> {
        let all = || scanned.iter().filter(|script| script.follows.is_followed()).flat_map(Scanned::stated);
        let is_old = all().any(|port| port.is_of_before() && self.had(port));
        let servers = scanned.iter().filter(|script| script.follows == Follows::AsServer);
        let mut main = Vec::new();
        for script in servers {
            main.extend(script.stated().filter(|port| port.is_main(self.target.main())).map(|port| (script, port)));
        }
        let is_right = main.iter().any(|(_, port)| port.is_own());
        // A command says itself what the service had before, so nothing is guessed.
        let is_known = self.target.owners.is_before_edit();
        if is_old || is_right || main.is_empty() || is_known || self.had_any() || self.starts_by_default() {
            return Ok(Past { stated: None, is_old });
        }
        main.retain(|(_, port)| matches!(port.holder, Holder::Other(_)) || !self.is_former(port));
        main.retain(|(_, port)| !self.is_or_was_in_container(port) && !self.was_left(scanned, port));
        let Some((first_script, first)) = main.first() else { return Ok(Past::default()) };
        match main.iter().find(|(_, other)| other.number.port != first.number.port) {
            Some((script, other)) => {
                let ports = [first_script.shown(first), script.shown(other)];
                Err(refusal::two_ports(self.target.file, self.target.port(), ports))
            }
            None if self.has_another_server(first_script.name, first.number.port) => Ok(Past::default()),
            None => Ok(Past { stated: Some(first.number.port), is_old: true }),
        }
    }

    /// Whether the last `write` left all of a number in the file.
    fn was_left(&self, scanned: &[Scanned<'_>], port: &Port) -> bool {
        let number = port.number.port;
        let all = scanned.iter().flat_map(Scanned::remembered).filter(|other| other.number.port == number);
        all.count() <= self.target.left(number)
    }

    /// The servers without a number in the scripts that start the service, with the names of these.
    fn unstated(&self) -> impl Iterator<Item = (&str, Unstated)> {
        let scripts = self.document.scripts.iter().filter(|script| self.target.starts(&script.name));
        scripts.flat_map(|script| script.unstated().into_iter().map(|unstated| (&*script.name, unstated)))
    }

    /// Whether a server takes the service's port by itself.
    fn starts_by_default(&self) -> bool {
        self.unstated().any(|(_, server)| server.default_port() == Some(self.target.port()))
    }

    /// Whether the scripts start another server than the one with this number, so that nobody knows which of them the service is.
    fn has_another_server(&self, script: Option<&str>, number: u16) -> bool {
        self.unstated().any(|(name, server)| {
            let may_be_the_same = server.reads_port() && script != Some(name);
            server.default_port() != Some(number) && !may_be_the_same
        })
    }

    /// Whether the service had a port.
    fn had(&self, port: &Port) -> bool {
        let own = self.target.service();
        let had = |number| self.target.owners.former().with_host(number).any(|former| former.service == own);
        port.was.map_or_else(|| had(port.number.port), |was| was.0 == own)
    }

    /// Whether any host port of the service is known to have changed.
    fn had_any(&self) -> bool {
        let owners = self.target.owners;
        let is_written = self.target.reference.is_in_step || self.target.written_numbers().next().is_some();
        let at_last_write = owners.last_write().former().filter(|_| is_written);
        let mut all = at_last_write.into_iter().flat_map(FormerPorts::iter).chain(owners.former().iter());
        all.any(|former| former.service == self.target.service() && former.host.is_some())
    }

    /// Whether the service has the number in its container alone.
    fn is_in_container(&self, port: &Port) -> bool {
        let number = port.number.port;
        let mut bindings = self.target.owner().bindings.iter();
        bindings.any(|one| one.containers().has(number) && !one.hosts().has(number))
    }

    /// The binding of the service that had the number in its container before.
    fn was_in_container(&self, port: &Port) -> Option<At> {
        self.was_in_container_of(self.target.service(), port)
    }

    fn was_in_container_of(&self, service: usize, port: &Port) -> Option<At> {
        let had = |container: Ports| container.has(port.number.port);
        let mut all = self.target.owners.former().iter().filter(|former| former.service == service);
        all.find(|former| former.container.is_some_and(had)).map(|former| (former.service, former.binding))
    }

    /// Whether a number stands behind the name of a service, as in Compose's network (`tcp:web:3000`), where its container counts. It is
    /// named if the container had it before.
    fn is_in_network(&self, port: &Port, finder: &mut Finder<'_, '_>) -> bool {
        let before = self.target.file.text.get(..port.number.digits.start).and_then(|text| text.strip_suffix(':'));
        let Some(before) = before.filter(|_| port.kind >= Kind::There) else { return false };
        let is_of_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
        let name = &before[before.trim_end_matches(is_of_name).len()..];
        let services = &self.target.owners.allocation().services;
        let Some(called) = services.iter().position(|one| one.id == name) else { return false };
        let is_right = services[called].bindings.iter().any(|one| one.containers().has(port.number.port));
        let was = self.was_in_container_of(called, port).filter(|_| !is_right);
        if let Some(was) = was {
            finder.left_in_container(port, was);
        }
        is_right || was.is_some()
    }

    fn is_or_was_in_container(&self, port: &Port) -> bool {
        self.is_in_container(port) || self.was_in_container(port).is_some()
    }

    fn is_former(&self, port: &Port) -> bool {
        port.was.is_some() || self.target.owners.former().with_host(port.number.port).next().is_some()
    }

    /// The binding that had a port: one of the service, else one of another.
    fn former(&self, port: &Port, past: Past) -> Option<At> {
        if past.stated == Some(port.number.port) {
            return Some((self.target.service(), self.target.main()));
        }
        if port.was.is_some() {
            return port.was;
        }
        let mut all =
            self.target.owners.former().with_host(port.number.port).map(|former| (former.service, former.binding));
        let first = all.next()?;
        Some(all.find(|at| first.0 != self.target.service() && at.0 == self.target.service()).unwrap_or(first))
    }

    fn meaning(&self, port: &Port, past: Past) -> Meaning {
        let own = self.target.service();
        let is_address = !matches!(port.kind, Kind::Stated | Kind::Tool);
        let is_now = match port.holder {
            Holder::Own(binding) => Meaning::Is((own, binding)),
            Holder::Other(_) | Holder::Sharer(_) => Meaning::Others,
            Holder::Nobody => Meaning::Unknown,
        };
        let is_of_now = match port.time {
            Time::Now => true,
            Time::Before => false,
            Time::Plain | Time::Unknown | Time::Shared | Time::Disputed if is_address => !past.is_old,
            Time::Plain | Time::Unknown | Time::Shared | Time::Disputed => !port.is_of_before(),
        };
        let is_in_doubt = port.time == Time::Unknown || port.time == Time::Shared && is_address;
        if is_in_doubt
            && is_of_now
            && let (Some(was), Some(now)) = (self.former(port, past), port.holder.at(own))
        {
            return Meaning::Either(was, now);
        }
        if is_of_now && is_now != Meaning::Unknown {
            return is_now;
        }
        let is_of_before = past.is_old || port.time == Time::Before || is_now == Meaning::Unknown;
        match self.former(port, past) {
            Some(at) if at.0 == own || is_of_before => Meaning::Was(at),
            _ => is_now,
        }
    }

    fn judge<'f>(&self, scanned: &[Scanned<'_>], past: Past) -> Found<'f> {
        let mut places = Vec::new();
        let mut finder = Finder::new(&self.target);
        let counts = Box::new(|| self.counts(scanned, past));
        let long_ago = LongAgo { target: &self.target, counts: Counts::new(counts) };
        for script in scanned {
            let mut states_own = false;
            for port in &script.ports {
                if port.kind == Kind::Foreign && matches!(self.target.owners.last_write(), LastWrite::Unchanged) {
                    continue;
                }
                if self.is_in_network(port, &mut finder) {
                    continue;
                }
                let count = places.len();
                let meaning = self.counted_meaning(port, past);
                if let (Meaning::Is(_) | Meaning::Others, Some(now), Some(was)) =
                    (meaning, port.holder.at(self.target.service()), long_ago.of(port))
                {
                    finder.older(port, was, now);
                }
                match meaning {
                    Meaning::Is(_) if !script.follows.is_followed() || !port.kind.follows() => {}
                    Meaning::Is(at) if self.is_known(port, at) => places.push(place(port, at)),
                    Meaning::Is(at) => finder.left(script, port, at, Why::Form),
                    Meaning::Was(at) if port.kind != Kind::Inside => match self.obstacle(script, port, at) {
                        None => places.push(place(port, at)),
                        Some(why) => finder.left(script, port, at, why),
                    },
                    Meaning::Either(was, now) if script.follows.is_followed() => finder.either(port, was, now),
                    Meaning::Unknown => self.unknown(script, port, &long_ago, &mut finder),
                    Meaning::Others => finder.taken(script, port),
                    _ => {}
                }
                let is_own = places[count..].iter().any(|place| place.binding.0 == self.target.service());
                states_own |= is_own && port.kind == Kind::Stated;
            }
            finder.end_of(script, states_own);
        }
        self.conclude(scanned, past, finder, places)
    }

    /// How often each number stands in the file once it has followed, of those that portgen.lock remembers. What is guessed does not count.
    fn counts(&self, scanned: &[Scanned<'_>], past: Past) -> HashMap<u16, usize> {
        let known = Past { stated: None, ..past };
        let mut counts = HashMap::new();
        for script in scanned {
            for port in script.remembered() {
                let number = port.number.port;
                let follows = match self.counted_meaning(port, known) {
                    Meaning::Was(at) if self.obstacle(script, port, at).is_none() => Some(at),
                    _ => None,
                };
                let now = follows.filter(|_| port.kind != Kind::Inside);
                let now = now.and_then(|at| self.target.owners.host_now(at, number));
                *counts.entry(now.map_or(number, |now| now.get())).or_default() += 1;
            }
        }
        counts
    }

    /// A number that nobody has as a host port, now or before.
    fn unknown(&self, script: &Scanned<'_>, port: &Port, long_ago: &LongAgo<'_, '_>, finder: &mut Finder<'_, '_>) {
        if self.is_in_container(port) {
            return;
        }
        match self.was_in_container(port) {
            Some(at) => finder.left_in_container(port, at),
            None if script.follows == Follows::AsServer && port.kind == Kind::Stated => finder.other(script, port),
            None => match long_ago.of_unknown(port) {
                Some(at) => finder.left(script, port, at, Why::Form),
                None => finder.given_up(port),
            },
        }
    }

    /// What is found in the whole file, besides what stands at one place.
    fn conclude<'f>(
        &self,
        scanned: &[Scanned<'_>],
        past: Past,
        mut finder: Finder<'_, '_>,
        mut places: Vec<Place<'f>>,
    ) -> Found<'f> {
        places.sort_unstable_by_key(|place| place.claim.span.start);
        if let Some(number) = past.stated {
            finder.guessed(number, scanned, &places);
        }
        if finder.has_taken() && self.is_changed_since_write(scanned) {
            finder.say_together(scanned);
        }
        // A library starts nothing.
        let starts = scanned.iter().any(Scanned::starts);
        let is_in_container = || scanned.iter().flat_map(Scanned::stated).any(|port| self.is_or_was_in_container(port));
        let reads_port = || self.unstated().any(|(_, server)| server.reads_port());
        let is_told = || is_in_container() || reads_port() || self.starts_by_default();
        let diagnostics = finder.found(&places, starts, is_told);
        let numbers = scanned.iter().flat_map(Scanned::remembered).map(|port| port.number.clone()).collect();
        Found { places, numbers, diagnostics }
    }

    /// Whether the numbers of the file are others than the last `write` left there, as in a file of an older commit.
    fn is_changed_since_write(&self, scanned: &[Scanned<'_>]) -> bool {
        let mut written = self.target.written_numbers().peekable();
        if written.peek().is_none() {
            return false;
        }
        let numbers = scanned.iter().flat_map(Scanned::remembered).map(|port| port.number.port);
        let numbers = listed(&numbers.collect::<Vec<u16>>());
        written.all(|written| written != numbers)
    }

    /// As [`Reading::meaning`]; what may be the end of a range counts only where a range has or had it.
    fn counted_meaning(&self, port: &Port, past: Past) -> Meaning {
        match self.meaning(port, past) {
            Meaning::Is(at) if port.kind.may_be_an_end() && !self.has_range(at) => Meaning::Others,
            Meaning::Was(at) if port.kind == Kind::End && !self.has_range(at) => Meaning::Others,
            Meaning::Was(at) if port.kind == Kind::There && self.listens_on(port, at) => Meaning::Others,
            Meaning::Either(..) | Meaning::Unknown if port.kind == Kind::End => Meaning::Others,
            meaning => meaning,
        }
    }

    fn has_range(&self, at: At) -> bool {
        self.target.owners.get(at).1.is_range()
    }

    /// Whether a number is that of a binding in its container or in the cluster.
    fn listens_on(&self, port: &Port, at: At) -> bool {
        let binding = self.target.owners.get(at).1;
        binding.containers().has(port.number.port) || binding.service.get() == port.number.port
    }

    /// Whether it is known what a number of a binding is now.
    fn is_known(&self, port: &Port, at: At) -> bool {
        self.target.owners.host_now(at, port.number.port).is_some()
    }

    /// Why a former number stays.
    fn obstacle(&self, script: &Scanned<'_>, port: &Port, at: At) -> Option<Why> {
        let service = at.0;
        if !self.is_known(port, at) {
            return Some(Why::Form);
        }
        match (script.follows, port.kind) {
            (Follows::NotNamed, _) => Some(Why::NotNamed),
            (Follows::Unasked, _) => Some(Why::Unasked),
            (_, Kind::Unknown | Kind::There | Kind::Foreign) => Some(Why::Form),
            (_, Kind::Either) if !self.has_range(at) => Some(Why::Form),
            // A database's address has the port of another service.
            (_, Kind::Database) if service == self.target.service() => Some(Why::Form),
            _ => None,
        }
    }
}

fn place<'f>(port: &Port, binding: At) -> Place<'f> {
    let claim = Claim::new(Owner::Unsaid, port.number.clone(), port.number.digits.clone());
    Place { claim, binding }
}
