//! The scripts that npm runs by itself.
//!
//! Source: docs.npmjs.com/cli/using-npm/scripts, "Life Cycle Scripts". It also lists `start`, `test` and the like, but these run
//! only by name.

/// When npm and the like run the script `name` by themselves; `None` if they do not.
pub(super) fn unasked(name: &str) -> Option<&'static str> {
    match name {
        "dependencies" | "install" | "postinstall" | "postpack" | "postprepare" | "postpublish" | "preinstall"
        | "prepack" | "prepare" | "prepublish" | "prepublishOnly" | "preprepare" | "publish" => {
            Some("when it installs, packs or publishes the package")
        }
        _ => None,
    }
}
