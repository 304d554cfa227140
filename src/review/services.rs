//! Compares services and their ports.

use super::bindings::{self, exposed, named};
use super::matching::{Matching, always};
use super::{Line, ServiceIn, compose, numbers};
use crate::allocation::facts::{Fact, Review, SERVICE};
use crate::allocation::holders::{Holder, Holders};
use crate::allocation::{Allocation, Binding, Service};
use crate::diagnostic::{codes, quoted};

pub(super) fn compare(before: &Allocation, after: &Allocation) -> Vec<Line> {
    let (held_before, held) = (Holders::new(before), Holders::new(after));
    let services = Matching::new(&before.services, &after.services, |one| &one.id, always, is_renamed);
    let mut lines = Vec::new();
    for (was, service) in services.entries {
        let is = ServiceIn { allocation: after, service };
        let mut of_service = match was {
            Some(was) => changed(ServiceIn { allocation: before, service: was }, is),
            None => added(is),
        };
        of_service.extend(service.bindings.iter().filter_map(|binding| reused(&held_before, service, binding)));
        for line in &mut of_service {
            line.place.get_or_insert_with(|| after.place(&service.span));
        }
        lines.append(&mut of_service);
    }
    lines.extend(services.removed.into_iter().map(|service| removed(&held, service)));
    if services.is_reordered {
        lines.push(Line::new(codes::DETAIL, "services", "in another order"));
    }
    lines
}

/// Whether two services with different ids have the same ports and description. Without ports there is no way to tell.
fn is_renamed(was: &Service, is: &Service) -> bool {
    !is.bindings.is_empty()
        && was.description == is.description
        && was.bindings.len() == is.bindings.len()
        && was.bindings.iter().zip(&is.bindings).all(|(was, is)| bindings::has_same_number(was, is))
}

fn added(is: ServiceIn<'_>) -> Vec<Line> {
    let ServiceIn { allocation, service } = is;
    let group = service.group.map(|group| format!(" ({})", allocation.groups[group].id)).unwrap_or_default();
    let mut lines = vec![Line::new(codes::ADDED, &service.id, format!("{}{group}", numbers(service)))];
    lines.extend(service.bindings.iter().filter_map(|binding| exposed(is, binding, None, None)));
    lines.extend(compose::host_network(None, is));
    lines.extend(exception(None, service));
    lines
}

fn removed(held: &Holders<'_>, service: &Service) -> Line {
    let fates: Vec<String> = service.bindings.iter().map(|binding| fate(held, binding)).collect();
    let text = if fates.is_empty() { "no port".to_owned() } else { fates.join("; ") };
    Line::new(codes::REMOVED, &service.id, text)
}

/// Who has the number of a removed binding now.
fn fate(held: &Holders<'_>, binding: &Binding) -> String {
    let number = binding.number();
    let mut services = held.of(binding.hosts()).filter_map(Holder::service);
    if let Some((heir, _)) = services.find(|(_, other)| other.protocol == binding.protocol) {
        return format!("{number}, now belongs to {}", heir.id);
    }
    let is_retired = held.of(binding.hosts()).any(|holder| holder.retired().is_some());
    format!("{number}, {}", if is_retired { "retired" } else { "free again" })
}

fn changed(was: ServiceIn<'_>, is: ServiceIn<'_>) -> Vec<Line> {
    let (before, after) = (was.service, is.service);
    let mut lines = Vec::new();
    if before.id != after.id {
        lines.push(Line::new(codes::RENAMED, &after.id, format!("was {}, {}", before.id, numbers(after))));
    }
    lines.extend(bindings::compare(was, is));
    lines.extend(compose::host_network(Some(was), is));
    lines.extend(exception(Some(before), after));
    lines.extend(details(was, is));
    lines
}

/// A line if a service takes a retired number that another service had.
fn reused(held_before: &Holders<'_>, service: &Service, binding: &Binding) -> Option<Line> {
    let retired = held_before.kept_from(&service.id, binding.hosts()).find_map(Holder::retired)?;
    if held_before.of(binding.hosts()).filter_map(Holder::service).any(|(one, _)| one.id == service.id) {
        return None;
    }
    let text = format!(
        "takes {}, retired since {}, which {} had",
        Holder::Retired(retired).of(binding.hosts()),
        retired.since,
        quoted(&retired.service)
    );
    Some(Line::new(codes::REUSED, named(service, binding), text))
}

fn exception(before: Option<&Service>, after: &Service) -> Option<Line> {
    let was = before.and_then(|before| before.exception.as_ref()).map(|exception| &exception.reason);
    let is = after.exception.as_ref().map(|exception| &exception.reason);
    let text = match (was, is) {
        (None, Some(reason)) => format!("may lie outside its ranges: {}", quoted(reason)),
        (Some(_), None) => "no longer needs to lie outside its ranges".to_owned(),
        (Some(was), Some(is)) if was != is => format!("has a new reason to lie outside its ranges: {}", quoted(is)),
        _ => return None,
    };
    Some(Line::new(codes::EXCEPTION, &after.id, text))
}

/// One line for all changed keys of a service that have no line of their own.
fn details(was: ServiceIn<'_>, is: ServiceIn<'_>) -> Option<Line> {
    let mut keys = Vec::new();
    for field in SERVICE.iter().filter(|field| field.review == Review::ByKey) {
        let is_same = match ((field.get)(was.service), (field.get)(is.service)) {
            (Fact::Absent, Fact::Absent) | (Fact::Id(_), Fact::Id(_)) => true,
            (Fact::Text(was), Fact::Text(is)) => was == is,
            (Fact::Ports(was), Fact::Ports(is)) => was == is,
            (Fact::Group(before), Fact::Group(after)) => {
                was.allocation.groups[before].id == is.allocation.groups[after].id
            }
            (Fact::Services(before), Fact::Services(after)) => was.allocation.ids(before).eq(is.allocation.ids(after)),
            (Fact::Texts(was), Fact::Texts(is)) => was == is,
            (Fact::Kubernetes(was), Fact::Kubernetes(is)) => was.json() == is.json(),
            (Fact::Compose(was), Fact::Compose(is)) => compose::is_same_besides_host(was, is),
            _ => false,
        };
        if !is_same {
            keys.push(field.key);
        }
    }
    (!keys.is_empty()).then(|| Line::new(codes::DETAIL, &is.service.id, format!("changed {}", keys.join(", "))))
}
