//! The scripts that npm runs without being asked for by name.

use super::document::Script;

/// What npm and its kin run at install, pack and publish.
///
/// Source: docs.npmjs.com/cli/using-npm/scripts, "Life Cycle Scripts". `start`, `test` and their like stand there too,
/// but run only when asked for.
const UNASKED: &[&str] = &[
    "dependencies",
    "install",
    "postinstall",
    "postpack",
    "postprepare",
    "postpublish",
    "preinstall",
    "prepack",
    "prepare",
    "prepublish",
    "prepublishOnly",
    "preprepare",
    "publish",
];

/// When npm runs the script `name` on its own; none where it does not.
pub(super) fn unasked(name: &str) -> Option<&'static str> {
    UNASKED.contains(&name).then_some("when it installs, packs or publishes the package")
}

/// When npm runs the script `name` because of another one in `scripts`; none where it does not.
pub(super) fn hook<'a>(name: &str, mut scripts: impl Iterator<Item = &'a Script<'a>>) -> Option<&'static str> {
    let (when, hooked) = match (name.strip_prefix("pre"), name.strip_prefix("post")) {
        (Some(hooked), _) => ("before another script", hooked),
        (_, Some(hooked)) => ("after another script", hooked),
        _ => return None,
    };
    scripts.any(|script| script.name == hooked).then_some(when)
}
