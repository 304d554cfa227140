//! What is new on both sides under one name, with the same numbers.

use std::collections::{HashMap, HashSet};
use std::ops::Range as Span;

use super::{numbers, numbers_of};
use crate::allocation::{Allocation, Service};
use crate::diagnostic::{Code, codes, quoted};
use crate::manifest::value::SemanticValue;

/// What both sides have added under one name, with the same numbers: ours first, then theirs.
#[derive(Debug)]
pub(super) struct Twins<'a> {
    /// The code under which it is told.
    pub(super) code: Code,
    /// What it is, for a message.
    pub(super) what: String,
    /// Where each has written it.
    pub(super) spans: [&'a Span<usize>; 2],
    /// Its keys in ports.toml.
    keys: Vec<&'a str>,
}

/// Every service, port of a service, group and range that is new on both sides.
pub(super) fn all<'a>(base: Option<&Allocation>, ours: &'a Allocation, theirs: &'a Allocation) -> Vec<Twins<'a>> {
    let services = new_in_both(base.map(|base| &*base.services), &ours.services, &theirs.services, |one| &one.id);
    let services = services.into_iter().filter(|[one, other]| numbers(one) == numbers(other)).map(|[one, other]| {
        Twins::new(codes::RIVAL_NAME, quoted(&one.id), vec!["services", &one.id], [&one.span, &other.span])
    });
    let groups = new_in_both(base.map(|base| &*base.groups), &ours.groups, &theirs.groups, |one| &one.id);
    let groups = groups.into_iter().map(|[one, other]| {
        let what = format!("group {}", quoted(&one.id));
        Twins::new(codes::RIVAL_NAME, what, vec!["groups", &one.id], [&one.span, &other.span])
    });
    let ranges = new_in_both(base.map(|base| &*base.ranges), &ours.ranges, &theirs.ranges, |one| &one.id);
    let ranges = ranges.into_iter().filter(|[one, other]| numbers_of(one) == numbers_of(other)).map(|[one, other]| {
        let what = format!("range {}", quoted(&one.id));
        Twins::new(codes::RIVAL_RANGE, what, vec!["ranges", &one.id], [&one.span, &other.span])
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
            Twins::new(
                codes::RIVAL_NAME,
                what,
                vec!["services", &service.id, "ports", &one.name],
                [&one.span, &other.span],
            )
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
    fn new(code: Code, what: String, keys: Vec<&'a str>, spans: [&'a Span<usize>; 2]) -> Self {
        Self { code, what, spans, keys }
    }
}

/// Those of which the two sides do not say the same.
pub(super) fn unlike<'a>(twins: Vec<Twins<'a>>, sides: [&Allocation; 2]) -> Vec<Twins<'a>> {
    if twins.is_empty() {
        return twins;
    }
    let mut sides = sides.map(|side| SemanticValue::of_document(&side.source.text));
    let mut differ = |twins: &Twins<'_>| {
        let [ours, theirs] = sides.each_mut().map(|side| side.as_mut().and_then(|all| all.at(&twins.keys)));
        ours != theirs
    };
    twins.into_iter().filter(|one| differ(one)).collect()
}
