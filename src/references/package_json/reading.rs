//! Which scripts follow, which number is theirs, and what stands against changing it.

use std::collections::HashSet;

use crate::diagnostic::Diagnostic;
use crate::formats::Number;
use crate::references::file::File;

use super::document::{Document, Script};
use super::refusal::Stated;
use super::script::{Kind, Ports, Programs};
use super::{Follow, lifecycle, refusal, script};

/// The scripts that follow where none are named, and with them their variants (`dev:turbo`) that state the same number.
const USUAL: &[&str] = &["dev", "preview", "serve", "start"];

/// A script that follows, with the ports in it; their spans are the file's.
pub(super) struct Follower<'a> {
    script: &'a Script<'a>,
    ports: Ports<'a>,
}

/// One package.json and what it has to follow.
pub(super) struct Reading<'a> {
    file: &'a File<'a>,
    follow: &'a Follow<'a>,
    document: &'a Document<'a>,
}

impl<'a> Reading<'a> {
    pub(super) fn new(file: &'a File<'a>, follow: &'a Follow<'a>, document: &'a Document<'a>) -> Self {
        Self { file, follow, document }
    }

    fn scan(&self, script: &'a Script<'a>, programs: Programs) -> Follower<'a> {
        let Some(line) = &script.line else { return Follower { script, ports: Ports::default() } };
        let mut ports = script::ports(&line.value, programs);
        let mut places = line.places();
        ports.places.iter_mut().for_each(|(found, _)| found.digits = places.of(found.digits.clone()));
        Follower { script, ports }
    }

    fn stated(&self, script: &'a Script<'a>, found: &Number) -> Stated<'a> {
        Stated { script: &script.name, number: found.port, place: self.file.place(found.digits.clone()) }
    }

    fn is_of_another_binding(&self, number: u16) -> bool {
        number != self.follow.port && self.follow.others.contains(&number)
    }

    /// What `follower` states for the main binding.
    fn main<'f>(&self, follower: &'f Follower<'a>) -> impl Iterator<Item = &'f Number> {
        follower.ports.of(Kind::Stated).filter(|found| !self.is_of_another_binding(found.port))
    }

    pub(super) fn unknown_scripts(&self) -> Vec<Diagnostic> {
        let known: HashSet<&str> = match self.follow.scripts {
            Some(_) => self.document.scripts.iter().map(|script| script.name.as_ref()).collect(),
            None => return Vec::new(),
        };
        let named = self.follow.scripts.unwrap_or_default().iter();
        let unknown = named.filter(|name| !known.contains(name.as_str()));
        unknown.map(|name| refusal::unknown_script(name, self.document, self.file)).collect()
    }

    /// A port in a script that runs at install, followed or not: no number belongs there.
    pub(super) fn unasked_ports(&self) -> Vec<Diagnostic> {
        let unasked = |script: &'a Script<'a>| Some((script, lifecycle::unasked(&script.name)?));
        let scripts = self.document.scripts.iter().filter_map(unasked);
        scripts.filter_map(|(script, when)| self.lifecycle_port(&self.scan(script, Programs::All), when)).collect()
    }

    fn lifecycle_port(&self, follower: &Follower<'a>, when: &str) -> Option<Diagnostic> {
        let found = follower.ports.of(Kind::Stated).next()?;
        Some(refusal::lifecycle(self.stated(follower.script, found), when))
    }

    /// The scripts that follow by their name.
    pub(super) fn followers(&self, mistakes: &mut Vec<Diagnostic>) -> Vec<Follower<'a>> {
        let mut followers = Vec::new();
        for script in &self.document.scripts {
            let programs = match self.follow.scripts {
                Some(named) if named.iter().any(|name| *name == script.name) => Programs::All,
                None if USUAL.contains(&script.name.as_ref()) => Programs::NotStorybook,
                _ => continue,
            };
            if script.line.is_none() {
                mistakes.push(refusal::no_command_line(&script.name, self.file.place(script.key.clone())));
            } else if lifecycle::unasked(&script.name).is_none() {
                let follower = self.scan(script, programs);
                mistakes.extend(self.hook(script).and_then(|when| self.lifecycle_port(&follower, when)));
                followers.push(follower);
            }
        }
        followers
    }

    /// When `script` runs as a hook; `preview` is a script of its own, whatever `view` is.
    fn hook(&self, script: &Script<'_>) -> Option<&'static str> {
        let usual = USUAL.contains(&script.name.as_ref());
        lifecycle::hook(&script.name, self.document.scripts.iter()).filter(|_| !usual)
    }

    /// The one number that all `followers` state for the main binding.
    pub(super) fn number(&self, followers: &[Follower<'a>]) -> Result<Option<u16>, Diagnostic> {
        let mut places =
            followers.iter().flat_map(|follower| self.main(follower).map(move |found| (follower.script, found)));
        let Some((script, first)) = places.next() else { return Ok(None) };
        match places.find(|(_, found)| found.port != first.port) {
            Some((other, found)) => Err(self.two_ports((script, first), (other, found))),
            None => Ok(Some(first.port)),
        }
    }

    fn two_ports(&self, one: (&'a Script<'a>, &Number), other: (&'a Script<'a>, &Number)) -> Diagnostic {
        refusal::two_ports(self.follow.port, self.stated(one.0, one.1), self.stated(other.0, other.1))
    }

    /// Variants of the usual scripts that state `number` follow too.
    pub(super) fn add_variants(&self, number: u16, followers: &mut Vec<Follower<'a>>, mistakes: &mut Vec<Diagnostic>) {
        if self.follow.scripts.is_some() {
            return;
        }
        let is_variant =
            |name: &str| USUAL.iter().any(|usual| name.strip_prefix(usual).is_some_and(|rest| rest.starts_with(':')));
        for script in self.document.scripts.iter().filter(|script| is_variant(&script.name)) {
            let variant = self.scan(script, Programs::NotStorybook);
            let Some(same) = self.main(&variant).find(|found| found.port == number) else { continue };
            let other = self.main(&variant).find(|found| found.port != number);
            match other {
                None => followers.push(variant),
                Some(other) if number != self.follow.port => {
                    mistakes.push(self.two_ports((script, same), (script, other)));
                }
                Some(_) => {}
            }
        }
    }

    /// A hook of a follower that states the number which is about to change: it would fall out of step.
    pub(super) fn hooks(&self, number: u16, followers: &[Follower<'a>]) -> Vec<Diagnostic> {
        if number == self.follow.port {
            return Vec::new();
        }
        let following: HashSet<&str> = followers.iter().map(|follower| follower.script.name.as_ref()).collect();
        let others = self.document.scripts.iter().filter(|script| !following.contains(script.name.as_ref()));
        others
            .filter_map(|script| {
                let when = lifecycle::hook(&script.name, followers.iter().map(|follower| follower.script))?;
                let hook = self.scan(script, Programs::NotStorybook);
                let found = hook.ports.of(Kind::Stated).find(|found| found.port == number)?;
                Some(refusal::lifecycle(self.stated(script, found), when))
            })
            .collect()
    }

    /// An address with a number that nobody has in a script that is about to change: which of the two is the service's?
    pub(super) fn foreign_address(&self, number: u16, follower: &Follower<'a>) -> Option<Diagnostic> {
        let known =
            |found: &Number| found.port == number || self.is_ours(found.port) || (self.follow.is_allocated)(found.port);
        let stated = self.main(follower).next().filter(|_| number != self.follow.port)?;
        let foreign = follower.ports.of(Kind::Addressed).find(|found| !known(found))?;
        Some(self.two_ports((follower.script, stated), (follower.script, foreign)))
    }

    fn is_ours(&self, number: u16) -> bool {
        number == self.follow.port || self.follow.others.contains(&number)
    }

    pub(super) fn numbers(&self, number: Option<u16>, followers: &[Follower<'a>]) -> Vec<Number> {
        let states = |follower: &&Follower<'a>| self.main(follower).next().is_some();
        // Testers are rare.
        let run_others = followers.iter().any(|follower| !follower.ports.runs.is_empty());
        let stating: HashSet<&str> =
            followers.iter().filter(|_| run_others).filter(states).map(|it| it.script.name.as_ref()).collect();
        let mut numbers = Vec::new();
        for follower in followers {
            let bound = states(&follower) || follower.ports.runs.iter().any(|run| stating.contains(run));
            let counts = |found: &Number| bound && (Some(found.port) == number || self.is_ours(found.port));
            let places = follower.ports.places.iter().filter(|(found, kind)| *kind == Kind::Stated || counts(found));
            numbers.extend(places.map(|(found, _)| found.clone()));
        }
        numbers.sort_unstable_by_key(|number| number.digits.start);
        numbers
    }
}
