//! The scripts that npm runs without being asked for by name.
//!
//! Source: docs.npmjs.com/cli/using-npm/scripts, "Life Cycle Scripts". `start`, `test` and their like stand there too, but
//! run only when asked for.

/// When npm and its kin run the script `name` on their own; none where they do not.
pub(super) fn unasked(name: &str) -> Option<&'static str> {
    match name {
        "dependencies" | "install" | "postinstall" | "postpack" | "postprepare" | "postpublish" | "preinstall"
        | "prepack" | "prepare" | "prepublish" | "prepublishOnly" | "preprepare" | "publish" => {
            Some("when it installs, packs or publishes the package")
        }
        _ => None,
    }
}

/// A script that npm runs because of another one, should there be that one.
pub(super) struct Hook<'a> {
    /// The other one.
    pub(super) of: &'a str,
    /// When it runs.
    pub(super) when: &'static str,
}

/// What the script `name` hooks into: `predev`, `postbuild`.
pub(super) fn hook(name: &str) -> Option<Hook<'_>> {
    match (name.strip_prefix("pre"), name.strip_prefix("post")) {
        (Some(of), _) => Some(Hook { of, when: "before another script" }),
        (_, Some(of)) => Some(Hook { of, when: "after another script" }),
        _ => None,
    }
}
