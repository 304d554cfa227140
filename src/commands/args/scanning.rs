//! A scan of the tree of a command: what files state that portgen does not keep in step.

use std::collections::HashSet;

use crate::allocation::Allocation;
use crate::claims::Owners;
use crate::diagnostic::{Diagnostic, Diagnostics, Severity};
use crate::files::names::PORTS_TOML;
use crate::files::tree::Tree;
use crate::manifest::earlier::Earlier;
use crate::outputs::lock::{self, LockFile};
use crate::outputs::verify::Verifier;
use crate::path::RelPath;
use crate::references::blocks::{Memory, Renderer, Stated};
use crate::references::table;
use crate::scan::{Former, Scan, Scanned, scan};
use crate::templates::context::Context;
use crate::templates::{Templates, own};

/// The lock of an allocation.
///
/// # Errors
/// It cannot be read.
pub fn lock(tree: &Tree, allocation: &Allocation) -> Result<LockFile, Diagnostic> {
    lock::read(tree, lock::path_in(allocation.outputs.directory.as_str())?)
}

/// What the files of the tree state that are `wanted`, by their paths, and that ports.toml does not ignore; but for portgen's own. `earlier`
/// knows the numbers of before.
///
/// # Errors
/// portgen.lock cannot be read.
pub fn scanned<'t>(
    tree: &'t Tree,
    allocation: &Allocation,
    earlier: &Earlier<'_>,
    wanted: &(dyn Fn(&str) -> bool + Sync),
) -> Result<Scanned<'t>, Diagnostic> {
    scanned_for(tree, allocation, earlier, wanted, HashSet::new())
}

/// What every file of the tree states that ports.toml does not ignore, portgen's own outputs among them.
///
/// # Errors
/// As [`scanned`].
pub fn with_outputs<'t>(
    tree: &'t Tree,
    allocation: &Allocation,
    earlier: &Earlier<'_>,
) -> Result<Scanned<'t>, Diagnostic> {
    let lock = lock(tree, allocation)?;
    let owners = Owners::since(allocation, earlier).remembering(lock.bytes(), lock.path());
    let former = Former::of(&owners);
    let own = HashSet::from([PORTS_TOML.to_owned(), lock.path().to_string()]);
    let only = |path: &str| !allocation.references.ignores(path);
    Ok(scan(&Scan { former: Some(&former), only: Some(&only), ..Scan::new(tree, allocation, own) }))
}

/// As [`scanned`], also for `numbers` of which no form says that they are ports.
pub(super) fn scanned_for<'t>(
    tree: &'t Tree,
    allocation: &Allocation,
    earlier: &Earlier<'_>,
    wanted: &(dyn Fn(&str) -> bool + Sync),
    numbers: HashSet<u16>,
) -> Result<Scanned<'t>, Diagnostic> {
    let lock = lock(tree, allocation)?;
    let owners = Owners::since(allocation, earlier).remembering(lock.bytes(), lock.path());
    let former = Former::of(&owners);
    let mut own: HashSet<String> = lock.owned::<String>()?.paths().map(str::to_owned).collect();
    own.extend([PORTS_TOML.to_owned(), lock.path().to_string()]);
    let followed = table::all(allocation).map(|(_, reference)| reference.path.to_string()).collect();
    let only = |path: &str| wanted(path) && !allocation.references.ignores(path);
    let all = Scan::new(tree, allocation, own);
    Ok(scan(&Scan { followed, former: Some(&former), numbers, only: Some(&only), ..all }))
}

/// The ports that blocks state in files that a scan of the tree has found, each with the path of its file.
///
/// # Errors
/// A template is not valid, or a file cannot be read.
pub fn in_blocks(
    tree: &Tree,
    context: &'static Context,
    found: &Scanned<'_>,
) -> Result<Vec<(RelPath, Stated)>, Diagnostics> {
    let allocation = &context.allocation;
    let with_blocks = found.files.iter().filter(|file| file.blocks.is_some());
    let paths = with_blocks.filter_map(|file| RelPath::parse(&file.path).ok());
    let paths: Vec<RelPath> = paths.filter(|path| allocation.references.keeps(path.as_str())).collect();
    if paths.is_empty() {
        return Ok(Vec::new());
    }
    let templates = Templates::new(own::read(tree)?, allocation)?;
    let owners = Owners::new(allocation);
    let (verifier, lock) = (Verifier::new(context, &templates, &owners), lock(tree, allocation)?);
    let renderer = Renderer { context, templates: &templates, verifier, memory: Memory::new(tree, &lock) };
    let mut stated = Vec::new();
    for path in paths {
        let bytes = tree.read(&path)?.unwrap_or_default();
        let ports = renderer.stated(&path, &String::from_utf8_lossy(&bytes));
        stated.extend(ports.into_iter().map(|port| (path.clone(), port)));
    }
    Ok(stated)
}

/// What files contradict that are not kept in step, as notes; nothing where ports.toml names no files.
///
/// # Errors
/// As [`scanned`].
pub fn notes(tree: &Tree, allocation: &Allocation, earlier: &Earlier<'_>) -> Result<Vec<Diagnostic>, Diagnostic> {
    let references = &allocation.references;
    if references.files.is_empty() {
        return Ok(Vec::new());
    }
    let found = scanned(tree, allocation, earlier, &|path| !references.keeps(path))?;
    let mut notes = found.findings(allocation);
    notes.retain(|one| one.severity >= Severity::Finding);
    notes.extend(found.of_blocks());
    notes.iter_mut().for_each(|one| one.severity = Severity::Note);
    Ok(notes)
}
