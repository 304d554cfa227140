//! Paths inside the root, proven: of any file, and the stricter ones of files that portgen makes.

use std::fmt;
use std::ops::Deref;
use std::path::{MAIN_SEPARATOR, Path};
use std::sync::Arc;

use unicode_normalization::UnicodeNormalization as _;

use crate::diagnostic::is_hidden;

/// A relative path with `/` between its components that stays inside the root and means the same on every system.
///
/// Not possible: an absolute path, `.` and `..`, an empty component, `\`, `:` (a drive, an NTFS stream), control and
/// invisible characters, git's own directory, `node_modules`, a trailing dot or blank (Windows drops them), more than 1,024 bytes,
/// a component over 255 bytes (NAME_MAX).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RelPath(Arc<str>);

impl RelPath {
    /// Proves `text`, or says why it is no such path, as the end of a sentence that starts with the path.
    ///
    /// # Errors
    /// The reason, without a full stop.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        if !is_plain(text)
            && let Some(reason) = fault(text)
        {
            return Err(reason);
        }
        Ok(Self(text.into()))
    }

    /// The path `relative` from a folder, without `.` and `..`; none where it leads out of the root or is not relative.
    pub fn joined(folder: &str, relative: &str) -> Option<Self> {
        let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
        for part in relative.split('/') {
            match part {
                "." => {}
                ".." => drop(parts.pop()?),
                part => parts.push(part),
            }
        }
        Self::parse(&parts.join("/")).ok()
    }

    /// The path as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The folder it lies in; none for a path of one component.
    pub fn parent(&self) -> Option<&str> {
        self.0.bytes().rposition(|byte| byte == b'/').map(|end| &self.0[..end])
    }
}

/// The dot-directories that may have outputs: those of editors and of environments for development, whose files have ports.
const OPEN: [&str; 6] = [".ddev", ".devcontainer", ".docker", ".idea", ".vscode", ".zed"];

/// Files that say what git's hooks run, without the dot that they may start with and the ending that says their format.
///
/// Sources: <https://lefthook.dev/configuration>; <https://prek.j178.dev/configuration>, which reads those of pre-commit; husky 4 reads what
/// cosmiconfig finds; the messages of simple-git-hooks 2.13; the READMEs of Overcommit and `CaptainHook`.
const HOOKS: [&str; 10] = [
    "captainhook",
    "husky.config",
    "huskyrc",
    "lefthook",
    "lefthook-local",
    "local-overcommit",
    "overcommit",
    "pre-commit-config",
    "prek",
    "simple-git-hooks",
];

/// The endings of [`HOOKS`].
const HOOK_FORMATS: [&str; 8] = [".cjs", ".js", ".json", ".jsonc", ".mjs", ".toml", ".yaml", ".yml"];

/// Whether a file of this name says what git's hooks run.
fn is_of_hooks(file: &str) -> bool {
    let name = file.trim_start_matches('.');
    // Every output is asked: few names get further than their first letter.
    let first = name.as_bytes().first().map(u8::to_ascii_lowercase);
    HOOKS.iter().filter(|stem| stem.as_bytes().first() == first.as_ref()).any(|stem| {
        let Some((start, format)) = name.split_at_checked(stem.len()) else { return false };
        let is_known = |known: &&str| format.eq_ignore_ascii_case(known);
        start.eq_ignore_ascii_case(stem) && (format.is_empty() || HOOK_FORMATS.iter().any(is_known))
    })
}

/// Where a file that portgen makes may lie: a [`RelPath`] that names no file of git's and is in no dot-directory, such as `.github` or
/// `.husky`, whose files run by themselves; a few [`OPEN`] ones excepted.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OutputPath(RelPath);

impl OutputPath {
    /// As [`RelPath::parse`].
    ///
    /// # Errors
    /// The reason, without a full stop.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        let path = RelPath::parse(text)?;
        let slash = memchr::memrchr(b'/', text.as_bytes());
        let (folders, file) = slash.map_or(("", text), |slash| (&text[..slash], &text[slash + 1..]));
        if file.starts_with(".git") {
            return Err("names a file that belongs to git");
        }
        if is_of_hooks(file) {
            return Err("names a file whose commands git's hooks run");
        }
        let is_closed = |folder: &str| folder.starts_with('.') && !OPEN.contains(&folder);
        if folders.contains('.') && folders.split('/').any(is_closed) {
            return Err("leads into a dot-directory");
        }
        Ok(Self(path))
    }
}

/// A folder of the tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Folder {
    /// The folder of ports.toml.
    Root,
    /// A folder below it.
    Below(OutputPath),
}

impl Folder {
    /// As [`OutputPath::parse`]; `.` is the root.
    ///
    /// # Errors
    /// The reason, without a full stop.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        if matches!(text, "." | "./") { Ok(Self::Root) } else { OutputPath::parse(text).map(Self::Below) }
    }

    /// The path as ports.toml writes it.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Root => ".",
            Self::Below(path) => path.as_str(),
        }
    }
}

impl Deref for OutputPath {
    type Target = RelPath;

    fn deref(&self) -> &RelPath {
        &self.0
    }
}

impl From<OutputPath> for RelPath {
    fn from(path: OutputPath) -> Self {
        path.0
    }
}

impl fmt::Display for OutputPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// What file systems that fold case and normalise Unicode (APFS, NTFS) take a path for: two paths with one key are one file
/// there.
pub fn collision_key(path: &str) -> String {
    if path.is_ascii() {
        return path.to_ascii_lowercase();
    }
    path.nfkc().flat_map(char::to_lowercase).flat_map(char::to_uppercase).flat_map(char::to_lowercase).nfkc().collect()
}

/// The path from a folder to what lies below it, as portgen writes it; none where it lies elsewhere or is not UTF-8.
pub fn relative(folder: &Path, path: &Path) -> Option<String> {
    let text = path.strip_prefix(folder).ok()?.to_str()?;
    Some(if MAIN_SEPARATOR == '/' { text.to_owned() } else { text.replace(MAIN_SEPARATOR, "/") })
}

impl AsRef<str> for RelPath {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for RelPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Whether nothing in a path needs a closer look, as in most of them; without a `_`, it leads through no node_modules.
fn is_plain(text: &str) -> bool {
    let mut before = b'/';
    let fits = |byte: u8| {
        let last = std::mem::replace(&mut before, byte);
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' => true,
            b'.' => last != b'/',
            b'/' => last != b'/' && last != b'.',
            _ => false,
        }
    };
    text.len() <= 255 && text.bytes().chain([b'/']).all(fits)
}

fn fault(text: &str) -> Option<&'static str> {
    if text.is_empty() {
        return Some("is empty");
    }
    if text.len() > 1024 {
        return Some("is longer than 1,024 bytes");
    }
    let hidden = if text.is_ascii() { text.bytes().any(|b| b.is_ascii_control()) } else { text.chars().any(is_hidden) };
    if hidden {
        return Some("has a control or invisible character");
    }
    if text.contains('\\') {
        return Some("has a `\\`: write `/` between folders");
    }
    if text.starts_with('/') {
        return Some("is absolute: write it relative to the folder of ports.toml");
    }
    if text.contains(':') {
        return Some("has a `:`, which names a drive or a stream on Windows");
    }
    text.split('/').find_map(component_fault)
}

fn component_fault(component: &str) -> Option<&'static str> {
    match component {
        "" => Some("has an empty component"),
        "." => Some("has a `.` component"),
        ".." => Some("leads out of the folder of ports.toml (`..`)"),
        // Its short name on Windows counts, and so does every case.
        _ if matches!(&*collision_key(component), ".git" | "git~1") => Some("leads into git's own directory"),
        "node_modules" => Some("leads into node_modules"),
        _ if component.starts_with(' ') || component.ends_with(['.', ' ']) => {
            Some("has a component that starts with a space, or ends with a dot or a space")
        }
        _ if component.len() > 255 => Some("has a component longer than 255 bytes"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use proptest::sample::select;

    use super::{OutputPath, RelPath, fault, is_plain};

    #[test]
    fn a_path_as_people_write_it_is_plain() {
        for path in ["services/web/package.json", "apps/ab-2.0/x", "a.b", "A"] {
            assert!(is_plain(path), "{path}");
        }
    }

    #[test]
    fn outputs_keep_out_of_the_dot_directories_of_people() {
        for path in [
            ".husky/pre-commit",
            ".github/workflows/ci.yml",
            ".VSCODE/x",
            "a/.gitignore",
            ".gitattributes",
            "a/Lefthook.yml",
            ".lefthook-local.json",
            "lefthook.toml",
            ".pre-commit-config.yml",
            ".huskyrc.json",
            "husky.config.js",
            "simple-git-hooks.cjs",
            ".local-overcommit.yml",
            "captainhook.json",
        ] {
            assert!(RelPath::parse(path).is_ok() && OutputPath::parse(path).is_err(), "{path}");
        }
        for path in
            [".env", "a/.env.local", ".devcontainer/compose.yaml", "a/.vscode/launch.json", ".ddev/x/y", "lefthook.md"]
        {
            assert!(RelPath::parse(path).is_ok() && OutputPath::parse(path).is_ok(), "{path}");
        }
        for path in [".git/config", "a/.GIT/hooks/x", "git~1/config", "a/../b", "node_modules/a"] {
            assert!(RelPath::parse(path).is_err(), "{path}");
        }
    }

    #[test]
    fn each_fault_has_its_own_reason() {
        let longest = format!("{}bb", "a/".repeat(511));
        let (name, too_long) = ("x".repeat(255), "x".repeat(256));
        for path in [&*longest, &name, "a b/c", "..a/...b", "node_modules.d/a"] {
            assert!(RelPath::parse(path).is_ok(), "{path}");
        }
        for (path, reason) in [
            ("", "is empty"),
            (&*format!("{longest}b"), "is longer than 1,024 bytes"),
            (&*too_long, "has a component longer than 255 bytes"),
            ("a//b", "has an empty component"),
            ("a/", "has an empty component"),
            ("./a", "has a `.` component"),
            ("a/../b", "leads out of the folder of ports.toml (`..`)"),
            (" a", "has a component that starts with a space, or ends with a dot or a space"),
            ("a./b", "has a component that starts with a space, or ends with a dot or a space"),
            ("a /b", "has a component that starts with a space, or ends with a dot or a space"),
        ] {
            assert_eq!(RelPath::parse(path).unwrap_err(), reason, "{path}");
        }
    }

    #[test]
    fn a_path_from_a_folder_stays_in_the_root() {
        for (folder, relative, path) in [
            ("a/b", "./c", Some("a/b/c")),
            ("a/b", "../c/./d", Some("a/c/d")),
            ("", "a", Some("a")),
            ("a", "../b", Some("b")),
            ("a", "../../b", None),
            ("a", "..", None),
            ("a", "/b", None),
        ] {
            assert_eq!(RelPath::joined(folder, relative).as_ref().map(RelPath::as_str), path, "{folder} {relative}");
        }
    }

    proptest! {
        #[test]
        fn a_plain_path_has_no_fault(parts in proptest::collection::vec(part(), 1..5)) {
            let path = parts.concat();
            prop_assert!(!is_plain(&path) || fault(&path).is_none(), "{path:?}");
        }
    }

    fn part() -> impl Strategy<Value = String> {
        let odd =
            ["", "/", ".", "..", ".git", "node_modules", " ", "\\", ":", "\n", "\u{7f}", "é", "\u{200b}", "a", "b-c_1"];
        prop_oneof![
            select(odd.map(str::to_owned).to_vec()),
            "[ -~]{1,2}",
            (254..258_usize).prop_map(|many| "x".repeat(many))
        ]
    }
}
