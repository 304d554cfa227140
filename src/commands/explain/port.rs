//! `portgen explain 4001`, `portgen explain auth-service`: whose a number is, and every place that states it.

use std::fmt::Write as _;

use crate::allocation::{Allocation, Binding, Service};
use crate::commands::args::columns::columns;
use crate::commands::args::scanning;
use crate::diagnostic::{Text, quoted};
use crate::files::names::PORTS_TOML;
use crate::files::tree::Tree;
use crate::git;
use crate::manifest::earlier::Earlier;
use crate::pipeline;
use crate::references::blocks::Stated;
use crate::scan::{Judged, Verdict};
use crate::session::{Exit, Session};
use crate::templates::context::Context;

/// Whose a number is, what it lies in, since when, and who states it.
///
/// # Errors
/// There is no ports.toml, or it has a mistake.
pub(super) fn number(port: u16, session: &Session) -> anyhow::Result<Exit> {
    let tree = session.tree()?;
    let (allocation, _) = pipeline::allocation(&tree)?;
    let mut facts = owners(&allocation, port);
    for range in allocation.ranges.iter().filter(|range| range.ports.has(port)) {
        facts.push(["range", &range.id, &format!("{range}, {}", range.purpose)].map(str::to_owned));
    }
    if let Some(since) = since(&tree, port) {
        facts.push(["since".to_owned(), since, String::new()]);
    }
    let places = places(&tree, Context::leak(allocation), &|one| one.port == port, &|one| one.number.port == port)?;
    session.print(&format!("{port}\n{}{places}", columns(&facts)))?;
    Ok(Exit::Clean)
}

/// The places that state a port of a service, right or wrong.
///
/// # Errors
/// portgen.lock cannot be read.
pub(super) fn service(index: usize, tree: &Tree, allocation: Allocation, session: &Session) -> anyhow::Result<Exit> {
    let context = Context::leak(allocation);
    let service = &context.allocation.services[index];
    let ports: Vec<[String; 3]> =
        service.bindings.iter().map(|binding| ["port".to_owned(), binding.number(), roles(service, binding)]).collect();
    let of_file = |one: &Judged| one.owner.is_some_and(|(owner, _)| owner == index);
    let of_block = |one: &Stated| one.owners.iter().any(|(owner, _)| *owner == index);
    let places = places(tree, context, &of_file, &of_block)?;
    session.print(&format!("{}\n{}{places}", service.id, columns(&ports)))?;
    Ok(Exit::Clean)
}

/// Who has a number, or had it, in ports.toml.
fn owners(allocation: &Allocation, port: u16) -> Vec<[String; 3]> {
    let mut facts = Vec::new();
    for (service, binding) in allocation.bindings() {
        let roles = [
            ("host port", binding.hosts().has(port)),
            ("container port", binding.containers().has(port)),
            ("service port", binding.service.get() == port),
        ];
        let roles: Vec<&str> = roles.iter().filter(|(_, is)| *is).map(|(role, _)| *role).collect();
        if !roles.is_empty() {
            facts.push(["owner".to_owned(), service.party(binding), roles.join(", ")]);
        }
    }
    for reserved in allocation.reserved.iter().filter(|reserved| reserved.ports.has(port)) {
        facts.push(["reserved".to_owned(), quoted(&reserved.reason), String::new()]);
    }
    for retired in allocation.retired.iter().filter(|retired| retired.ports.has(port)) {
        let until = format!("until {}: {}", retired.since, quoted(&retired.reason));
        facts.push(["retired".to_owned(), quoted(&retired.service), until]);
    }
    if facts.is_empty() {
        facts.push(["owner".to_owned(), "none".to_owned(), String::new()]);
    }
    facts
}

/// The container port and the service port of a binding, where they differ from its host port.
fn roles(service: &Service, binding: &Binding) -> String {
    let mut said = vec![format!("host port of {}", service.party(binding))];
    if binding.containers() != binding.hosts() {
        said.push(format!("container port {}", binding.containers()));
    }
    if !binding.is_range() && binding.service != binding.host {
        said.push(format!("service port {}", binding.service));
    }
    said.join(", ")
}

/// The commit that brought a number into ports.toml last, if git knows one.
fn since(tree: &Tree, port: u16) -> Option<String> {
    let pickaxe = format!("-S{port}");
    let line = git::line(tree.root(), &["log", "-1", "--format=%h %as %s", &pickaxe, "--", PORTS_TOML]).ok()?;
    (!line.is_empty()).then_some(line)
}

/// The lines of what files and blocks state that is wanted.
fn places(
    tree: &Tree,
    context: &'static Context,
    of_files: &dyn Fn(&Judged) -> bool,
    of_blocks: &dyn Fn(&Stated) -> bool,
) -> anyhow::Result<String> {
    let allocation = &context.allocation;
    let found = scanning::scanned(tree, allocation, &Earlier::in_git(tree), &|_| true)?;
    let mut rows = Vec::new();
    for (file, one) in found.judged().filter(|(_, one)| of_files(one)) {
        let owner = one.owner.map_or("-", |(service, _)| &*allocation.services[service].id);
        let place = format!("{}:{}", file.path, one.line);
        let said =
            format!("{} {} of {owner} ({}, by {})", one.view.name(), one.port, one.form.as_str(), one.by.as_str());
        rows.push([one.verdict.as_str().to_owned(), place, said]);
    }
    for (path, one) in scanning::in_blocks(tree, context, &found)?.iter().filter(|(_, one)| of_blocks(one)) {
        let owners: Vec<&str> = one.owners.iter().map(|(service, _)| &*allocation.services[*service].id).collect();
        let (number, owners) = (&one.number, owners.join(" or "));
        let said = format!("{} {} of {owners} (block {})", number.role.name(), number.port, Text::from(&*one.block));
        rows.push([Verdict::Agrees.as_str().to_owned(), format!("{path}:{}", one.line), said]);
    }
    let mut out = String::new();
    if !rows.is_empty() {
        let _ = write!(out, "\nFILES\n{}", columns(&rows));
    }
    Ok(out)
}
