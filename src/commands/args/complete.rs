//! What a shell offers where the command line names something of ports.toml: the script of `portgen completions` starts portgen at each
//! press of Tab, which then says what ports.toml has now.

use std::env;
use std::ffi::OsString;
use std::path::PathBuf;

use clap_complete::engine::{ArgValueCandidates, CompletionCandidate};

use crate::allocation::Allocation;
use crate::diagnostic::codes;
use crate::files::root;
use crate::files::tree::Tree;
use crate::{manifest, pipeline};

/// The variable in which the shell that asks stands. Not clap's `COMPLETE`, which may mean something else where portgen runs.
pub const VARIABLE: &str = "PORTGEN_COMPLETE";

/// The services, with their titles.
pub fn services() -> ArgValueCandidates {
    ArgValueCandidates::new(|| of_services(&found()))
}

/// The services, and the bindings of those that have several: `kafka`, `kafka.controller`.
pub fn bindings() -> ArgValueCandidates {
    ArgValueCandidates::new(|| {
        let found = found();
        let mut offered = of_services(&found);
        for service in found.iter().flat_map(|allocation| &allocation.services) {
            for binding in service.bindings.iter().filter(|_| service.bindings.len() > 1) {
                let name = format!("{}.{}", service.id, binding.name);
                offered.push(candidate(&name, &binding.hosts().to_string()));
            }
        }
        offered
    })
}

/// The groups, with their titles.
pub fn groups() -> ArgValueCandidates {
    ArgValueCandidates::new(|| of_groups(&found()))
}

/// The ranges, with their numbers.
pub fn ranges() -> ArgValueCandidates {
    ArgValueCandidates::new(|| of_ranges(&found()))
}

/// The groups and the ranges.
pub fn groups_and_ranges() -> ArgValueCandidates {
    ArgValueCandidates::new(|| {
        let found = found();
        let mut offered = of_groups(&found);
        for range in of_ranges(&found) {
            if offered.iter().all(|group| group.get_value() != range.get_value()) {
                offered.push(range);
            }
        }
        offered
    })
}

/// The services, and every code that `portgen explain` knows.
pub fn services_and_codes() -> ArgValueCandidates {
    ArgValueCandidates::new(|| {
        let codes = codes::ALL.iter().map(|code| candidate(code.as_str(), code.summary()));
        of_services(&found()).into_iter().chain(codes).collect()
    })
}

fn of_services(found: &Option<Allocation>) -> Vec<CompletionCandidate> {
    found.iter().flat_map(|allocation| &allocation.services).map(|of| candidate(&of.id, &of.title)).collect()
}

fn of_groups(found: &Option<Allocation>) -> Vec<CompletionCandidate> {
    found.iter().flat_map(|allocation| &allocation.groups).map(|of| candidate(&of.id, &of.title)).collect()
}

fn of_ranges(found: &Option<Allocation>) -> Vec<CompletionCandidate> {
    let ranges = found.iter().flat_map(|allocation| &allocation.ranges);
    ranges.map(|of| candidate(&of.id, &of.ports.to_string())).collect()
}

/// A shell puts an id on the command line, and the help beside it on the terminal, as they are: both must be validated.
fn candidate(id: &str, help: &str) -> CompletionCandidate {
    CompletionCandidate::new(id).help(Some(help.to_owned().into()))
}

/// What ports.toml says; nothing where there is none, or it has mistakes: a shell has no place to say them.
fn found() -> Option<Allocation> {
    let tree = Tree::new(root::find(&directory(env::args_os())).ok()?);
    let (allocation, _) = pipeline::proven(&manifest::read(&tree).ok()?).ok()?;
    Some(allocation)
}

/// The folder that the `-C` of a command line name, by which `words` are completed.
fn directory(words: impl Iterator<Item = OsString>) -> PathBuf {
    let words: Vec<OsString> = words.collect();
    let named = words.windows(2).filter(|pair| pair[0] == "-C").map(|pair| &pair[1]);
    [OsString::from(".")].iter().chain(named).collect()
}
