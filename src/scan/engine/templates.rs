//! Files that are manifests only once a program has rendered them: what forms find in them is shown, and never changed.

use super::Scan;
use super::statements::judged;
use crate::scan::component::{Component, Site};
use crate::scan::located::Stated;
use crate::scan::names::Names;
use crate::scan::readers::{self, File};
use crate::scan::verdict::{Judged, Verdict};

/// Words for the kind of a manifest in the name of its file, beside that of what it is for.
const KINDS: [&str; 14] = [
    "cm",
    "configmap",
    "dep",
    "deploy",
    "deployment",
    "ingress",
    "pod",
    "secret",
    "service",
    "statefulset",
    "sts",
    "svc",
    "template",
    "workload",
];

impl Scan<'_, '_, '_> {
    /// What a template states, as far as its own words say.
    pub(super) fn in_template(&self, file: &File<'_>, site: Site<'_>, names: &Names<'_>) -> Vec<Judged> {
        let component = called(file.path, names).map_or(Component::Template, Component::Called);
        let stated = Stated::of_template(file);
        let mut found = judged(&stated, file, &self.judge(file, readers::TEMPLATE, Site { component, ..site }, names));
        for one in &mut found {
            (one.mend, one.hinted, one.publishes) = (None, None, false);
            if one.verdict != Verdict::Agrees {
                one.verdict = Verdict::Unknown;
            }
        }
        found
    }
}

/// The service that a file is called as, or its folder.
fn called(path: &str, names: &Names<'_>) -> Option<usize> {
    let (folders, name) = path.rsplit_once('/').unwrap_or(("", path));
    let stem = name.split('.').next().unwrap_or_default();
    let bare = KINDS.iter().find_map(|kind| {
        stem.strip_suffix(kind)
            .and_then(|stem| stem.strip_suffix('-'))
            .or_else(|| stem.strip_prefix(kind)?.strip_prefix('-'))
    });
    let folder = folders.rsplit('/').next();
    let meant = [Some(stem), bare, folder].into_iter().flatten().find_map(|name| names.of_name(name));
    meant.map(|(service, _)| service)
}
