//! Groups and ranges: those of the document, else proposed from folders and numbers.

use std::collections::{BTreeMap, BTreeSet};

use super::blocks;
use super::decide::Slot;
use super::document::{Document, Range as Stated};
use super::evidence::At;
use super::naming::{self, is_general};
use super::propose::{Proposed, clean};
use crate::allocation::Ports;

/// More ranges than this in a group are no order that anybody had in mind.
const MOST_RANGES: usize = 3;

/// The longest id, which leaves room for a number behind it.
const MOST_ID: usize = 50;

/// What a heading may end in that says nothing.
const SAYS_NOTHING: [&str; 8] =
    ["applications", "application", "apps", "services", "service", "ports", "port", "servers"];

/// A group as ports.toml gets it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Group {
    pub(super) id: String,
    pub(super) title: String,
    pub(super) label: Option<String>,
    /// Indices of ranges.
    pub(super) ranges: Vec<usize>,
}

/// A range as ports.toml gets it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Range {
    pub(super) id: String,
    pub(super) ports: Ports,
    pub(super) purpose: String,
    /// Where it is stated; none of one that is proposed.
    pub(super) at: Option<At>,
}

/// Groups and ranges, with what was left out.
#[derive(Debug, Default)]
pub(super) struct Groups {
    pub(super) groups: Vec<Group>,
    pub(super) ranges: Vec<Range>,
    /// Whether the numbers are spread, so that a range only says where new ones come from.
    pub(super) is_spread: bool,
    pub(super) notes: Vec<String>,
}

/// Puts each service into a group, and gives groups their ranges.
pub(super) fn arrange(all: &mut [Proposed], document: Option<&Document>) -> Groups {
    let mut found = Groups::default();
    if let Some(document) = document {
        found.of_document(all, document);
    }
    found.by_folder(all);
    match document.filter(|document| !document.ranges.is_empty()) {
        Some(document) => found.stated_ranges(all, document),
        None => {
            found.proposed_ranges(all);
            found.leave_one_range(all);
        }
    }
    if !found.is_spread {
        found.exceptions(all);
    }
    found
}

impl Groups {
    /// The parts of the document that have rows.
    fn of_document(&mut self, all: &mut [Proposed], document: &Document) {
        let mut of_section: Vec<Option<usize>> = vec![None; document.sections.len()];
        let used: BTreeSet<usize> = all.iter().filter_map(|one| one.section).collect();
        if used.len() < 2 {
            // One table of everything says nothing of groups.
            return;
        }
        for one in all {
            let Some(section) = one.section else { continue };
            let stated = &document.sections[section];
            if stated.title.is_empty() {
                continue;
            }
            let known = *of_section[section].get_or_insert_with(|| {
                let label = stated.label.clone().filter(|label| label != "Service" && !label.is_empty());
                let known = self.groups.iter().position(|one| one.title == clean(&stated.title) && one.label == label);
                known.unwrap_or_else(|| self.group(&short_id(&stated.title), &stated.title, label))
            });
            one.group = Some(known);
        }
    }

    /// The group with a title, which is made where there is none.
    fn titled(&mut self, id: &str, title: &str) -> usize {
        let known = self.groups.iter().position(|group| group.title == clean(title));
        known.unwrap_or_else(|| self.group(id, title, None))
    }

    fn group(&mut self, id: &str, title: &str, label: Option<String>) -> usize {
        let id = id.get(..MOST_ID).map_or(id, |short| short.trim_end_matches('-'));
        let id = unused(id, self.groups.iter().map(|group| &*group.id));
        self.groups.push(Group {
            id,
            title: clean(title),
            label: label.map(|label| clean(&label)),
            ranges: Vec::new(),
        });
        self.groups.len() - 1
    }

    /// Services that the document has not: with those of the same folder, those that are not built here by themselves.
    fn by_folder(&mut self, all: &mut [Proposed]) {
        let mut groups: BTreeMap<Option<String>, usize> = BTreeMap::new();
        for one in all.iter() {
            if let Some(group) = one.group {
                groups.entry(folder(one)).or_insert(group);
            }
        }
        let mut free: Vec<usize> = (0..all.len()).filter(|at| all[*at].group.is_none()).collect();
        let folders = gathered(free.iter().map(|at| folder(&all[*at])).collect());
        for (at, folder) in free.drain(..).zip(folders) {
            let one = &mut all[at];
            let known = groups.get(&folder).copied();
            let group = known.unwrap_or_else(|| self.of_folder(folder.as_deref()));
            groups.insert(folder, group);
            one.group = Some(group);
        }
    }

    /// The group of what lies in a folder, or is not built here.
    fn of_folder(&mut self, folder: Option<&str>) -> usize {
        let Some(folder) = folder else { return self.titled("infrastructure", "Infrastructure") };
        match folder.rsplit('/').next().filter(|last| !is_general(last)) {
            None => self.titled("services", "Services"),
            Some(last) => {
                let id = naming::id(last).unwrap_or_else(|| "services".to_owned());
                self.titled(&id, &naming::title(last))
            }
        }
    }

    /// The ranges of the document, each of the group that has most numbers in it.
    fn stated_ranges(&mut self, all: &[Proposed], document: &Document) {
        let mut stated: Vec<&Stated> = document.ranges.iter().collect();
        stated.sort_by_key(|range| range.ports.first());
        for range in stated {
            if let Some(other) = self.ranges.iter().find(|other| other.ports.meets(range.ports)) {
                let note = format!(
                    "{}: range {} overlaps with {}, and was left out",
                    range.at.shown(),
                    range.ports,
                    other.ports
                );
                self.notes.push(note);
                continue;
            }
            let id = unused(&short_id(&range.purpose), self.ranges.iter().map(|range| &*range.id));
            let purpose =
                Some(clean(&range.purpose)).filter(|text| !text.is_empty()).unwrap_or_else(|| naming::title(&id));
            self.ranges.push(Range { id, ports: range.ports, purpose, at: Some(range.at.clone()) });
        }
        for at in 0..self.ranges.len() {
            if let Some(group) = self.owner(all, document, at) {
                self.groups[group].ranges.push(at);
            }
        }
    }

    /// The group that a range is of.
    fn owner(&self, all: &[Proposed], document: &Document, range: usize) -> Option<usize> {
        let range = &self.ranges[range];
        // The heading that states it.
        let section = document.sections.iter().position(|section| section.range == Some(range.ports));
        if let Some(group) = section.and_then(|section| all.iter().find(|one| one.section == Some(section))?.group) {
            return Some(group);
        }
        let inside = |group: usize| {
            let own = all.iter().filter(|one| one.group == Some(group));
            own.flat_map(|one| &one.slots)
                .filter(|slot| slot.is_published() && slot.number().is_some_and(|ports| range.ports.meets(ports)))
                .count()
        };
        let words = |text: &str| naming::key(text).split('-').map(str::to_owned).collect::<Vec<_>>();
        let purpose = words(&range.purpose);
        let shared = |group: usize| {
            words(&self.groups[group].title).iter().filter(|word| purpose.contains(word) && word.len() > 3).count()
        };
        let best = (0..self.groups.len()).rev().max_by_key(|group| (inside(*group), shared(*group)))?;
        (inside(best) > 0 || shared(best) > 0).then_some(best)
    }

    /// Blocks around the numbers of each group: a hundred, or a part of one that others have, too.
    fn proposed_ranges(&mut self, all: &[Proposed]) {
        for (ports, group) in blocks::propose(all) {
            let own = &mut self.groups[group];
            let id = if own.ranges.is_empty() { own.id.clone() } else { format!("{}-{}", own.id, ports.first().get()) };
            let id = unused(&id, self.ranges.iter().map(|range| &*range.id));
            own.ranges.push(self.ranges.len());
            self.ranges.push(Range { id, ports, purpose: own.title.clone(), at: None });
        }
    }

    /// Leaves each group the range with most of its numbers, where one of them has more than anybody wants to read.
    fn leave_one_range(&mut self, all: &[Proposed]) {
        self.is_spread = self.groups.iter().any(|group| group.ranges.len() > MOST_RANGES);
        if !self.is_spread {
            return;
        }
        let proposed = std::mem::take(&mut self.ranges);
        for (at, group) in self.groups.iter_mut().enumerate() {
            let numbers: Vec<Ports> = all
                .iter()
                .filter(|one| one.group == Some(at))
                .flat_map(|one| &one.slots)
                .filter(|slot| slot.is_published())
                .filter_map(Slot::number)
                .collect();
            let inside = |range: &usize| numbers.iter().filter(|ports| proposed[*range].ports.meets(**ports)).count();
            // Of several, the first.
            let best = std::mem::take(&mut group.ranges).into_iter().rev().max_by_key(inside);
            if let Some(best) = best {
                group.ranges.push(self.ranges.len());
                self.ranges.push(Range { id: group.id.clone(), ..proposed[best].clone() });
            }
        }
    }

    /// Reasons for ports outside of the ranges of their group.
    fn exceptions(&self, all: &mut [Proposed]) {
        for one in all {
            // Without ranges of its own, a group has them all.
            let own = one.group.map(|group| &self.groups[group].ranges).filter(|ranges| !ranges.is_empty());
            let ranges: Vec<Ports> = match own {
                Some(own) => own.iter().map(|at| self.ranges[*at].ports).collect(),
                None if self.ranges.is_empty() => continue,
                None => self.ranges.iter().map(|range| range.ports).collect(),
            };
            let is_outside = |ports: Ports| {
                !ranges.iter().any(|range| range.contains(ports.first()) && range.contains(ports.last()))
            };
            let outside =
                one.slots.iter().filter(|slot| slot.is_published()).find(|slot| slot.number().is_some_and(is_outside));
            one.exception = outside.map(|slot| match slot.host.0.first().and_then(|side| side.at.first()) {
                Some(at) => format!("stated by {} when ports.toml was imported", at.shown()),
                None => "given out when ports.toml was imported".to_owned(),
            });
        }
    }
}

/// How often folders are gathered: nobody has them deeper.
const MOST_GATHERED: usize = 8;

/// Folders with those that have one service alone put together, where several of them lie in one: `src/Services` for `src/Services/Cart` and
/// `src/Services/Orders`.
fn gathered(mut folders: Vec<Option<String>>) -> Vec<Option<String>> {
    for _ in 0..MOST_GATHERED {
        let mut counts: BTreeMap<String, usize> = BTreeMap::new();
        folders.iter().flatten().for_each(|folder| *counts.entry(folder.clone()).or_default() += 1);
        let mut beside: BTreeMap<&str, usize> = BTreeMap::new();
        let is_lonely = |folder: &str| !folder.is_empty() && counts.get(folder) == Some(&1);
        counts
            .keys()
            .filter(|folder| is_lonely(folder))
            .for_each(|folder| *beside.entry(above(folder)).or_default() += 1);
        let is_gathered = |folder: &str| is_lonely(folder) && beside.get(above(folder)).is_some_and(|count| *count > 1);
        if !counts.keys().any(|folder| is_gathered(folder)) {
            break;
        }
        for folder in folders.iter_mut().flatten().filter(|folder| is_gathered(folder)) {
            *folder = above(folder).to_owned();
        }
    }
    folders
}

fn above(folder: &str) -> &str {
    folder.rsplit_once('/').map_or("", |(above, _)| above)
}

/// The folder that a service lies in beside others: `services` of `services/auth/src`; empty of a part of the repository without one.
/// None of what is not built here.
fn folder(one: &Proposed) -> Option<String> {
    if !one.is_own {
        return None;
    }
    let Some(mut dir) = one.dir.as_deref() else { return Some(String::new()) };
    while let Some((above, last)) = dir.rsplit_once('/') {
        if !is_general(last) || !above.contains('/') {
            break;
        }
        dir = above;
    }
    Some(dir.rsplit_once('/').map_or("", |(folder, _)| folder).to_owned())
}

/// An id for a heading: `frontend` for `Frontend Applications`.
fn short_id(title: &str) -> String {
    let id = naming::id(title).unwrap_or_else(|| "group".to_owned());
    let mut short = &*id;
    for word in SAYS_NOTHING {
        short = short.strip_suffix(word).map_or(short, |rest| rest.trim_end_matches('-'));
    }
    let short = short.get(..MOST_ID).map_or(short, |short| short.trim_end_matches('-'));
    let words: Vec<&str> = short.split('-').take_while(|word| !matches!(*word, "and" | "for" | "or")).collect();
    let short = words.join("-");
    if short.is_empty() { id } else { short }
}

/// An id that no other has.
fn unused<'a>(id: &str, taken: impl Iterator<Item = &'a str>) -> String {
    let taken: Vec<&str> = taken.collect();
    let mut free = id.to_owned();
    let mut count = 2;
    while taken.contains(&&*free) {
        free = format!("{id}-{count}");
        count += 1;
    }
    free
}
