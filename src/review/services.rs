//! Services and their ports.

use std::collections::{HashMap, HashSet};

use super::bindings::{self, exposed, named};
use super::service_in::ServiceIn;
use super::things::is_reordered;
use super::{Kind, Line, compose, details};
use crate::allocation::holders::{Holder, Holders};
use crate::allocation::{Allocation, Binding, Port, Protocol, Service};
use crate::diagnostic::quoted;

pub(super) fn compare(before: &Allocation, after: &Allocation) -> Vec<Line> {
    let (held_before, held) = (Holders::new(before), Holders::new(after));
    let former = former(before, after);
    let mut lines = Vec::new();
    for (service, at) in after.services.iter().zip(&former) {
        let known = ServiceIn { allocation: after, service };
        let first = lines.len();
        match at {
            Some(at) => same(ServiceIn { allocation: before, service: &before.services[*at] }, known, &mut lines),
            None => added(known, &mut lines),
        }
        lines.extend(service.bindings.iter().filter_map(|binding| reused(&held_before, service, binding)));
        for line in &mut lines[first..] {
            line.place.get_or_insert_with(|| after.place(&service.span));
        }
    }
    let kept: HashSet<usize> = former.iter().copied().flatten().collect();
    let gone = before.services.iter().enumerate().filter(|(at, _)| !kept.contains(at));
    lines.extend(gone.map(|(_, service)| removed(&held, service)));
    if is_reordered(&former) {
        lines.push(Line::new(Kind::Detail, "services", "in another order"));
    }
    lines
}

/// The index of what each service was: by id, or the one that was renamed.
fn former(before: &Allocation, after: &Allocation) -> Vec<Option<usize>> {
    let by_id: HashMap<&str, usize> =
        before.services.iter().enumerate().map(|(at, service)| (&*service.id, at)).collect();
    let ids: HashSet<&str> = after.services.iter().map(|service| &*service.id).collect();
    let mut gone: Vec<usize> =
        (0..before.services.len()).filter(|at| !ids.contains(&*before.services[*at].id)).collect();
    let mut was = |service: &Service| {
        by_id.get(&*service.id).copied().or_else(|| {
            let at = gone.iter().position(|at| is_renamed(&before.services[*at], service))?;
            Some(gone.remove(at))
        })
    };
    after.services.iter().map(&mut was).collect()
}

/// The same ports and the same description under another id; with neither, nothing tells that it is the same service.
fn is_renamed(former: &Service, service: &Service) -> bool {
    let numbers = |service: &Service| -> Vec<(Port, Protocol)> {
        service.bindings.iter().map(|binding| (binding.host, binding.protocol)).collect()
    };
    !service.bindings.is_empty() && former.description == service.description && numbers(former) == numbers(service)
}

fn added(known: ServiceIn<'_>, lines: &mut Vec<Line>) {
    let ServiceIn { allocation, service } = known;
    let group = service.group.map(|group| format!(" ({})", allocation.groups[group].id)).unwrap_or_default();
    lines.push(Line::new(Kind::Added, &service.id, format!("{}{group}", ports(service))));
    lines.extend(service.bindings.iter().filter_map(|binding| exposed(known, binding, None, None)));
    lines.extend(compose::host_network(None, known));
    lines.extend(exception(None, service));
}

fn removed(held: &Holders<'_>, service: &Service) -> Line {
    let fate = |binding: &Binding| {
        let holders = || held.of(binding.host);
        let heir = holders().filter_map(Holder::service).find(|(_, other)| other.protocol == binding.protocol);
        let is_retired = holders().any(|holder| holder.retired().is_some());
        match heir {
            Some((heir, _)) => format!("{}, now belongs to {}", binding.number(), heir.id),
            None if is_retired => format!("{}, retired", binding.number()),
            None => format!("{}, free again", binding.number()),
        }
    };
    let fates: Vec<String> = service.bindings.iter().map(fate).collect();
    let text = if fates.is_empty() { "no port".to_owned() } else { fates.join("; ") };
    Line::new(Kind::Removed, &service.id, text)
}

fn same(former: ServiceIn<'_>, known: ServiceIn<'_>, lines: &mut Vec<Line>) {
    let (before, after) = (former.service, known.service);
    if before.id != after.id {
        lines.push(Line::new(Kind::Renamed, &after.id, format!("was {}, {}", before.id, ports(after))));
    }
    lines.extend(bindings::compare(former, known));
    lines.extend(compose::host_network(Some(former), known));
    lines.extend(exception(Some(before), after));
    lines.extend(details::compare(former, known));
}

/// A line where a service takes a number that was retired when somebody else had it.
fn reused(held_before: &Holders<'_>, service: &Service, binding: &Binding) -> Option<Line> {
    let retired = held_before.kept_from(&service.id, binding.host).find_map(Holder::retired)?;
    let had = held_before.of(binding.host).filter_map(Holder::service).any(|(one, _)| one.id == service.id);
    let text =
        format!("takes {}, retired since {}, which {} had", retired.port, retired.since, quoted(&retired.service));
    (!had).then(|| Line::new(Kind::Reused, named(service, binding), text))
}

fn exception(before: Option<&Service>, after: &Service) -> Option<Line> {
    let was = before.and_then(|before| before.exception.as_ref()).map(|(reason, _)| reason);
    let is = after.exception.as_ref().map(|(reason, _)| reason);
    let text = match (was, is) {
        (None, Some(reason)) => format!("may lie outside its ranges: {}", quoted(reason)),
        (Some(_), None) => "no longer needs to lie outside its ranges".to_owned(),
        (Some(was), Some(is)) if was != is => format!("has a new reason to lie outside its ranges: {}", quoted(is)),
        _ => return None,
    };
    Some(Line::new(Kind::Exception, &after.id, text))
}

fn ports(service: &Service) -> String {
    let numbers: Vec<String> = service.bindings.iter().map(Binding::number).collect();
    if numbers.is_empty() { "no port".to_owned() } else { numbers.join(", ") }
}
