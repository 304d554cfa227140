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

/// A script that npm runs before or after another script, if that exists.
pub(super) struct Hook<'a> {
    /// The other script.
    pub(super) of: &'a str,
    pub(super) when: &'static str,
}

/// The script that `name` is a hook of, if any: `predev`, `postbuild`.
pub(super) fn hook(name: &str) -> Option<Hook<'_>> {
    match (name.strip_prefix("pre"), name.strip_prefix("post")) {
        (Some(of), _) => Some(Hook { of, when: "before another script" }),
        (_, Some(of)) => Some(Hook { of, when: "after another script" }),
        _ => None,
    }
}
