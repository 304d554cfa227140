//! Where a repository has folders, and which of them a build of a Compose file means.

use std::collections::{BTreeSet, HashSet};

/// The folders of a repository.
#[derive(Debug, Default)]
pub(super) struct Places {
    folders: HashSet<String>,
    /// The paths of Dockerfiles.
    dockerfiles: HashSet<String>,
    /// The folders of Compose files: where several are started together, paths count from that of the first.
    projects: BTreeSet<String>,
}

/// What a service is built from, by its folders.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Build {
    /// The folder that is sent to the builder; none of what is not in the repository.
    pub(super) context: Option<String>,
    /// The folder of its Dockerfile, where that is another one.
    pub(super) dockerfile: Option<String>,
}

impl Places {
    pub(super) fn add(&mut self, path: &str) {
        let name = path.rsplit('/').next().unwrap_or_default();
        if name.to_ascii_lowercase().contains("dockerfile") {
            self.dockerfiles.insert(path.to_owned());
        }
        let mut rest = path;
        while let Some((folder, _)) = rest.rsplit_once('/') {
            if !self.folders.insert(folder.to_owned()) {
                break;
            }
            rest = folder;
        }
    }

    pub(super) fn add_project(&mut self, folder: &str) {
        self.projects.insert(folder.to_owned());
    }

    fn has(&self, folder: &str) -> bool {
        folder.is_empty() || self.folders.contains(folder)
    }

    /// What a service of a Compose file in the folder `own` is built from. A file that is only started together with others counts from the
    /// folder of the first of them.
    ///
    /// Source: <https://docs.docker.com/reference/compose-file/merge/>.
    pub(super) fn build(&self, own: &str, context: &str, dockerfile: Option<&str>) -> Build {
        let in_folder = |folder: &str| joined(folder, context).filter(|context| self.has(context));
        let has_dockerfile = |context: &String| {
            let path = joined(context, dockerfile.unwrap_or("Dockerfile"));
            path.is_some_and(|path| self.dockerfiles.contains(&path))
        };
        let of_project = || {
            let mut others = self.projects.iter().filter_map(|folder| in_folder(folder).filter(has_dockerfile));
            others.find(|context| !context.is_empty())
        };
        let Some(context) = in_folder(own).or_else(of_project) else { return Build::default() };
        let folder = dockerfile.and_then(|file| Some(file.rsplit_once('/')?.0));
        let dockerfile = folder.and_then(|folder| joined(&context, folder)).filter(|folder| self.has(folder));
        Build { context: Some(context), dockerfile }
    }
}

impl Build {
    /// The folder of the service: that of its Dockerfile, where that has one of its own, for its context may be the whole repository. What
    /// only holds Dockerfiles is nobody's.
    pub(super) fn dir(&self) -> Option<String> {
        let own = self.dockerfile.as_ref().filter(|folder| !is_shared(folder));
        let context = self.context.as_ref().filter(|context| context.is_empty() || !ends_shared(context));
        own.or(context).cloned()
    }
}

/// A folder below another one; none outside of the root. The root itself is empty.
pub(super) fn joined(folder: &str, way: &str) -> Option<String> {
    let way = way.trim_end_matches('/');
    if matches!(way, "" | "." | "./") {
        return Some(folder.to_owned());
    }
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in way.split('/') {
        match part {
            "." | "" => {}
            ".." => {
                parts.pop()?;
            }
            part if part.contains(['$', ':', '\\']) => return None,
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

/// Whether a folder holds the Dockerfiles of many services, or lies in one that does.
pub(super) fn is_shared(folder: &str) -> bool {
    folder.is_empty() || ends_shared(folder) || folder.split('/').next().is_some_and(is_shared_name)
}

fn ends_shared(folder: &str) -> bool {
    folder.rsplit('/').next().is_some_and(is_shared_name)
}

/// Whether a folder of this name holds the Dockerfiles of many services.
pub(super) fn is_shared_name(folder: &str) -> bool {
    matches!(folder, "docker" | "dockerfiles" | ".docker" | "build" | "deploy" | "infra" | "ops" | "compose")
}
