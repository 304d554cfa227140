//! Of what time a number is that one service had before a change of ports.toml, and another one has now.
//!
//! While the numbers of a file are those that the last `write` left there, they are of then, as portgen.lock remembers it. If the script is
//! as in git's last commit, and that commit has another portgen.lock, the file comes from there.
//!
//! Otherwise a number that the script had in the commit is of before, another one is of now. Where the script is not
//! in the commit, the other numbers of the file say of what time it is.

use std::collections::HashMap;

use super::document::Document;
use super::held::{Holder, Port};
use super::last_write::{had, in_commit, is_given_on_since, settle};
use super::port::{Kind, Time};
use super::scanned::Scanned;
use super::script;
use super::secrets::secrets;
use super::target::Target;
use crate::manifest::last_write::listed;
use crate::references::file::File;

/// The numbers of a script, and its text without them.
#[derive(Debug, Default, PartialEq)]
struct Line {
    numbers: Vec<u16>,
    rest: String,
}

/// The scripts before the change by name; the rest of the file has none.
type Then = HashMap<Option<String>, Line>;

/// Sets the time of each number that was given on. `scanned` are the scripts of `document`, and the rest of it.
pub(super) fn date(target: &Target<'_, '_>, document: &Document<'_>, scanned: &mut [Scanned<'_>]) {
    let mut ports = scanned.iter().flat_map(|script| &script.ports);
    if !ports.any(|port| matches!(port.time, Time::Unknown | Time::Disputed)) {
        return;
    }
    let numbers = scanned.iter().flat_map(|script| script.remembered()).map(|port| port.number.port);
    let numbers = listed(&numbers.collect::<Vec<u16>>());
    let known = Known {
        target,
        is_as_written: target.reference.is_in_step || target.written_numbers().any(|written| written == numbers),
        of_file: time_of_file(target, scanned),
    };
    let then = then(target).unwrap_or_default();
    let now = lines(document);
    for script in scanned {
        let name = script.name.map(str::to_owned);
        let lines = then.get(&name).zip(now.get(&name));
        let before = lines.filter(|(then, now)| is_same_but_for_numbers(then, now)).map(|(then, _)| then);
        for (at, port) in script.ports.iter_mut().enumerate() {
            let is_as_committed = before.map(|before| before.numbers.get(at) == Some(&port.number.port));
            match port.time {
                Time::Unknown => port.time = known.time_of(is_as_committed),
                Time::Disputed => known.resolve(port, is_as_committed),
                Time::Plain | Time::Before | Time::Now | Time::Shared => {}
            }
        }
    }
}

/// What is known of a file that has numbers which were given on.
struct Known<'a, 'w> {
    target: &'a Target<'a, 'w>,
    /// Whether its numbers are those that the last `write` left there.
    is_as_written: bool,
    of_file: Time,
}

impl Known<'_, '_> {
    fn time_of(&self, is_as_committed: Option<bool>) -> Time {
        match is_as_committed {
            Some(true) => Time::Before,
            Some(false) => Time::Now,
            None => self.of_file,
        }
    }

    /// Decides between the last commit, the last `write`, and a number that was written by hand since.
    fn resolve(&self, port: &mut Port, is_as_committed: Option<bool>) {
        let now = port.holder.at(self.target.service());
        let has_other_commit = self.target.owners.has_other_commit();
        if is_as_committed == Some(true) && has_other_commit && self.target.owners.former().is_known() {
            return settle(port, in_commit(self.target, port), now);
        }
        if self.is_as_written || !is_given_on_since(port.was, now) {
            return settle(port, port.was, now);
        }
        // The numbers of the file were changed by hand. If nothing was written since the commit, that one tells which.
        port.time = if has_other_commit { Time::Unknown } else { self.time_of(is_as_committed) };
    }
}

fn is_same_but_for_numbers(then: &Line, now: &Line) -> bool {
    then.rest == now.rest && then.numbers.len() == now.numbers.len()
}

fn then(target: &Target<'_, '_>) -> Option<Then> {
    let path = target.reference.path;
    let text = String::from_utf8(target.owners.former_file(path)?).ok()?;
    Document::read(&File::new(path.as_str(), &text, secrets)).ok().map(|document| lines(&document))
}

fn lines(document: &Document<'_>) -> Then {
    let mut lines = HashMap::new();
    for script in &document.scripts {
        let line = script.line.as_ref().map(|line| Line::of(&line.value)).unwrap_or_default();
        lines.insert(Some(script.name.clone().into_owned()), line);
    }
    let numbers = document.settings.iter().map(|setting| setting.number.port).collect();
    lines.insert(None, Line { numbers, rest: String::new() });
    lines
}

impl Line {
    fn of(text: &str) -> Self {
        let mut line = Self::default();
        let mut at = 0;
        for port in script::ports(text).all {
            // A sum and its parts are in one place.
            line.rest.push_str(text.get(at..port.number.digits.start).unwrap_or_default());
            line.rest.push('\0');
            line.numbers.push(port.number.port);
            at = at.max(port.number.digits.end);
        }
        line.rest.push_str(&text[at..]);
        line
    }
}

/// The time of the numbers that tell it by themselves, if it is one.
fn time_of_file(target: &Target<'_, '_>, scanned: &[Scanned<'_>]) -> Time {
    let followed = scanned.iter().filter(|script| script.follows.is_followed());
    let (mut has_old, mut has_new) = (false, false);
    for port in followed.flat_map(|script| &script.ports).filter(|port| port.kind <= Kind::Addressed) {
        has_old |= is_old(target, port);
        has_new |= is_new(target, port);
    }
    match (has_old, has_new) {
        (true, false) => Time::Before,
        (false, true) => Time::Now,
        _ => Time::Unknown,
    }
}

/// Whether somebody had the number, and nobody has it any more.
fn is_old(target: &Target<'_, '_>, port: &Port) -> bool {
    port.holder == Holder::Nobody && had(target, port)
}

/// Whether somebody has moved to the number, and nobody had it before.
fn is_new(target: &Target<'_, '_>, port: &Port) -> bool {
    let holder = port.holder.at(target.service());
    holder.is_some_and(|at| target.owners.former().has_moved(at.0, at.1)) && !had(target, port)
}
