//! Services and their ports.

use std::collections::{HashMap, HashSet};

use super::{Kind, Line};
use crate::allocation::{Allocation, Binding, Expose, Port, Protocol, Service};
use crate::diagnostic::quoted;

/// A service with the allocation that it is in.
#[derive(Clone, Copy)]
struct Known<'a> {
    allocation: &'a Allocation,
    service: &'a Service,
}

pub(super) fn compare(before: &Allocation, after: &Allocation) -> Vec<Line> {
    let by_id: HashMap<&str, &Service> = before.services.iter().map(|service| (&*service.id, service)).collect();
    let ids: HashSet<&str> = after.services.iter().map(|service| &*service.id).collect();
    let mut gone: Vec<&Service> = before.services.iter().filter(|service| !ids.contains(&*service.id)).collect();
    let mut lines = Vec::new();
    for service in &after.services {
        let known = Known { allocation: after, service };
        let first = lines.len();
        let former = by_id.get(&*service.id).copied().or_else(|| {
            let at = gone.iter().position(|former| is_renamed(former, service))?;
            Some(gone.remove(at))
        });
        match former {
            Some(former) => same(Known { allocation: before, service: former }, known, &mut lines),
            None => added(known, &mut lines),
        }
        lines.extend(service.bindings.iter().filter_map(|binding| reused(before, service, binding)));
        for line in &mut lines[first..] {
            line.place.get_or_insert_with(|| after.place(&service.span));
        }
    }
    lines.extend(gone.into_iter().map(|service| removed(after, service)));
    lines
}

/// The same ports and the same description under another id; with neither, nothing tells that it is the same service.
fn is_renamed(former: &Service, service: &Service) -> bool {
    let numbers = |service: &Service| -> Vec<(Port, Protocol)> {
        service.bindings.iter().map(|binding| (binding.host, binding.protocol)).collect()
    };
    !service.bindings.is_empty() && former.description == service.description && numbers(former) == numbers(service)
}

fn added(Known { allocation, service }: Known<'_>, lines: &mut Vec<Line>) {
    let group = service.group.map(|group| format!(" ({})", allocation.groups[group].id)).unwrap_or_default();
    lines.push(Line::new(Kind::Added, &service.id, format!("{}{group}", ports(service))));
    lines.extend(service.bindings.iter().filter_map(|binding| exposed(service, binding, None)));
    lines.extend(exception(None, service));
}

fn removed(after: &Allocation, service: &Service) -> Line {
    let heir = |binding: &Binding| {
        let taken =
            after.bindings().find(|(_, other)| (other.host, other.protocol) == (binding.host, binding.protocol));
        let retired = after.retired.iter().any(|retired| retired.port == binding.host);
        match taken {
            Some((heir, _)) => format!("{}, now of {}", number(binding), heir.id),
            None if retired => format!("{}, retired", number(binding)),
            None => format!("{}, free again", number(binding)),
        }
    };
    let fates: Vec<String> = service.bindings.iter().map(heir).collect();
    let text = if fates.is_empty() { "no port".to_owned() } else { fates.join("; ") };
    Line::new(Kind::Removed, &service.id, text)
}

fn same(former: Known<'_>, known: Known<'_>, lines: &mut Vec<Line>) {
    let (before, after) = (former.service, known.service);
    if before.id != after.id {
        lines.push(Line::new(Kind::Renamed, &after.id, format!("was {}, {}", before.id, ports(after))));
    }
    let mut left: Vec<&Binding> = before.bindings.iter().collect();
    for binding in &after.bindings {
        match taken(&mut left, binding, before, after) {
            Some(was) => {
                let place = known.allocation.place(&binding.span);
                lines.extend(
                    binding_lines(after, was, binding)
                        .into_iter()
                        .map(|line| Line { place: Some(place.clone()), ..line }),
                );
            }
            None => {
                lines.push(Line::new(Kind::Port, named(after, binding), format!("new port {}", number(binding))));
                lines.extend(exposed(after, binding, None));
            }
        }
    }
    let dropped =
        left.into_iter().map(|was| Line::new(Kind::Port, named(before, was), format!("no longer has {}", number(was))));
    lines.extend(dropped);
    lines.extend(exception(Some(before), after));
    lines.extend(details(former, known));
}

/// The binding that this one was: by name, or the only one.
fn taken<'b>(left: &mut Vec<&'b Binding>, binding: &Binding, before: &Service, after: &Service) -> Option<&'b Binding> {
    let single = before.bindings.len() == 1 && after.bindings.len() == 1;
    let at = left.iter().position(|was| single || was.name == binding.name)?;
    Some(left.remove(at))
}

fn binding_lines(service: &Service, was: &Binding, is: &Binding) -> Vec<Line> {
    let subject = named(service, is);
    let mut lines = Vec::new();
    if was.host != is.host {
        lines.push(Line::new(Kind::Moved, subject.as_str(), format!("{} -> {}", was.host, is.host)));
    }
    for (what, old, new) in [("container port", was.container, is.container), ("service port", was.service, is.service)]
    {
        // One that goes with the host port is no news.
        if old != new && !(old == was.host && new == is.host) {
            lines.push(Line::new(Kind::Port, subject.as_str(), format!("{what} {old} -> {new}")));
        }
    }
    if was.protocol != is.protocol {
        let text = format!("{} -> {}", was.protocol.as_str(), is.protocol.as_str());
        lines.push(Line::new(Kind::Port, subject.as_str(), text));
    }
    if was.name != is.name {
        lines.push(Line::new(
            Kind::Port,
            subject.as_str(),
            format!("its port is called {}, was {}", is.name, was.name),
        ));
    }
    match exposed(service, is, Some(was)) {
        Some(wider) => lines.push(wider),
        None if was.expose != is.expose => {
            let text = format!("{} is {}, was {}", is.host, reach(is.expose), reach(was.expose));
            lines.push(Line::new(Kind::Port, subject.as_str(), text));
        }
        None => {}
    }
    lines
}

/// A line where a port is published on every interface that was not.
fn exposed(service: &Service, is: &Binding, was: Option<&Binding>) -> Option<Line> {
    let before = was.map(|was| was.expose);
    if is.expose != Expose::All || before == Some(Expose::All) {
        return None;
    }
    let was = before.map(|expose| format!(", was {}", reach(expose))).unwrap_or_default();
    Some(Line::new(Kind::Exposed, named(service, is), format!("{} is {}{was}", is.host, reach(is.expose))))
}

fn reach(expose: Expose) -> &'static str {
    match expose {
        Expose::None => "not published",
        Expose::Loopback => "published on 127.0.0.1 alone",
        Expose::All => "published on every interface",
    }
}

/// A line where a service takes a number that was retired when somebody else had it.
fn reused(before: &Allocation, service: &Service, binding: &Binding) -> Option<Line> {
    let retired =
        before.retired.iter().find(|retired| retired.port == binding.host && retired.service != service.id)?;
    let had = before
        .services
        .iter()
        .any(|one| one.id == service.id && one.bindings.iter().any(|own| own.host == binding.host));
    let text =
        format!("takes {}, retired since {} when {} had it", retired.port, retired.since, quoted(&retired.service));
    (!had).then(|| Line::new(Kind::Reused, named(service, binding), text))
}

fn exception(before: Option<&Service>, after: &Service) -> Option<Line> {
    let was = before.and_then(|before| before.exception.as_ref()).map(|(reason, _)| reason);
    let is = after.exception.as_ref().map(|(reason, _)| reason);
    let text = match (was, is) {
        (None, Some(reason)) => format!("may lie outside its ranges: {}", quoted(reason)),
        (Some(_), None) => "need not lie outside its ranges any more".to_owned(),
        (Some(was), Some(is)) if was != is => format!("lies outside its ranges for another reason: {}", quoted(is)),
        _ => return None,
    };
    Some(Line::new(Kind::Exception, &after.id, text))
}

/// What has changed of a service besides its ports, in one line.
fn details(former: Known<'_>, known: Known<'_>) -> Option<Line> {
    let (was, is) = (former.service, known.service);
    let group = |of: Known<'_>| of.service.group.map(|group| of.allocation.groups[group].id.clone());
    let needs = |of: Known<'_>| -> Vec<String> {
        of.service.depends_on.iter().map(|(at, _)| of.allocation.services[*at].id.clone()).collect()
    };
    let protocols = |service: &Service| -> Vec<Option<String>> {
        service.bindings.iter().map(|binding| binding.app_protocol.clone()).collect()
    };
    let package = |service: &Service| service.package.as_ref().map(|(path, _)| path.clone());
    let changed = [
        ("title", own_title(was) != own_title(is)),
        ("description", was.description != is.description),
        ("group", group(former) != group(known)),
        ("dir", was.dir != is.dir),
        ("package", package(was) != package(is)),
        ("scripts", was.scripts != is.scripts),
        ("depends-on", needs(former) != needs(known)),
        ("app-protocol", was.bindings.len() == is.bindings.len() && protocols(was) != protocols(is)),
        ("compose", was.compose != is.compose),
    ];
    let names: Vec<&str> = changed.iter().filter(|(_, changed)| *changed).map(|(name, _)| *name).collect();
    (!names.is_empty()).then(|| Line::new(Kind::Detail, &is.id, format!("another {}", names.join(", "))))
}

/// The title, unless it is the id for want of one.
fn own_title(service: &Service) -> Option<&str> {
    Some(&*service.title).filter(|title| *title != service.id)
}

/// `auth-service`, or `kafka.broker` where it has several.
fn named(service: &Service, binding: &Binding) -> String {
    match service.bindings.len() {
        1 => service.id.clone(),
        _ => format!("{}.{}", service.id, binding.name),
    }
}

fn number(binding: &Binding) -> String {
    match binding.protocol {
        Protocol::Tcp => binding.host.to_string(),
        other => format!("{} ({})", binding.host, other.as_str()),
    }
}

fn ports(service: &Service) -> String {
    let numbers: Vec<String> = service.bindings.iter().map(number).collect();
    if numbers.is_empty() { "no port".to_owned() } else { numbers.join(", ") }
}
