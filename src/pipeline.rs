//! The whole pass on one screen: read this first.

use std::collections::HashSet;
use std::sync::Arc;

use crate::allocation::Allocation;
use crate::change::{self, Change, Kind};
use crate::diagnostic::{Diagnostic, Diagnostics, Severity};
use crate::lock::{self, Digest, LockFile};
use crate::path::RelPath;
use crate::plan::{self, Target};
use crate::references::{self, packages};
use crate::templates::Templates;
use crate::templates::view::World;
use crate::tree::Tree;
use crate::{lints, load, parallel, render, validate, verify};

/// What the pass comes to; `write`, `diff` and `check` differ in what they do with it.
#[derive(Debug)]
pub struct Outcome {
    /// What differs from the disk, by path.
    pub changes: Vec<Change>,
    /// Notes, warnings and findings.
    pub said: Vec<Diagnostic>,
    /// How many files portgen owns.
    pub outputs: usize,
    /// How many package.json files in the tree it keeps in step.
    pub references: usize,
    /// Where portgen.lock lies.
    pub lock_path: RelPath,
}

/// ports.toml -> load -> validate -> lint.
///
/// # Errors
/// Every mistake and everything the lints find, where there is a mistake among it. Otherwise what was found comes beside the
/// allocation.
pub fn allocation(tree: &Tree) -> Result<(Allocation, Vec<Diagnostic>), Diagnostics> {
    let source = load::ports_toml(tree)?;
    let validated = validate::validate(&source);
    let mut said = validated.diagnostics;
    if let Some(allocation) = &validated.allocation {
        said.extend(lints::run(allocation));
    }
    let start = |diagnostic: &Diagnostic| diagnostic.labels.first().map_or(0, |(place, _)| place.span.start);
    said.sort_by_key(start);
    match validated.allocation {
        Some(allocation) if said.iter().all(|one| one.severity < Severity::Error) => Ok((allocation, said)),
        _ => Err(Diagnostics(said)),
    }
}

/// allocation -> plan -> render -> verify -> compare.
///
/// # Errors
/// A template, an output or a package.json that cannot be; all of them at once.
pub fn outcome(tree: &Tree, allocation: Allocation, mut said: Vec<Diagnostic>) -> Result<Outcome, Diagnostics> {
    let own = load::templates(tree)?;
    let templates = Templates::new(own, &allocation.outputs, &allocation.source, allocation.services.len())?;
    let world = World::new(allocation);
    let targets = plan::plan(&world, &templates)?;
    let packages = packages(&world.allocation);
    let lock = load::lock(tree, lock_path(&world.allocation)?)?;
    let (mut changes, entries) = make(tree, &world, &templates, &targets, &lock)?;
    let followed = references::follow(tree, &world.allocation, &packages);
    said.extend(followed.said);
    if said.iter().any(|one| one.severity == Severity::Error) {
        return Err(Diagnostics(said));
    }
    changes.extend(followed.changes);
    let lock_text = lock::render(&entries);
    if lock.bytes() != Some(lock_text.as_bytes()) {
        let planned: HashSet<&str> = targets.iter().map(|target| target.path.as_str()).collect();
        changes.extend(change::orphans(tree, lock.lock()?, &planned)?);
        let before = lock.bytes().map(<[u8]>::to_vec);
        changes.extend(Change::between(lock.path(), Kind::Lock, before, Some(lock_text.as_bytes())));
    }
    changes.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(Outcome { changes, said, outputs: targets.len(), references: followed.found, lock_path: lock.path().clone() })
}

/// Every output with its hash: what portgen.lock holds.
type Entries = Vec<(RelPath, Digest)>;

/// render -> verify -> compare, each output once; a text that equals its file is dropped at once.
fn make(
    tree: &Tree,
    world: &Arc<World>,
    templates: &Templates,
    targets: &[Target],
    lock: &LockFile,
) -> Result<(Vec<Change>, Entries), Diagnostics> {
    let index = verify::Index::new(world);
    let made = parallel::map(targets, |target, buffer| -> Result<(Digest, Option<Change>), Vec<Diagnostic>> {
        let text = render::render(world, templates, target).map_err(|error| vec![error])?;
        verify::verify(&index, templates, target, &text)?;
        let change = change::compare(tree, lock, &target.path, text.as_bytes(), buffer).map_err(|error| vec![error])?;
        Ok((lock::digest(text.as_bytes()), change))
    });
    let mut changes = Vec::new();
    let mut entries = Vec::with_capacity(targets.len());
    let mut errors = Vec::new();
    for (target, made) in targets.iter().zip(made) {
        match made {
            Ok((digest, change)) => {
                entries.push((target.path.clone(), digest));
                changes.extend(change);
            }
            Err(wrong) => errors.extend(wrong),
        }
    }
    if errors.is_empty() { Ok((changes, entries)) } else { Err(once_a_place(errors)) }
}

/// One mistake in a template shows in every output that it makes: the first is told, the others are counted.
fn once_a_place(errors: Vec<Diagnostic>) -> Diagnostics {
    let mut told: Vec<(Diagnostic, usize)> = Vec::new();
    for error in errors {
        let place = |one: &Diagnostic| (one.code, one.labels.first().map(|(place, _)| place.clone()));
        match told.iter_mut().find(|(first, _)| place(first) == place(&error)) {
            Some((_, others)) => *others += 1,
            None => told.push((error, 0)),
        }
    }
    let counted = |(first, others): (Diagnostic, usize)| match others {
        0 => first,
        1 => first.help("the same in 1 more output"),
        _ => first.help(format!("the same in {others} more outputs")),
    };
    Diagnostics(told.into_iter().map(counted).collect())
}

fn lock_path(allocation: &Allocation) -> Result<RelPath, Diagnostic> {
    let path = format!("{}/portgen.lock", allocation.outputs.directory);
    RelPath::parse(&path).map_err(|reason| Diagnostic::error("output-path", format!("the lock's path {reason}")))
}
