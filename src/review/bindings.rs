//! The ports of a service that was there before.

use super::service_in::ServiceIn;
use super::things::is_reordered;
use super::{Kind, Line, compose};
use crate::allocation::facts::{BINDING, Fact, Review};
use crate::allocation::{Binding, Expose, Service};

pub(super) fn compare(former: ServiceIn<'_>, known: ServiceIn<'_>) -> Vec<Line> {
    let (before, after) = (former.service, known.service);
    let taken = taken(before, after);
    let mut lines = Vec::new();
    for (binding, was) in after.bindings.iter().zip(&taken) {
        let place = known.allocation.place(&binding.span);
        let changed = match was {
            Some(at) => different(former, known, &before.bindings[*at], binding),
            None => {
                let new = Line::new(Kind::Port, named(after, binding), format!("new port {}", binding.number()));
                [new].into_iter().chain(exposed(known, binding, Some(former), None)).collect()
            }
        };
        lines.extend(changed.into_iter().map(|line| Line { place: Some(place.clone()), ..line }));
    }
    let dropped = before.bindings.iter().enumerate().filter(|(at, _)| !taken.contains(&Some(*at)));
    lines.extend(
        dropped.map(|(_, was)| Line::new(Kind::Port, named(before, was), format!("no longer has {}", was.number()))),
    );
    lines.extend(order(before, after, &taken));
    lines
}

/// The index of the binding that each was: by name, or the only one; else by number, of those whose name is gone.
fn taken(before: &Service, after: &Service) -> Vec<Option<usize>> {
    let single = before.bindings.len() == 1 && after.bindings.len() == 1;
    let has_gone = |was: &Binding| after.bindings.iter().all(|is| is.name != was.name);
    let by_name = |is: &Binding| before.bindings.iter().position(|was| single || was.name == is.name);
    let by_number = |is: &Binding| {
        let is_it = |was: &Binding| was.host == is.host && was.protocol == is.protocol && has_gone(was);
        before.bindings.iter().position(is_it)
    };
    after.bindings.iter().map(|is| by_name(is).or_else(|| by_number(is))).collect()
}

/// A line where another port is the main one, which the service gets as `PORT`; else one where the order is another.
fn order(before: &Service, after: &Service, taken: &[Option<usize>]) -> Option<Line> {
    let (was, is) = (before.bindings.first()?, after.bindings.first()?);
    let text = match taken.first()? {
        Some(0) if is_reordered(taken) => "its ports are in another order".to_owned(),
        Some(0) => return None,
        _ => format!("main port {} {} -> {} {}", was.name, was.number(), is.name, is.number()),
    };
    Some(Line::new(Kind::Port, &after.id, text))
}

fn different(former: ServiceIn<'_>, known: ServiceIn<'_>, was: &Binding, is: &Binding) -> Vec<Line> {
    let subject = named(known.service, is);
    let mut lines = Vec::new();
    if was.host != is.host {
        lines.push(Line::new(Kind::Moved, subject.as_str(), format!("{} -> {}", was.host, is.host)));
    }
    let mut port = |text: String| lines.push(Line::new(Kind::Port, subject.as_str(), text));
    for (what, old, new) in [("container port", was.container, is.container), ("service port", was.service, is.service)]
    {
        // One that goes with the host port is no news.
        if old != new && !(old == was.host && new == is.host) {
            port(format!("{what} {old} -> {new}"));
        }
    }
    if was.protocol != is.protocol {
        port(format!("{} -> {}", was.protocol.as_str(), is.protocol.as_str()));
    }
    if was.name != is.name {
        port(format!("its port is called {}, was {}", is.name, was.name));
    }
    by_key(former, known, was, is).for_each(&mut port);
    match exposed(known, is, Some(former), Some(was)) {
        Some(wider) => lines.push(wider),
        None if was.expose != is.expose => {
            let has_left_host = compose::is_on_host(former) && !compose::is_on_host(known);
            let was = if has_left_host { "on the host's network" } else { reach(was.expose) };
            port(format!("{} is {}, was {was}", is.host, reach(is.expose)));
        }
        None => {}
    }
    lines
}

/// What has changed of the fields that have no words of their own.
fn by_key<'a>(
    former: ServiceIn<'a>,
    known: ServiceIn<'a>,
    was: &'a Binding,
    is: &'a Binding,
) -> impl Iterator<Item = String> {
    let fields = BINDING.iter().filter(|field| field.review == Review::ByKey);
    let shown = |side: ServiceIn<'_>, fact: Fact<'_>| match fact {
        Fact::Absent => "none".to_owned(),
        _ => fact.shown(side.allocation),
    };
    let both = fields.map(move |field| (field.key, shown(former, (field.get)(was)), shown(known, (field.get)(is))));
    both.filter(|(_, was, is)| was != is).map(|(key, was, is)| format!("{key} {was} -> {is}"))
}

/// A line where a port comes to be on every interface, save by a network that is new: that has a line of its own.
pub(super) fn exposed(
    known: ServiceIn<'_>,
    is: &Binding,
    former: Option<ServiceIn<'_>>,
    was: Option<&Binding>,
) -> Option<Line> {
    let subject = || named(known.service, is);
    let was_on_host = former.is_some_and(compose::is_on_host);
    if compose::is_on_host(known) {
        let text = || format!("{} is on every interface: the service is on the host's network", is.host);
        return (was_on_host && was.is_none()).then(|| Line::new(Kind::Exposed, subject(), text()));
    }
    let before = was.map(|was| was.expose);
    let was_exposed = before == Some(Expose::All) || was.is_some() && was_on_host;
    if is.expose != Expose::All || was_exposed {
        return None;
    }
    let was = before.map(|expose| format!(", was {}", reach(expose))).unwrap_or_default();
    Some(Line::new(Kind::Exposed, subject(), format!("{} is {}{was}", is.host, reach(is.expose))))
}

fn reach(expose: Expose) -> &'static str {
    match expose {
        Expose::None => "not published",
        Expose::Loopback => "published on 127.0.0.1 only",
        Expose::All => "published on every interface",
    }
}

/// `auth-service`, or `kafka.broker` where it has several.
pub(super) fn named(service: &Service, binding: &Binding) -> String {
    match service.bindings.len() {
        1 => service.id.clone(),
        _ => format!("{}.{}", service.id, binding.name),
    }
}
