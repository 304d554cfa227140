//! What the command line names: services, groups, ranges, ports.

use crate::allocation::{Allocation, Group, Port, Ports, Range, Service};
use crate::diagnostic::{Diagnostic, codes, quoted};
use crate::manifest::{document, placeholder};

/// The service with an id.
///
/// # Errors
/// There is none; a similar id is offered.
pub fn service<'a>(allocation: &'a Allocation, id: &str) -> Result<&'a Service, Diagnostic> {
    service_index(allocation, id).map(|index| &allocation.services[index])
}

/// The index of the service with an id.
///
/// # Errors
/// There is none; a similar id is offered.
pub fn service_index(allocation: &Allocation, id: &str) -> Result<usize, Diagnostic> {
    let ids = allocation.services.iter().map(|service| &*service.id);
    ids.clone().position(|known| known == id).ok_or_else(|| {
        let unknown = Diagnostic::error(codes::UNKNOWN_SERVICE, format!("there is no service {}", quoted(id)));
        unknown.did_you_mean(id, ids, "`portgen list` shows them")
    })
}

/// Refuses an id that a service has already; `instead` says what to do.
///
/// # Errors
/// One has it.
pub fn refuse_taken(allocation: &Allocation, id: &str, instead: &str) -> Result<(), Diagnostic> {
    let Some(other) = allocation.services.iter().find(|service| service.id == id) else { return Ok(()) };
    let message = format!("service {} already exists", quoted(id));
    let taken = Diagnostic::error(codes::DUPLICATE_SERVICE, message).at(allocation.place(&other.span), "this one");
    Err(taken.help(instead))
}

/// The group with an id.
///
/// # Errors
/// There is none; a similar id is offered.
pub fn group<'a>(allocation: &'a Allocation, id: &str) -> Result<&'a Group, Diagnostic> {
    allocation.groups.iter().find(|group| group.id == id).ok_or_else(|| {
        let unknown = Diagnostic::error(codes::UNKNOWN_GROUP, format!("there is no group {}", quoted(id)));
        let known: Vec<&str> = allocation.groups.iter().map(|group| &*group.id).collect();
        unknown.did_you_mean(id, known.iter().copied(), format!("the groups are {}", known.join(", ")))
    })
}

/// The range with an id.
///
/// # Errors
/// There is none; a similar id is offered.
pub fn range<'a>(allocation: &'a Allocation, id: &str) -> Result<&'a Range, Diagnostic> {
    allocation.ranges.iter().find(|range| range.id == id).ok_or_else(|| {
        let unknown = Diagnostic::error(codes::UNKNOWN_RANGE, format!("there is no range {}", quoted(id)));
        let known: Vec<&str> = allocation.ranges.iter().map(|range| &*range.id).collect();
        unknown.did_you_mean(id, known.iter().copied(), format!("the ranges are {}", known.join(", ")))
    })
}

/// The indices of a service, and of the binding that is named behind its id, or of its main one.
///
/// # Errors
/// There is no such service or binding, or the service has no port.
pub fn binding_index(allocation: &Allocation, name: &str) -> Result<(usize, usize), Diagnostic> {
    let (id, binding) = placeholder::parts(name, |id| allocation.services.iter().any(|service| service.id == id));
    let at = service_index(allocation, id)?;
    let service = &allocation.services[at];
    let found = match binding {
        None => service.main_index().or((!service.bindings.is_empty()).then_some(0)),
        Some(name) => service.bindings.iter().position(|binding| binding.name == name),
    };
    found.map(|index| (at, index)).ok_or_else(|| without(allocation, service, binding))
}

fn without(allocation: &Allocation, service: &Service, name: Option<&str>) -> Diagnostic {
    let names: Vec<String> =
        service.bindings.iter().map(|binding| format!("`{}.{}`", service.id, binding.name)).collect();
    let message = match name {
        Some(name) => format!("{} has no binding {}", quoted(&service.id), quoted(name)),
        None => format!("{} has no port", quoted(&service.id)),
    };
    let help =
        if names.is_empty() { "its `port` is `\"none\"`".to_owned() } else { format!("it has {}", names.join(", ")) };
    Diagnostic::error(codes::UNKNOWN_BINDING, message).at(allocation.place(&service.span), "this service").help(help)
}

/// A port number, for clap.
pub fn port(text: &str) -> Result<Port, String> {
    text.parse().ok().and_then(Port::new).ok_or_else(|| "a port is a number from 1 to 65535".to_owned())
}

/// A port, or several next to each other: `4090`, `4090-4099`; for clap.
pub fn ports(text: &str) -> Result<Ports, String> {
    let Some((first, last)) = text.split_once('-') else { return port(text).map(Ports::from) };
    let (first, last) = (port(first)?, port(last)?);
    Ports::new(first, last).ok_or_else(|| "the first port is higher than the last one".to_owned())
}

/// A date, for clap.
pub fn date(text: &str) -> Result<String, String> {
    let parts: Vec<&str> = text.split('-').collect();
    let is_date = matches!(&*parts, [year, month, day] if year.len() == 4 && month.len() == 2 && day.len() == 2)
        && document::day_of(text).is_some();
    if is_date { Ok(text.to_owned()) } else { Err("expected a date, as in 2026-01-31".to_owned()) }
}
