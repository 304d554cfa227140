//! Ranges, groups, numbers that are kept back, lint levels, outputs.

use super::{Kind, Line};
use crate::allocation::{Allocation, Level, Outputs};
use crate::diagnostic::quoted;
use crate::lints;

pub(super) fn compare(before: &Allocation, after: &Allocation) -> Vec<Line> {
    let mut lines = facts(Kind::Range, &ranges(before), &ranges(after));
    lines.extend(facts(Kind::Range, &groups(before), &groups(after)));
    lines.extend(facts(Kind::Withheld, &withheld(before), &withheld(after)));
    lines.extend(levels(before, after));
    lines.extend(facts(Kind::Setting, &outputs(&before.outputs), &outputs(&after.outputs)));
    if before.compose != after.compose {
        lines.push(Line::new(Kind::Setting, "compose", "other sections of the Compose file"));
    }
    if (&before.platform.id, &before.platform.name) != (&after.platform.id, &after.platform.name) {
        let text = format!("{} -> {}", quoted(&before.platform.id), quoted(&after.platform.id));
        lines.push(Line::new(Kind::Setting, "platform", text));
    }
    lines
}

/// Named things, each with what it is now.
type Facts = Vec<(String, String)>;

/// Lines for what is new, gone or different.
fn facts(kind: Kind, before: &Facts, after: &Facts) -> Vec<Line> {
    let find = |facts: &Facts, name: &str| facts.iter().find(|(known, _)| known == name).map(|(_, fact)| fact.clone());
    let of_after = after.iter().filter_map(|(name, fact)| match find(before, name) {
        None => Some(Line::new(kind, name, format!("new, {fact}"))),
        Some(was) if was != *fact => Some(Line::new(kind, name, format!("{was} -> {fact}"))),
        Some(_) => None,
    });
    let gone = before.iter().filter(|(name, _)| find(after, name).is_none());
    of_after.chain(gone.map(|(name, fact)| Line::new(kind, name, format!("removed, {fact}")))).collect()
}

fn ranges(allocation: &Allocation) -> Facts {
    allocation.ranges.iter().map(|range| (format!("range {}", range.id), range.to_string())).collect()
}

fn groups(allocation: &Allocation) -> Facts {
    let fact = |ranges: &[usize]| match ranges {
        [] => "any range".to_owned(),
        _ => ranges.iter().map(|range| allocation.ranges[*range].id.as_str()).collect::<Vec<_>>().join(", "),
    };
    allocation.groups.iter().map(|group| (format!("group {}", group.id), fact(&group.ranges))).collect()
}

fn withheld(allocation: &Allocation) -> Facts {
    let reserved = allocation.reserved.iter().map(|reserved| {
        let numbers = match reserved.first == reserved.last {
            true => reserved.first.to_string(),
            false => format!("{}-{}", reserved.first, reserved.last),
        };
        (format!("reserved {numbers}"), quoted(&reserved.reason))
    });
    let retired = allocation.retired.iter().map(|retired| {
        let fact = format!("{} had it until {}: {}", quoted(&retired.service), retired.since, quoted(&retired.reason));
        (format!("retired {}", retired.port), fact)
    });
    reserved.chain(retired).collect()
}

fn levels(before: &Allocation, after: &Allocation) -> Vec<Line> {
    let levels = |lint: &lints::Lint| (lints::level(before, lint.code), lints::level(after, lint.code));
    let changed = lints::LINTS.iter().map(|lint| (lint.code, levels(lint))).filter(|(_, (was, is))| was != is);
    let line = |(code, (was, is)): (&str, (Level, Level))| {
        Line::new(Kind::Setting, format!("lint {code}"), format!("{} -> {}", was.as_str(), is.as_str()))
    };
    changed.map(line).collect()
}

fn outputs(outputs: &Outputs) -> Facts {
    let directory = ("outputs".to_owned(), quoted(outputs.directory.as_str()));
    let disabled =
        outputs.disable.iter().map(|(name, _)| (format!("output {}", quoted(name)), "switched off".to_owned()));
    let moved = outputs.paths.iter().map(|(name, path, _)| (format!("path of {}", quoted(name)), quoted(path)));
    [directory].into_iter().chain(disabled).chain(moved).collect()
}
