//! Compares ranges, groups, reserved and retired numbers, lint levels and outputs: lists of entries with a name and a value.

use std::ops::Range as Span;

use super::matching::Matching;
use super::{Line, compose};
use crate::allocation::references::References;
use crate::allocation::{Allocation, Outputs, ProjectName};
use crate::diagnostic::{Code, codes, quoted_whole};
use crate::lints::LINTS;

/// A list of entries of ports.toml.
struct List {
    code: Code,
    /// The name of the list in a line about its order; `None` if the order does not matter.
    ordered: Option<&'static str>,
    entries: fn(&Allocation) -> Vec<Entry>,
}

/// An entry with its value, and further values with their keys.
#[derive(PartialEq, Eq)]
struct Entry {
    name: String,
    value: String,
    further: Vec<(&'static str, String)>,
}

const LISTS: [List; 8] = [
    List { code: codes::RANGE, ordered: Some("ranges"), entries: ranges },
    List { code: codes::RANGE, ordered: Some("groups"), entries: groups },
    List { code: codes::WITHHELD, ordered: Some("reserved"), entries: reserved },
    List { code: codes::WITHHELD, ordered: Some("retired"), entries: retired },
    List { code: codes::SETTING, ordered: None, entries: levels },
    List { code: codes::SETTING, ordered: None, entries: outputs },
    List { code: codes::SETTING, ordered: None, entries: references },
    List { code: codes::SETTING, ordered: None, entries: instances },
];

const PLATFORM: List = List { code: codes::SETTING, ordered: None, entries: platform };

pub(super) fn compare(before: &Allocation, after: &Allocation) -> Vec<Line> {
    let mut lines: Vec<Line> = LISTS.iter().flat_map(|list| list.compare(before, after)).collect();
    let [was, is] = [&before.outputs, &after.outputs];
    lines.extend(switched([&was.disable, &is.disable], "switched on"));
    lines.extend(switched([&is.disable, &was.disable], "switched off"));
    lines.extend(switched([&is.enable, &was.enable], "switched on"));
    lines.extend(switched([&was.enable, &is.enable], "switched off"));
    if !compose::is_same(&before.compose, &after.compose) {
        lines.push(Line::new(codes::SETTING, "compose", "other sections of the Compose file"));
    }
    lines.extend(PLATFORM.compare(before, after));
    lines
}

impl List {
    /// Lines for entries that are new, gone or different, and for a new order.
    fn compare(&self, before: &Allocation, after: &Allocation) -> Vec<Line> {
        let [before, after] = [before, after].map(self.entries);
        let entries = Matching::new(&before, &after, |one| &one.name, Entry::eq, Entry::is_renamed);
        let mut lines = Vec::new();
        for (was, is) in entries.entries {
            match was {
                Some(was) if was.name != is.name => lines.push(self.line(&is.name, format!("was {}", was.name))),
                Some(was) => lines.extend(is.changes_since(was).into_iter().map(|text| self.line(&is.name, text))),
                None => lines.push(self.line(&is.name, format!("new, {}", is.value))),
            }
        }
        lines.extend(entries.removed.iter().map(|was| self.line(&was.name, format!("removed, {}", was.value))));
        if let Some(name) = self.ordered.filter(|_| entries.is_reordered) {
            lines.push(self.line(name, "in another order".to_owned()));
        }
        lines
    }

    fn line(&self, subject: &str, text: String) -> Line {
        Line::new(self.code, subject, text)
    }
}

impl Entry {
    fn new(name: String, value: String) -> Self {
        Self { name, value, further: Vec::new() }
    }

    /// Adds a further value, a text of the user.
    fn with(mut self, key: &'static str, text: &str) -> Self {
        self.further.push((key, quoted_whole(text)));
        self
    }

    fn is_renamed(was: &Self, is: &Self) -> bool {
        (&was.value, &was.further) == (&is.value, &is.further)
    }

    fn changes_since(&self, was: &Self) -> Vec<String> {
        let mut changes = Vec::new();
        if was.value != self.value {
            changes.push(format!("{} -> {}", was.value, self.value));
        }
        for ((key, was), (_, is)) in was.further.iter().zip(&self.further) {
            if was != is {
                changes.push(format!("{key} {was} -> {is}"));
            }
        }
        changes
    }
}

fn ranges(allocation: &Allocation) -> Vec<Entry> {
    let mut entries = Vec::new();
    for range in &allocation.ranges {
        let entry = Entry::new(format!("range {}", range.id), range.to_string());
        entries.push(entry.with("purpose", &range.purpose));
    }
    entries
}

fn groups(allocation: &Allocation) -> Vec<Entry> {
    let mut entries = Vec::new();
    for group in &allocation.groups {
        let ranges: Vec<&str> = group.ranges.iter().map(|range| &*allocation.ranges[*range].id).collect();
        let ranges = if ranges.is_empty() { "any range".to_owned() } else { ranges.join(", ") };
        let entry = Entry::new(format!("group {}", group.id), ranges);
        entries.push(entry.with("title", &group.title).with("label", &group.label));
    }
    entries
}

fn reserved(allocation: &Allocation) -> Vec<Entry> {
    let mut entries = Vec::new();
    for reserved in &allocation.reserved {
        entries.push(Entry::new(format!("reserved {}", reserved.ports), quoted_whole(&reserved.reason)));
    }
    entries
}

fn retired(allocation: &Allocation) -> Vec<Entry> {
    let mut entries = Vec::new();
    for retired in &allocation.retired {
        let [service, reason] = [&retired.service, &retired.reason].map(|text| quoted_whole(text));
        let value = format!("{service} had it until {}: {reason}", retired.since);
        entries.push(Entry::new(format!("retired {}", retired.ports), value));
    }
    entries
}

fn levels(allocation: &Allocation) -> Vec<Entry> {
    let mut entries = Vec::new();
    for lint in LINTS {
        entries.push(Entry::new(format!("lint {}", lint.code), allocation.level(lint.code).as_str().to_owned()));
    }
    entries
}

fn outputs(allocation: &Allocation) -> Vec<Entry> {
    let Outputs { directory, paths, .. } = &allocation.outputs;
    let mut entries = vec![Entry::new("outputs".to_owned(), quoted_whole(directory.as_str()))];
    let name = match &allocation.outputs.project_name {
        ProjectName::Platform => "with its name".to_owned(),
        ProjectName::Stated(name) => quoted_whole(name),
        ProjectName::Folder => "without its name".to_owned(),
    };
    entries.push(Entry::new("compose project".to_owned(), name));
    let publishes = if allocation.outputs.has_variables { "under variables" } else { "as numbers" };
    entries.push(Entry::new("compose ports".to_owned(), publishes.to_owned()));
    for (name, path, _) in paths {
        entries.push(Entry::new(format!("path of {}", quoted_whole(name)), quoted_whole(path)));
    }
    entries
}

fn references(allocation: &Allocation) -> Vec<Entry> {
    let References { files, ignore, accept, places } = &allocation.references;
    let mut entries = Vec::new();
    for (list, how) in [(files, "kept in step"), (ignore, "not looked at")] {
        entries.extend(
            list.iter().map(|files| Entry::new(format!("files {}", quoted_whole(&files.text)), how.to_owned())),
        );
    }
    for one in accept {
        let name = format!("accepted {} in {}", one.ports, quoted_whole(&one.files.text));
        entries.push(Entry::new(name, quoted_whole(&one.reason)));
    }
    for one in places {
        let (service, at) = (&allocation.services[one.service].id, &one.written);
        entries.push(Entry::new(
            format!("place {} in {}", quoted_whole(at), quoted_whole(&one.files.text)),
            quoted_whole(service),
        ));
    }
    entries
}

fn instances(allocation: &Allocation) -> Vec<Entry> {
    let value = match &allocation.instances {
        Some(instances) => format!("{}, each {} further on", instances.count, instances.step),
        None => "one".to_owned(),
    };
    vec![Entry::new("instances".to_owned(), value)]
}

fn platform(allocation: &Allocation) -> Vec<Entry> {
    let platform = &allocation.platform;
    vec![Entry::new("platform".to_owned(), quoted_whole(&platform.id)).with("name", &platform.name)]
}

/// A line for each output that stands in the first list but not in the second.
fn switched([one, other]: [&[(String, Span<usize>)]; 2], how: &str) -> Vec<Line> {
    let mut lines = Vec::new();
    for (name, _) in one {
        if other.iter().all(|(known, _)| known != name) {
            lines.push(Line::new(codes::SETTING, format!("output {}", quoted_whole(name)), how));
        }
    }
    lines
}
