//! What files say of the program in their folder besides where it listens.

use std::sync::Arc;

use super::evidence::{At, Stated};
use super::lines::Lines;
use crate::allocation::{Port, Ports};
use crate::scan::readers::{self, File};

/// What a `package.json` calls its package, and whether it or a `project.json` of Nx says that something is started from the folder.
///
/// Source: <https://nx.dev/docs/reference/project-configuration>.
pub(super) fn project(path: &str, is_package: bool, text: &str) -> (Option<String>, bool) {
    let is_of_nx = path.rsplit('/').next() == Some(NX);
    if !is_of_nx && !is_package {
        return (None, false);
    }
    let json: serde_json::Value = serde_json::from_str(text).unwrap_or_default();
    if is_of_nx {
        return (None, json.get("projectType").and_then(|kind| kind.as_str()) == Some("application"));
    }
    let name = json.get("name").and_then(|name| Some(name.as_str()?.rsplit('/').next()?.to_owned()));
    let is_script = |script: &&str| json.get("scripts").is_some_and(|scripts| scripts.get(script).is_some());
    (name, STARTS.iter().any(is_script))
}

/// What makes a folder a project of Nx.
pub(super) const NX: &str = "project.json";

/// The scripts that start a package.
const STARTS: [&str; 4] = ["start", "dev", "serve", "start:dev"];

/// Where a project of .NET listens with TLS besides, as the first profile says that starts it so.
pub(super) fn secure(path: &Arc<str>, text: &str) -> Option<Stated> {
    let (port, digits) = readers::secure_of_launch(&File { path, text })?;
    let at = At { file: Arc::clone(path), line: Lines::new(text).of(digits.start) };
    let host = Port::new(port.into()).map(Ports::from);
    Some(Stated { host, is_listened: true, name: Some("https".to_owned()), ..Stated::at(at) })
}
