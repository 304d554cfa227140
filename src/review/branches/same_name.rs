//! Finds entries that both sides added under one name and with the same numbers.

use std::collections::HashMap;
use std::ops::Range as Span;

use super::{range_numbers, service_numbers};
use crate::allocation::Allocation;
use crate::diagnostic::{Code, codes, quoted};
use crate::manifest::value::SemanticValue;

/// An entry that both sides added under one name, with the same numbers.
#[derive(Debug)]
pub(super) struct SameName<'a> {
    /// The code of the finding.
    pub(super) code: Code,
    /// The entry, as messages name it.
    pub(super) what: String,
    /// Its places on both sides, ours first.
    pub(super) spans: [&'a Span<usize>; 2],
    /// Its keys in ports.toml.
    keys: Vec<&'a str>,
}

/// Every service, port, group and range that both sides added, but not in the same way.
pub(super) fn unlike<'a>(
    base: Option<&'a Allocation>,
    ours: &'a Allocation,
    theirs: &'a Allocation,
) -> Vec<SameName<'a>> {
    let mut found = all(base, ours, theirs);
    if !found.is_empty() {
        let mut sides = [ours, theirs].map(|side| SemanticValue::of_document(&side.source.text));
        found.retain(|one| {
            let [ours, theirs] = sides.each_mut().map(|side| side.as_mut().and_then(|all| all.at(&one.keys)));
            ours != theirs
        });
    }
    found
}

fn all<'a>(base: Option<&'a Allocation>, ours: &'a Allocation, theirs: &'a Allocation) -> Vec<SameName<'a>> {
    let code = codes::RIVAL_NAME;
    let mut found = Vec::new();
    let mut ports = Vec::new();
    let base_services = base.map(|base| &*base.services).unwrap_or_default();
    for (was, [one, other]) in in_both(base_services, &ours.services, &theirs.services, |one| &one.id) {
        if service_numbers(one) != service_numbers(other) {
            continue;
        }
        let Some(was) = was else {
            let spans = [&one.span, &other.span];
            found.push(SameName { code, what: quoted(&one.id), keys: vec!["services", &one.id], spans });
            continue;
        };
        for (was, [port, rival]) in in_both(&was.bindings, &one.bindings, &other.bindings, |one| &one.name) {
            if was.is_none() {
                let what = format!("port {} of {}", quoted(&port.name), quoted(&one.id));
                let keys = vec!["services", &one.id, "ports", &port.name];
                ports.push(SameName { code, what, keys, spans: [&port.span, &rival.span] });
            }
        }
    }
    found.append(&mut ports);
    let base_groups = base.map(|base| &*base.groups).unwrap_or_default();
    for (was, [one, other]) in in_both(base_groups, &ours.groups, &theirs.groups, |one| &one.id) {
        if was.is_none() {
            let what = format!("group {}", quoted(&one.id));
            found.push(SameName { code, what, keys: vec!["groups", &one.id], spans: [&one.span, &other.span] });
        }
    }
    let base_ranges = base.map(|base| &*base.ranges).unwrap_or_default();
    for (was, [one, other]) in in_both(base_ranges, &ours.ranges, &theirs.ranges, |one| &one.id) {
        if was.is_none() && range_numbers(one) == range_numbers(other) {
            let what = format!("range {}", quoted(&one.id));
            let keys = vec!["ranges", &one.id];
            found.push(SameName { code: codes::RIVAL_RANGE, what, keys, spans: [&one.span, &other.span] });
        }
    }
    found
}

/// The entries that both sides have under one name, ours first, each with its version in the base.
fn in_both<'a, T>(
    base: &'a [T],
    ours: &'a [T],
    theirs: &'a [T],
    name: fn(&T) -> &str,
) -> Vec<(Option<&'a T>, [&'a T; 2])> {
    let [base, theirs] = [base, theirs].map(|side| side.iter().map(|one| (name(one), one)).collect::<HashMap<_, _>>());
    let mut found = Vec::new();
    for one in ours {
        if let Some(other) = theirs.get(name(one)) {
            found.push((base.get(name(one)).copied(), [one, *other]));
        }
    }
    found
}
