//! References: ports in files that people own, kept in step in place. As yet: the scripts of package.json.

pub mod package_json;

use crate::allocation::{Allocation, Service};
use crate::diagnostic::{Diagnostic, Diagnostics, quoted};
use crate::drift::{Change, Kind};
use crate::files::tree::Tree;
use crate::outputs::locate::{Carrier, lines};
use crate::path::RelPath;
use crate::{lints, parallel};
use package_json::{Edit, File, Follow, PortSet};

/// A service and the package.json whose scripts hold its port.
#[derive(Debug)]
pub struct Package<'a> {
    /// The file.
    pub path: &'a RelPath,
    service: &'a Service,
}

/// What following every package.json came to.
#[derive(Debug, Default)]
pub struct Followed {
    /// What differs.
    pub changes: Vec<Change>,
    /// What cannot be followed, and the lint `missing-package` as its level has it.
    pub said: Vec<Diagnostic>,
    /// The package.json files that are in the tree, by path.
    pub found: Vec<RelPath>,
}

/// One package.json: whether it is in the tree, and what differs.
type One = Result<(bool, Option<Change>), Vec<Diagnostic>>;

/// Every package.json that the allocation names, by path, once for each service that has its port there.
pub fn packages(allocation: &Allocation) -> Vec<Package<'_>> {
    let services = allocation.services.iter().filter(|service| !service.bindings.is_empty());
    let mut packages: Vec<Package<'_>> =
        services.filter_map(|service| Some(Package { path: &service.package.as_ref()?.0, service })).collect();
    // Services of one package.json stay in their order; and most packages are in order already.
    packages.sort_by_key(|package| package.path);
    packages
}

/// The changes that bring every package.json in step.
pub fn follow(tree: &Tree, allocation: &Allocation, packages: &[Package<'_>]) -> Followed {
    let mut all = Followed::default();
    let allocated = allocation.bindings().map(|(_, binding)| binding.host.get()).collect();
    let files: Vec<&[Package<'_>]> = packages.chunk_by(|one, next| one.path == next.path).collect();
    let followed = parallel::map(&files, |file, buffer| follow_one(tree, file, &allocated, buffer));
    for (file, one) in files.iter().zip(followed) {
        match one {
            Ok((true, change)) => {
                all.found.push(file[0].path.clone());
                all.changes.extend(change);
            }
            Ok((false, _)) => {
                all.said.extend(file.iter().filter_map(|package| missing(allocation, package.service)));
            }
            Err(said) => all.said.extend(said),
        }
    }
    all
}

/// The package.json of `services[service]`, with the lines that hold the service's ports, those that are to change included; none
/// where it has no such file, or the file is not in the tree.
///
/// # Errors
/// What cannot be followed.
pub fn carrier(tree: &Tree, allocation: &Allocation, service: usize) -> Result<Option<Carrier>, Vec<Diagnostic>> {
    let service = &allocation.services[service];
    let Some((path, _)) = service.package.as_ref().filter(|_| !service.bindings.is_empty()) else { return Ok(None) };
    let mut buffer = Vec::new();
    if !tree.read_into(path, &mut buffer).map_err(|error| vec![error])? {
        return Ok(None);
    }
    let text = decoded(path, &buffer)?;
    let allocated = allocation.bindings().map(|(_, binding)| binding.host.get()).collect();
    let followed = followed(service, &File::new(path.as_str(), text), &allocated)?;
    let claims = followed.claims.into_iter().map(|(span, _)| span).collect();
    Ok(Some(Carrier { path: path.clone(), lines: lines(text, claims) }))
}

/// `packages` are those of one file.
fn follow_one(tree: &Tree, packages: &[Package<'_>], allocated: &PortSet, buffer: &mut Vec<u8>) -> One {
    let path = packages[0].path;
    if !tree.read_into(path, buffer).map_err(|error| vec![error])? {
        return Ok((false, None));
    }
    let text = decoded(path, buffer)?;
    let edits = edits(packages, &File::new(path.as_str(), text), allocated)?;
    if edits.is_empty() {
        return Ok((true, None));
    }
    let after = package_json::splice(text, &edits).into_bytes();
    Ok((true, Change::between(path, Kind::Reference, Some(buffer.clone()), Some(after))))
}

fn decoded<'b>(path: &RelPath, bytes: &'b [u8]) -> Result<&'b str, Vec<Diagnostic>> {
    std::str::from_utf8(bytes).map_err(|error| {
        let message = format!("{} is not UTF-8 from byte {} on", quoted(path.as_str()), error.valid_up_to());
        vec![Diagnostic::error("package-json", message).help("npm reads package.json as UTF-8")]
    })
}

/// How a package.json stands to the ports of one service.
fn followed(
    service: &Service,
    file: &File<'_>,
    allocated: &PortSet,
) -> Result<package_json::Followed, Vec<Diagnostic>> {
    let [main, others @ ..] = &*service.bindings else { return Ok(package_json::Followed::default()) };
    let others: Vec<u16> = others.iter().map(|binding| binding.host.get()).collect();
    let follow = Follow { port: main.host.get(), others: &others, allocated, scripts: service.scripts.as_deref() };
    package_json::follow(file, &follow).map_err(|Diagnostics(all)| all)
}

fn edits(packages: &[Package<'_>], file: &File<'_>, allocated: &PortSet) -> Result<Vec<Edit>, Vec<Diagnostic>> {
    let mut edits: Vec<Edit> = Vec::new();
    for Package { service, .. } in packages {
        let followed = followed(service, file, allocated)?;
        edits.extend(followed.edits);
        // Where its port stands already, no other service may want another one.
        let own = service.bindings.first().map(|main| main.host.get());
        let kept = followed.claims.into_iter().filter(|(_, number)| Some(*number) == own);
        edits.extend(kept.filter(|_| packages.len() > 1).map(|(span, port)| Edit { span, port }));
    }
    edits.sort_by_key(|edit| edit.span.start);
    let clash = edits.windows(2).find(|pair| pair[0].span.end > pair[1].span.start && pair[0].port != pair[1].port);
    match clash {
        Some([one, other]) => {
            let ids: Vec<String> = packages.iter().map(|package| quoted(&package.service.id)).collect();
            let message = format!("{} want different ports at one place of {}", ids.join(" and "), quoted(file.name));
            Err(vec![
                Diagnostic::error("package-json", message)
                    .at(file.place(one.span.clone()), format!("{} or {}", one.port, other.port))
                    .help("say in ports.toml which scripts follow which service: `scripts = [\"dev\"]`"),
            ])
        }
        _ => {
            edits.dedup();
            edits.retain(|edit| file.text[edit.span.clone()].parse() != Ok(edit.port));
            Ok(edits)
        }
    }
}

fn missing(allocation: &Allocation, service: &Service) -> Option<Diagnostic> {
    let (path, span) = service.package.as_ref()?;
    let message = format!("{} of {} is not in this tree", quoted(path.as_str()), quoted(&service.id));
    let diagnostic = lints::diagnostic(allocation, "missing-package", message)?;
    Some(diagnostic.at(allocation.place(span), "").help(
        "correct the path, or set `missing-package = \"allow\"` in `[lints]` where packages live in another repository",
    ))
}
