//! What is new on both sides under one name: git makes one of the two only where both have written the same at one place.
//! Elsewhere it keeps both, without a conflict, and ports.toml has the name twice.

use std::collections::{HashMap, HashSet};
use std::ops::Range as Span;

use similar::{Algorithm, DiffOp, capture_diff_slices};

use super::{numbers, numbers_of};
use crate::allocation::{Allocation, Service};
use crate::diagnostic::quoted;
use crate::manifest::meaning::Meaning;

/// What both sides have added under one name, with the same numbers: ours first, then theirs.
#[derive(Debug)]
pub(super) struct Twins<'a> {
    /// The code under which it is told.
    pub(super) code: &'static str,
    /// What it is, for a message.
    pub(super) what: String,
    /// Where each has written it.
    pub(super) spans: [&'a Span<usize>; 2],
    /// Its keys in ports.toml.
    keys: Vec<&'a str>,
}

/// Why git does not make one of two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Trouble {
    /// They do not say the same.
    Unlike,
    /// They say the same in different places.
    Apart,
}

/// Every service, port of a service, group and range that is new on both sides.
pub(super) fn all<'a>(base: Option<&Allocation>, ours: &'a Allocation, theirs: &'a Allocation) -> Vec<Twins<'a>> {
    let services = new_in_both(base.map(|base| &*base.services), &ours.services, &theirs.services, |one| &one.id);
    let services = services.into_iter().filter(|[one, other]| numbers(one) == numbers(other)).map(|[one, other]| {
        Twins::new("rival-name", quoted(&one.id), vec!["services", &one.id], [&one.span, &other.span])
    });
    let groups = new_in_both(base.map(|base| &*base.groups), &ours.groups, &theirs.groups, |one| &one.id);
    let groups = groups.into_iter().map(|[one, other]| {
        let what = format!("group {}", quoted(&one.id));
        Twins::new("rival-name", what, vec!["groups", &one.id], [&one.span, &other.span])
    });
    let ranges = new_in_both(base.map(|base| &*base.ranges), &ours.ranges, &theirs.ranges, |one| &one.id);
    let ranges = ranges.into_iter().filter(|[one, other]| numbers_of(one) == numbers_of(other)).map(|[one, other]| {
        let what = format!("range {}", quoted(&one.id));
        Twins::new("rival-range", what, vec!["ranges", &one.id], [&one.span, &other.span])
    });
    let ports = base.map(|base| ports(base, ours, theirs)).unwrap_or_default();
    services.chain(ports).chain(groups).chain(ranges).collect()
}

/// Ports that are new in services which are not.
fn ports<'a>(base: &Allocation, ours: &'a Allocation, theirs: &'a Allocation) -> Vec<Twins<'a>> {
    let (base, theirs) = (by_name(&base.services, |one| &one.id), by_name(&theirs.services, |one| &one.id));
    let all_three = |one: &'a Service| Some((base.get(&*one.id)?, one, *theirs.get(&*one.id)?));
    let services = ours.services.iter().filter_map(all_three);
    let services = services.filter(|(_, one, other)| numbers(one) == numbers(other));
    let twins = services.flat_map(|(was, service, other)| {
        let ports = new_in_both(Some(&was.bindings), &service.bindings, &other.bindings, |one| &one.name);
        ports.into_iter().map(|[one, other]| {
            let what = format!("port {} of {}", quoted(&one.name), quoted(&service.id));
            Twins::new("rival-name", what, vec!["services", &service.id, "ports", &one.name], [&one.span, &other.span])
        })
    });
    twins.collect()
}

fn new_in_both<'a, T>(base: Option<&[T]>, ours: &'a [T], theirs: &'a [T], name: fn(&T) -> &str) -> Vec<[&'a T; 2]> {
    let known: HashSet<&str> = base.unwrap_or_default().iter().map(name).collect();
    let theirs = by_name(theirs, name);
    let new = ours.iter().filter(|one| !known.contains(name(one)));
    new.filter_map(|one| Some([one, *theirs.get(name(one))?])).collect()
}

fn by_name<T>(items: &[T], name: fn(&T) -> &str) -> HashMap<&str, &T> {
    items.iter().map(|one| (name(one), one)).collect()
}

impl<'a> Twins<'a> {
    fn new(code: &'static str, what: String, keys: Vec<&'a str>, spans: [&'a Span<usize>; 2]) -> Self {
        Self { code, what, spans, keys }
    }
}

/// What both sides say, and what they have changed.
#[derive(Debug)]
pub(super) struct Sides<'a> {
    meanings: [Option<Meaning>; 2],
    /// None where there was nothing before: whatever both have added is at one place.
    edits: Option<[Edits<'a>; 2]>,
}

impl<'a> Sides<'a> {
    pub(super) fn new(base: Option<&'a Allocation>, sides: [&'a Allocation; 2]) -> Self {
        let edits = base.map(|base| sides.map(|side| Edits::new(base, side)));
        Self { meanings: sides.map(|side| Meaning::of_document(&side.source.text)), edits }
    }

    /// Why git does not make one of two; none where it does.
    pub(super) fn trouble(&mut self, twins: &Twins<'_>) -> Option<Trouble> {
        let [ours, theirs] = self.meanings.each_mut().map(|side| side.as_mut().and_then(|all| all.at(&twins.keys)));
        if ours != theirs {
            return Some(Trouble::Unlike);
        }
        let [ours, theirs] = self.edits.as_ref()?;
        let (ours, theirs) = (ours.around(twins.spans[0])?, theirs.around(twins.spans[1])?);
        // Where no line that both have left as it was lies between, git sees one place.
        (ours.end < theirs.start || theirs.end < ours.start).then_some(Trouble::Apart)
    }
}

/// The lines that a side has changed, found as git finds them when it merges.
#[derive(Debug)]
struct Edits<'a> {
    side: &'a Allocation,
    before: Vec<&'a str>,
    after: Vec<&'a str>,
    operations: Vec<DiffOp>,
}

impl<'a> Edits<'a> {
    fn new(base: &'a Allocation, side: &'a Allocation) -> Self {
        let [before, after] = [base, side].map(|one| one.source.text.lines().collect::<Vec<_>>());
        let operations = capture_diff_slices(Algorithm::Histogram, &before, &after);
        Self { side, before, after, operations }
    }

    /// The lines of old that the change around `span` has taken the place of.
    fn around(&self, span: &Span<usize>) -> Option<Span<usize>> {
        let line = self.side.place(span).line() - 1;
        let change = self.operations.iter().find(|one| one.new_range().contains(&line))?;
        let (mut old, mut new) = (change.old_range(), change.new_range());
        // Lines that were added above ones that begin alike may as well have been added below: git takes the last place.
        let slides = |old: usize, new: &Span<usize>| {
            let next = self.before.get(old);
            next.is_some() && [new.start, new.end].iter().all(|line| self.after.get(*line) == next)
        };
        while old.is_empty() && slides(old.end, &new) {
            (old, new) = (old.start + 1..old.end + 1, new.start + 1..new.end + 1);
        }
        Some(old)
    }
}
