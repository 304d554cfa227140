//! Numbers that services had before a command's edit and that files still state.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use super::scanning::scanned_for;
use crate::allocation::former::FormerPorts;
use crate::allocation::{Allocation, Service};
use crate::diagnostic::{Diagnostic, Place, Severity, codes, counted, quoted};
use crate::files::tree::Tree;
use crate::manifest::earlier::Earlier;
use crate::references::table;
use crate::scan::readers::COMPOSE;
use crate::scan::{By, Judged, Scanned, ScannedFile, Verdict, View};

/// Warns of numbers that services had `before` a command's edit and that files still state which portgen does not keep in step, and
/// names the lines of any file that may mean them, but for those that `said` names.
///
/// # Errors
/// As [`scanned_for`].
pub(super) fn left(
    tree: &Tree,
    before: &Allocation,
    allocation: &Allocation,
    earlier: &Earlier<'_>,
    said: &[Diagnostic],
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
    for (file, one) in wrong.filter(|(file, _)| !is_told || file.kind != COMPOSE) {
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
    let mut left: Vec<Diagnostic> = places.into_iter().map(warning).collect();
    let labels = said.iter().chain(&left).flat_map(|one| &one.labels);
    let known: HashSet<(&str, usize)> = labels.map(|label| (&*label.place.source.path, label.place.line())).collect();
    let is_known = |file: &ScannedFile<'_>, line: usize| {
        let is_told = is_told && file.kind == COMPOSE;
        is_told || named.contains(&*file.path) || known.contains(&(&*file.path, line))
    };
    let perhaps = perhaps(&found, &moved, is_known, allocation);
    left.extend(perhaps);
    Ok(left)
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
    is_known: impl Fn(&ScannedFile<'_>, usize) -> bool,
    allocation: &Allocation,
) -> Vec<Diagnostic> {
    let mut places: BTreeMap<u16, Vec<(&str, BTreeSet<usize>)>> = BTreeMap::new();
    for file in &found.files {
        let judged = file.judged.iter().filter(|one| moved.get(&one.port).is_some_and(|had| may_be(one, *had)));
        let mut lines: BTreeMap<u16, BTreeSet<usize>> = BTreeMap::new();
        let all = judged.map(|one| (one.port, one.line)).chain(file.bare.iter().map(|one| (one.port, one.line)));
        for (port, line) in all.filter(|(_, line)| !is_known(file, *line)) {
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
        (Verdict::Unknown, _) => true,
        (Verdict::Agrees, Some((service, _))) => is_open && (service == had || one.by == By::Number),
        _ => false,
    }
}

/// Whether a service had a number.
fn had(services: &[Service], id: &str, port: u16) -> bool {
    let service = services.iter().find(|service| service.id == id);
    service.is_some_and(|service| service.bindings.iter().any(|binding| View::Any.has(binding, port)))
}
