//! The whole pass on one screen: read this first.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use crate::allocation::Allocation;
use crate::claims::Owners;
use crate::diagnostic::{Diagnostic, Diagnostics, Severity, Source, counted};
use crate::drift::standing::Standing;
use crate::drift::{After, Before, Difference, Kind, Make, one_sided};
use crate::files::tree::Tree;
use crate::manifest::earlier::Earlier;
use crate::manifest::{last_write, validate};
use crate::outputs::digest::{Digest, digest};
use crate::outputs::env_files;
use crate::outputs::lock::{self, Lock, LockFile};
use crate::outputs::next_lock::NextLock;
use crate::outputs::overridden;
use crate::outputs::plan::{self, Target};
use crate::outputs::render;
use crate::outputs::variables;
use crate::outputs::verify::Verifier;
use crate::path::RelPath;
use crate::references::blocks::{Memory, Renderer};
use crate::references::follow::{self, Followed};
use crate::references::table::{self, Kept as Named};
use crate::scan::follow::{Kept, follow as follow_files};
use crate::templates::context::Context;
use crate::templates::{Templates, own};
use crate::{claims, lints, manifest, parallel};

/// The result of the pass; `write`, `diff` and `check` differ in what they do with it.
#[derive(Debug)]
pub struct Outcome<'t> {
    /// The allocation and what templates see of it.
    pub context: &'static Context,
    /// The files that differ from the disk, by path.
    pub changes: Vec<Difference<'t>>,
    /// Notes, warnings and findings.
    pub said: Vec<Diagnostic>,
    /// Every output with the hash of its text.
    pub outputs: Arc<Lock<RelPath>>,
    /// The files in the tree that people own and portgen updates, by path within each kind.
    pub references: Vec<Named>,
    /// What became of the files of `[references]`.
    pub kept: Kept,
    /// The path of portgen.lock.
    pub lock_path: RelPath,
}

/// ports.toml -> load -> validate -> lint.
///
/// # Errors
/// All diagnostics, if there is an error among them. Otherwise they are returned with the allocation.
pub fn allocation(tree: &Tree) -> Result<(Allocation, Vec<Diagnostic>), Diagnostics> {
    known(tree, &manifest::read(tree)?)
}

/// As [`allocation`], for a ports.toml that is already read.
///
/// # Errors
/// As [`allocation`].
pub fn known(tree: &Tree, ports_toml: &Arc<Source>) -> Result<(Allocation, Vec<Diagnostic>), Diagnostics> {
    let (mut allocation, said) = proven(ports_toml)?;
    allocation.elsewhere = claims::published_elsewhere(tree, &allocation);
    Ok((allocation, said))
}

/// As [`known`], whatever other people's Compose files publish.
///
/// # Errors
/// As [`allocation`].
pub fn proven(ports_toml: &Arc<Source>) -> Result<(Allocation, Vec<Diagnostic>), Diagnostics> {
    let validated = validate::validate(ports_toml);
    let mut said = validated.diagnostics;
    if let Some(allocation) = &validated.allocation {
        said.extend(lints::run(allocation));
    }
    said.sort_by_key(Diagnostic::start);
    match validated.allocation {
        Some(allocation) if said.iter().all(|one| one.severity < Severity::Error) => Ok((allocation, said)),
        _ => Err(Diagnostics(said)),
    }
}

/// allocation -> `compose` judged -> plan -> render -> verify -> compare. Files that people own follow from the `earlier` numbers to those of
/// `allocation`.
///
/// # Errors
/// A template, an output or a person's file is not valid; all such mistakes at once.
pub fn outcome<'t>(
    tree: &'t Tree,
    earlier: &Earlier<'_>,
    allocation: Allocation,
    mut said: Vec<Diagnostic>,
) -> Result<Outcome<'t>, Diagnostics> {
    let own = own::read(tree)?;
    let templates = Templates::new(own, &allocation)?;
    let context = Context::leak(allocation);
    let lock = lock::read(tree, lock::path_in(context.allocation.outputs.directory.as_str())?)?;
    let before = before_edit(earlier, &lock, &context.allocation);
    let owners = Owners::since(&context.allocation, earlier).after(before.as_ref());
    let owners = owners.remembering(lock.bytes(), lock.path());
    said.extend(claims::compose::judge(&owners, earlier));
    said.extend(claims::compose::unset_ports(&context.allocation));
    if said.iter().any(|one| one.severity == Severity::Error) {
        // The outputs repeat what is wrong in `compose`.
        return Err(Diagnostics(said));
    }
    let targets = plan::plan(context, &templates, &table::taken(&context.allocation))?;
    // As the context, they live as long as the process: files are rendered from them until its end.
    let outputs: &'static Outputs = Box::leak(Box::new(Outputs { context, templates, targets }));
    let standing = Standing::new(tree, &lock);
    let (mut changes, made) = make(&standing, outputs, &owners)?;
    let made = Arc::new(made);
    let mut extended = claims::extended(tree, &context.allocation);
    said.extend(env_files::judge(context, &outputs.templates, &outputs.targets, &owners, &extended)?);
    said.extend(overridden::judge(tree, context, &outputs.targets, &extended));
    said.extend(variables::judge(tree, &context.allocation, &outputs.templates, &outputs.targets));
    let mut followed = follow::follow(tree, &owners, &mut changes);
    said.append(&mut followed.diagnostics);
    let mut kept = kept(tree, &owners, outputs, &lock, &mut changes);
    followed.has_changes |= kept.has_changes;
    followed.blocks = kept.remembered();
    said.append(&mut kept.faults);
    said.append(&mut extended.said);
    said.extend(claims::check_replaced(tree, &owners));
    if said.iter().any(|one| one.severity == Severity::Error) {
        return Err(Diagnostics(said));
    }
    let of_lock = lock_changes(&standing, &lock, &outputs.targets, &made, &mut followed)?;
    changes.extend(without_named(of_lock, &context.allocation));
    said.extend(one_sided::find(tree, &lock)?);
    changes.extend(standing.left_staged()?);
    changes.sort_unstable_by(|a, b| a.path.cmp(&b.path));
    let (references, lock_path) = (followed.kept, lock.path().clone());
    Ok(Outcome { changes, said, outputs: made, references, kept, lock_path, context })
}

/// The files of `[references]`, brought in step.
fn kept<'t>(
    tree: &'t Tree,
    owners: &Owners<'_>,
    outputs: &Outputs,
    lock: &LockFile,
    changes: &mut Vec<Difference<'t>>,
) -> Kept {
    let Outputs { context, templates, targets } = outputs;
    if context.allocation.references.files.is_empty() {
        return Kept::default();
    }
    let mut own: HashSet<String> = targets.iter().map(|target| target.path.to_string()).collect();
    own.insert(lock.path().to_string());
    let verifier = Verifier::new(context, templates, owners);
    let renderer = Renderer { context, templates, verifier, memory: Memory::new(tree, lock) };
    follow_files(tree, owners, own, &renderer, changes)
}

/// The allocation that a command edits, as `write` would have seen it.
fn before_edit<'w>(earlier: &'w Earlier<'w>, lock: &'w LockFile, later: &'w Allocation) -> Option<Owners<'w>> {
    let (committed, before) = earlier.before_edit()?;
    Some(Owners::since(before, committed).remembering(lock.bytes(), lock.path()).until(later))
}

/// portgen.lock if it has to change, and the files that it lists but portgen no history generates.
fn lock_changes<'t>(
    standing: &Standing<'t, '_>,
    lock: &LockFile,
    targets: &[Target],
    outputs: &Arc<Lock<RelPath>>,
    followed: &mut Followed,
) -> Result<Vec<Difference<'t>>, Diagnostics> {
    let on_disk = lock.bytes().unwrap_or_default();
    let blocks = std::mem::take(&mut followed.blocks);
    if !followed.has_changes && is_in(outputs, &blocks, on_disk) {
        return Ok(Vec::new());
    }
    let next = NextLock::new(Arc::clone(outputs), std::mem::take(&mut followed.remembered) + &blocks);
    if next.has_text(on_disk) {
        return Ok(Vec::new());
    }
    let size = next.size() + on_disk.len();
    let planned = targets.iter().map(|target| target.path.as_str());
    let mut changes = standing.orphans(planned)?;
    let before = lock.bytes().map(|bytes| Before::InTree(standing.tree(), digest(bytes)));
    let after = Some(After::Lock(Box::new(next)));
    changes.push(Difference { path: lock.path().clone(), kind: Kind::Lock, before, after, size });
    Ok(changes)
}

/// Whether the lock on the disk knows the same outputs and ports, and the texts of all blocks. Numbers of files that were right when people
/// put them there are no reason to write it again.
fn is_in(outputs: &Lock<RelPath>, blocks: &str, on_disk: &[u8]) -> bool {
    let Some(files) = outputs.rest_of(on_disk) else { return false };
    let has = |line: &str| memchr::memmem::find(files, line.as_bytes()).is_some();
    files.split_inclusive(|byte| *byte == b'\n').all(|line| line.starts_with(b"# "))
        && blocks.split_inclusive('\n').all(has)
}

/// The changes of files that no service names: whatever portgen.lock says, what a service names is a file of a person's.
fn without_named<'t>(mut changes: Vec<Difference<'t>>, allocation: &Allocation) -> Vec<Difference<'t>> {
    if !changes.is_empty() {
        let named: HashSet<&RelPath> = table::all(allocation).map(|(_, reference)| reference.path).collect();
        changes.retain(|change| !named.contains(&change.path));
    }
    changes
}

/// The ports that portgen.lock remembers. Where no file of a person's follows, nobody needs to know those of the last `write`.
fn remembered(allocation: &Allocation, owners: &Owners<'_>) -> String {
    let follows = table::all(allocation).next().is_some() || !allocation.references.files.is_empty();
    if follows { last_write::lines(allocation, owners.history()) } else { String::new() }
}

/// What outputs are rendered from.
#[derive(Debug)]
struct Outputs {
    context: &'static Context,
    templates: Templates,
    targets: Vec<Target>,
}

impl Outputs {
    /// Renders the output at `path` again.
    fn again(&self, path: &RelPath) -> Result<Vec<u8>, Diagnostic> {
        let at = self.targets.partition_point(|target| *target.path < *path);
        render::render(self.context, &self.templates, self.targets[at].piece()).map(String::into_bytes)
    }
}

/// The digest of an output, and how its file differs; or every mistake in it.
type Made<'t> = Result<(Digest, Option<Box<Difference<'t>>>), Diagnostics>;

/// render -> verify -> compare, for each output. Each text is dropped at once, and rendered again to be written or shown.
fn make<'t>(
    standing: &Standing<'t, '_>,
    outputs: &'static Outputs,
    owners: &Owners<'_>,
) -> Result<(Vec<Difference<'t>>, Lock<RelPath>), Diagnostics> {
    let Outputs { context, templates, targets } = outputs;
    let verifier = Verifier::new(context, templates, owners);
    let again: Arc<Make<'t>> = Arc::new(|path| outputs.again(path));
    let make = |target: &Target, buffer: &mut Vec<u8>| -> Made<'t> {
        let text = render::render(context, templates, target.piece())?;
        verifier.verify(target.piece(), &text)?;
        let digest = digest(text.as_bytes());
        let after = || After::Made(Arc::clone(&again));
        Ok((digest, standing.compare(&target.path, text.as_bytes(), after, buffer)?.map(Box::new)))
    };
    let mut changes = Vec::new();
    let mut entries = Vec::with_capacity(targets.len());
    let mut errors = Vec::new();
    parallel::map_to(targets, make, |target, made| match made {
        Ok((digest, change)) => {
            entries.push((target.path.clone().into(), digest));
            changes.extend(change.map(|change| *change));
        }
        Err(wrong) => errors.push(wrong),
    });
    if !errors.is_empty() {
        return Err(deduplicated(errors));
    }
    Ok((changes, Lock::of(entries, remembered(&context.allocation, owners))))
}

/// A mistake in a template shows in each of its outputs, and there wherever a loop comes by: reports the first and counts the others.
fn deduplicated(outputs: Vec<Diagnostics>) -> Diagnostics {
    let mut reported: Vec<Reported> = Vec::new();
    let mut known: HashMap<_, usize> = HashMap::new();
    for (output, Diagnostics(errors)) in outputs.into_iter().enumerate() {
        for error in errors {
            let place = error.primary().map(|place| (Arc::as_ptr(&place.source), place.span.clone()));
            match known.entry((error.code, place)) {
                Entry::Occupied(at) => reported[*at.get()].repeat(output),
                Entry::Vacant(new) => {
                    new.insert(reported.len());
                    reported.push(Reported { error, output, last: output, places: 0, outputs: 0 });
                }
            }
        }
    }
    Diagnostics(reported.into_iter().map(Reported::counted).collect())
}

/// A mistake at one place of a template, and how often it shows besides.
struct Reported {
    error: Diagnostic,
    /// The output in which it was first seen.
    output: usize,
    /// The output in which it was last seen.
    last: usize,
    /// How many more places of its first output have it.
    places: usize,
    /// How many other outputs have it.
    outputs: usize,
}

impl Reported {
    fn repeat(&mut self, output: usize) {
        if output == self.output {
            self.places += 1;
        } else if std::mem::replace(&mut self.last, output) != output {
            self.outputs += 1;
        }
    }

    fn counted(self) -> Diagnostic {
        let mut error = self.error;
        if self.places > 0 {
            error = error.help(format!("the same at {} of this output", counted(self.places, "more place")));
        }
        if self.outputs > 0 {
            error = error.help(format!("the same in {}", counted(self.outputs, "more output")));
        }
        error
    }
}
