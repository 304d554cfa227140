//! A scan of the tree of a command: what files state that portgen does not keep in step.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use crate::allocation::former::FormerPorts;
use crate::allocation::{Allocation, Service};
use crate::claims::Owners;
use crate::diagnostic::{Diagnostic, Diagnostics, Place, Severity, codes, counted, quoted};
use crate::files::tree::Tree;
use crate::manifest::earlier::Earlier;
use crate::outputs::lock::{self, LockFile};
use crate::outputs::verify::Verifier;
use crate::path::RelPath;
use crate::references::blocks::{Memory, Renderer, Stated};
use crate::references::table;
use crate::scan::{Former, Judged, Scan, Scanned, Verdict, View, scan};
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

/// As [`scanned`], also for `numbers` of which no form says that they are ports.
fn scanned_for<'t>(
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
    own.extend(["ports.toml".to_owned(), lock.path().to_string()]);
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

/// Warns of numbers that services had `before` a command's edit and that files still state which portgen does not keep in step, and
/// names the places of any file that may mean them.
///
/// # Errors
/// As [`scanned`].
pub fn left(
    tree: &Tree,
    before: &Allocation,
    allocation: &Allocation,
    earlier: &Earlier<'_>,
) -> Result<Vec<Diagnostic>, Diagnostic> {
    let moved = moved(before, allocation);
    if moved.is_empty() {
        return Ok(Vec::new());
    }
    let found = scanned_for(tree, allocation, earlier, &|_| true, moved.keys().copied().collect())?;
    let named: HashSet<&str> = table::all(allocation).map(|(_, reference)| reference.path.as_str()).collect();
    let is_left = |path: &str| !allocation.references.keeps(path) && !named.contains(path);
    // Of Compose files that compose.ports.yml goes over, others tell.
    let is_told = allocation.outputs.is_enabled("compose.ports.yml") && !allocation.outputs.has_compose();
    let mut places: BTreeMap<(usize, u16), Vec<Place>> = BTreeMap::new();
    let wrong = found.judged().filter(|(file, one)| one.verdict == Verdict::Contradicts && is_left(&file.path));
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
    let mut said: Vec<Diagnostic> = places.into_iter().map(warning).collect();
    said.extend(perhaps(&found, &moved, &named, allocation));
    Ok(said)
}

/// The numbers that services have no longer on the host or in the container, with the first that had each.
fn moved(before: &Allocation, allocation: &Allocation) -> BTreeMap<u16, usize> {
    let mut moved = BTreeMap::new();
    for former in FormerPorts::new(Some(before), allocation).iter() {
        for ports in [former.host, former.container].into_iter().flatten().filter(|ports| ports.is_one()) {
            let port = ports.first().get();
            // What is only retired was moved long ago.
            if had(&before.services, &allocation.services[former.service].id, port) {
                moved.entry(port).or_insert(former.service);
            }
        }
    }
    moved
}

/// Names the places of numbers that may be those that services had, where nothing says so beyond doubt.
fn perhaps(
    found: &Scanned<'_>,
    moved: &BTreeMap<u16, usize>,
    named: &HashSet<&str>,
    allocation: &Allocation,
) -> Vec<Diagnostic> {
    let mut places: BTreeMap<u16, Vec<(&str, BTreeSet<usize>)>> = BTreeMap::new();
    for file in found.files.iter().filter(|file| !named.contains(&*file.path)) {
        let judged = file.judged.iter().filter(|one| moved.get(&one.port).is_some_and(|had| may_be(one, *had)));
        let mut lines: BTreeMap<u16, BTreeSet<usize>> = BTreeMap::new();
        for (port, line) in
            judged.map(|one| (one.port, one.line)).chain(file.bare.iter().map(|one| (one.port, one.line)))
        {
            lines.entry(port).or_default().insert(line);
        }
        for (port, lines) in lines {
            places.entry(port).or_default().push((&file.path, lines));
        }
    }
    let warning = |(port, files): (u16, Vec<(&str, BTreeSet<usize>)>)| {
        let (id, lines) =
            (quoted(&allocation.services[moved[&port]].id), files.iter().map(|(_, lines)| lines.len()).sum());
        let (lines, shown) = (counted(lines, "line"), listed(&files));
        let message = format!("{port}, which {id} had, stays in {lines} where portgen cannot tell what it is: {shown}");
        Diagnostic::new(codes::FORMER_PORT, Severity::Warning, message)
            .help("change by hand what means the port; a comment `portgen: NAME` binds a number to its service, `portgen: ignore` silences it")
    };
    places.into_iter().map(warning).collect()
}

/// Files with lines for people, `a.sh:3,4`: those of tests last, and not all.
fn listed(files: &[(&str, BTreeSet<usize>)]) -> String {
    const MOST: usize = 50;
    let is_test = |path: &str| path.to_ascii_lowercase().contains("test");
    let (tests, others): (Vec<_>, Vec<_>) = files.iter().partition(|(path, _)| is_test(path));
    let place = |(path, lines): &(&str, BTreeSet<usize>)| {
        let lines: Vec<String> = lines.iter().map(usize::to_string).collect();
        quoted(&format!("{path}:{}", lines.join(",")))
    };
    let shown: Vec<String> = others.into_iter().chain(tests).take(MOST).map(place).collect();
    let more = files.len() - shown.len();
    let more = if more > 0 { format!(" and {}", counted(more, "more file")) } else { String::new() };
    format!("{}{more}", shown.join(", "))
}

/// Whether a statement that stays as it is may mean the number that a service had: nobody knows whose it is, or the service has the number
/// still, elsewhere than on the host.
fn may_be(one: &Judged, had: usize) -> bool {
    let is_open = matches!(one.view, View::Any | View::Listen | View::Network);
    match (one.verdict, one.owner) {
        (Verdict::Unknown, Some((service, _))) => service == had,
        (Verdict::Unknown, None) => true,
        (Verdict::Agrees, Some((service, _))) => service == had && is_open,
        _ => false,
    }
}

/// Whether a service had a number.
fn had(services: &[Service], id: &str, port: u16) -> bool {
    let service = services.iter().find(|service| service.id == id);
    service.is_some_and(|service| service.bindings.iter().any(|binding| View::Any.has(binding, port)))
}
