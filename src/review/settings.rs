//! Ranges, groups, numbers that are kept back, lint levels, outputs.

use super::things::{self, Thing};
use super::{Kind, Line, compose};
use crate::allocation::{Allocation, Group, Level, Outputs, Range, Reserved, Retired};
use crate::diagnostic::{Code, quoted_whole};
use crate::lints;

pub(super) fn compare(before: &Allocation, after: &Allocation) -> Vec<Line> {
    let mut lines = things::compare(Kind::Range, Some("ranges"), &ranges(before), &ranges(after));
    lines.extend(things::compare(Kind::Range, Some("groups"), &groups(before), &groups(after)));
    lines.extend(things::compare(Kind::Withheld, Some("reserved"), &reserved(before), &reserved(after)));
    lines.extend(things::compare(Kind::Withheld, Some("retired"), &retired(before), &retired(after)));
    lines.extend(levels(before, after));
    lines.extend(things::compare(Kind::Setting, None, &outputs(&before.outputs), &outputs(&after.outputs)));
    lines.extend(switched(&before.outputs, &after.outputs, "switched on"));
    lines.extend(switched(&after.outputs, &before.outputs, "switched off"));
    if !compose::is_same(&before.compose, &after.compose) {
        lines.push(Line::new(Kind::Setting, "compose", "other sections of the Compose file"));
    }
    lines.extend(things::compare(Kind::Setting, None, &[platform(before)], &[platform(after)]));
    lines
}

fn ranges(allocation: &Allocation) -> Vec<Thing> {
    let thing = |range: &Range| Thing {
        besides: vec![("purpose", quoted_whole(&range.purpose))],
        ..Thing::new(format!("range {}", range.id), range.to_string())
    };
    allocation.ranges.iter().map(thing).collect()
}

fn groups(allocation: &Allocation) -> Vec<Thing> {
    let ranges = |ranges: &[usize]| match ranges {
        [] => "any range".to_owned(),
        _ => ranges.iter().map(|range| allocation.ranges[*range].id.as_str()).collect::<Vec<_>>().join(", "),
    };
    let thing = |group: &Group| Thing {
        besides: vec![("title", quoted_whole(&group.title)), ("label", quoted_whole(&group.label))],
        ..Thing::new(format!("group {}", group.id), ranges(&group.ranges))
    };
    allocation.groups.iter().map(thing).collect()
}

fn reserved(allocation: &Allocation) -> Vec<Thing> {
    let thing = |reserved: &Reserved| {
        let numbers = match reserved.first == reserved.last {
            true => reserved.first.to_string(),
            false => format!("{}-{}", reserved.first, reserved.last),
        };
        Thing::new(format!("reserved {numbers}"), quoted_whole(&reserved.reason))
    };
    allocation.reserved.iter().map(thing).collect()
}

fn retired(allocation: &Allocation) -> Vec<Thing> {
    let thing = |retired: &Retired| {
        let fact = format!(
            "{} had it until {}: {}",
            quoted_whole(&retired.service),
            retired.since,
            quoted_whole(&retired.reason)
        );
        Thing::new(format!("retired {}", retired.port), fact)
    };
    allocation.retired.iter().map(thing).collect()
}

fn platform(allocation: &Allocation) -> Thing {
    let platform = &allocation.platform;
    Thing {
        besides: vec![("name", quoted_whole(&platform.name))],
        ..Thing::new("platform".to_owned(), quoted_whole(&platform.id))
    }
}

fn levels(before: &Allocation, after: &Allocation) -> Vec<Line> {
    let levels = |lint: &lints::Lint| (before.level(lint.code), after.level(lint.code));
    let changed = lints::LINTS.iter().map(|lint| (lint.code, levels(lint))).filter(|(_, (was, is))| was != is);
    let line = |(code, (was, is)): (Code, (Level, Level))| {
        Line::new(Kind::Setting, format!("lint {code}"), format!("{} -> {}", was.as_str(), is.as_str()))
    };
    changed.map(line).collect()
}

fn outputs(outputs: &Outputs) -> Vec<Thing> {
    let directory = ("outputs".to_owned(), quoted_whole(outputs.directory.as_str()));
    let moved =
        outputs.paths.iter().map(|(name, path, _)| (format!("path of {}", quoted_whole(name)), quoted_whole(path)));
    [directory].into_iter().chain(moved).map(|(name, is)| Thing::new(name, is)).collect()
}

/// A line for each output that is off in `one` and not in `other`.
fn switched(one: &Outputs, other: &Outputs, how: &str) -> Vec<Line> {
    let is_off = |name: &String| other.disable.iter().any(|(off, _)| off == name);
    let names = one.disable.iter().map(|(name, _)| name).filter(|name| !is_off(name));
    names.map(|name| Line::new(Kind::Setting, format!("output {}", quoted_whole(name)), how)).collect()
}
