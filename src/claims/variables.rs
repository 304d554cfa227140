//! The variables that outputs have for a service, where its id has changed and people use them: `AUTH_SERVICE_PORT`, `AUTH_SERVICE_URL`.

use std::collections::HashSet;
use std::ops::Range;

use crate::allocation::{Allocation, Service};
use crate::diagnostic::{Diagnostic, Place, Severity, codes, quoted};

/// The ends of the variables of a port.
const ENDS: [&str; 3] = ["_PORT", "_URL", "_HOST"];

/// The most renamed variables that are named.
const MOST_NAMED: usize = 3;

/// Variables that outputs no longer have.
#[derive(Debug)]
pub struct Gone(HashSet<String>);

impl Gone {
    /// Those of `before` that `now` does not have.
    pub fn between(before: &Allocation, now: &Allocation) -> Self {
        let ids: HashSet<&str> = now.services.iter().map(|service| &*service.id).collect();
        let mut gone: HashSet<String> = HashSet::new();
        for service in before.services.iter().filter(|service| !ids.contains(&*service.id)) {
            gone.extend(names(service));
        }
        if !gone.is_empty() {
            for name in now.services.iter().flat_map(names) {
                gone.remove(&name);
            }
        }
        Self(gone)
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Where a text uses them, as words of their own. One that it sets itself is not from an output.
    pub fn places_in(&self, text: &str) -> Vec<Range<usize>> {
        let mut found = Vec::new();
        let mut start = 0;
        for word in text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_')) {
            if self.0.contains(word) && !is_set(&text[start + word.len()..]) {
                found.push(start..start + word.len());
            }
            start += word.len();
            start += text[start..].chars().next().map_or(0, char::len_utf8);
        }
        found
    }

    /// The warning about the places in one file.
    pub fn warning(&self, name: &str, places: Vec<Place>) -> Option<Diagnostic> {
        let first = places.first()?;
        let variable = quoted(&first.source.text[first.span.clone()]);
        let others = if places.len() > 1 { " and other variables" } else { "" };
        let message = format!("{variable}{others} of a service that is gone or renamed still stand in {name}");
        let message = if places.len() > 1 { message } else { message.replace(" still stand in", " still stands in") };
        let warning = Diagnostic::new(codes::STILL_STATED, Severity::Warning, message)
            .at_each(places, "outputs no longer set it");
        Some(warning.help("change it by hand where the outputs set it"))
    }

    /// Warns of those in ports.toml itself.
    pub fn left(&self, now: &Allocation) -> Option<Diagnostic> {
        let places = self.places_in(&now.source.text).iter().map(|span| now.place(span)).collect();
        self.warning("ports.toml", places)
    }
}

/// The variables of a service: its ports and their addresses.
fn names(service: &Service) -> impl Iterator<Item = String> + '_ {
    let of_ports = service.bindings.iter().flat_map(|binding| ENDS.map(|end| service.env_name(binding) + end));
    let ranges = service.bindings.iter().filter(|binding| binding.is_range());
    of_ports.chain(ranges.flat_map(|binding| service.range_variables(binding)))
}

/// What a renamed service's variables are called in outputs: ``; in outputs, `AUTH_PORT` is `LOGIN_PORT` now``. Empty where no id has changed,
/// or not that of a service with ports, or where nothing `is_written` with its variables.
pub fn renamed(before: &Allocation, now: &Allocation, is_written: &dyn Fn(&str) -> bool) -> String {
    if before.services.len() != now.services.len() {
        return String::new();
    }
    let mut all = Vec::new();
    for (old, new) in before.services.iter().zip(&now.services).filter(|(old, new)| old.id != new.id) {
        for (was, is) in old.bindings.iter().zip(&new.bindings) {
            let end = if is.is_range() { "_MIN_PORT" } else { "_PORT" };
            let [was, is] = [old.env_name(was), new.env_name(is)].map(|name| [&name, end].concat());
            if was != is && is_written(&is) {
                all.push(format!("{} is {}", quoted(&was), quoted(&is)));
            }
        }
    }
    match all.len().saturating_sub(MOST_NAMED) {
        _ if all.is_empty() => String::new(),
        0 => format!("; in outputs, {} now", all.join(", ")),
        more => format!("; in outputs, {} now, and {more} more", all[..MOST_NAMED].join(", ")),
    }
}

/// Whether the word before `rest` is set there: `NAME=`, `NAME = `, `"NAME" = `.
fn is_set(rest: &str) -> bool {
    rest.trim_start_matches(['"', '\'']).trim_start_matches([' ', '\t']).starts_with('=')
}
