//! What the lints say about a package.json.

use std::collections::BTreeSet;

use crate::allocation::Allocation;
use crate::claims::At;
use crate::diagnostic::{Diagnostic, codes, quoted};
use crate::lints;
use crate::references::kind::Place;

use super::held::{Holder, Port};
use super::port::{Kind, Time};
use super::scanned::{Follows, Scanned};
use super::target::Target;

/// Why a former number stays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Why {
    /// ports.toml names other scripts.
    NotNamed,
    /// npm runs the script by itself.
    Unasked,
    /// It stands in no form that portgen knows as a port of the service.
    Form,
}

/// Collects the findings of one file and one service.
pub(super) struct Finder<'a, 'w> {
    target: &'a Target<'a, 'w>,
    found: Vec<Diagnostic>,
    /// Ports of the current script that nobody has or had.
    others: Vec<Diagnostic>,
    /// Ports of other services that scripts state for what they start.
    taken: Vec<Diagnostic>,
    /// Ports of other services that were other bindings' before the last `write`.
    older: Vec<Diagnostic>,
    /// The numbers of other services that scripts state for what they start, and the service's own.
    exchanged: BTreeSet<u16>,
    /// Whether a script starts the service on its own port.
    starts_own: bool,
    /// Whether a number may be that of the service.
    is_doubtful: bool,
}

impl<'a, 'w> Finder<'a, 'w> {
    pub(super) fn new(target: &'a Target<'a, 'w>) -> Self {
        Self {
            target,
            found: Vec::new(),
            others: Vec::new(),
            taken: Vec::new(),
            older: Vec::new(),
            exchanged: BTreeSet::new(),
            starts_own: false,
            is_doubtful: false,
        }
    }

    fn allocation(&self) -> &'w Allocation {
        self.target.owners.allocation()
    }

    fn id(&self) -> String {
        quoted(&self.target.owner().id)
    }

    /// A former number that stays.
    pub(super) fn left(&mut self, script: &Scanned<'_>, port: &Port, (service, at): At, why: Why) {
        let name = script.name.unwrap_or_default();
        if why == Why::NotNamed && self.target.is_followed_elsewhere(name) {
            return;
        }
        let (owner, binding) = self.target.owners.get((service, at));
        let (number, now) = (port.number.port, self.target.owners.latest((service, at)));
        if self.target.owners.was_given_up(&owner.id, number) {
            return;
        }
        let message = format!("{number} still stands here: {} has {now} now", quoted(&owner.id));
        let help = match why {
            Why::NotNamed => format!("add {} to `scripts` in ports.toml, or change it by hand", quoted(name)),
            Why::Unasked => {
                "npm runs this script by itself, so portgen does not change it: change it by hand".to_owned()
            }
            Why::Form if binding.is_range() => {
                "portgen cannot tell which port of the range this is: change it by hand".to_owned()
            }
            Why::Form => {
                format!("portgen cannot tell what this number is: if it is the port, write {now}")
            }
        };
        let place = self.target.file.place(port.number.digits.clone());
        let found = lints::diagnostic(self.allocation(), codes::FORMER_PORT, message);
        self.found.extend(found.map(|found| found.at(place, "a former port").help(help)));
    }

    /// A number that a binding had in its container before.
    pub(super) fn left_in_container(&mut self, port: &Port, at: At) {
        let (owner, binding) = self.target.owners.get(at);
        let (number, now) = (port.number.port, binding.containers());
        let message =
            format!("{number} still stands here: {} listens on {now} in its container now", quoted(&owner.id));
        let place = self.target.file.place(port.number.digits.clone());
        let found = lints::diagnostic(self.allocation(), codes::FORMER_PORT, message);
        let help = format!("portgen changes host ports in scripts: if it is the port of the container, write {now}");
        self.found.extend(found.map(|found| found.at(place, "a former container port").help(help)));
    }

    /// A number that nobody has, and that a service had which is gone, or had before a merge.
    pub(super) fn given_up(&mut self, port: &Port) {
        let number = port.number.port;
        let owners = self.target.owners;
        if port.kind == Kind::Inside {
            return;
        }
        let at_last_write = owners.last_write().former().and_then(|former| former.given_up_by(number));
        let message = if let Some(service) = at_last_write.or_else(|| owners.former().given_up_by(number)) {
            if owners.was_given_up(service, number) {
                return;
            }
            format!("{number} still stands here: {} had it, nobody has it now", quoted(service))
        } else if port.kind <= Kind::Addressed
            && let Some(service) = owners.holder_on_a_side(number)
        {
            format!("{number} still stands here: {} had it on a side of the merge, nobody has it now", quoted(service))
        } else {
            return;
        };
        let place = self.target.file.place(port.number.digits.clone());
        let found = lints::diagnostic(self.allocation(), codes::FORMER_PORT, message);
        self.found.extend(found.map(|found| found.at(place, "a former port").help("change it by hand")));
    }

    /// A number that one binding had, and another one has now.
    pub(super) fn either(&mut self, port: &Port, was: At, now: At) {
        self.is_doubtful = true;
        let found = self.given_on(port, was, now);
        self.found.extend(found);
    }

    /// A number that one binding had before the last `write`, and another one has now, in a file that seems to be older than that.
    pub(super) fn older(&mut self, port: &Port, was: At, now: At) {
        let found = self.given_on(port, was, now);
        self.older.extend(found);
    }

    fn given_on(&self, port: &Port, was: At, now: At) -> Option<Diagnostic> {
        let [first, second] = [was, now].map(|at| self.target.owners.latest(at));
        let [was, now] = [was, now].map(|at| quoted(&self.target.owners.get(at).0.id));
        let number = port.number.port;
        let message = if second.has(number) {
            format!("{number} stands here: {was} had it, {now} has it now")
        } else {
            format!("{number} here is taken for the port of {now}, which {was} had before")
        };
        let place = self.target.file.place(port.number.digits.clone());
        let found = lints::diagnostic(self.allocation(), codes::FORMER_PORT, message);
        let label = "portgen cannot tell whose it is";
        let found = found.map(|found| found.at(place, label).help(format!("write {first} if it is the port of {was}")));
        let moves = "`portgen move` moves one service after the other, and knows whose each number is";
        found.map(|found| if port.time == Time::Unknown { found.help(moves) } else { found })
    }

    /// A number that changes because the scripts state it, and nothing else says that the service had it.
    pub(super) fn guessed(&mut self, number: u16, scanned: &[Scanned<'_>], places: &[Place<'_>]) {
        const MOST_PLACES: usize = 10;
        let states = |script: &&Scanned<'_>| script.stated().any(|port| port.number.port == number);
        let script = scanned.iter().filter(|script| script.follows == Follows::AsServer).find(states);
        let name = script.and_then(|script| script.name).unwrap_or_default();
        let (id, own) = (self.id(), self.target.port());
        let message = format!(
            "{} states {number}, which portgen takes for the former port of {id}: it changes to {own}",
            quoted(name)
        );
        let Some(mut found) = lints::diagnostic(self.allocation(), codes::GUESSED_PORT, message) else { return };
        let places = places.iter().filter(|place| place.claim.numbers.iter().any(|one| one.port == number));
        for place in places.take(MOST_PLACES) {
            found = found.at(self.target.file.place(place.claim.span.clone()), format!("becomes {own}"));
        }
        self.found.push(
            found
                .help("if it is the port of something else, give it to a binding of this service")
                .help("or name the scripts that start the service in ports.toml: `scripts = [\"dev\"]`"),
        );
    }

    /// A number that a script states as its port, which nobody has or had.
    pub(super) fn other(&mut self, script: &Scanned<'_>, port: &Port) {
        let found = self.not_own(script, port, "", "not a port of the service, now or before");
        self.others.extend(found);
    }

    /// A number that a script states as its port, which another service has whose own process listens there.
    pub(super) fn taken(&mut self, script: &Scanned<'_>, port: &Port) {
        let Holder::Other(holder) = port.holder else { return };
        let holder = self.target.owners.get(holder).0;
        let starts = script.follows == Follows::AsServer && port.kind == Kind::Stated;
        if starts && holder.is_told_its_port() {
            let whose = format!(", the port of {}", quoted(&holder.id));
            let found = self.not_own(script, port, &whose, "the port of another service");
            self.taken.extend(found);
            self.exchanged.extend([port.number.port, self.target.port()]);
        }
    }

    /// Whether a script states a port that is another service's.
    pub(super) fn has_taken(&self) -> bool {
        !self.taken.is_empty()
    }

    /// Adds to what a script states as its port the other places with these numbers: the file may be of a time when they were right.
    pub(super) fn say_together(&mut self, scanned: &[Scanned<'_>]) {
        let all = scanned.iter().flat_map(|script| &script.ports);
        let others = all.filter(|port| port.kind != Kind::Inside && self.exchanged.contains(&port.number.port));
        let others: Vec<_> = others.map(|port| self.target.file.place(port.number.digits.clone())).collect();
        let Some(first) = self.taken.pop() else { return };
        let starts: Vec<usize> = self.taken.iter().chain([&first]).map(Diagnostic::start).collect();
        let others = others.into_iter().filter(|place| !starts.contains(&place.span.start));
        let together = others.fold(first, |found, place| found.at(place, "perhaps of the same time"));
        self.taken.push(together);
    }

    fn not_own(&self, script: &Scanned<'_>, port: &Port, whose: &str, label: &'static str) -> Option<Diagnostic> {
        let (id, name, number) = (self.id(), quoted(script.name.unwrap_or_default()), port.number.port);
        let own = self.target.port();
        let message = format!("{name} states port {number}{whose}, but {id} has {own}");
        let found = lints::diagnostic(self.allocation(), codes::SCRIPT_PORT, message);
        let place = self.target.file.place(port.number.digits.clone());
        found.map(|found| {
            let mut found = found.at(place, label).help(format!("write {own} if this is the service's port"));
            if whose.is_empty() {
                found = found.help("or give the number to a binding of this service");
            }
            found.help("or name the scripts that start the service in ports.toml: `scripts = [\"dev\"]`")
        })
    }

    /// Ends a script: beside the service's own port, another one may be that of another program.
    pub(super) fn end_of(&mut self, script: &Scanned<'_>, states_own: bool) {
        let others = std::mem::take(&mut self.others);
        if !states_own {
            self.found.extend(others);
        }
        self.starts_own |= states_own && script.starts();
        for misuse in &script.misuses {
            let place = self.target.file.place(misuse.span.clone());
            self.found.extend(misuse.said(self.allocation(), script.name.unwrap_or_default(), place));
        }
    }

    fn is_own(&self, place: &Place<'_>) -> bool {
        place.binding.0 == self.target.service()
    }

    /// Everything found in a file with these places, of which a script `starts` a service or none does. `is_told` is whether a server in it
    /// gets the port in another way.
    pub(super) fn found(
        mut self,
        places: &[Place<'_>],
        starts: bool,
        is_told: impl FnOnce() -> bool,
    ) -> Vec<Diagnostic> {
        if self.taken.is_empty() {
            self.found.append(&mut self.older);
        }
        if !self.starts_own {
            self.found.append(&mut self.taken);
        }
        let is_said = self.found.iter().any(|one| one.code == codes::SCRIPT_PORT);
        if starts && !is_said && !self.is_doubtful && !places.iter().any(|place| self.is_own(place)) && !is_told() {
            self.found.extend(self.without_port());
        }
        self.found
    }

    fn without_port(&self) -> Option<Diagnostic> {
        let (path, port) = (quoted(self.target.reference.path.as_str()), self.target.port());
        let message = format!("no script of {path} states {port}, the port of {}", self.id());
        let found = lints::diagnostic(self.allocation(), codes::PACKAGE_WITHOUT_PORT, message)?;
        let help = format!(
            "state it in the script that starts the service: `--port {port}`, or `PORT={port}` if it reads that"
        );
        let allow =
            "or remove `package`; or set `package-without-port = \"allow\"` in `[lints]` where code reads the port";
        Some(
            found
                .at(self.allocation().place(self.target.reference.span), "nothing follows here")
                .help(help)
                .help(allow),
        )
    }
}
