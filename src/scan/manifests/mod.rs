//! Whether manifests agree with each other: a Service names ports of the pods that it selects, a probe one of its container, a route one of
//! its Service.
//!
//! Sources: <https://kubernetes.io/docs/concepts/services-networking/service/#field-spec-ports>,
//! <https://kubernetes.io/docs/reference/generated/kubernetes-api/v1.34/#httpgetaction-v1-core>.

pub mod object;

use super::found::ScannedFile;
use crate::diagnostic::{Diagnostic, Place, Severity, codes, quoted};
use object::{Named, Object, Target};

/// What names ports that nothing has, in files order.
pub(super) fn judge(files: &[ScannedFile<'_>]) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for file in files.iter().filter(|file| !file.objects.is_empty()) {
        for object in &file.objects {
            match object {
                Object::Service { name, selector, targets, .. } => {
                    let pods = nearest(files, file, |other| other.is_selected_by(selector));
                    found.extend(unknown(file, targets, &pods, &format!("the pods of Service {}", quoted(name))));
                }
                Object::Workload { name, probes, .. } => {
                    let named: Vec<Named> =
                        probes.iter().filter(|probe| matches!(probe.target, Target::Name(_))).cloned().collect();
                    found.extend(unknown(file, &named, &[object], &format!("the containers of {}", quoted(name))));
                }
                Object::Route { service, named } => {
                    let services =
                        nearest(files, file, |other| matches!(other, Object::Service { name, .. } if name == service));
                    found.extend(unknown(
                        file,
                        std::slice::from_ref(named),
                        &services,
                        &format!("Service {}", quoted(service)),
                    ));
                }
            }
        }
    }
    found
}

/// The objects that `is_wanted`, from the nearest place that has some: the same file, the same folder, anywhere.
fn nearest<'f>(
    files: &'f [ScannedFile<'_>],
    from: &ScannedFile<'_>,
    is_wanted: impl Fn(&Object) -> bool,
) -> Vec<&'f Object> {
    let folder = |path: &str| path.rsplit_once('/').map_or("", |(folder, _)| folder).to_owned();
    let own = folder(&from.path);
    let is_near: [&dyn Fn(&ScannedFile<'_>) -> bool; 3] =
        [&|file| file.path == from.path, &|file| folder(&file.path) == own, &|_| true];
    for is_near in is_near {
        let near = files.iter().filter(|file| !file.objects.is_empty() && is_near(file));
        let found: Vec<&Object> = near.flat_map(|file| &file.objects).filter(|object| is_wanted(object)).collect();
        if !found.is_empty() {
            return found;
        }
    }
    Vec::new()
}

/// The ports of `named` that none of `objects` has; nothing where one of these does not say which ports it has.
fn unknown(file: &ScannedFile<'_>, named: &[Named], objects: &[&Object], whose: &str) -> Vec<Diagnostic> {
    if objects.is_empty() || objects.iter().any(|object| object.ports().is_empty()) {
        return Vec::new();
    }
    let Some(source) = &file.source else { return Vec::new() };
    let is_known =
        |named: &&Named| !objects.iter().any(|object| object.ports().iter().any(|port| port.is(&named.target)));
    let mut found = Vec::new();
    for Named { target, span } in named.iter().filter(is_known) {
        let message = format!("{} is no port of {whose}", target.shown());
        // A container may listen on a number that it does not declare; a name that nobody has leads nowhere.
        let severity = if matches!(target, Target::Name(_)) { Severity::Finding } else { Severity::Note };
        let one = Diagnostic::new(codes::UNKNOWN_TARGET, severity, message)
            .at(Place::new(source, span.clone()), "no such port");
        found.push(one.help("name a port that is there, or add it there"));
    }
    found
}
