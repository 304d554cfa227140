//! Which template a block has, and what it is about.

use super::block::Block;
use crate::allocation::{Allocation, Service};
use crate::diagnostic::{Diagnostic, codes, quoted};
use crate::templates::Templates;
use crate::templates::context::Subject;
use crate::templates::front_matter::Each;

/// The template of a block, by its index.
///
/// # Errors
/// There is none of that name; without a place.
pub(super) fn template(block: &Block, templates: &Templates) -> Result<usize, Diagnostic> {
    let found = templates.list.iter().position(|template| template.block() == Some(&block.name));
    found.ok_or_else(|| {
        let known: Vec<&str> = templates.list.iter().filter_map(|template| template.block()).collect();
        let message = format!("there is no template {} for blocks", quoted(&block.name));
        Diagnostic::error(codes::UNKNOWN_TEMPLATE, message)
            .did_you_mean(&block.name, known.iter().copied(), format!("there are {}", known.join(", ")))
            .help(format!("one of your own is a file {}", quoted(&format!("templates/blocks/{}.j2", block.name))))
    })
}

/// What a block is about, for a template that is about one of these each.
///
/// # Errors
/// The block names nothing, or nothing of that kind; without a place.
pub(super) fn subject(block: &Block, each: Each, allocation: &Allocation) -> Result<Subject, Diagnostic> {
    let (kind, example) = match (each, &block.about) {
        (Each::Platform, None) => return Ok(Subject::Platform),
        (Each::Platform, Some(about)) => {
            let message = format!("{} is about the whole platform, not about {}", quoted(&block.name), quoted(about));
            let help = format!("write {}", quoted(&format!("portgen:begin {}", block.name)));
            return Err(Diagnostic::error(codes::BROKEN_BLOCK, message).help(help));
        }
        (Each::Group, _) => ("group", allocation.groups.first().map(|group| &group.id)),
        (Each::Service, _) => ("service", allocation.services.first().map(|service| &service.id)),
        (Each::Binding, _) => ("port of a service", allocation.services.first().map(|service| &service.id)),
    };
    let Some(about) = &block.about else {
        let message = format!("{} is about one {kind}, and the block does not say which", quoted(&block.name));
        let example = format!("portgen:begin {} {}", block.name, example.map_or("NAME", String::as_str));
        return Err(Diagnostic::error(codes::BROKEN_BLOCK, message).help(format!("write {}", quoted(&example))));
    };
    named(about, each, allocation).ok_or_else(|| {
        if let (Each::Binding, Some(service)) = (each, service(about, allocation)) {
            return several_ports(&allocation.services[service]);
        }
        let code = if each == Each::Group { codes::UNKNOWN_GROUP } else { codes::UNKNOWN_SERVICE };
        let ids = match each {
            Each::Group => allocation.groups.iter().map(|group| &*group.id).collect::<Vec<_>>(),
            _ => allocation.services.iter().map(|service| &*service.id).collect(),
        };
        let message = format!("there is no {kind} {}", quoted(about));
        Diagnostic::error(code, message).did_you_mean(about, ids, "name it as ports.toml does, or remove the block")
    })
}

/// The error for a block about one port that names a service alone.
fn several_ports(service: &Service) -> Diagnostic {
    let (id, ports) = (&service.id, service.bindings.len());
    let message = format!("the block is about one port, and {} has {ports}", quoted(id));
    let error = Diagnostic::error(codes::BROKEN_BLOCK, message);
    match service.bindings.first() {
        Some(binding) => error.help(format!("name one: {}", quoted(&format!("{id}.{}", binding.name)))),
        None => error.help("remove the block"),
    }
}

fn named(about: &str, each: Each, allocation: &Allocation) -> Option<Subject> {
    let groups = || allocation.groups.iter().position(|group| group.id == about).map(Subject::Group);
    match each {
        Each::Platform => None,
        Each::Group => groups(),
        Each::Service => service(about, allocation).map(Subject::Service),
        Each::Binding => binding(about, allocation),
    }
}

/// The service with an id, else the one with an alias: a renamed service keeps its old name as one.
fn service(name: &str, allocation: &Allocation) -> Option<usize> {
    let services = &allocation.services;
    let has_alias = |aliases: &[String]| aliases.iter().any(|alias| alias == name);
    let by_id = services.iter().position(|service| service.id == name);
    by_id.or_else(|| services.iter().position(|service| service.aliases.as_deref().is_some_and(has_alias)))
}

/// `api.metrics`, or the only port of `api`.
fn binding(name: &str, allocation: &Allocation) -> Option<Subject> {
    if let Some(service) = service(name, allocation) {
        return (allocation.services[service].bindings.len() == 1).then_some(Subject::Binding(service, 0));
    }
    let (name, port) = name.rsplit_once('.')?;
    let service = service(name, allocation)?;
    let binding = allocation.services[service].bindings.iter().position(|binding| &*binding.name == port)?;
    Some(Subject::Binding(service, binding))
}
