//! Compares the ports of a service that exists in both allocations.

use super::matching::{Matching, Rule, always};
use super::{Line, ServiceIn, compose};
use crate::allocation::facts::{BINDING, Fact, Review};
use crate::allocation::{Binding, Expose, Service};
use crate::diagnostic::codes;

pub(super) fn compare(was: ServiceIn<'_>, is: ServiceIn<'_>) -> Vec<Line> {
    let (before, after) = (&was.service.bindings, &is.service.bindings);
    let is_single = before.len() == 1 && after.len() == 1;
    let renamed: Rule<Binding> = if is_single { always } else { has_same_number };
    let bindings = Matching::new(before, after, |one| &one.name, always, renamed);
    let mut lines = Vec::new();
    for (former, binding) in &bindings.entries {
        let changed = match former {
            Some(former) => changed(was, is, former, binding),
            None => added(was, is, binding),
        };
        let place = is.allocation.place(&binding.span);
        lines.extend(changed.into_iter().map(|line| Line { place: Some(place.clone()), ..line }));
    }
    for binding in &bindings.removed {
        let subject = named(was.service, binding);
        lines.push(Line::new(codes::PORT, subject, format!("no longer has {}", binding.number())));
    }
    lines.extend(order(&bindings, was.service, is.service));
    lines
}

pub(super) fn has_same_number(was: &Binding, is: &Binding) -> bool {
    (was.hosts(), was.protocol) == (is.hosts(), is.protocol)
}

/// A line if another port is now the main one, which the service gets as `PORT`; else a line if the order has changed.
fn order(bindings: &Matching<'_, Binding>, before: &Service, after: &Service) -> Option<Line> {
    let (was, is) = (before.main()?, after.main()?);
    let former = bindings.entries.iter().find(|(_, one)| one.name == is.name).and_then(|(former, _)| *former);
    let text = if former.is_none_or(|former| former.name != was.name) {
        format!("main port {} {} -> {} {}", was.name, was.number(), is.name, is.number())
    } else if bindings.is_reordered {
        "its ports are in another order".to_owned()
    } else {
        return None;
    };
    Some(Line::new(codes::PORT, &after.id, text))
}

fn added(was: ServiceIn<'_>, is: ServiceIn<'_>, binding: &Binding) -> Vec<Line> {
    let new = Line::new(codes::PORT, named(is.service, binding), format!("new port {}", binding.number()));
    [Some(new), exposed(is, binding, Some(was), None)].into_iter().flatten().collect()
}

fn changed(before: ServiceIn<'_>, after: ServiceIn<'_>, was: &Binding, is: &Binding) -> Vec<Line> {
    let mut texts = Vec::new();
    let [old, new] = [was, is].map(Binding::hosts);
    // Where the host port has moved, its line names the others.
    if old == new {
        texts.extend(others(was, is));
    }
    if was.protocol != is.protocol {
        texts.push(format!("{} -> {}", was.protocol.as_str(), is.protocol.as_str()));
    }
    if was.name != is.name {
        texts.push(format!("its port is called {}, was {}", is.name, was.name));
    }
    for field in BINDING.iter().filter(|field| field.review == Review::ByKey) {
        let (was, is) = (shown(before, (field.get)(was)), shown(after, (field.get)(is)));
        if was != is {
            texts.push(format!("{} {was} -> {is}", field.key));
        }
    }
    let exposed = exposed(after, is, Some(before), Some(was));
    if exposed.is_none() && was.expose != is.expose {
        let has_left_host = compose::is_on_host(before) && !compose::is_on_host(after);
        let was = if has_left_host { "on the host's network".to_owned() } else { reach(was.expose) };
        texts.push(format!("{} is {}, was {was}", new, reach(is.expose)));
    }
    let subject = named(after.service, is);
    let mut lines: Vec<Line> = texts.into_iter().map(|text| Line::new(codes::PORT, &subject, text)).collect();
    if old != new {
        let others = after.allocation.others(was.numbers(), is.numbers());
        lines.push(Line::new(codes::MOVED, &subject, format!("{old} -> {new}; {others}")));
    }
    lines.extend(exposed);
    lines
}

/// What else than the host ports has changed of the numbers; a range has no service port.
fn others(was: &Binding, is: &Binding) -> Vec<String> {
    let mut texts = Vec::new();
    let [old, new] = [was, is].map(Binding::containers);
    if old != new {
        texts.push(format!("container {} {old} -> {new}", new.noun()));
    }
    if was.service != is.service && !is.is_range() {
        texts.push(format!("service port {} -> {}", was.service, is.service));
    }
    texts
}

fn shown(service: ServiceIn<'_>, fact: Fact<'_>) -> String {
    match fact {
        Fact::Absent => "none".to_owned(),
        _ => fact.shown(service.allocation),
    }
}

/// A line if a port is newly on every interface or on an address that other machines may reach; joining the host's network has its own line.
pub(super) fn exposed(
    after: ServiceIn<'_>,
    is: &Binding,
    before: Option<ServiceIn<'_>>,
    was: Option<&Binding>,
) -> Option<Line> {
    let was_on_host = before.is_some_and(compose::is_on_host);
    let text = if compose::is_on_host(after) {
        if !was_on_host || was.is_some() {
            return None;
        }
        format!("{} is on every interface: the service is on the host's network", is.hosts())
    } else {
        let was_exposed = was.is_some_and(|was| was_on_host || [Expose::All, is.expose].contains(&was.expose));
        if !is.expose.is_beyond_loopback() || was_exposed {
            return None;
        }
        let was = was.map(|was| format!(", was {}", reach(was.expose))).unwrap_or_default();
        format!("{} is {}{was}", is.hosts(), reach(is.expose))
    };
    Some(Line::new(codes::EXPOSED, named(after.service, is), text))
}

fn reach(expose: Expose) -> String {
    match expose {
        Expose::None | Expose::Unlisted => "not published".to_owned(),
        Expose::Loopback => "published on 127.0.0.1 only".to_owned(),
        Expose::All => "published on every interface".to_owned(),
        Expose::Address(address) => format!("published on {address}"),
    }
}

/// `auth-service`, or `kafka.broker` if the service has several ports.
pub(super) fn named(service: &Service, binding: &Binding) -> String {
    match service.bindings.len() {
        1 => service.id.clone(),
        _ => format!("{}.{}", service.id, binding.name),
    }
}
