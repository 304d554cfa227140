//! Which services a Dockerfile is built for, as Compose files say.
//!
//! Source: <https://docs.docker.com/reference/compose-file/build/>.

use std::collections::HashMap;

use super::names::Names;
use crate::allocation::Allocation;
use crate::formats::yaml::tree::{Id, Tree};
use crate::path::RelPath;

/// The build of a service in a Compose file.
#[derive(Debug)]
pub(super) struct Build {
    dockerfile: String,
    /// The stage, if it says one.
    target: Option<String>,
    service: String,
}

/// The builds of the Compose file at `path`.
pub(super) fn of_compose(path: &str, text: &str) -> Vec<Build> {
    if !text.contains("build:") {
        return Vec::new();
    }
    let tree = Tree::read(text);
    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let services = tree.documents.iter().filter_map(|document| tree.get(*document, "services"));
    let all = services.flat_map(|services| tree.entries(services));
    let build = |id: Id, service: &str| {
        let build = tree.get(id, "build")?;
        let text = |key: &str| tree.text(build, key).map(|text| &*text.value);
        let context = tree.scalar(build).map(|text| &*text.value).or_else(|| text("context")).unwrap_or(".");
        let dockerfile = text("dockerfile").unwrap_or("Dockerfile");
        // What is elsewhere, or where only a variable knows, is no file of the repository.
        let way = format!("{}/{dockerfile}", context.trim_end_matches('/'));
        let dockerfile = RelPath::joined(folder, &way).filter(|_| !way.contains(['$', ':']))?;
        Some(Build {
            dockerfile: dockerfile.to_string(),
            target: text("target").map(str::to_owned),
            service: service.to_owned(),
        })
    };
    all.filter_map(|(name, id)| build(id, &name.value)).collect()
}

/// A stage of a Dockerfile, if one is said, and the service that it is built for.
pub(super) type Built = (Option<String>, usize);

/// The services that are built, by the Dockerfile.
#[derive(Debug, Default)]
pub(super) struct Builds(HashMap<String, Vec<Built>>);

impl Builds {
    /// Those of services that have ports.
    pub(super) fn new(builds: Vec<Build>, names: &Names<'_>, allocation: &Allocation) -> Self {
        let mut all: HashMap<String, Vec<Built>> = HashMap::new();
        for Build { dockerfile, target, service } in builds {
            let meant = names.of_name(&service).filter(|(at, _)| !allocation.services[*at].bindings.is_empty());
            let built = all.entry(dockerfile).or_default();
            built.extend(meant.map(|(at, _)| (target, at)).filter(|one| !built.contains(one)));
        }
        Self(all)
    }

    /// Those of a Dockerfile.
    pub(super) fn of(&self, path: &str) -> &[Built] {
        self.0.get(path).map_or(&[], Vec::as_slice)
    }
}

/// The service that a stage is built for: the only one with that target, or the only one that the file is built for.
pub(super) fn of_stage(stage: &str, built: &[Built]) -> Option<usize> {
    let is_it = |(target, _): &&Built| target.as_deref().is_some_and(|target| target.eq_ignore_ascii_case(stage));
    one(built.iter().filter(is_it)).or_else(|| only(built))
}

/// The only service that a Dockerfile is built for.
pub(super) fn only(built: &[Built]) -> Option<usize> {
    one(built.iter())
}

fn one<'b>(built: impl Iterator<Item = &'b Built>) -> Option<usize> {
    let mut services = built.map(|(_, service)| *service);
    services.next().filter(|first| services.all(|other| other == *first))
}
