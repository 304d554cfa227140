//! Of what time a number is that one service had before a change of ports.toml, and another one has now.
//!
//! A number that the script had before the change is of before, another one is of now. Where the script is not known from before,
//! the other numbers of the file say of what time it is.

use std::collections::HashMap;

use super::document::Document;
use super::port::{Kind, Time};
use super::scanned::{Holder, Port, Scanned};
use super::script;
use super::secrets::secrets;
use super::target::Target;
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
    if !ports.any(|port| port.time == Time::Unknown) {
        return;
    }
    let then = then(target).unwrap_or_default();
    let of_file = time_of_file(target, scanned);
    let now = lines(document);
    for script in scanned {
        let name = script.name.map(str::to_owned);
        let lines = then.get(&name).zip(now.get(&name));
        let before = lines.filter(|(then, now)| is_same_but_for_numbers(then, now)).map(|(then, _)| then);
        for (at, port) in script.ports.iter_mut().enumerate().filter(|(_, port)| port.time == Time::Unknown) {
            port.time = match before {
                Some(before) if before.numbers.get(at) == Some(&port.number.port) => Time::Before,
                Some(_) => Time::Now,
                None => of_file,
            };
        }
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
            line.rest.push_str(&text[at..port.number.digits.start]);
            line.rest.push('\0');
            line.numbers.push(port.number.port);
            at = port.number.digits.end;
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

fn had(target: &Target<'_, '_>, port: &Port) -> bool {
    target.owners.former().with_host(port.number.port).next().is_some()
}
