//! A scan of the tree of a command: what files state that portgen does not keep in step.

use std::collections::{BTreeMap, HashSet};

use crate::allocation::former::FormerPorts;
use crate::allocation::{Allocation, Service};
use crate::claims::Owners;
use crate::diagnostic::{Diagnostic, Place, Severity, codes, quoted};
use crate::files::tree::Tree;
use crate::manifest::earlier::Earlier;
use crate::outputs::lock::{self, LockFile};
use crate::references::table;
use crate::scan::{Former, Scan, Scanned, Verdict, View, scan};

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
    let lock = lock(tree, allocation)?;
    let owners = Owners::since(allocation, earlier).remembering(lock.bytes(), lock.path());
    let former = Former::of(&owners);
    let mut own: HashSet<String> = lock.owned::<String>()?.paths().map(str::to_owned).collect();
    own.extend(["ports.toml".to_owned(), lock.path().to_string()]);
    let followed = table::all(allocation).map(|(_, reference)| reference.path.to_string()).collect();
    let only = |path: &str| wanted(path) && !allocation.references.ignores(path);
    Ok(scan(&Scan { tree, allocation, own, followed, former: Some(&former), only: Some(&only) }))
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
    notes.iter_mut().for_each(|one| one.severity = Severity::Note);
    Ok(notes)
}

/// Warns of numbers that services had `before` a command's edit and that files still state which portgen does not keep in step.
///
/// # Errors
/// As [`scanned`].
pub fn left(
    tree: &Tree,
    before: &Allocation,
    allocation: &Allocation,
    earlier: &Earlier<'_>,
) -> Result<Vec<Diagnostic>, Diagnostic> {
    let moved = FormerPorts::new(Some(before), allocation);
    if moved.iter().next().is_none() {
        return Ok(Vec::new());
    }
    let named: HashSet<&str> = table::all(allocation).map(|(_, reference)| reference.path.as_str()).collect();
    let is_left = |path: &str| !allocation.references.keeps(path) && !named.contains(path);
    let found = scanned(tree, allocation, earlier, &is_left)?;
    // Of Compose files that compose.ports.yml goes over, others tell.
    let is_told = allocation.outputs.is_enabled("compose.ports.yml") && !allocation.outputs.has_compose();
    let mut places: BTreeMap<(usize, u16), Vec<Place>> = BTreeMap::new();
    let wrong = found.judged().filter(|(_, one)| one.verdict == Verdict::Contradicts);
    for (file, one) in wrong.filter(|(file, _)| !is_told || file.kind != "Compose file") {
        if let Some((service, _)) =
            one.owner.filter(|(service, _)| had(&before.services, &allocation.services[*service].id, one.port))
        {
            places.entry((service, one.port)).or_default().extend(file.place(one));
        }
    }
    let warning = |((service, port), places): ((usize, u16), Vec<Place>)| {
        let id = quoted(&allocation.services[service].id);
        let message = format!("{port}, which {id} had, still stands in files that portgen does not keep in step");
        Diagnostic::new(codes::FORMER_PORT, Severity::Warning, message)
            .at_each(places, "here")
            .help("`portgen scan --fix` changes it; name the files in `[references]` to keep them in step")
    };
    Ok(places.into_iter().map(warning).collect())
}

/// Whether a service had a number.
fn had(services: &[Service], id: &str, port: u16) -> bool {
    let service = services.iter().find(|service| service.id == id);
    service.is_some_and(|service| service.bindings.iter().any(|binding| View::Any.has(binding, port)))
}
